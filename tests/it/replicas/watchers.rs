//! Watchers of the stage feed while processes come and go: each goes on elsewhere with its token, and sees
//! every stage once, in the order in which all others see it.

use std::time::Duration;

use futures_util::future::join_all;
use tizilim::pb::registry::v1::{
    self as pb, WatchStagesResponse, watch_stages_request::Start, watch_stages_response::Event,
};
use tonic::{Status, Streaming};

use super::fleet::Fleet;
use crate::harness::{Account, until};

const FIRST_SHARE: u32 = 501;
const FILED: usize = 24;
/// Received, registered, in review, awaiting signature.
const STAGES: usize = 4 * FILED;

/// A watcher that never gives up.
struct Watcher<'a> {
    fleet: &'a Fleet,
    turn: usize,
    start: Start,
    seen: Vec<String>,
}

impl Watcher<'_> {
    /// Goes on at the next process that answers.
    async fn reconnected(&mut self) -> Streaming<WatchStagesResponse> {
        until("a process that answers", async || {
            self.turn += 1;
            let name = ["a", "b"][self.turn % 2];
            let request = pb::WatchStagesRequest {
                start: Some(self.start.clone()),
                heartbeat_seconds: 1,
                filter: None,
                rules_changes: false,
            };
            let mut feed = self.fleet.raw(name, Account::Agency).feed();
            let asked = tokio::time::timeout(Duration::from_secs(2), feed.watch_stages(request));
            Some(asked.await.ok()?.ok()?.into_inner())
        })
        .await
    }

    async fn see_all(&mut self) {
        while self.seen.len() < STAGES {
            let mut watch = self.reconnected().await;
            while self.seen.len() < STAGES
                && let Ok(Some(message)) = next(&mut watch).await
            {
                self.start = Start::ResumeToken(message.resume_token);
                match message.event.unwrap() {
                    Event::Stage(stage) => self.seen.push(stage.event_id),
                    Event::Heartbeat(_) | Event::RulesChange(_) => {}
                    Event::End(_) => break,
                }
            }
        }
    }
}

/// A process that was killed may take its connections with it in silence; heartbeats tell.
async fn next(
    watch: &mut Streaming<WatchStagesResponse>,
) -> Result<Option<WatchStagesResponse>, Status> {
    let message = tokio::time::timeout(Duration::from_secs(5), watch.message());
    message.await.unwrap_or(Ok(None))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn watchers_see_each_stage_once_and_in_one_order_while_processes_are_killed() {
    let fleet = Fleet::of(&["a", "b"]).await;
    let watchers = (0..8).map(async |turn| {
        let start = Start::FromAt(tizilim::rpc::timestamp(fleet.world.begins_at));
        let (fleet, seen) = (&fleet, Vec::new());
        let mut watcher = Watcher {
            fleet,
            turn,
            start,
            seen,
        };
        watcher.see_all().await;
        watcher.seen
    });
    let file = async {
        for (index, share) in (FIRST_SHARE..).take(FILED).enumerate() {
            let request = fleet.contract(share);
            let mut turn = index;
            let filed = until("an answer of any process", async || {
                turn += 1;
                fleet.file(["a", "b"][turn % 2], &request).await.ok()
            });
            filed.await;
            let victim = match index {
                6 => "a",
                14 => "b",
                _ => continue,
            };
            fleet.replica(victim).program.signal("KILL");
            fleet.start(victim, &[]).await;
        }
    };
    let (seen, ()) = tokio::join!(join_all(watchers), file);
    for other in &seen {
        assert_eq!(other, &seen[0]);
    }
    let mut once = seen[0].clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), STAGES);
    fleet.check("a", FILED).await;
}
