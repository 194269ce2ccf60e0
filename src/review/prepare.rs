//! The exact bytes that the head signs to grant an application (cl. 9, 11).
//! It never decides, and asked twice of the same application it never gives other bytes.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{require_stage, visible},
        case::Case,
        etag,
        model::Application,
        number::entry_number,
        rows,
    },
    authz::{Permit, PrepareGrant},
    kernel::ApplicationId,
    pb::registry::v1 as pb,
    provider::Provider,
    register::{
        SignedContent, SignedProvider, queries::newest, require_not_suspended, rows::claim_of_share,
    },
    store::{Stop, StoreFault},
};

/// Where an application can be granted.
pub(super) const GRANTABLE: &[Stage] = &[Stage::AwaitingSignature];

/// What granting the application would enter: the next version of the entry that it changes, or the
/// first of a new one; signed by who is head on the day.
pub(super) fn content_to_sign(
    application: &Application,
    case: &Case,
    provider: &Provider,
    on: NaiveDate,
) -> Result<SignedContent, StoreFault> {
    let (entry_number, entry_version) = match &case.change {
        None => (entry_number(&application.number), 1),
        Some(change) => {
            let next = newest(&change.entry)?.saturating_add(1);
            (change.entry.number.clone(), next)
        }
    };
    Ok(SignedContent {
        format: SignedContent::format(),
        entry_number,
        entry_version,
        application_number: application.number.clone(),
        agreement_sha256: application.agreement_sha256.clone(),
        provider: SignedProvider::on(provider, on)?,
        columns: case.outcome.columns(),
        origin: case.outcome.origin().cloned(),
        correction: None,
        court_act: None,
    })
}

/// What is to be sent back with the signature: the application's version, and of an entry that is to
/// be changed the version that was prepared, so that an entry that moves on makes it stale.
pub(super) fn prepared_etag(application: &Application, content: &SignedContent) -> String {
    match content.entry_version {
        1 => application.etag(),
        version => etag::prepared(application.version, version),
    }
}

/// Reads it back: the application's etag, and the version that was prepared.
pub(super) fn read_prepared(etag: &str) -> (String, i32) {
    match etag::read_prepared(etag) {
        // Of a new entry nothing but the application is told.
        Some((application, version)) if version > 1 => (application, version),
        _ => (etag.to_owned(), 1),
    }
}

/// Answers `PrepareGrant`.
pub(super) async fn prepare(
    office: &Office,
    permit: &Permit<PrepareGrant>,
    id: ApplicationId,
) -> Result<pb::PrepareGrantResponse, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = rows::application_by_id(reads, id).await?;
    let application = visible(loaded, &permit.scope(), office).map_err(Stop::Refused)?;
    require_stage(&application, GRANTABLE).map_err(Stop::Refused)?;
    let case = Case::load(reads, &application).await?;
    let claim = claim_of_share(reads, case.share_key(&application)).await?;
    require_not_suspended(claim.as_ref()).map_err(Stop::Refused)?;
    let provider = office.provider(&application.provider_id)?;
    let content = content_to_sign(&application, &case, &provider, office.now().today)?;
    let etag = prepared_etag(&application, &content);
    let content = content.to_bytes()?;
    Ok(pb::PrepareGrantResponse {
        content_sha256: hex::encode(Sha256::digest(&content)),
        content,
        etag,
    })
}

#[cfg(test)]
mod tests {
    use super::read_prepared;

    #[test]
    fn what_was_prepared_is_read_back_and_nothing_else_passes_for_it() {
        for (etag, application, version) in [
            ("\"7\"", "\"7\"", 1),
            ("\"7.2\"", "\"7\"", 2),
            ("\"7.1\"", "\"7.1\"", 1),
            ("\"7.-2\"", "\"7.-2\"", 1),
            ("\"7.x\"", "\"7.x\"", 1),
            ("7.2", "7.2", 1),
            ("", "", 1),
        ] {
            assert_eq!(read_prepared(etag), (application.to_owned(), version));
        }
    }
}
