//! Compares one day with one sink, and writes down what is different.
//! It never says that something is different which only changed while it looked.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    clerk::{ReconcileFault, Reconciler},
    days::{Standing, standing},
    model::{Day, Handling, State},
    queues::{self, SeenDay},
    rows::{self, ComparedRow, DifferenceRow, Span},
    search::{Receiver, SearchFault, Searched, search},
};
use crate::{
    delivery::{DayDigest, DayRange, RunningSink},
    journal::Cursor,
    kernel::parse_date,
    store::{Changes, Fence, NewFact, StoreFault, faults},
};

/// The journal's kind of the fact that a sink does not have what it acknowledged.
const DIFFERENT: &str = "reconciliation_different";

/// A sink that is asked about a day.
struct Asking<'a> {
    sink: &'a RunningSink,
    day: &'a Day,
    questions: i32,
}

/// What a comparison brought.
struct Compared {
    standing: Standing,
    /// None if the sink does not tell what it has.
    searched: Option<Searched>,
    questions: i32,
}

impl Receiver for Asking<'_> {
    async fn digest(
        &mut self,
        from: Option<Uuid>,
        before: Option<Uuid>,
    ) -> Result<DayDigest, SearchFault> {
        self.questions = self.questions.saturating_add(1);
        let asked = DayRange {
            day_on: self.day.on,
            provider_bin: self.day.provider_bin.clone(),
            from,
            before,
        };
        let told = self.sink.sink.day_digest(&asked).await?;
        told.ok_or(SearchFault::NotOffered)
    }
}

impl Reconciler {
    /// Makes a comparison that somebody asked for, or that follows a resending.
    pub(super) async fn compare_due(
        &mut self,
        sink: &RunningSink,
        due: ComparedRow,
        fence: Fence,
    ) -> Result<bool, ReconcileFault> {
        let on = parse_date(&due.day_on)
            .map_err(|_unreadable| StoreFault::corrupt("comparison", "is of no day"))?;
        let provider_bin = due.provider_bin;
        let day = Day { on, provider_bin };
        let seen = self.seen(&day).await?;
        self.compare(sink, &(day, seen), fence).await
    }

    /// Where the stages of a day stand now.
    async fn seen(&self, day: &Day) -> Result<Span, StoreFault> {
        let (reads, on) = (self.store.reads(), day.on.to_string());
        let looking = queues::seen_on(reads, &on, Some(&day.provider_bin));
        let seen = self.store.in_time("read the stages of a day", looking);
        let nothing = Span {
            first: 1,
            last: 0,
            stages: 0,
        };
        Ok(seen.await?.pop().map_or(nothing, |(_, span)| span))
    }

    /// Compares a day, if the sink acknowledged all of it; tells whether it did.
    pub(super) async fn compare(
        &mut self,
        sink: &RunningSink,
        seen: &SeenDay,
        fence: Fence,
    ) -> Result<bool, ReconcileFault> {
        let (store, name) = (self.store.clone(), sink.status.name().as_str());
        let reads = store.reads();
        let (day, span) = seen;
        let reading = Cursor::load(reads, sink.reader);
        let cursor = store.in_time("read the cursor of a sink", reading).await?;
        if cursor.position() < span.last {
            return Ok(false);
        }
        // Read first: who asks from now on asks for another comparison.
        let row = self.comparison(name, day).await?;
        let at_first = standing(&store, name, &sink.mapping, seen).await?;
        if at_first.is_on_its_way {
            return Ok(false);
        }
        let questions = 0;
        let mut asking = Asking {
            sink,
            day,
            questions,
        };
        let searched = match search(&at_first.acknowledged, &mut asking).await {
            Ok(searched) => Some(searched),
            Err(SearchFault::NotOffered) => None,
            Err(SearchFault::Moved) => return Err(ReconcileFault::Moved),
            Err(fault) => {
                self.note(row, &fault, fence).await?;
                return Err(fault.into());
            }
        };
        let is_different = |searched: &Searched| searched.ours != searched.theirs;
        if let Some(searched) = searched.as_ref().filter(|it| is_different(it)) {
            while self.follow(fence).await? {}
            // The lanes last: what went out of one before the sink told what it has shows in them.
            let is_as_it_was = self.seen(day).await? == *span
                && asking.digest(None, None).await? == searched.theirs
                && standing(&store, name, &sink.mapping, seen).await? == at_first;
            if !is_as_it_was {
                return Err(ReconcileFault::Moved);
            }
        }
        let compared = Compared {
            standing: at_first,
            searched,
            questions: asking.questions,
        };
        self.write(row, seen, compared, fence).await?;
        Ok(true)
    }

