//! Submissions in working hours: meanwhile the registrar verifies the signatures of each and the push
//! tells every stage, on the same processors; afterwards what was checked is read.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{audit::audit, calls};
use crate::kit::{
    ledger::Ledger,
    report::{Figure, Wanted},
    round::Watch,
    run::{MORNING, ROUNDS, Run},
    site::Site,
};

const LOOK_INTERVAL: Duration = Duration::from_millis(100);
const DONE_WITHIN: Duration = Duration::from_mins(10);
const UNCHECKED: &str = "SELECT count(*) FROM application WHERE stage = 'REGISTERED'";
/// What the head of the provider would sign next: all checks of a contract have passed.
const PASSED: &str = "SELECT count(*) FROM application WHERE stage = 'AWAITING_SIGNATURE'";

pub(crate) async fn measure(run: &mut Run<'_>) {
    let stub = run.stub("checked");
    let site = run.site("checked", MORNING, Some(stub.address)).await;
    let mut ledger = Ledger::default();
    let limit = run.limit();
    let contracts = run.sign(limit);
    let begun = Instant::now();
    let watch = Watch::begin(Some(&site.target.program));
    let callers = run.common.clients;
    let round = ledger
        .submit(&site.target, callers, limit, &contracts)
        .await;
    run.report
        .measured("submissions, checks and push running", &[round]);
    let unchecked = async || site.database.count(UNCHECKED).await;
    none_left("applications are not checked", unchecked).await;
    let checked = begun.elapsed();
    let operator = &site.target.clients[0].operator;
    let untold = async || operator.status().await.unwrap().monitoring_lag;
    none_left("stages are not told", untold).await;
    let told = begun.elapsed();
    // One end for each application: all of its stages were told.
    let ends = vec![told; ledger.acknowledged.len()];
    let whole = watch.end(ends, 1);

    let audit = audit("with checks", &site, &ledger, 2).await;
    run.report.audits.push(audit);
    let passed = usize::try_from(site.database.count(PASSED).await).unwrap();
    assert!(passed >= ledger.acknowledged.len(), "only {passed} passed");
    let filed = passed as f64;
    run.report.figures.extend([
        Figure::told(
            "checked applications a second, from the first filed",
            filed / checked.as_secs_f64(),
        ),
        Figure::told(
            "the same, until the monitoring system has all stages",
            filed / told.as_secs_f64(),
        ),
        Figure::told(
            "server's processor time of an application until then, µs",
            whole.server_us.unwrap(),
        ),
    ]);
    read(run, &site, ledger).await;
    run.tell_peak("with checks", &site);
}

async fn read(run: &mut Run<'_>, site: &Site, ledger: Ledger) {
    let (limit, callers) = (run.limit(), run.common.clients);
    let filed = ledger.acknowledged.into_iter();
    let filed = Arc::new(filed.map(|application| application.id).collect());
    let (mut empty, mut get) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        empty.push(calls::empty(&site.target, callers, limit).await);
        get.push(calls::get(&site.target, callers, limit, &filed).await);
    }
    let empty = run
        .report
        .measured("empty unary calls, between reads", &empty);
    let get = run.report.measured("GetApplication, checked ones", &get);
    run.report.figures.push(Figure::new(
        "GetApplication / empty call",
        get.per_second / empty.per_second,
        Wanted::AtLeast(0.5),
    ));
}

/// Waits until nothing is left of something.
async fn none_left(what: &str, left: impl AsyncFn() -> i64) {
    let begun = Instant::now();
    loop {
        let left = left().await;
        if left == 0 {
            return;
        }
        assert!(begun.elapsed() < DONE_WITHIN, "{left} {what}");
        sleep(LOOK_INTERVAL).await;
    }
}
