//! The command that makes uploaded bytes a document of the organisation that uploads them.
//! It never runs before the bytes are durable, and no rule refuses it.

use std::convert::Infallible;

use sea_orm::DatabaseConnection;

use super::{
    content::Content,
    header::Header,
    model::{Document, PDF},
    rows,
};
use crate::{
    authz::{Action, Permit, UploadDocument},
    kernel::{Bin, DocumentId, Moment},
    pb::registry::v1 as pb,
    store::{Changes, Command, Insert, NewFact, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact that a document was stored.
const STORED: &str = "document_stored";

/// The command to store a document.
pub(super) struct StoreDocument {
    id: DocumentId,
    permit: Permit<UploadDocument>,
    request: RequestKey,
    header: Header,
    content: Content,
}

impl StoreDocument {
    pub(super) fn new(
        id: DocumentId,
        permit: Permit<UploadDocument>,
        header: Header,
        content: Content,
    ) -> Self {
        let request = RequestKey {
            caller: permit.caller().name.to_string(),
            method: UploadDocument::PATH,
            request_id: header.request_id,
            fingerprint: header.fingerprint(&content),
        };
        Self {
            id,
            permit,
            request,
            header,
            content,
        }
    }

    pub(super) const fn id(&self) -> DocumentId {
        self.id
    }

    fn organisation(&self) -> &Bin {
        &self.permit.caller().organisation
    }
}

impl Command for StoreDocument {
    type Loaded = ();
    type Decided = Document;
    type Refusal = Infallible;
    type Answer = pb::UploadDocumentResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(&self, _: &DatabaseConnection, _: Moment) -> Result<(), StoreFault> {
        Ok(())
    }

    fn decide(&self, (): (), moment: Moment) -> Result<Document, Infallible> {
        Ok(Document {
            id: self.id,
            cooperative: self.organisation().clone(),
            file_name: self.header.file_name.clone(),
            sha256: hex::encode(self.content.sha256),
            size_bytes: self.content.size_bytes,
            content_type: PDF.to_owned(),
            uploaded_at: moment.instant,
            uploaded_by: self.permit.caller().name.to_string(),
        })
    }

    fn changes(&self, document: &Document) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: document.uploaded_by.clone(),
            method: UploadDocument::PATH,
            at: document.uploaded_at,
        };
        Ok(Changes::by(origin)
            .insert(Insert::of(&rows::to_row(document)))
            .facts([stored(document)]))
    }

    fn answer(&self, document: Document) -> pb::UploadDocumentResponse {
        pb::UploadDocumentResponse {
            document_id: document.id.to_string(),
            sha256: document.sha256,
            size_bytes: document.size_bytes,
            content_type: document.content_type,
            replayed: false,
        }
    }
}

/// The fact, without the file's name, which may be personal (I-7).
fn stored(document: &Document) -> NewFact {
    let body = serde_json::json!({
        "organisation_bin": document.cooperative.as_str(),
        "sha256": document.sha256,
        "size_bytes": document.size_bytes,
    });
    NewFact {
        subject: document.id.get(),
        kind: STORED,
        body: body.to_string(),
    }
}
