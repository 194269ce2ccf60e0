//! The entry: each of its versions with what made it, the exact text that the head signed, the signature,
//! and the extract as it was formed. It never forms an extract anew.

use serde_json::{Value as Json, json};

use super::{filed, scene::Scene};
use crate::{
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
    register::{SignedContent, rows::version, wire::stored_entry},
    store::StoreFault,
};

/// What the register says of the entry, version by version.
pub(super) fn versions(scene: &Scene, files: &mut Files) -> Result<(), StoreFault> {
    let mut versions = Vec::new();
    for version in &scene.versions {
        versions.push(said(scene, version)?);
    }
    files.json("entry-versions.json", &versions)
}

fn said(scene: &Scene, version: &version::Model) -> Result<Json, StoreFault> {
    let made = scene
        .made
        .iter()
        .find(|made| made.version == version.version);
    let made = made.ok_or_else(|| StoreFault::corrupt("entry version", "was made by nothing"))?;
    let content = SignedContent::from_bytes(&version.signed_content)?;
    let filing = scene.filing(made.application);
    let extract = extract_of(scene, version);
    let extract_file = extract.filter(|extract| extract.state == READY);
    Ok(json!({
        "version": version.version,
        "entered_at": instant(version.entered_at),
        "procedure": filed::changes(made.procedure),
        "application_number": filing.map(|filing| &filing.application.number),
        "correction_number": content.correction.as_ref().map(|correction| &correction.number),
        "document_number": made.document_number,
        "document_on": made.document_on,
        "changed_parts": made.changed_parts,
        "entry": message("RegisterEntry", &stored_entry(version)?)?,
        "signed": content_path(version),
        "head_signature": is_signed(version).then(|| signature_path(version)),
        "extract": extract.map(|extract| message("Extract", &to_wire(extract))).transpose()?,
        "extract_file": extract_file.map(extract_path),
    }))
}

fn extract_of<'a>(scene: &'a Scene, version: &version::Model) -> Option<&'a extract::Model> {
    let mut extracts = scene.extracts.iter();
    extracts.find(|extract| extract.entry_version == version.version)
}

/// What was brought over was signed by nobody here.
fn is_signed(version: &version::Model) -> bool {
    !version.head_signature.is_empty()
}

/// The texts that the head signed, and the signatures.
pub(super) fn signed(scene: &Scene, files: &mut Files) -> Result<(), StoreFault> {
    for version in &scene.versions {
        let content = source(version, VersionPart::Content);
        files.bytes(&content_path(version), &version.signed_content, content)?;
    }
    for version in scene.versions.iter().filter(|version| is_signed(version)) {
        let signature = source(version, VersionPart::HeadSignature);
        let path = signature_path(version);
        files.bytes(&path, &version.head_signature, signature)?;
        files.signatures.push(Signed {
            path,
            signs: content_path(version),
            by: Signatory::Head,
            number: SignedContent::from_bytes(&version.signed_content)?
                .provider
                .bin,
            at: version.entered_at,
            must_hold: true,
        });
    }
    Ok(())
}

fn source(version: &version::Model, part: VersionPart) -> Source {
    Source::Version {
        entry: version.entry_id,
        version: version.version,
        part,
    }
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
