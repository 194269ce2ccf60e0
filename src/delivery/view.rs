//! What a pusher goes by: where its sink stands, whether it is paused, and which applications go apart.
//! It never outlives an act of an operator or a hand-over: either moves on the version of the cursor.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::{Lane, LaneState, Outgoing, Pusher, push::PushFault, rows};
use crate::{
    journal::Cursor,
    lag::{self, Passed},
    store::{Changes, CommitStop, Fence, Origin, faults},
};

/// How old a view may grow before the database is asked whether it still holds.
const LOOK: Duration = Duration::from_millis(100);
/// How often the cursor is saved at most: what is behind it is repeated after a crash, and dropped.
const SAVE: Duration = Duration::from_millis(200);

/// A view, of who held the lease by a fence.
#[derive(Debug)]
pub(super) struct View {
    pub(super) fence: Fence,
    cursor: Cursor,
    /// Everything up to this number is stored at the receiver, or in a lane.
    pub(super) reached: i64,
    pub(super) paused: bool,
    /// The first number that waits of each application that goes apart.
    held: BTreeMap<Uuid, i64>,
    /// The stages that operators passed over: never sent again, whatever became of their lanes.
    passed_over: BTreeSet<i64>,
    /// The lanes that may go on.
    pub(super) due: VecDeque<Lane>,
    /// None once something else stands in the database.
    looked_at: Option<Instant>,
    /// What became of stages since the cursor was saved.
    pub(super) passed: Passed,
    saved_at: Option<Instant>,
}

impl View {
    /// Whether a stage goes with all others: it waits in no lane, and nobody passed it over.
    pub(super) fn sends(&self, outgoing: &Outgoing) -> bool {
        let held = self.held.get(&outgoing.application);
        let waits = held.is_some_and(|first| *first <= outgoing.number);
        !waits && !self.is_passed_over(outgoing)
    }

    /// Whether an operator passed a stage over.
    pub(super) fn is_passed_over(&self, outgoing: &Outgoing) -> bool {
        self.passed_over.contains(&outgoing.number)
    }

    /// What an act or a hand-over changes.
    pub(super) const fn seen(&self) -> (Fence, Cursor) {
        (self.fence, self.cursor)
    }

    /// How long the cursor may stay behind; none if it is not.
    pub(super) fn save_is_due_in(&self) -> Option<Duration> {
        (self.reached > self.cursor.position()).then(|| {
            let since = self.saved_at.map_or(SAVE, |at| at.elapsed());
            SAVE.saturating_sub(since)
        })
    }

    /// Lets the next look be one at everything.
    pub(super) fn expire(&mut self) {
        self.looked_at = None;
    }

    fn hold(&mut self, lane: &Lane) {
        self.passed_over.extend(&lane.skipped);
        if lane.state == LaneState::Drained {
            self.held.remove(&lane.application);
        } else {
            self.held.insert(lane.application, lane.number);
        }
    }
}

impl Pusher {
    /// Sees to it that the view holds: made anew after a hand-over or an act, and now and then looked at.
    pub(super) async fn look(&mut self, fence: Fence) -> Result<(), PushFault> {
        let known = self.view.take().filter(|view| view.fence == fence);
        let is_fresh = |at: Instant| at.elapsed() < LOOK;
        let is_known = known.as_ref().and_then(|view| view.looked_at).map(is_fresh);
        self.view = known;
        if is_known == Some(true) {
            return Ok(());
        }
        let looked_at = Some(Instant::now());
        let cursor = self.cursor(fence).await?;
        if let Some(view) = &mut self.view
            && is_known.is_some()
            && view.cursor == cursor
        {
            view.looked_at = looked_at;
            return Ok(());
        }
        let (reads, name) = (self.store.reads(), self.name.as_str());
        let reading = async {
            let said = rows::said(reads, name).await?;
            let lanes = rows::lanes_apart(reads, name).await?;
            Ok((said, lanes))
        };
        let (said, mut lanes) = self.store.in_time("look at a sink", reading).await?;
        let before = self.view.take();
        // Whoever acted said where the sink stands: what was stored since it was saved is told again.
        let kept = before.filter(|view| view.cursor == cursor);
        let mut view = View {
            fence,
            cursor,
            reached: kept.as_ref().map_or(cursor.position(), |view| view.reached),
            paused: said.is_some_and(|(said, _)| said.paused),
            held: BTreeMap::new(),
            passed_over: BTreeSet::new(),
            due: VecDeque::new(),
            looked_at,
            saved_at: kept.as_ref().and_then(|view| view.saved_at),
            passed: kept.map(|view| view.passed).unwrap_or_default(),
        };
        lanes.sort_unstable_by_key(|lane| lane.number);
        for lane in lanes {
            view.hold(&lane);
            if lane.state == LaneState::Due {
                view.due.push_back(lane);
            }
        }
        self.view = Some(view);
        Ok(())
    }

    /// The cursor; a sink that is new gets its place first, so that nothing is left out that comes later.
    async fn cursor(&self, fence: Fence) -> Result<Cursor, PushFault> {
        let finding = self.from.cursor(self.store.reads(), self.reader);
        let cursor = self.store.in_time("read the cursor", finding).await?;
        if !cursor.is_new() {
            return Ok(cursor);
        }
        let (name, position) = (self.name.as_str(), cursor.position());
        let changes = cursor.moved(position, self.origin()).under(Some(fence));
        self.commit(lag::begun(name, position, changes)).await?;
        Ok(cursor.at(position))
    }

    /// Saves how far the receiver has come, with what became of lanes.
    pub(super) async fn save(&mut self, lanes: &[Lane]) -> Result<(), PushFault> {
        let Some(view) = &self.view else {
            return Ok(());
        };
        if lanes.is_empty() && view.reached == view.cursor.position() {
            return Ok(());
        }
        let (reached, fence) = (view.reached, view.fence);
        let mut changes = view.cursor.moved(reached, self.origin()).under(Some(fence));
        for lane in lanes {
            changes = rows::lane_row(lane)?.onto(changes);
        }
        let (lag, name, reads) = (&self.lag, self.name.as_str(), self.store.reads());
        let counting = lag.passed(reads, name, &view.passed, changes);
        let (changes, counted) = self.store.in_time("count lag", counting).await?;
        faults::point(if lanes.is_empty() {
            "push.saving"
        } else {
            "push.parking"
        });
        if let Err(fault) = self.commit(changes).await {
            // It is not known what stands there now. What went into no lane is still stored.
            self.view = self.view.take().filter(|_| lanes.is_empty());
            self.view.iter_mut().for_each(View::expire);
            return Err(fault);
        }
        self.lag.show(&counted);
        if let Some(view) = &mut self.view {
            view.passed = Passed::default();
            view.cursor = view.cursor.at(reached);
            view.saved_at = Some(Instant::now());
            for lane in lanes {
                view.hold(lane);
            }
        }
        Ok(())
    }

    async fn commit(&self, changes: Changes) -> Result<(), PushFault> {
        let committed = self.store.commit(changes).await;
        committed.map_err(|stop| match stop {
            CommitStop::Lost(_) => PushFault::Overtaken,
            CommitStop::Full => PushFault::Busy,
            CommitStop::Fault(fault) => fault.into(),
        })
    }

    fn origin(&self) -> Origin {
        Origin::of_system(self.reader, self.store.clock().now())
    }
}
