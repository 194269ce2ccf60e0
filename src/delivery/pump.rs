//! The flow: reads on, sends, and takes note, while the next facts are read.
//! It never lets the cursor pass a stage that is neither stored nor in a lane.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::{
    Lane, LaneState, Outgoing, Pusher, SinkFault,
    lane::Refused,
    message::outgoing,
    push::PushFault,
    rows,
    send::{Sent, Sureness},
};
use crate::{
    journal,
    store::{StoreFault, faults},
};

/// How many facts are read at once: no more stages than are sent at once.
const BATCH: u64 = 500;
/// How often a stage may be refused alone, while nothing else is stored, before it is refused for good.
const REFUSALS_MAX: u32 = 3;
/// How often a receiver may fail on a stage, while it stores others: an accident happens more than once.
const FAILURES_MAX: u32 = 5;
/// Of how many applications a receiver may refuse stages while it stores nothing: more, and it is broken.
const REFUSED_APPLICATIONS_MAX: usize = 10;

/// Facts that were read.
struct Batch {
    stages: Vec<Arc<Outgoing>>,
    through: i64,
    has_more: bool,
}

impl Batch {
    /// Leaves what comes after its first stage for later.
    fn cut_to_one_stage(&mut self) {
        if let Some(first) = self.stages.first() {
            self.through = first.number;
            self.stages.truncate(1);
            self.has_more = true;
        }
    }
}

impl Pusher {
    /// Sends all there is; tells how many facts were passed.
    pub(super) async fn pump(&mut self, stop: &CancellationToken) -> Result<u64, PushFault> {
        let mut passed = 0_u64;
        let mut next = match &self.view {
            Some(view) => self.read(view.reached).await?,
            None => None,
        };
        while let Some(mut batch) = next.take() {
            if self.status.is_to_be_probed() {
                batch.cut_to_one_stage();
            }
            let may_go_on = self.lease.fence().is_some() && !stop.is_cancelled();
            let Some(view) = self.view.as_ref().filter(|_| may_go_on) else {
                return Ok(passed);
            };
            let before = view.reached;
            let waiting = batch.stages.iter().filter(|outgoing| view.sends(outgoing));
            let waiting: Vec<_> = waiting.map(Arc::clone).collect();
            let reading_on = async {
                if batch.has_more {
                    self.read(batch.through).await
                } else {
                    Ok(None)
                }
            };
            let (sent, read) = tokio::join!(self.send(waiting.clone()), reading_on);
            let at = self.store.clock().now().instant;
            faults::point("push.acknowledged");
            self.take_note(&batch, &waiting, sent?, at).await?;
            let reached = self.view.as_ref().map_or(before, |view| view.reached);
            let more = u64::try_from(reached.saturating_sub(before));
            passed = passed.saturating_add(more.unwrap_or_default());
            next = read?;
        }
        Ok(passed)
    }

    async fn read(&self, after: i64) -> Result<Option<Batch>, StoreFault> {
        let reading = journal::read(self.store.reads(), after, BATCH);
        let rows = self.store.in_time("read the journal", reading).await?;
        let Some(through) = rows.last().map(|row| row.number) else {
            return Ok(None);
        };
        let stages = outgoing(&rows, &self.mapping)?;
        Ok(Some(Batch {
            stages: stages.into_iter().map(Arc::new).collect(),
            through,
            has_more: u64::try_from(rows.len()).unwrap_or(BATCH) >= BATCH,
        }))
    }

