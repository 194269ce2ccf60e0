//! The calls that are measured, each by all callers at once. They never measure signing.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tizilim::demo::client::connect;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::kit::{
    drive::{Turn, drive},
    ledger::turn,
    round::{Round, Watch},
    site::Target,
};

/// How many applications a page lists.
const PAGE: i32 = 50;

/// Calls that ask for nothing: what the wire, the layers and the client cost.
pub(crate) async fn empty(target: &Target, callers: u16, limit: Duration) -> Round {
    let connecting = target.clients.iter();
    let connecting = connecting.map(|_| connect(target.program.address));
    let channels = join_all(connecting).await.into_iter();
    let channels: Arc<Vec<_>> = Arc::new(channels.map(Result::unwrap).collect());
    let watch = Watch::begin(Some(&target.program));
    let driven = drive(callers, limit, move |caller| {
        let mut client = HealthClient::new(channels[caller % channels.len()].clone());
        async move {
            client.check(HealthCheckRequest::default()).await.unwrap();
            Turn::Answered(())
        }
    });
    watch.end_calls(driven.await).0
}

/// Reads applications, each time any of them.
pub(crate) async fn get(
    target: &Target,
    callers: u16,
    limit: Duration,
    ids: &Arc<Vec<String>>,
) -> Round {
    let clients = Arc::clone(&target.clients);
    let ids = Arc::clone(ids);
    let watch = Watch::begin(Some(&target.program));
    let driven = drive(callers, limit, move |caller| {
        let client = clients[caller % clients.len()].cooperative.clone();
        let place = rand::random_range(0..ids.len());
        let ids = Arc::clone(&ids);
        async move {
            let read = client.application(&ids[place]).await;
            turn(read.map(|application| assert!(application.agreement.is_some(), "all of it")))
        }
    });
    watch.end_calls(driven.await).0
}

/// Lists the newest applications.
pub(crate) async fn list(target: &Target, callers: u16, limit: Duration) -> Round {
    let clients = Arc::clone(&target.clients);
    let watch = Watch::begin(Some(&target.program));
    let driven = drive(callers, limit, move |caller| {
        let client = clients[caller % clients.len()].cooperative.clone();
        async move {
            let page = client.page(PAGE, String::new()).await;
            turn(page.map(|page| assert!(!page.next_page_token.is_empty(), "a whole page")))
        }
    });
    watch.end_calls(driven.await).0
}
