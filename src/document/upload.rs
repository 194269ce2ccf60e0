//! Takes a document in: a header, then chunks, until the client says that it was all.
//! It never acknowledges bytes that a power cut could take away.
//!
//! ```text
//! header ─► chunks ─► examined and staged ─► durable ─► row, fact and answer ─► told
//!              │                               │
//!              │ broken off: nothing is left   │ killed here: bytes that no row names are left,
//!              ▼                               ▼ found by nobody; the repeat stores them anew
//! ```

use futures_util::{Stream, StreamExt as _};
use tonic::Status;
use tracing::Instrument as _;

use super::{
    content::{Content, Examination},
    header::Header,
    store::{Documents, Upload},
    store_document::StoreDocument,
};
use crate::{
    authz::{Permit, UploadDocument},
    kernel::DocumentId,
    pb::registry::v1::{self as pb, upload_document_request::Part},
    rpc::{Malformed, status},
    store::{Stop, Store, faults},
};

/// Stores a document (cl. 5, 6); a repeat of the same upload is answered as the first was (I-6).
///
/// How long an upload may take is the edge's to say: it drops the call, and with it what was staged.
pub async fn upload_document<P>(
    store: &Store,
    documents: &Documents,
    permit: Permit<UploadDocument>,
    parts: P,
) -> Result<pb::UploadDocumentResponse, Status>
where
    P: Stream<Item = Result<pb::UploadDocumentRequest, Status>> + Send + Unpin,
{
    let mut parts = parts.map(part);
    let header = match parts.next().await.transpose()? {
        Some(Part::Header(header)) => Header::parse(&header)?,
        Some(Part::Chunk(_)) | None => {
            return Err(Malformed::one("header", "must be the first message").into());
        }
    };
    let id = DocumentId::from(store.ids().next(store.clock().now().instant));
    let mut upload = documents
        .upload(id)
        .await
        .map_err(|fault| status::from_store(&fault))?;
    let content = match receive(&header, &mut parts, &mut upload).await {
        Ok(content) => content,
        Err(status) => {
            upload.abort().await;
            return Err(status);
        }
    };
    let command = StoreDocument::new(id, permit, header, content);
    // All has come: from here on it does not matter whether the client is still there.
    let settled = settle(store.clone(), documents.clone(), command, upload);
    store
        .tasks()
        .spawn(settled.in_current_span())
        .await
        .map_err(|fault| status::fault(&fault))?
}

/// What the next message is.
fn part(message: Result<pb::UploadDocumentRequest, Status>) -> Result<Part, Status> {
    message?
        .part
        .ok_or_else(|| Malformed::one("part", "must be a header or a chunk").into())
}

/// Stages the chunks while they come. At most one part and one message of them are in memory.
async fn receive(
    header: &Header,
    parts: &mut (impl Stream<Item = Result<Part, Status>> + Send + Unpin),
    upload: &mut Upload,
) -> Result<Content, Status> {
    let mut examination = Examination::new();
    let mut is_empty = true;
    while let Some(part) = parts.next().await.transpose()? {
        let chunk = match part {
            Part::Chunk(chunk) => chunk,
            Part::Header(_) => {
                return Err(Malformed::one("header", "must come once").into());
            }
        };
        if chunk.is_empty() {
            return Err(Malformed::one("chunk", "must not be empty").into());
        }
        is_empty = false;
        examination
            .add(&chunk)
            .map_err(|rejection| status::refused(&rejection))?;
        upload
            .write(&chunk)
            .await
            .map_err(|fault| status::from_store(&fault))?;
    }
    if is_empty {
        return Err(Malformed::one("chunk", "must follow the header at least once").into());
    }
    let content = examination
        .conclude()
        .map_err(|rejection| status::refused(&rejection))?;
    header.require_same(&content)?;
    Ok(content)
}

/// Makes the bytes durable, then the row that names them; takes them away again if the row names
/// those of an earlier upload.
async fn settle(
    store: Store,
    documents: Documents,
    command: StoreDocument,
    upload: Upload,
) -> Result<pb::UploadDocumentResponse, Status> {
    upload
        .finish()
        .await
        .map_err(|fault| status::from_store(&fault))?;
    faults::point("document.durable");
    match store.execute(&command).await {
        Ok(executed) => {
            let mut answer = executed.answer;
            answer.replayed = executed.replayed;
            if answer.document_id != command.id().to_string() {
                documents.discard(command.id()).await;
            }
            Ok(answer)
        }
        Err(Stop::RequestIdReused) => {
            documents.discard(command.id()).await;
            Err(status::request_id_reused())
        }
        // Whether a failed commit took place is not known: the bytes stay.
        Err(stop) => Err(status::from_stop(stop)),
    }
}

#[cfg(test)]
mod tests;
