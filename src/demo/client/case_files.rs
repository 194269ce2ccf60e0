//! What parties do with case files: whoever may see one gets it whole.

use super::{ClientFault, Line};
use crate::pb::registry::v1::{
    self as pb, case_file_service_client::CaseFileServiceClient, download_case_file_response::Part,
};

impl Line {
    /// Downloads a case file.
    pub async fn download_case_file(
        &self,
        sha256: &str,
    ) -> Result<(pb::DownloadCaseFileHeader, Vec<u8>), ClientFault> {
        let request = pb::DownloadCaseFileRequest {
            sha256: sha256.to_owned(),
        };
        let mut case_files = CaseFileServiceClient::new(self.wire());
        let mut parts = case_files.download_case_file(request).await?.into_inner();
        let mut header = None;
        let mut bytes = Vec::new();
        while let Some(message) = parts.message().await? {
            match message.part.ok_or(ClientFault::Missing("part"))? {
                Part::Header(part) => header = Some(part),
                Part::Chunk(chunk) => bytes.extend_from_slice(&chunk),
            }
        }
        Ok((header.ok_or(ClientFault::Missing("header"))?, bytes))
    }
}
