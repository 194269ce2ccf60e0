//! Finds what is different by asking for halves, and for halves of halves.
//! It never asks for a part that is known to be alike.
//!
//! ```text
//! the whole day  10,000 ≠          one question; what the right half has is what is left
//! left half       5,000 =          one question, never looked at again
//! right half      5,000 ≠ → …      about log2(n) questions for each difference
//! ```

use std::future::Future;

use thiserror::Error;
use uuid::Uuid;

use super::model::{Acknowledged, DIFFERENCES_MAX, Found};
use crate::delivery::{DayDigest, SinkFault};

/// Why a search ended early.
#[derive(Debug, Error)]
pub(super) enum SearchFault {
    #[error(transparent)]
    Sink(#[from] SinkFault),
    #[error("the receiver does not tell what it has")]
    NotOffered,
    #[error("what the receiver tells of parts is more than what it tells of the whole")]
    Contradictory,
    #[error("what the receiver has changed while it was asked")]
    Moved,
}

/// Tells what a sink has of one day.
pub(super) trait Receiver {
    /// What it has of the event ids from one on and before another.
    fn digest(
        &mut self,
        from: Option<Uuid>,
        before: Option<Uuid>,
    ) -> impl Future<Output = Result<DayDigest, SearchFault>> + Send;
}

/// What a search brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Searched {
    /// What we have.
    pub(super) ours: DayDigest,
    /// What the sink has.
    pub(super) theirs: DayDigest,
    /// In the order of event ids.
    pub(super) found: Vec<Found>,
    /// Not all was looked for.
    pub(super) has_more: bool,
}

/// A part of the day, of which the sink's share is known.
struct Part<'a> {
    stages: &'a [Acknowledged],
    ours: DayDigest,
    theirs: DayDigest,
    from: Option<Uuid>,
    before: Option<Uuid>,
}

/// Compares a day, given in the order of event ids.
pub(super) async fn search(
    stages: &[Acknowledged],
    receiver: &mut impl Receiver,
) -> Result<Searched, SearchFault> {
    let theirs = receiver.digest(None, None).await?;
    match look_into(stages, theirs, receiver).await {
        // What changes while it is asked about does not add up, and is no contradiction.
        Err(SearchFault::Contradictory) if receiver.digest(None, None).await? != theirs => {
            Err(SearchFault::Moved)
        }
        searched => searched,
    }
}

/// Looks for what is different in a day, of which is known what the sink has in all.
async fn look_into(
    stages: &[Acknowledged],
    theirs: DayDigest,
    receiver: &mut impl Receiver,
) -> Result<Searched, SearchFault> {
    let ours = sum(stages);
    let mut searched = Searched {
        ours,
        theirs,
        found: Vec::new(),
        has_more: false,
    };
    let mut parts = vec![Part {
        stages,
        ours,
        theirs,
        from: None,
        before: None,
    }];
    while let Some(part) = parts.pop() {
        if part.ours == part.theirs {
            continue;
        }
        if searched.found.len() >= DIFFERENCES_MAX {
            searched.has_more = true;
            break;
        }
        match part.stages {
            [] => searched.found.push(Found::Unknown {
                from: part.from.unwrap_or_default(),
                count: part.theirs.count,
            }),
            missing if part.theirs.count == 0 => {
                let room = DIFFERENCES_MAX.saturating_sub(searched.found.len());
                searched.has_more |= missing.len() > room;
                let missing = missing.iter().take(room).cloned();
                searched.found.extend(missing.map(Found::Missing));
            }
            [alone] => searched.found.extend(one(alone, &part, receiver).await?),
            _ => parts.extend(halves(&part, receiver).await?),
        }
    }
    Ok(searched)
}

