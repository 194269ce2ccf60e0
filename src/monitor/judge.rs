//! What becomes of each stage of a batch, given what was received before.
//! It never stores anything, and one bad stage never spoils its neighbours.

use std::collections::{BTreeMap, btree_map::Entry};

use super::shape::Incoming;
use crate::kernel::EventId;

/// What was received before, as far as it concerns a batch.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The content of the stages that the batch may repeat.
    pub(super) contents: BTreeMap<EventId, Vec<u8>>,
    /// The last sequence of the applications that the batch speaks of.
    pub(super) heads: BTreeMap<String, i32>,
}

/// What becomes of a stage.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the next of its application.
    Accepted(Incoming),
    /// It was there already.
    Duplicate(EventId),
    /// Something before it is missing.
    OutOfOrder,
    /// It will never be stored as it is, with the reason.
    Rejected(String),
}

/// Judges a batch in order: each stage sees those before it.
pub(super) fn judge(batch: Vec<Result<Incoming, String>>, mut known: Known) -> Vec<Verdict> {
    batch
        .into_iter()
        .map(|stage| match stage {
            Ok(incoming) => judge_one(incoming, &mut known),
            Err(reason) => Verdict::Rejected(reason),
        })
        .collect()
}

fn judge_one(incoming: Incoming, known: &mut Known) -> Verdict {
    let place = match known.contents.entry(incoming.event_id) {
        Entry::Occupied(content) if *content.get() == incoming.content => {
            return Verdict::Duplicate(incoming.event_id);
        }
        Entry::Occupied(_) => {
            return Verdict::Rejected("event_id was received with other content".to_owned());
        }
        Entry::Vacant(place) => place,
    };
    let head = known
        .heads
        .entry(incoming.application_number.clone())
        .or_insert(0);
    if incoming.sequence <= *head {
        return Verdict::Rejected("sequence was received with another event_id".to_owned());
    }
    if head.checked_add(1) != Some(incoming.sequence) {
        return Verdict::OutOfOrder;
    }
    *head = incoming.sequence;
    place.insert(incoming.content.clone());
    Verdict::Accepted(incoming)
}

#[cfg(test)]
mod tests {
    use super::{
        super::shape::{read, tests::stage},
        *,
    };

    fn incoming(event: u8, application: &str, sequence: i32) -> Result<Incoming, String> {
        read(&stage(event, application, sequence))
    }

    fn known(stages: &[Result<Incoming, String>]) -> Known {
        let mut known = Known::default();
        for stage in stages.iter().flatten() {
            known.contents.insert(stage.event_id, stage.content.clone());
            known
                .heads
                .insert(stage.application_number.clone(), stage.sequence);
        }
        known
    }

    fn words(verdicts: &[Verdict]) -> Vec<&str> {
        verdicts
            .iter()
            .map(|verdict| match verdict {
                Verdict::Accepted(_) => "accepted",
                Verdict::Duplicate(_) => "duplicate",
                Verdict::OutOfOrder => "out of order",
                Verdict::Rejected(reason) => reason,
            })
            .collect()
    }

    #[test]
    fn each_application_counts_by_itself() {
        let batch = vec![
            incoming(1, "A-1", 1),
            incoming(2, "A-2", 1),
            incoming(3, "A-1", 2),
            incoming(4, "A-1", 4),
            incoming(5, "A-2", 2),
            incoming(6, "A-1", 3),
        ];
        assert_eq!(
            words(&judge(batch, Known::default())),
            [
                "accepted",
                "accepted",
                "accepted",
                "out of order",
                "accepted",
                "accepted"
            ]
        );
    }

    #[test]
    fn a_stage_must_follow_what_was_received_before() {
        let before = known(&[incoming(1, "A-1", 1), incoming(2, "A-1", 2)]);
        let batch = vec![incoming(4, "A-1", 4), incoming(3, "A-1", 3)];
        assert_eq!(words(&judge(batch, before)), ["out of order", "accepted"]);
        let first = vec![incoming(1, "A-1", 2)];
        assert_eq!(words(&judge(first, Known::default())), ["out of order"]);
    }

    #[test]
    fn a_repeat_is_dropped_whether_stored_or_in_the_same_batch() {
        let before = known(&[incoming(1, "A-1", 1)]);
        let batch = vec![
            incoming(1, "A-1", 1),
            incoming(2, "A-1", 2),
            incoming(2, "A-1", 2),
        ];
        assert_eq!(
            words(&judge(batch, before)),
            ["duplicate", "accepted", "duplicate"]
        );
    }

    #[test]
    fn a_known_id_or_number_with_other_content_is_rejected() {
        let before = known(&[incoming(1, "A-1", 1)]);
        let batch = vec![
            incoming(1, "A-1", 2),
            incoming(1, "A-2", 1),
            incoming(9, "A-1", 1),
            Err("sequence must be at least 1".to_owned()),
            incoming(2, "A-1", 2),
        ];
        assert_eq!(
            words(&judge(batch, before)),
            [
                "event_id was received with other content",
                "event_id was received with other content",
                "sequence was received with another event_id",
                "sequence must be at least 1",
                "accepted"
            ]
        );
    }

    #[test]
    fn the_last_possible_sequence_has_no_next() {
        let mut before = known(&[incoming(1, "A-1", 1)]);
        before.heads.insert("A-1".to_owned(), i32::MAX);
        let batch = vec![incoming(2, "A-1", i32::MAX)];
        assert_eq!(
            words(&judge(batch, before)),
            ["sequence was received with another event_id"]
        );
    }
}
