//! What was filed with an application, read back from the store (cl. 5, 6).
//! It never gives what is not, byte for byte, what was filed.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::{
    Office,
    model::Application,
    procedure::Procedure,
    rows::content,
    subject::{self, Subject},
};
use crate::{
    kernel::local, pb::registry::v1::electronic_copy::Content, rpc::FieldErrors, store::StoreFault,
};

/// What was filed, as a message.
pub(crate) fn filed_message(procedure: Procedure, bytes: &[u8]) -> Result<Content, StoreFault> {
    subject::decoded(procedure, bytes)
        .map_err(|error| StoreFault::corrupt("filed content", error.to_string()))
}

/// What was filed, parsed by the rules of the day it was filed.
pub(crate) fn read_subject(
    procedure: Procedure,
    bytes: &[u8],
    received_at: DateTime<Utc>,
) -> Result<Subject, StoreFault> {
    let message = filed_message(procedure, bytes)?;
    let filed_on = local(received_at).date();
    let mut errors = FieldErrors::new();
    Subject::parse(&message, filed_on, &mut errors)
        .filter(|_| errors.is_empty())
        .ok_or_else(|| StoreFault::corrupt("filed content", "breaks the rules it was filed by"))
}

/// The exact bytes that the parties signed: of the scan, or of the contract. What is no longer what was
/// filed is our fault, and must never look like a signature that does not count.
pub(crate) async fn signed_bytes(
    office: &Office,
    application: &Application,
    content: &content::Model,
) -> Result<Vec<u8>, StoreFault> {
    let bytes = match application.document {
        Some(document) => office.documents.read(document).await?,
        None => content.agreement.clone(),
    };
    if hex::encode(Sha256::digest(&bytes)) == application.agreement_sha256 {
        Ok(bytes)
    } else {
        Err(StoreFault::corrupt("document", "is not what was filed"))
    }
}
