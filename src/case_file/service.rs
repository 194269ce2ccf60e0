//! `CaseFileService`: one short method for each call.
//! It never gives out a case file that the journal does not know to be given out.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use tonic::{Request, Response, Status};

use super::{
    list::{self, GiveOut},
    make::Asked,
    rows::{case_file, from_row},
    sending::Sending,
    wire,
};
use crate::{
    application::Office,
    authz,
    pb::registry::v1::{
        self as pb, case_file_service_server::CaseFileService, download_case_file_response::Part,
    },
    rpc::{self, Answer, answer, status},
};

/// Answers for case files.
#[derive(Clone, Debug)]
pub struct CaseFileEndpoint {
    office: Arc<Office>,
}

impl CaseFileEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl CaseFileService for CaseFileEndpoint {
    type DownloadCaseFileStream = Answer<pb::DownloadCaseFileResponse>;

    async fn make_case_file(
        &self,
        request: Request<pb::MakeCaseFileRequest>,
    ) -> Result<Response<pb::MakeCaseFileResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::MakeCaseFile>(&caller)?;
        let asked = Asked::parse(Arc::clone(&self.office), permit, &message)?;
        let keep = asked.gathered().await.map_err(status::from_stop)?;
        answer(&self.office.store, keep).await
    }

    async fn list_case_files(
        &self,
        request: Request<pb::ListCaseFilesRequest>,
    ) -> Result<Response<pb::ListCaseFilesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListCaseFiles>(&caller)?;
        let page = list::list(&self.office, &permit, &message).await?;
        Ok(Response::new(page))
    }

    async fn download_case_file(
        &self,
        request: Request<pb::DownloadCaseFileRequest>,
    ) -> Result<Response<Self::DownloadCaseFileStream>, Status> {
        let credentials = rpc::credentials(&request)?;
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::DownloadCaseFile>(&caller)?;
        let scope = permit.scope();
        let asked = GiveOut::parse(Arc::clone(&self.office), permit, &message)?;
        let row = asked.given().await.map_err(status::from_stop)?;
        let parts = parts(Arc::clone(&self.office), row)?;
        let parts = rpc::permitted::<authz::DownloadCaseFile, _>(parts, credentials, scope);
        Ok(Response::new(parts))
    }
}

/// A header, then the archive in chunks.
fn parts(
    office: Arc<Office>,
    row: case_file::Model,
) -> Result<Answer<pb::DownloadCaseFileResponse>, Status> {
    let header = pb::DownloadCaseFileHeader {
        file_name: format!("{}-{}.zip", row.application_number, row.journal_number),
        case_file: Some(wire::case_file(row.clone().into())),
    };
    let kept = from_row(row).map_err(|fault| status::from_store(&fault))?;
    let chunks = stream::try_unfold(Sending::of(office, kept), async |mut sending| {
        let chunk = sending.chunk().await;
        let chunk = chunk.map_err(|fault| status::from_store(&fault))?;
        Ok(chunk.map(|chunk| (Part::Chunk(chunk), sending)))
    });
    let parts = stream::iter([Ok(Part::Header(header))]).chain(chunks);
    let put = |part| pb::DownloadCaseFileResponse { part: Some(part) };
    Ok(Box::pin(parts.map(move |part| part.map(put))))
}
