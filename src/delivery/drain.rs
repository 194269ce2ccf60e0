//! Lanes that operators let go on: what waits in one is sent up to where its sink stands, and then goes
//! with all others again. It never sends what the flow sends.

use std::sync::Arc;

use super::{Lane, Outgoing, Pusher, message::outgoing, push::PushFault, send::Sent, view::View};
use crate::{
    journal,
    store::{StoreFault, faults},
};

impl Pusher {
    /// Drains all lanes that may go on; not while the receiver is tried with single stages.
    pub(super) async fn drain(&mut self) -> Result<(), PushFault> {
        if self.view.as_ref().is_some_and(|view| !view.due.is_empty()) {
            // What was stored of the flow is counted by itself.
            self.save(&[]).await?;
        }
        while !self.status.is_to_be_probed() && self.drain_next().await? {}
        Ok(())
    }

    /// Drains the next lane that may go on; tells whether there was one.
    pub(super) async fn drain_next(&mut self) -> Result<bool, PushFault> {
        let Some(view) = &mut self.view else {
            return Ok(false);
        };
        let Some(lane) = view.due.pop_front() else {
            return Ok(false);
        };
        let reached = view.reached;
        let drained = self.drain_one(lane, reached).await;
        if drained.is_err() {
            // It is due still.
            self.view.iter_mut().for_each(View::expire);
        }
        drained.map(|()| true)
    }

    async fn drain_one(&mut self, lane: Lane, reached: i64) -> Result<(), PushFault> {
        let stages = self.waiting_in(&lane, reached).await?;
        let sent = self.send(stages.clone()).await?;
        let at = self.store.clock().now().instant;
        faults::point("push.draining");
        self.acknowledge(&sent);
        let stored = stages.iter().filter(|it| sent.stored.contains(&it.number));
        if let Some(view) = &mut self.view {
            let stored = stored.clone().map(|it| it.acknowledged(at));
            view.passed.acknowledged.extend(stored);
        }
        if stored.count() == stages.len() {
            return self.save(&[lane.drained()]).await;
        }
        self.settle(lane, sent).await
    }

    /// What waits in a lane, up to where its sink stands.
    async fn waiting_in(
        &self,
        lane: &Lane,
        reached: i64,
    ) -> Result<Vec<Arc<Outgoing>>, StoreFault> {
        let reading = journal::stage_rows_of(self.store.reads(), lane.application);
        let rows = self.store.in_time("read the journal", reading).await?;
        let mut stages = outgoing(&rows, &self.mapping)?;
        stages.retain(|it| {
            (lane.number..=reached).contains(&it.number) && !lane.skipped.contains(&it.number)
        });
        Ok(stages.into_iter().map(Arc::new).collect())
    }

    /// An operator asked: what is refused now is parked again, however sure the refusal is.
    async fn settle(&mut self, lane: Lane, sent: Sent) -> Result<(), PushFault> {
        if let Some((refused, _)) = sent.refusals.into_iter().next() {
            let at = self.store.clock().now().instant;
            let parked = Lane::parked(self.name.as_str(), refused, Some(lane), at);
            let parked = std::slice::from_ref(&parked);
            self.save(parked).await?;
            self.tell_parked(parked);
            return Ok(());
        }
        Err(sent.fault.map_or(PushFault::Overtaken, PushFault::from))
    }
}
