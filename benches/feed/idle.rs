//! What the service needs for watchers while nothing happens. It never reads what they are sent.

use std::time::Duration;

use tokio::time::sleep;

use super::watching;
use crate::kit::{
    report::{Figure, Wanted},
    run::{EVENING, Run},
};

/// Longer than from one heartbeat to the next.
const SETTLED_AFTER: Duration = Duration::from_secs(20);

pub(crate) async fn measure(run: &mut Run<'_>, streams: u32) {
    let site = run.site("idle", EVENING, None).await;
    let program = &site.target.program;
    let before = program.memory();
    let open = watching::open(&site, streams).await;
    sleep(SETTLED_AFTER).await;
    let with = program.memory();
    drop(open);
    let what = format!("memory with {streams} idle watch streams, MB");
    let each = (with - before) * 1024.0 / f64::from(streams);
    run.report.figures.extend([
        Figure::new(what, with, Wanted::AtMost(400.0)),
        Figure::told("of it for each stream, KB", each),
    ]);
}
