//! Uploaded documents, and where they and the extracts lie.
//! It never looks into a document further than to tell what type it is.

mod content;
mod header;
mod model;
mod rows;
mod store;
mod store_document;
mod upload;

pub use model::{Document, FileName};
pub use rows::{document_by_id, documents_by_ids};
pub use store::Documents;
pub(crate) use store::object_key;
pub use upload::upload_document;
