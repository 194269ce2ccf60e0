//! The exact bytes that the head signs to grant an application (cl. 9, 11).
//! A pure function of the application, its agreement and its provider: asked twice, it is the same.

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{require_stage, visible},
        content::read_agreement,
        model::Application,
        number::entry_number,
        rows,
    },
    authz::{Permit, PrepareGrant},
    kernel::ApplicationId,
    pb::registry::v1 as pb,
    provider::Provider,
    register::{Columns, SignedContent, SignedProvider},
    store::{Stop, StoreFault},
};

/// Where an application can be granted.
pub(super) const GRANTABLE: &[Stage] = &[Stage::AwaitingSignature];

/// What granting the application would enter.
pub(super) fn content_to_sign(
    application: &Application,
    columns: Columns,
    provider: &Provider,
) -> SignedContent {
    let provider = SignedProvider {
        id: provider.id.clone(),
        bin: provider.bin.to_string(),
        name: provider.name.clone(),
        head_post: provider.head.post.clone(),
        head_name: provider.head.name.clone(),
    };
    SignedContent::first(
        entry_number(&application.number),
        application.number.clone(),
        application.agreement_sha256.clone(),
        provider,
        columns,
    )
}

/// Reads the agreement and makes of it what the head signs.
pub(super) async fn load_content(
    office: &Office,
    reads: &DatabaseConnection,
    application: &Application,
) -> Result<SignedContent, StoreFault> {
    let filed = rows::content_of(reads, application.id).await?;
    let columns = read_agreement(&filed, application)?.columns();
    Ok(content_to_sign(
        application,
        columns,
        &*office.provider(&application.provider_id)?,
    ))
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
    let content = load_content(office, reads, &application)
        .await?
        .to_bytes()?;
    Ok(pb::PrepareGrantResponse {
        content_sha256: hex::encode(Sha256::digest(&content)),
        content,
        etag: application.etag(),
    })
}
