//! A file of a change of the Rules on its way to whoever reads it.
//! It never sends a file that the change does not name, or that is not as it was uploaded.

use std::pin::Pin;

use futures_util::{Stream, stream};
use tonic::Status;

use super::{clerk::bytes_of, queries, wire};
use crate::{
    application::{Objection, Office},
    kernel::{DocumentId, RulesChangeId},
    pb::registry::v1::{self as pb, download_rules_change_file_response::Part},
    rpc::{FieldErrors, Malformed},
    store::Stop,
};

/// The largest chunk, in bytes.
const CHUNK_BYTES: usize = 256 * 1024;

/// A download on its way.
pub(super) type FileStream =
    Pin<Box<dyn Stream<Item = Result<pb::DownloadRulesChangeFileResponse, Status>> + Send>>;

/// Which file.
pub(super) struct FileQuery {
    change: RulesChangeId,
    document: DocumentId,
}

impl FileQuery {
    pub(super) fn parse(message: &pb::DownloadRulesChangeFileRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let change = queries::change_id(&message.rules_change_id, &mut errors);
        let document = errors.required("document_id", &message.document_id, DocumentId::parse);
        match (change, document) {
            (Some(change), Some(document)) => Ok(Self { change, document }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// A header, then chunks.
    pub(super) async fn download(&self, office: &Office) -> Result<FileStream, Stop<Objection>> {
        let change = queries::change(office, self.change).await?;
        let mut files = change.files.into_iter();
        let file = files.find(|file| file.id == self.document);
        let file = file.ok_or(Stop::Refused(Objection::NotVisible))?;
        let bytes = bytes_of(office, &file).await?;
        // Each chunk is copied when it is its turn, so that a slow reader holds the file once.
        let chunks = (0..bytes.len()).step_by(CHUNK_BYTES).map(move |from| {
            let chunk = bytes.iter().skip(from).take(CHUNK_BYTES);
            Part::Chunk(chunk.copied().collect())
        });
        let parts = std::iter::once(Part::Header(wire::file(file)))
            .chain(chunks)
            .map(|part| Ok(pb::DownloadRulesChangeFileResponse { part: Some(part) }));
        Ok(Box::pin(stream::iter(parts)))
    }
}