    /// Moves on up to the first stage of which it is not known what becomes of it.
    async fn take_note(
        &mut self,
        batch: &Batch,
        waiting: &[Arc<Outgoing>],
        sent: Sent,
        at: DateTime<Utc>,
    ) -> Result<(), PushFault> {
        self.acknowledge(&sent);
        let doubted = sent.refusals.first().map(|(refused, _)| unstored(refused));
        let Sent {
            stored,
            refusals,
            fault,
        } = sent;
        let refuses_all = matches!(&fault, Some(SinkFault::Refused(_) | SinkFault::Failed(_)));
        if stored.is_empty() && refuses_all {
            self.refused.extend(waiting.iter().map(|it| it.application));
        }
        let for_good = self.for_good(refusals, !stored.is_empty());
        let is_settled = |outgoing: &Outgoing| {
            let is_behind = |refused: &Refused| {
                refused.application == outgoing.application && refused.number <= outgoing.number
            };
            stored.contains(&outgoing.number) || for_good.iter().any(is_behind)
        };
        let unsettled = waiting.iter().find(|outgoing| !is_settled(outgoing));
        let reached = unsettled.map_or(batch.through, |it| it.number.saturating_sub(1));
        let lanes = self.lanes(for_good).await?;
        let Some(view) = &mut self.view else {
            return Ok(());
        };
        view.reached = reached.max(view.reached);
        for outgoing in batch.stages.iter().filter(|it| it.number <= reached) {
            if stored.contains(&outgoing.number) {
                view.passed.acknowledged.push(outgoing.acknowledged(at));
            } else if !view.is_passed_over(outgoing) {
                view.passed.parked.push(outgoing.number);
            }
        }
        let is_due = view.save_is_due_in().is_some_and(|left| left.is_zero());
        if is_due || unsettled.is_some() || !lanes.is_empty() {
            self.save(&lanes).await?;
            self.tell_parked(&lanes);
        }
        match (unsettled, fault, doubted) {
            (None, _, _) => Ok(()),
            (Some(_), Some(fault), _) => Err(fault.into()),
            (Some(_), None, Some(doubted)) => Err(doubted),
            (Some(unanswered), None, None) => Err(PushFault::NotStored {
                application_number: unanswered.application_number.clone(),
                sequence: unanswered.stage.sequence,
            }),
        }
    }

    pub(super) fn acknowledge(&mut self, sent: &Sent) {
        if !sent.stored.is_empty() {
            self.status.acknowledged(sent.stored.len());
            self.doubts
                .retain(|number, _| !sent.stored.contains(number));
            self.refused.clear();
        }
    }

    /// Which stages will never be stored. A receiver that stores something besides is believed at once; one
    /// that refuses everything is more likely broken than all stages are.
    fn for_good(&mut self, refusals: Vec<(Refused, Sureness)>, stores: bool) -> Vec<Refused> {
        if !stores {
            let applications = refusals.iter().map(|(refused, _)| refused.application);
            self.refused.extend(applications);
        }
        let is_broken = self.refused.len() > REFUSED_APPLICATIONS_MAX;
        let mut for_good = Vec::new();
        for (refused, sureness) in refusals {
            let tries = self.doubts.entry(refused.number).or_default();
            *tries = tries.saturating_add(u32::from(stores || sureness != Sureness::Doubtful));
            let is_for_good = match sureness {
                Sureness::Said => !is_broken,
                Sureness::Alone => stores || (!is_broken && *tries >= REFUSALS_MAX),
                Sureness::Doubtful => stores && *tries >= FAILURES_MAX,
            };
            if is_for_good {
                self.doubts.remove(&refused.number);
                for_good.push(refused);
            }
        }
        for_good
    }

    /// The lanes of what is refused for good, over what they were before.
    pub(super) async fn lanes(&self, refused: Vec<Refused>) -> Result<Vec<Lane>, StoreFault> {
        if refused.is_empty() {
            return Ok(Vec::new());
        }
        let applications = refused.iter().map(|refused| refused.application).collect();
        let (reads, sink) = (self.store.reads(), self.name.as_str());
        let reading = rows::lanes_of(reads, sink, applications);
        let mut before = self.store.in_time("read lanes", reading).await?;
        let at = self.store.clock().now().instant;
        let refused = refused.into_iter();
        let lanes = refused.map(|refused| {
            let before = before.remove(&refused.application);
            Lane::parked(sink, refused, before, at)
        });
        Ok(lanes.collect())
    }

    /// Tells operators of lanes that are parked and saved.
    pub(super) fn tell_parked(&self, lanes: &[Lane]) {
        for lane in lanes.iter().filter(|lane| lane.state == LaneState::Parked) {
            let (application, sequence) = (&lane.application_number, lane.sequence);
            tracing::warn!(sink = %self.name, application, sequence, "a stage is refused for good; it is parked");
            self.status.parked();
        }
    }
}

pub(super) fn unstored(refused: &Refused) -> PushFault {
    PushFault::NotStored {
        application_number: refused.application_number.clone(),
        sequence: refused.sequence,
    }
}