/// Both halves, of which the first is looked at last: the one with the earlier ids.
async fn halves<'a>(
    part: &Part<'a>,
    receiver: &mut impl Receiver,
) -> Result<[Part<'a>; 2], SearchFault> {
    let (left, right) = part.stages.split_at(part.stages.len().midpoint(0));
    let middle = right.first().map(|stage| stage.event_id);
    let (ours, theirs) = (sum(left), receiver.digest(part.from, middle).await?);
    Ok([
        Part {
            stages: right,
            ours: part.ours.minus(ours),
            theirs: rest(part.theirs, theirs)?,
            from: middle,
            before: part.before,
        },
        Part {
            stages: left,
            ours,
            theirs,
            from: part.from,
            before: middle,
        },
    ])
}

/// One stage of ours, in a part of which the sink has something else.
async fn one(
    alone: &Acknowledged,
    part: &Part<'_>,
    receiver: &mut impl Receiver,
) -> Result<Vec<Found>, SearchFault> {
    let id = alone.event_id;
    let after = id.as_u128().checked_add(1).map(Uuid::from_u128);
    let exact = receiver.digest(Some(id), after).await?;
    let mut found = Vec::new();
    if exact.count == 0 {
        found.push(Found::Missing(alone.clone()));
    } else if exact != part.ours {
        found.push(Found::Changed(alone.clone()));
    }
    let others = rest(part.theirs, exact)?;
    if others.count > 0 {
        let from = part.from.unwrap_or_default();
        let count = others.count;
        found.insert(0, Found::Unknown { from, count });
    }
    Ok(found)
}

fn rest(whole: DayDigest, part: DayDigest) -> Result<DayDigest, SearchFault> {
    let rest = whole.minus(part);
    if rest.count < 0 {
        return Err(SearchFault::Contradictory);
    }
    Ok(rest)
}

