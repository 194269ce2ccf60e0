//! How long one stage of an idle system is on its way from the commit to the acknowledgement of the
//! monitoring system. A commit is the moment when its caller has the answer: that is a little later, and
//! so the time from the request is told as well.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::relay::Relay;
use crate::kit::{
    report::{Figure, Wanted},
    round::{Round, Watch},
    run::{EVENING, ROUNDS, Run},
};

/// In which all that a stage has set off comes to rest.
const PAUSE: Duration = Duration::from_millis(30);
const COMES_WITHIN: Duration = Duration::from_secs(30);

pub(crate) async fn measure(run: &mut Run<'_>) {
    let stub = run.stub("acknowledged");
    let mut relay = Relay::before(stub.address).await;
    let site = run.site("acknowledged", EVENING, Some(relay.address)).await;
    let client = &site.target.clients[0].cooperative;
    let time = run.limit() * ROUNDS;
    let contracts = run.sign_some((time.as_micros() / PAUSE.as_micros()) as u32);
    let (mut from_answer, mut from_request) = (Vec::new(), Vec::new());
    let watch = Watch::begin(Some(&site.target.program));
    let begun = Instant::now();
    while begun.elapsed() < time
        && let Some(contract) = contracts.take()
    {
        let asked = Instant::now();
        let filed = client.submit(contract).await.unwrap();
        let answered = Instant::now();
        let acknowledged = timeout(COMES_WITHIN, relay.next()).await.unwrap();
        assert_eq!(acknowledged.application_number, filed.application_number);
        from_answer.push(acknowledged.at.saturating_duration_since(answered));
        from_request.push(acknowledged.at - asked);
        sleep(PAUSE).await;
    }
    let from_answer = watch.end(from_answer, 1);
    let from_request = Watch::begin(None).end(from_request, 1);
    tell(run, &from_answer, &from_request);
}

fn tell(run: &mut Run<'_>, from_answer: &Round, from_request: &Round) {
    run.report.figures.extend([
        Figure::new(
            "idle system, commit to acknowledgement at the stub, p50, ms",
            from_answer.p50_ms,
            Wanted::AtMost(5.0),
        ),
        Figure::new(
            "idle system, commit to acknowledgement at the stub, p99, ms",
            from_answer.p99_ms,
            Wanted::AtMost(25.0),
        ),
        Figure::told(
            "idle system, request to acknowledgement at the stub, p50, ms",
            from_request.p50_ms,
        ),
        Figure::told(
            "idle system, request to acknowledgement at the stub, p99, ms",
            from_request.p99_ms,
        ),
    ]);
}
