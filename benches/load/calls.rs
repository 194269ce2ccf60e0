//! The calls that are measured, each by all callers at once. They never measure signing.

use std::{sync::Arc, time::Duration};

use tizilim::{demo::client::ClientFault, pb::registry::v1::Application};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use super::{
    contracts::Batch,
    drive::{Turn, drive},
    round::{Round, Watch},
    site::Target,
};

/// How many applications a page lists.
const PAGE: i32 = 50;

/// An application that the service said it has stored.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledged {
    pub(crate) id: String,
    pub(crate) number: String,
}

/// Everything that was acknowledged, and how often the service said no.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) acknowledged: Vec<Acknowledged>,
    pub(crate) failed: usize,
}

impl Ledger {
    /// Files contracts until the time is over, or all are filed.
    pub(crate) async fn submit(
        &mut self,
        target: &Target,
        callers: u16,
        limit: Duration,
        contracts: Batch,
    ) -> Round {
        let clients = Arc::clone(&target.clients);
        let contracts = Arc::new(contracts);
        let watch = Watch::begin(Some(&target.program));
        let driven = drive(callers, limit, move |caller| {
            let client = clients[caller % clients.len()].cooperative.clone();
            let request = contracts.take();
            async move {
                match request {
                    Some(request) => turn(client.submit(request).await),
                    None => Turn::Over,
                }
            }
        });
        let (round, answers) = watch.end_calls(driven.await);
        let acknowledged = |application: Application| Acknowledged {
            id: application.application_id,
            number: application.application_number,
        };
        self.acknowledged
            .extend(answers.into_iter().map(acknowledged));
        self.failed += round.failed;
        round
    }
}

/// Calls that ask for nothing: what the wire, the layers and the client cost.
pub(crate) async fn empty(target: &Target, callers: u16, limit: Duration) -> Round {
    let channels = Arc::clone(&target.channels);
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
            let read = turn(client.application(&ids[place]).await);
            read.map(|application| assert!(application.agreement.is_some(), "all of it"))
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
            let page = turn(client.page(PAGE, String::new()).await);
            page.map(|page| assert!(!page.next_page_token.is_empty(), "a whole page"))
        }
    });
    watch.end_calls(driven.await).0
}

/// A no of the service is counted; a service that cannot be reached ends the measurement.
fn turn<T>(outcome: Result<T, ClientFault>) -> Turn<T> {
    match outcome {
        Ok(answer) => Turn::Answered(answer),
        Err(fault) => {
            assert!(fault.status().is_some(), "{fault}");
            Turn::Failed
        }
    }
}
