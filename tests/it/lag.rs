//! Lag from outside: how long stages took to the monitoring system, while it was there and while it was
//! away, told by the report, the status and the metrics, and the same after a restart.

use tizilim::pb::registry::v1::{self as pb, ApplicationStage};
use tonic::Code;

use crate::{
    harness::{Account, Installation, Proxy, TUESDAY_MORNING, Town, told_raw},
    metrics::Scrape,
};

const TUESDAY: &str = "2026-11-24";

/// A town whose monitoring system is behind a stretch of network.
async fn town() -> (Town, Proxy) {
    let (told, way) = std::sync::mpsc::channel();
    let town = Town::with(TUESDAY_MORNING, |installation| {
        installation.configure("[metrics]\nlisten = \"127.0.0.1:0\"\n");
        let stub = monitoring_of(installation);
        let proxy = Proxy::before(stub.parse().unwrap());
        installation.replace(&stub, &proxy.address().to_string());
        told.send(proxy).unwrap();
    })
    .await;
    (town, way.recv().unwrap())
}

/// Where the stub of the monitoring system listens.
fn monitoring_of(installation: &Installation) -> String {
    let endpoint = installation.config().sinks[0].endpoint.clone();
    endpoint.strip_prefix("http://").unwrap().to_owned()
}

async fn report(town: &Town, from: &str, to: &str) -> Vec<pb::SinkLag> {
    let request = pb::GetLagReportRequest {
        from_on: from.to_owned(),
        to_on: to.to_owned(),
        sink: String::new(),
    };
    let mut raw = town.raw(Account::Operator).operations();
    raw.get_lag_report(request)
        .await
        .unwrap()
        .into_inner()
        .sinks
}

/// The one sink of a report on Tuesday.
async fn tuesday(town: &Town) -> pb::SinkLag {
    let sinks = report(town, TUESDAY, TUESDAY).await;
    let [sink] = sinks.as_slice() else {
        panic!("{sinks:?}");
    };
    sink.clone()
}

#[tokio::test]
async fn the_lag_of_each_stage_is_reported_also_of_an_outage_and_after_a_restart() {
    let (town, proxy) = town().await;
    town.filed(&town.agreement(1), ApplicationStage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    let at_first = tuesday(&town).await;
    let figures = at_first.total.unwrap();
    // The clock stands still: nothing took any time.
    let prompt = pb::LagFigures {
        stages: 4,
        ..Default::default()
    };
    assert_eq!((figures, at_first.oldest), (prompt, None));
    assert_eq!(
        (at_first.sink.as_str(), at_first.limit_seconds),
        ("monitoring", Some(900))
    );

    proxy.cut();
    town.filed(&town.agreement(2), ApplicationStage::AwaitingSignature)
        .await;
    town.advance("2026-11-24T05:15:00Z").await;
    let [in_time] = <[_; 1]>::try_from(town.operator().status().await.unwrap().lag).unwrap();
    assert_eq!((in_time.limit_seconds, in_time.over_limit), (900, false));
    assert_eq!(in_time.oldest.unwrap().age_seconds, 900);
    town.advance("2026-11-24T05:20:00Z").await;
    let [late] = <[_; 1]>::try_from(town.operator().status().await.unwrap().lag).unwrap();
    assert!(late.over_limit, "{late:?}");
    let oldest = late.oldest.unwrap();
    assert_eq!(
        (oldest.stage.as_str(), oldest.age_seconds),
        ("RECEIVED", 1_200)
    );
    let waiting = tuesday(&town).await;
    assert_eq!(waiting.oldest, Some(oldest));
    assert_eq!(waiting.total, at_first.total, "what waits took no time yet");
    let scrape = Scrape::of(&town).await;
    let age = "tizilim_push_unacknowledged_seconds{sink=\"monitoring\"}";
    assert_eq!(scrape.value(age), "1200.0");

    proxy.restore();
    town.operator().all_stages_delivered().await.unwrap();
    let at_last = tuesday(&town).await;
    let figures = at_last.total.unwrap();
    assert_eq!((figures.stages, figures.over_limit), (8, 4));
    assert_eq!(
        (figures.p50_ms, figures.p95_ms, figures.max_ms),
        (0, 1_200_000, 1_200_000)
    );
    assert_eq!(at_last.oldest, None);
    let [day] = at_last.days.as_slice() else {
        panic!("{at_last:?}");
    };
    assert_eq!((day.on.as_str(), day.figures), (TUESDAY, at_last.total));
    let scrape = Scrape::of(&town).await;
    let late = "tizilim_push_late_total{sink=\"monitoring\"}";
    assert_eq!(scrape.value(late), "4");

    let town = town.restarted().await;
    assert_eq!(tuesday(&town).await, at_last);
    let before = report(&town, "2026-11-22", "2026-11-23").await;
    assert_eq!(
        (before.len(), before[0].total),
        (1, Some(pb::LagFigures::default()))
    );
    town.close().await;
}

#[tokio::test]
async fn a_report_needs_days_in_order_and_is_for_operators() {
    let town = Town::open().await;
    let request = |from: &str, to: &str, sink: &str| pb::GetLagReportRequest {
        from_on: from.to_owned(),
        to_on: to.to_owned(),
        sink: sink.to_owned(),
    };
    let mut operator = town.raw(Account::Operator).operations();
    let long = "s".repeat(41);
    let none = told_raw(operator.get_lag_report(request("", "", "")).await);
    assert_eq!(none.code, Code::InvalidArgument);
    assert_eq!(none.paths(), ["from_on", "to_on"]);
    for (wrong, paths) in [
        (
            request("2026-11-31", "24.11.2026", &long),
            vec!["from_on", "to_on", "sink"],
        ),
        (request("2026-11-24", "2026-11-23", ""), vec!["to_on"]),
        (request("2025-11-24", "2026-12-29", ""), vec!["to_on"]),
    ] {
        let told = told_raw(operator.get_lag_report(wrong).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(told.paths(), paths);
    }
    let longest = request("2025-11-24", "2026-12-28", "unknown");
    let none = operator.get_lag_report(longest).await.unwrap().into_inner();
    assert_eq!(none.sinks, []);
    for account in [Account::Portal, Account::Officer, Account::Agency] {
        let mut raw = town.raw(account).operations();
        let asked = request("", "", "");
        let told = told_raw(raw.get_lag_report(asked).await);
        told.is(Code::PermissionDenied, "PERMISSION_DENIED");
    }
    town.close().await;
}
