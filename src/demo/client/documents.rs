//! What whoever may upload does with documents. It never tells what they hold.

use tokio_stream::iter;

use super::{ClientFault, Line, new_request_id};
use crate::pb::registry::v1::{
    self as pb, application_service_client::ApplicationServiceClient,
    upload_document_request::Part as Uploaded,
};

/// How many bytes of a document travel in one message.
const CHUNK_BYTES: usize = 256 * 1024;

impl Line {
    /// Uploads a document.
    pub async fn upload(
        &self,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<pb::UploadDocumentResponse, ClientFault> {
        let header = Uploaded::Header(pb::UploadDocumentHeader {
            request_id: new_request_id(),
            file_name: file_name.to_owned(),
            sha256: String::new(),
        });
        let chunks = bytes
            .chunks(CHUNK_BYTES)
            .map(|chunk| Uploaded::Chunk(chunk.to_vec()));
        let parts: Vec<_> = std::iter::once(header)
            .chain(chunks)
            .map(|part| pb::UploadDocumentRequest { part: Some(part) })
            .collect();
        let mut applications = ApplicationServiceClient::new(self.wire());
        Ok(applications
            .upload_document(iter(parts))
            .await?
            .into_inner())
    }
}
