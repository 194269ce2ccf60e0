//! `ExportService`: one short method for each call.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    audit::Audit,
    selection::Selection,
    stream::{Export, Parts},
};
use crate::{
    application::Office,
    authz,
    pb::registry::v1::{self as pb, export_service_server::ExportService},
    rpc::{self, status},
};

/// Answers for exports.
#[derive(Clone, Debug)]
pub struct ExportEndpoint {
    office: Arc<Office>,
}

impl ExportEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl ExportService for ExportEndpoint {
    type ExportRegisterStream = Parts<pb::ExportRegisterResponse>;
    type ExportWithShareholdersStream = Parts<pb::ExportWithShareholdersResponse>;

    async fn export_register(
        &self,
        request: Request<pb::ExportRegisterRequest>,
    ) -> Result<Response<Self::ExportRegisterStream>, Status> {
        let credentials = rpc::credentials(&request)?;
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ExportRegister>(&caller)?;
        let export = Export {
            office: Arc::clone(&self.office),
            selection: Selection::parse(&self.office, &permit.scope(), message.selection)?,
            audit: None,
        };
        let put = |part| pb::ExportRegisterResponse { part: Some(part) };
        let parts = export.parts(put)?;
        let parts = rpc::permitted::<authz::ExportRegister, _>(parts, credentials, permit.scope());
        Ok(Response::new(parts))
    }

    async fn export_with_shareholders(
        &self,
        request: Request<pb::ExportWithShareholdersRequest>,
    ) -> Result<Response<Self::ExportWithShareholdersStream>, Status> {
        let credentials = rpc::credentials(&request)?;
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ExportWithShareholders>(&caller)?;
        let selection = Selection::parse(&self.office, &permit.scope(), message.selection)?;
        let name = permit.caller().name.to_string();
        let audit = Audit::of(Arc::clone(&self.office), name);
        audit.begun(&selection).await.map_err(status::from_stop)?;
        let export = Export {
            office: Arc::clone(&self.office),
            selection,
            audit: Some(audit),
        };
        let put = |part| pb::ExportWithShareholdersResponse { part: Some(part) };
        let parts = export.parts(put)?;
        let scope = permit.scope();
        let parts = rpc::permitted::<authz::ExportWithShareholders, _>(parts, credentials, scope);
        Ok(Response::new(parts))
    }
}
