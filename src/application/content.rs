//! What was filed, read back: the agreement as data, and the exact bytes that were signed.
//! It never accepts what could not have been filed: such a row is corrupt.

use prost::Message as _;
use sha2::{Digest as _, Sha256};

use super::{Office, agreement::Agreement, model::Application, rows::content};
use crate::{kernel::local, pb::registry::v1 as pb, rpc::FieldErrors, store::StoreFault};

/// The agreement as it was filed.
pub(crate) fn agreement_message(
    content: &content::Model,
) -> Result<pb::ParticipationAgreement, StoreFault> {
    pb::ParticipationAgreement::decode(&*content.agreement)
        .map_err(|error| StoreFault::corrupt("filed agreement", error.to_string()))
}

/// The agreement, parsed by the rules of the day it was filed.
pub(crate) fn read_agreement(
    content: &content::Model,
    application: &Application,
) -> Result<Agreement, StoreFault> {
    let message = agreement_message(content)?;
    let filed_on = local(application.received_at).date();
    let mut errors = FieldErrors::new();
    Agreement::parse(&message, filed_on, &mut errors)
        .filter(|_| errors.is_empty())
        .ok_or_else(|| StoreFault::corrupt("filed agreement", "breaks the rules it was filed by"))
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
