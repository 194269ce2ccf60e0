//! `RuleSetService`: one short method for each call.
//! It never reads a rule set itself.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::{
    activate::Activate,
    queries,
    replay::Replay,
    trial::{Asked, TrialStream},
    withdraw::Withdraw,
};
use crate::{
    application::Office,
    authz,
    pb::registry::v1::{self as pb, rule_set_service_server::RuleSetService},
    rpc::{self, FieldErrors, answer, status},
};

/// Answers for the rule sets.
#[derive(Clone, Debug)]
pub struct RuleSetEndpoint {
    office: Arc<Office>,
    stopping: CancellationToken,
}

impl RuleSetEndpoint {
    /// Answers for an office, until the drain begins.
    pub const fn new(office: Arc<Office>, stopping: CancellationToken) -> Self {
        Self { office, stopping }
    }

    /// What was stored is known to this process when it says so; if it cannot be read, guards still hold.
    async fn known<T>(&self, answered: Response<T>) -> Response<T> {
        drop(self.office.references.reload().await);
        answered
    }
}

#[tonic::async_trait]
impl RuleSetService for RuleSetEndpoint {
    type TryRuleSetStream = TrialStream;

    async fn activate_rule_set(
        &self,
        request: Request<pb::ActivateRuleSetRequest>,
    ) -> Result<Response<pb::ActivateRuleSetResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ActivateRuleSet>(&caller)?;
        let command = Activate::parse(Arc::clone(&self.office), &permit, message)?;
        let answered = answer(&self.office.store, command).await?;
        Ok(self.known(answered).await)
    }

    async fn withdraw_rule_set(
        &self,
        request: Request<pb::WithdrawRuleSetRequest>,
    ) -> Result<Response<pb::WithdrawRuleSetResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::WithdrawRuleSet>(&caller)?;
        let command = Withdraw::parse(Arc::clone(&self.office), &permit, &message)?;
        let answered = answer(&self.office.store, command).await?;
        Ok(self.known(answered).await)
    }

    async fn list_rule_sets(
        &self,
        request: Request<pb::ListRuleSetsRequest>,
    ) -> Result<Response<pb::ListRuleSetsResponse>, Status> {
        let (caller, _) = rpc::open(request)?;
        authz::require::<authz::ListRuleSets>(&caller)?;
        let listed = queries::list(&self.office).await;
        Ok(Response::new(
            listed.map_err(|fault| status::from_store(&fault))?,
        ))
    }

    async fn get_rule_set(
        &self,
        request: Request<pb::GetRuleSetRequest>,
    ) -> Result<Response<pb::GetRuleSetResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetRuleSet>(&caller)?;
        if message.version.is_empty() {
            let mut errors = FieldErrors::new();
            errors.missing("version");
            return Err(errors.into_malformed().into());
        }
        let found = queries::get(&self.office, &message.version).await;
        Ok(Response::new(found.map_err(status::from_stop)?))
    }

    async fn replay_checks(
        &self,
        request: Request<pb::ReplayChecksRequest>,
    ) -> Result<Response<pb::ReplayChecksResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ReplayChecks>(&caller)?;
        let replay = Replay::parse(message)?;
        let replayed = replay.answer(&self.office, &permit.scope()).await;
        Ok(Response::new(replayed.map_err(status::from_stop)?))
    }

    async fn try_rule_set(
        &self,
        request: Request<pb::TryRuleSetRequest>,
    ) -> Result<Response<TrialStream>, Status> {
        let credentials = rpc::credentials(&request)?;
        let (caller, message) = rpc::open(request)?;
        let scope = authz::require::<authz::TryRuleSet>(&caller)?.scope();
        let asked = Asked::parse(message)?;
        let begun = asked.begin(Arc::clone(&self.office), self.stopping.clone());
        let trial = begun.await.map_err(status::from_stop)?;
        let trial = rpc::permitted::<authz::TryRuleSet, _>(trial, credentials, scope);
        Ok(Response::new(trial))
    }
}
