//! Sends stages to a sink again that an operator wants to be sent, beside the sink's cursor.
//! It never sends what nobody asked for, but for the earlier stages that the sink misses of an application.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    clerk::{ReconcileFault, Reconciler},
    model::{Day, Handling, State},
    queues,
    rows::{self, DifferenceRow},
};
use crate::{
    delivery::{Outgoing, RunningSink, Verdict, is_paused, lane_of, outgoing},
    journal,
    pb::monitoring::v1::Stage,
    store::{Changes, Fence, StoreFault, faults},
};

/// How many are sent at once.
const BATCH: u64 = 200;
/// How much is kept of why a sink refused one.
const REASON_CHARACTERS_MAX: usize = 300;

impl Reconciler {
    /// Sends what is to be sent again; tells whether there was anything.
    pub(super) async fn resend(
        &self,
        sink: &RunningSink,
        fence: Fence,
    ) -> Result<bool, ReconcileFault> {
        let (store, name) = (&self.store, sink.status.name().as_str());
        let reads = store.reads();
        let reading = async {
            let wanted = queues::resending(reads, name, BATCH).await?;
            // A sink that is paused is left alone.
            if wanted.is_empty() || is_paused(reads, name).await? {
                return Ok((Vec::new(), Vec::new()));
            }
            let numbers = wanted.iter().map(|row| row.number).collect();
            let facts = journal::rows_at(reads, numbers).await?;
            Ok::<_, StoreFault>((wanted, facts))
        };
        let (wanted, facts) = store.in_time("read what is to be sent", reading).await?;
        if wanted.is_empty() {
            return Ok(false);
        }
        let stages = outgoing(&facts, &sink.mapping)?;
        let messages: Vec<&Stage> = stages.iter().map(|it| &it.stage).collect();
        let answer = sink.sink.push(&messages).await;
        let mut verdicts = BTreeMap::new();
        for (stage, verdict) in stages.iter().zip(answer.verdicts) {
            let verdict = match verdict {
                Verdict::OutOfOrder => self.bring_along(sink, stage).await?,
                Verdict::Stored
                | Verdict::Refused(_)
                | Verdict::Failed(_)
                | Verdict::Unanswered => verdict,
            };
            verdicts.insert(stage.number, verdict);
        }
        faults::point("reconciliation.resent");
        let is_any = self.write_down(wanted, verdicts, fence).await?;
        match answer.fault {
            Some(fault) => Err(fault.into()),
            None => Ok(is_any),
        }
    }

    /// The sink lacks earlier stages of the application, too: it gets all of them up to this one.
    async fn bring_along(
        &self,
        sink: &RunningSink,
        last: &Outgoing,
    ) -> Result<Verdict, ReconcileFault> {
        let (store, name) = (&self.store, sink.status.name().as_str());
        let reading = async {
            let lane = lane_of(store.reads(), name, last.application).await?;
            let facts = journal::stage_rows_of(store.reads(), last.application).await?;
            Ok::<_, StoreFault>((lane, facts))
        };
        let (lane, facts) = store.in_time("read the journal", reading).await?;
        let mut stages = outgoing(&facts, &sink.mapping)?;
        let has_told = |number| lane.as_ref().is_none_or(|lane| lane.has_told(number));
        stages.retain(|it| it.number <= last.number && has_told(it.number));
        let messages: Vec<&Stage> = stages.iter().map(|it| &it.stage).collect();
        let mut answer = sink.sink.push(&messages).await;
        match (answer.verdicts.pop(), answer.fault) {
            (Some(verdict), None) if answer.verdicts.len().saturating_add(1) == stages.len() => {
                Ok(match verdict {
                    Verdict::OutOfOrder => {
                        Verdict::Refused("earlier stages are missing".to_owned())
                    }
                    verdict @ (Verdict::Stored
                    | Verdict::Refused(_)
                    | Verdict::Failed(_)
                    | Verdict::Unanswered) => verdict,
                })
            }
            (_, Some(fault)) => Err(fault.into()),
            (_, None) => Ok(Verdict::Unanswered),
        }
    }

    /// Keeps what the sink said, and has each day of it compared anew.
    async fn write_down(
        &self,
        wanted: Vec<DifferenceRow>,
        verdicts: BTreeMap<i64, Verdict>,
        fence: Fence,
    ) -> Result<bool, ReconcileFault> {
        let origin = self.origin();
        let at = origin.at;
        let mut changes = Changes::by(origin);
        let mut days = BTreeSet::<(String, Day)>::new();
        for row in wanted {
            let (handling, reason) = match verdicts.get(&row.number) {
                Some(Verdict::Stored) => (Handling::Resent, String::new()),
                Some(Verdict::Refused(reason) | Verdict::Failed(reason)) => {
                    let reason = reason.chars().take(REASON_CHARACTERS_MAX).collect();
                    (Handling::Refused, reason)
                }
                Some(Verdict::OutOfOrder | Verdict::Unanswered) | None => continue,
            };
            days.insert((row.sink.clone(), row.day()?));
            let row = DifferenceRow {
                reason,
                ..row.handled(handling, at)
            };
            changes = rows::saved_difference(changes, row);
        }
        if days.is_empty() {
            return Ok(false);
        }
        for (sink, day) in days {
            let mut row = self.comparison(&sink, &day).await?;
            State::Due.as_str().clone_into(&mut row.state);
            changes = rows::saved(changes, row);
        }
        self.commit(changes, fence).await?;
        Ok(true)
    }
}