    /// Writes down why a comparison could not be made, once.
    async fn note(
        &self,
        mut row: ComparedRow,
        fault: &SearchFault,
        fence: Fence,
    ) -> Result<(), ReconcileFault> {
        let told = fault.to_string();
        if row.fault == told {
            return Ok(());
        }
        row.fault = told;
        let changes = rows::saved(Changes::by(self.origin()), row);
        self.commit(changes, fence).await
    }

    /// The comparison of a day with a sink, a new one if there is none.
    pub(super) async fn comparison(
        &self,
        sink: &str,
        day: &Day,
    ) -> Result<ComparedRow, StoreFault> {
        let reading = rows::comparison(self.store.reads(), sink, day);
        let before = self.store.in_time("read a comparison", reading).await?;
        Ok(before.unwrap_or_else(|| rows::new_comparison(sink, day)))
    }

    async fn write(
        &self,
        before: ComparedRow,
        (day, span): &SeenDay,
        compared: Compared,
        fence: Fence,
    ) -> Result<(), ReconcileFault> {
        let reading = queues::ever_found(self.store.reads(), &before.sink, day);
        let known = self.store.in_time("read differences", reading).await?;
        let origin = self.origin();
        let at = origin.at;
        // Nothing of what an earlier comparison said is left.
        let mut row = ComparedRow {
            through_number: span.last,
            parked_stages: compared.standing.parked,
            skipped_stages: compared.standing.skipped,
            questions: compared.questions,
            compared_at: Some(at),
            asked_by: before.asked_by,
            version: before.version,
            ..rows::new_comparison(&before.sink, day)
        };
        let mut changes = Changes::by(origin);
        if let Some(searched) = compared.searched {
            tell(&mut row, &searched);
            for difference in differences(&row.sink, day, searched, known, at)? {
                changes = rows::saved_difference(changes, difference);
            }
        } else {
            State::NotOffered.as_str().clone_into(&mut row.state);
        }
        let is_different = row.state == State::Different.as_str();
        if is_different {
            tracing::warn!(
                sink = row.sink,
                day = %row.day_on,
                differences = row.differences,
                "a sink does not have what it acknowledged: see ListDifferences"
            );
        }
        // What is alike is no news; what is not must not be forgotten, whatever becomes of the rows.
        let fact = is_different.then(|| NewFact {
            subject: self.store.ids().next(at),
            kind: DIFFERENT,
            body: body(&row).to_string(),
        });
        faults::point("reconciliation.compared");
        let changes = rows::saved(changes, row).facts(fact);
        self.commit(changes, fence).await
    }
}

fn tell(row: &mut ComparedRow, searched: &Searched) {
    let state = if searched.ours == searched.theirs {
        State::Alike
    } else {
        State::Different
    };
    state.as_str().clone_into(&mut row.state);
    row.stages = searched.ours.count;
    row.digest = hex::encode(searched.ours.sum.bytes());
    row.sink_stages = searched.theirs.count;
    row.sink_digest = hex::encode(searched.theirs.sum.bytes());
    row.differences = i32::try_from(searched.found.len()).unwrap_or(i32::MAX);
    row.has_more = searched.has_more;
}

/// The rows that what was found makes new or otherwise; what was not found again is healed, if all was
/// looked for.
fn differences(
    sink: &str,
    day: &Day,
    searched: Searched,
    known: Vec<DifferenceRow>,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<DifferenceRow>, StoreFault> {
    let key = |row: &DifferenceRow| (row.event_id, row.kind.clone());
    let mut known: BTreeMap<_, _> = known.into_iter().map(|row| (key(&row), row)).collect();
    let mut rows = Vec::new();
    for found in searched.found {
        let fresh = rows::new_difference(sink, day, &found, at);
        rows.push(match known.remove(&key(&fresh)) {
            Some(before) => {
                let handling = before.handling()?.found_again();
                DifferenceRow {
                    stages: fresh.stages,
                    ..before.handled(handling, at)
                }
            }
            None => fresh,
        });
    }
    for gone in known.into_values() {
        if !searched.has_more && gone.handling()? != Handling::Healed {
            rows.push(gone.handled(Handling::Healed, at));
        }
    }
    Ok(rows)
}

fn body(row: &ComparedRow) -> serde_json::Value {
    serde_json::json!({
        "sink": row.sink,
        "day_on": row.day_on,
        "provider_bin": row.provider_bin,
        "state": row.state,
        "stages": row.stages,
        "parked_stages": row.parked_stages,
        "skipped_stages": row.skipped_stages,
        "digest": row.digest,
        "sink_stages": row.sink_stages,
        "sink_digest": row.sink_digest,
        "differences": row.differences,
        "questions": row.questions,
    })
}
