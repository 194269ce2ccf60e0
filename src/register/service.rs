//! `RegisterService`: one short method for each call.
//! It never shows an entry to a party that has no part in it, and tells others only what they hold.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{listing::queries::ListQuery, queries, share};
use crate::{
    application::Office,
    authz, extract,
    pb::registry::v1::{self as pb, register_service_server::RegisterService},
    rpc::{self, status},
};

/// Answers for the register.
#[derive(Clone, Debug)]
pub struct RegisterEndpoint {
    office: Arc<Office>,
}

impl RegisterEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl RegisterService for RegisterEndpoint {
    type DownloadExtractStream = extract::ExtractStream;

    async fn get_register_entry(
        &self,
        request: Request<pb::GetRegisterEntryRequest>,
    ) -> Result<Response<pb::GetRegisterEntryResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetRegisterEntry>(&caller)?;
        let query = queries::EntryQuery::parse(message, self.office.now())?;
        let entry = queries::entry(&self.office, &permit.scope(), &query)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(pb::GetRegisterEntryResponse {
            entry: Some(entry),
        }))
    }

    async fn list_register_entries(
        &self,
        request: Request<pb::ListRegisterEntriesRequest>,
    ) -> Result<Response<pb::ListRegisterEntriesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListRegisterEntries>(&caller)?;
        let query = ListQuery::parse(&self.office, &permit.scope(), &message)?;
        let page = query.page(&self.office).await;
        let (entries, next_page_token) = page.map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListRegisterEntriesResponse {
            entries,
            next_page_token,
        }))
    }

    async fn get_share_rights(
        &self,
        request: Request<pb::GetShareRightsRequest>,
    ) -> Result<Response<pb::GetShareRightsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetShareRights>(&caller)?;
        let query = share::queries::RightsQuery::parse(message, self.office.now())?;
        let rights = share::queries::rights(&self.office, &permit.scope(), &query)
            .await
            .map_err(status::from_stop)?;
        let rights = Some(rights);
        Ok(Response::new(pb::GetShareRightsResponse { rights }))
    }

    async fn list_share_history(
        &self,
        request: Request<pb::ListShareHistoryRequest>,
    ) -> Result<Response<pb::ListShareHistoryResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListShareHistory>(&caller)?;
        let query = share::history::HistoryQuery::parse(&self.office, message)?;
        let page = query.page(&self.office, &permit.scope()).await;
        Ok(Response::new(page.map_err(status::from_stop)?))
    }

    async fn get_extract(
        &self,
        request: Request<pb::GetExtractRequest>,
    ) -> Result<Response<pb::GetExtractResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetExtract>(&caller)?;
        let key = queries::VersionKey::parse(&message.entry_id, message.entry_version)?;
        let extract = extract::queries::extract(&self.office, &permit.scope(), &key)
            .await
            .map_err(status::from_stop)?;
        let extract = Some(extract::queries::to_wire(&extract));
        Ok(Response::new(pb::GetExtractResponse { extract }))
    }

    async fn download_extract(
        &self,
        request: Request<pb::DownloadExtractRequest>,
    ) -> Result<Response<Self::DownloadExtractStream>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::DownloadExtract>(&caller)?;
        let key = queries::VersionKey::parse(&message.entry_id, message.entry_version)?;
        let stream = extract::queries::download(&self.office, &permit.scope(), &key)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(stream))
    }

    async fn verify_extract(
        &self,
        request: Request<pb::VerifyExtractRequest>,
    ) -> Result<Response<pb::VerifyExtractResponse>, Status> {
        let mark = extract::queries::Mark::parse(request.into_inner())?;
        let verdict = extract::queries::verify(&self.office, &mark)
            .await
            .map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(verdict))
    }
}
