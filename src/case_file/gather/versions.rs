//! The entry: each of its versions with what made it, the exact text that the head signed, the signature,
//! and the extract as it was formed. It never forms an extract anew, nor holds two versions at once.

use serde_json::{Value as Json, json};

use super::scene::{Scene, Version};
use crate::{
    application::Office,
    case_file::{
        case::{Files, Source, VersionPart},
        json::{instant, message},
        manifest::{Signatory, Signed},
    },
    extract::{
        object_key,
        queries::to_wire,
        rows::{READY, extract},
    },
    kernel::Localized,
    register::{
        SignedContent,
        rows::{entry_version, version},
        wire::stored_entry,
    },
    store::StoreFault,
};

/// What the register says of the entry, version by version.
pub(super) async fn versions(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let mut versions = Vec::with_capacity(scene.versions.len());
    for made in &scene.versions {
        let version = stored(office, made).await?;
        versions.push(said(scene, made, &version)?);
        let told = message("RegisterEntry", &stored_entry(&version)?)?;
        files.json(&told_path(&version), &told).await?;
        signed(&version, files)?;
    }
    files.json("entry-versions.json", &versions).await
}

/// A version as it is stored.
pub(super) async fn stored(office: &Office, made: &Version) -> Result<version::Model, StoreFault> {
    let reading = entry_version(office.store.reads(), made.entry, made.number);
    let reading = office.store.in_time("read a version of an entry", reading);
    let absent = || StoreFault::corrupt("entry version", "is not there");
    reading.await?.ok_or_else(absent)
}

fn said(scene: &Scene, made: &Version, version: &version::Model) -> Result<Json, StoreFault> {
    let content = SignedContent::from_bytes(&version.signed_content)?;
    let filing = scene.filing(made.application);
    let mut extracts = scene.extracts.iter();
    let extract = extracts.find(|extract| extract.entry_version == made.number);
    let extract_file = extract.filter(|extract| extract.state == READY);
    Ok(json!({
        "version": made.number,
        "entered_at": instant(version.entered_at),
        "made_by": made_by(made),
        "application_number": filing.map(|filing| &filing.number),
        "correction_number": content.correction.as_ref().map(|correction| &correction.number),
        "document_number": made.document_number,
        "document_on": made.document_on,
        "changed_parts": made.changed_parts,
        "entry_file": told_path(version),
        "signed": content_path(version),
        "head_signature": (!version.is_brought_over()).then(|| signature_path(version)),
        "extract": extract.map(|extract| message("Extract", &to_wire(extract))).transpose()?,
        "extract_file": extract_file.map(extract_path),
    }))
}

/// What made a version: a procedure, an act of a court, or the bringing over of a former register. A correction
/// has the procedure of what it corrects.
const fn made_by(version: &Version) -> &'static str {
    match version.procedure {
        Some(procedure) => procedure.code(),
        None if version.is_annulment => "COURT",
        None => "IMPORT",
    }
}

/// The text that the head signed, and the signature.
fn signed(version: &version::Model, files: &mut Files) -> Result<(), StoreFault> {
    let source = |part| Source::Version {
        entry: version.entry_id,
        version: version.version,
        part,
    };
    let path = content_path(version);
    files.bytes(&path, &version.signed_content, source(VersionPart::Content))?;
    if version.is_brought_over() {
        return Ok(());
    }
    let signature = source(VersionPart::HeadSignature);
    let path = signature_path(version);
    files.bytes(&path, &version.head_signature, signature)?;
    let content = SignedContent::from_bytes(&version.signed_content)?;
    files.signatures.push(Signed {
        path,
        signs: content_path(version),
        by: Signatory::Head,
        number: content.provider.bin,
        at: version.entered_at,
        must_hold: true,
    });
    Ok(())
}

/// The extracts that are formed.
pub(super) fn extracts(scene: &Scene, files: &mut Files) -> Result<(), StoreFault> {
    for extract in scene
        .extracts
        .iter()
        .filter(|extract| extract.state == READY)
    {
        let content = extract.size_bytes.zip(extract.sha256.as_deref());
        let content =
            content.ok_or_else(|| StoreFault::corrupt("extract", "is formed of nothing"))?;
        let key = object_key(extract.entry_id.into(), extract.entry_version);
        files.object(&extract_path(extract), key, content)?;
    }
    Ok(())
}

fn told_path(version: &version::Model) -> String {
    format!("versions/v{:02}.json", version.version)
}

fn content_path(version: &version::Model) -> String {
    format!("entry/v{:02}.json", version.version)
}

fn signature_path(version: &version::Model) -> String {
    format!("signatures/entry-v{:02}-head.cms", version.version)
}

fn extract_path(extract: &extract::Model) -> String {
    format!("extracts/v{:02}.pdf", extract.entry_version)
}

/// The name and post of the head who signed the version that an application made.
pub(super) fn head_of(version: &version::Model) -> Result<(String, Localized), StoreFault> {
    let provider = SignedContent::from_bytes(&version.signed_content)?.provider;
    Ok((provider.head_name, provider.head_post))
}
