//! The stub's own service, by which it is made to misbehave. It never tells what was received.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use tracing::info;

use super::conduct::Conduct;
use crate::{
    kernel::Clock,
    pb::monitoring::v1::{
        ClearMisbehaviourRequest, ClearMisbehaviourResponse, GetMisbehaviourRequest,
        GetMisbehaviourResponse, SetMisbehaviourRequest, SetMisbehaviourResponse,
        monitor_control_service_server::MonitorControlService,
    },
};

/// Makes the stub misbehave.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) conduct: Arc<Conduct>,
    pub(super) clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl MonitorControlService for Control {
    async fn set_misbehaviour(
        &self,
        request: Request<SetMisbehaviourRequest>,
    ) -> Result<Response<SetMisbehaviourResponse>, Status> {
        let now = self.clock.now().instant;
        let states = self.conduct.set(request.into_inner(), now);
        let states = states.map_err(Status::invalid_argument)?;
        info!(ways = states.len(), "the stub misbehaves from now on");
        Ok(Response::new(SetMisbehaviourResponse { states }))
    }

    async fn get_misbehaviour(
        &self,
        _request: Request<GetMisbehaviourRequest>,
    ) -> Result<Response<GetMisbehaviourResponse>, Status> {
        let states = self.conduct.states();
        Ok(Response::new(GetMisbehaviourResponse { states }))
    }

    async fn clear_misbehaviour(
        &self,
        _request: Request<ClearMisbehaviourRequest>,
    ) -> Result<Response<ClearMisbehaviourResponse>, Status> {
        let states = self.conduct.clear();
        info!(ways = states.len(), "the stub behaves from now on");
        Ok(Response::new(ClearMisbehaviourResponse { states }))
    }
}
