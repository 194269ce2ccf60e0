//! The database goes away under a running service and comes back: what callers, probes and operators
//! are told meanwhile, and that nobody has to restart anything. PostgreSQL only: a file does not go away.

use std::time::Duration;

use tizilim::pb::registry::v1 as pb;
use tizilim_test_database::VARIABLE;
use tokio::time::{sleep, timeout};
use tonic::{Code, Status};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_types::StatusExt as _;

use crate::harness::{Account, OwnLog, Proxy, TUESDAY_MORNING, Town};

/// The one thing that a human must look at.
const GONE: &str = "the database does not answer; health says no";

/// A town whose database is behind a stretch of network.
async fn town() -> (Town, Proxy) {
    let url = std::env::var_os(VARIABLE).and_then(|url| url.into_string().ok());
    let url = url.unwrap_or_else(|| panic!("this test needs PostgreSQL: `tests/run` runs it"));
    let place = url.rsplit_once('@').unwrap().1;
    let place = place.split_once('/').unwrap().0;
    let proxy = Proxy::before(place.parse().unwrap());
    let town = Town::with(TUESDAY_MORNING, |installation| {
        installation.replace(place, &proxy.address().to_string());
    })
    .await;
    (town, proxy)
}

/// What probes are told of the whole and of one service; never different things.
async fn serves(town: &Town) -> bool {
    let mut told = Vec::new();
    for service in ["", "tizilim.registry.v1.ApplicationService"] {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let answer = HealthClient::new(town.channel.clone()).check(request).await;
        told.push(answer.unwrap().into_inner().status() == ServingStatus::Serving);
    }
    told[0] && told[1]
}

async fn until_serves(town: &Town, serves_now: bool) {
    let looking = async {
        while serves(town).await != serves_now {
            sleep(Duration::from_millis(25)).await;
        }
    };
    // A hiccup is no outage: it takes two looks, five seconds apart.
    let looked = timeout(Duration::from_secs(30), looking).await;
    looked.unwrap_or_else(|_| panic!("health does not say {serves_now}"));
}

fn is_to_be_tried_again(status: &Status) {
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "TRY_AGAIN");
    assert!(details.retry_info().is_some());
}

/// What is known without the database, soon enough for who looks into an outage.
async fn is_told_to_operators(town: &Town) -> pb::GetStatusResponse {
    let status = timeout(Duration::from_secs(3), town.operator().status()).await;
    let status = status.unwrap().unwrap();
    let store = status.store.as_ref().unwrap();
    assert!(!store.answers && !store.fault.is_empty(), "{store:?}");
    assert!(status.read_at.is_some());
    status
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_database_that_goes_and_comes_back_needs_no_restart() {
    let log = OwnLog::start();
    let (town, proxy) = town().await;
    let filed = town.agreement(1).electronic_contract().unwrap();
    let filed = town.portal().submit(filed).await.unwrap();
    let head = town.journal_head().await;

    proxy.cut();
    until_serves(&town, false).await;
    let request = town.agreement(2).electronic_contract().unwrap();
    let refused = town.portal().submit(request.clone()).await.unwrap_err();
    is_to_be_tried_again(refused.status().unwrap());
    let read = pb::GetApplicationRequest {
        application_id: filed.application_id.clone(),
    };
    let mut reads = town.raw(Account::Portal).applications();
    let refused = reads.get_application(read.clone()).await.unwrap_err();
    is_to_be_tried_again(&refused);
    let status = is_told_to_operators(&town).await;
    assert!(status.journal_head >= head, "as it was read last");

    proxy.restore();
    until_serves(&town, true).await;
    let filed = town.portal().submit(request).await.unwrap();
    town.reached(&filed, pb::ApplicationStage::AwaitingSignature)
        .await;
    reads.get_application(read).await.unwrap();
    let status = town.operator().status().await.unwrap();
    assert!(status.store.unwrap().answers);
    assert!(status.journal_head > head);
    town.close().await;
    assert_eq!(log.messages("ERROR"), [GONE.to_owned()].into());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_database_that_hangs_is_told_from_one_that_is_only_slow() {
    let log = OwnLog::start();
    let (town, proxy) = town().await;
    proxy.slow(Duration::from_millis(5));
    let request = town.agreement(1).electronic_contract().unwrap();
    town.portal().submit(request).await.unwrap();
    assert!(serves(&town).await);

    proxy.freeze();
    until_serves(&town, false).await;
    is_told_to_operators(&town).await;

    proxy.restore();
    until_serves(&town, true).await;
    let request = town.agreement(2).electronic_contract().unwrap();
    town.portal().submit(request).await.unwrap();
    town.close().await;
    assert_eq!(log.messages("ERROR"), [GONE.to_owned()].into());
}
