//! Watchers who follow through the storm, each by whatever process answers. As one that writes its
//! token down only now and then, each sees some stages again, and drops them by their event id. They leave by
//! themselves, too, in the midst of what they are sent.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use tizilim::pb::registry::v1::{
    self as pb, StageEvent, WatchStagesResponse, watch_stages_request::Start,
    watch_stages_response::Event,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tonic::Streaming;

use super::{compare::Told, customers::passes, stand::Stand};
use crate::harness::Account;

/// Stages from one token that is written down to the next.
const KEPT_EVERY: usize = 16;
/// Stages after which one leaves, with the token of the last: odd, since stages come in pairs.
const LEAVES_AFTER: usize = 27;
/// A process that sends no heartbeat for so long is left.
const SILENCE_MAX: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(50);

/// What there is to see in the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    pub(super) stages: usize,
    /// Whoever has not seen it all then does not wait for it any more.
    pub(super) until: Instant,
}

/// A watcher that never gives up before the end.
pub(super) struct Watcher<'a> {
    stand: &'a Stand,
    turn: usize,
    /// As it was written down last.
    start: Start,
    known: BTreeSet<String>,
    seen: Seen,
}

/// What a watcher saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// In the order in which it saw them first.
    pub(super) stages: Vec<Told>,
    pub(super) met: Met,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    pub(super) connected: u32,
    pub(super) repeats: u32,
}

impl<'a> Watcher<'a> {
    pub(super) fn new(stand: &'a Stand, turn: usize) -> Self {
        let from = tizilim::rpc::timestamp(stand.world.begins_at);
        Self {
            stand,
            turn,
            start: Start::FromAt(from),
            known: BTreeSet::new(),
            seen: Seen::default(),
        }
    }

    /// Watches until it has seen as many stages as there are in the end.
    pub(super) async fn see(mut self, goal: watch::Receiver<Option<Goal>>) -> Seen {
        let is_over = |seen: &Seen| {
            let goal = *goal.borrow();
            goal.is_some_and(|goal| seen.stages.len() >= goal.stages || Instant::now() > goal.until)
        };
        while !is_over(&self.seen) {
            let Some(mut watch) = self.connected().await else {
                sleep(PAUSE).await;
                continue;
            };
            while !is_over(&self.seen)
                && let Some(message) = next(&mut watch).await
                && self.take(message)
            {}
        }
        self.seen
    }

    /// Goes on at the next process, if it answers.
    async fn connected(&mut self) -> Option<Streaming<WatchStagesResponse>> {
        self.turn += 1;
        let request = pb::WatchStagesRequest {
            start: Some(self.start.clone()),
            heartbeat_seconds: 1,
            filter: None,
            rules_changes: false,
        };
        let mut feed = self.stand.raw(self.turn, Account::Agency).feed();
        match timeout(SILENCE_MAX, feed.watch_stages(request)).await {
            Ok(Ok(watch)) => {
                self.seen.met.connected += 1;
                Some(watch.into_inner())
            }
            Ok(Err(status)) => {
                assert!(passes(&status), "{status:?}");
                None
            }
            Err(_) => None,
        }
    }

    /// Takes what it is told; says whether it stays.
    fn take(&mut self, message: WatchStagesResponse) -> bool {
        let Some(Event::Stage(stage)) = message.event else {
            return true;
        };
        if !self.known.insert(stage.event_id.clone()) {
            self.seen.met.repeats += 1;
            return true;
        }
        self.seen.stages.push(told(stage));
        let count = self.seen.stages.len();
        let leaves = count.is_multiple_of(LEAVES_AFTER);
        if leaves || count.is_multiple_of(KEPT_EVERY) {
            self.start = Start::ResumeToken(message.resume_token);
        }
        !leaves
    }
}

/// The next message; none when the process is gone, says that it goes, or is silent.
async fn next(watch: &mut Streaming<WatchStagesResponse>) -> Option<WatchStagesResponse> {
    match timeout(SILENCE_MAX, watch.message()).await {
        Ok(Ok(message)) => message.filter(|message| !matches!(message.event, Some(Event::End(_)))),
        Ok(Err(status)) => {
            assert!(passes(&status), "{status:?}");
            None
        }
        Err(_) => None,
    }
}

fn told(stage: StageEvent) -> Told {
    let code = stage.stage().as_str_name();
    Told {
        stage: code.trim_start_matches("APPLICATION_STAGE_").to_owned(),
        application: stage.application_number,
        sequence: stage.sequence,
        event: stage.event_id,
    }
}
