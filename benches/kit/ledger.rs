//! Submissions, and everything that was acknowledged of them. It never measures signing.

use std::{sync::Arc, time::Duration};

use tizilim::{demo::client::ClientFault, pb::registry::v1::Application};

use super::{
    contracts::Batch,
    drive::{Turn, drive},
    round::{Round, Watch},
    site::Target,
};

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
        contracts: &Arc<Batch>,
    ) -> Round {
        let clients = Arc::clone(&target.clients);
        let contracts = Arc::clone(contracts);
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

/// A no of the service is counted; a service that cannot be reached ends the measurement.
pub(crate) fn turn<T>(outcome: Result<T, ClientFault>) -> Turn<T> {
    match outcome {
        Ok(answer) => Turn::Answered(answer),
        Err(fault) => {
            assert!(fault.status().is_some(), "{fault}");
            Turn::Failed
        }
    }
}