fn sum(stages: &[Acknowledged]) -> DayDigest {
    let digests = stages.iter().map(|stage| DayDigest::one(stage.digest));
    digests.fold(DayDigest::default(), DayDigest::plus)
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test reports by failing")]
mod tests {
    use std::collections::BTreeMap;

    use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::kernel::DigestSum;

    /// A sink with stages, which counts the questions.
    #[derive(Default)]
    struct Honest {
        has: BTreeMap<Uuid, DigestSum>,
        questions: usize,
    }

    impl Receiver for Honest {
        async fn digest(
            &mut self,
            from: Option<Uuid>,
            before: Option<Uuid>,
        ) -> Result<DayDigest, SearchFault> {
            self.questions += 1;
            let is_asked = |id: &Uuid| {
                from.is_none_or(|from| from <= *id) && before.is_none_or(|before| *id < before)
            };
            let asked = self.has.iter().filter(|(id, _)| is_asked(id));
            let digests = asked.map(|(_, digest)| DayDigest::one(*digest));
            Ok(digests.fold(DayDigest::default(), DayDigest::plus))
        }
    }

    fn stages(count: u128, random: &mut StdRng) -> Vec<Acknowledged> {
        let stage = |n: u128| Acknowledged {
            event_id: Uuid::from_u128(n * 10),
            digest: DigestSum::of(random.random()),
            number: i64::try_from(n).unwrap(),
            application_number: format!("A-{n}"),
            sequence: 1,
            stage: "RECEIVED".to_owned(),
        };
        (1..=count).map(stage).collect()
    }

    fn sink(stages: &[Acknowledged]) -> Honest {
        Honest {
            has: stages.iter().map(|it| (it.event_id, it.digest)).collect(),
            questions: 0,
        }
    }

    #[tokio::test]
    async fn a_day_that_is_alike_takes_one_question() {
        let stages = stages(10_000, &mut StdRng::seed_from_u64(1));
        let mut sink = sink(&stages);
        let searched = search(&stages, &mut sink).await.unwrap();
        assert_eq!((searched.found, sink.questions), (Vec::new(), 1));
        assert_eq!(searched.ours, searched.theirs);
        assert_eq!(searched.ours.count, 10_000);
    }

    #[tokio::test]
    async fn one_difference_among_ten_thousand_takes_some_fourteen_questions() {
        let mut random = StdRng::seed_from_u64(2);
        let stages = stages(10_000, &mut random);
        for at in [0, 1, 4_999, 5_000, 7_321, 9_999] {
            let lost = &stages[at];
            let mut sink_without = sink(&stages);
            sink_without.has.remove(&lost.event_id);
            let searched = search(&stages, &mut sink_without).await.unwrap();
            assert_eq!(searched.found, [Found::Missing(lost.clone())]);
            let questions = sink_without.questions;
            assert!((14..=15).contains(&questions), "{at}: {questions}");

            let mut sink_with_other = sink(&stages);
            let other = DigestSum::of(random.random());
            sink_with_other.has.insert(lost.event_id, other);
            let searched = search(&stages, &mut sink_with_other).await.unwrap();
            assert_eq!(searched.found, [Found::Changed(lost.clone())]);
            let questions = sink_with_other.questions;
            assert!((15..=16).contains(&questions), "{at}: {questions}");
        }
    }

    #[tokio::test]
    async fn everything_that_is_different_is_found_and_nothing_else() {
        let mut random = StdRng::seed_from_u64(3);
        for round in 0..40 {
            let stages = stages(random.random_range(0..60), &mut random);
            let mut sink = sink(&stages);
            let mut lost = Vec::new();
            let mut changed = Vec::new();
            for stage in &stages {
                match random.random_range(0..8) {
                    0 => {
                        sink.has.remove(&stage.event_id);
                        lost.push(stage.event_id);
                    }
                    1 => {
                        let other = DigestSum::of(random.random());
                        sink.has.insert(stage.event_id, other);
                        changed.push(stage.event_id);
                    }
                    _ => {}
                }
            }
            let strangers = random.random_range(0..5);
            for _ in 0..strangers {
                let id = Uuid::from_u128(random.random_range(0..60) * 10 + 5);
                sink.has.insert(id, DigestSum::of(random.random()));
            }
            let strangers = sink.has.keys().filter(|id| id.as_u128() % 10 == 5).count();
            let searched = search(&stages, &mut sink).await.unwrap();
            let ids = |kind| {
                let found = searched.found.iter().filter(|found| found.kind() == kind);
                found.map(Found::event_id).collect::<Vec<_>>()
            };
            assert_eq!(ids(super::super::model::Kind::Missing), lost, "{round}");
            assert_eq!(ids(super::super::model::Kind::Changed), changed, "{round}");
            let unknown = searched.found.iter().map(|found| match found {
                Found::Unknown { count, .. } => usize::try_from(*count).unwrap(),
                Found::Missing(_) | Found::Changed(_) => 0,
            });
            assert_eq!(unknown.sum::<usize>(), strangers, "{round}");
        }
    }

    #[tokio::test]
    async fn a_sink_that_lost_everything_is_asked_once() {
        let stages = stages(3_000, &mut StdRng::seed_from_u64(4));
        let mut sink = Honest::default();
        let searched = search(&stages, &mut sink).await.unwrap();
        assert_eq!(searched.found.len(), DIFFERENCES_MAX);
        assert!(searched.has_more);
        assert_eq!(sink.questions, 1);
    }

    #[tokio::test]
    async fn a_sink_that_contradicts_itself_is_not_believed() {
        /// Tells more of parts than of the whole, of which it tells more each time.
        struct Liar {
            whole: i64,
            more: i64,
        }
        impl Receiver for Liar {
            async fn digest(
                &mut self,
                from: Option<Uuid>,
                before: Option<Uuid>,
            ) -> Result<DayDigest, SearchFault> {
                let is_whole = from.or(before).is_none();
                let count = if is_whole { self.whole } else { 9 };
                self.whole += self.more;
                Ok(DayDigest {
                    count,
                    sum: DigestSum::default(),
                })
            }
        }
        let stages = stages(4, &mut StdRng::seed_from_u64(5));
        let mut liar = Liar { whole: 1, more: 0 };
        let fault = search(&stages, &mut liar).await.unwrap_err();
        assert!(matches!(fault, SearchFault::Contradictory), "{fault}");
        // Stages that came meanwhile look the same, but for the whole.
        let mut growing = Liar { whole: 1, more: 4 };
        let fault = search(&stages, &mut growing).await.unwrap_err();
        assert!(matches!(fault, SearchFault::Moved), "{fault}");
    }
}
