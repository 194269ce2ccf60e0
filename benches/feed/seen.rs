//! How long a stage is on its way from the commit to every one of many watchers. A commit is the moment
//! when its caller has the answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use tizilim::pb::registry::v1::{WatchStagesResponse, watch_stages_response::Event};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tonic::Streaming;

use super::watching;
use crate::kit::{
    report::{Figure, Wanted},
    round::Watch,
    run::{EVENING, ROUNDS, Run},
};

/// Between two stages.
const PAUSE: Duration = Duration::from_millis(100);
const COMES_WITHIN: Duration = Duration::from_secs(30);

/// When a watcher saw a stage of an application.
type Seen = (String, Instant);

pub(crate) async fn measure(run: &mut Run<'_>, watchers: u32) {
    let stub = run.stub("seen");
    let site = run.site("seen", EVENING, Some(stub.address)).await;
    let client = &site.target.clients[0].cooperative;
    let time = run.limit() * ROUNDS;
    let count = (time.as_millis() / PAUSE.as_millis()) as u32;
    let contracts = run.sign_some(count);
    let mut watching = JoinSet::new();
    for watch in watching::open(&site, watchers).await {
        watching.spawn(see(watch, count));
    }
    let watch = Watch::begin(Some(&site.target.program));
    let mut committed = BTreeMap::new();
    while let Some(contract) = contracts.take() {
        let filed = client.submit(contract).await.unwrap();
        committed.insert(filed.application_id, Instant::now());
        sleep(PAUSE).await;
    }
    let mut latencies = Vec::new();
    while let Some(seen) = watching.join_next().await {
        let seen = seen.unwrap();
        let all: BTreeSet<_> = seen.iter().map(|(id, _)| id).collect();
        assert!(all.into_iter().eq(committed.keys()), "each stage, once");
        let latency = |(id, at): &Seen| at.saturating_duration_since(committed[id]);
        latencies.extend(seen.iter().map(latency));
    }
    let what = format!("stages seen, {watchers} watchers");
    let round = run.report.measured(what, &[watch.end(latencies, 1)]);
    let what = format!("commit to seen, {watchers} watchers, p99, ms");
    let figure = Figure::new(what, round.p99_ms, Wanted::AtMost(100.0));
    run.report.figures.push(figure);
}

/// Sees so many stages.
async fn see(mut watch: Streaming<WatchStagesResponse>, count: u32) -> Vec<Seen> {
    let mut seen = Vec::new();
    while seen.len() < count as usize {
        let message = timeout(COMES_WITHIN, watch.message()).await.unwrap();
        if let Some(Event::Stage(stage)) = message.unwrap().unwrap().event {
            seen.push((stage.application_id, Instant::now()));
        }
    }
    seen
}
