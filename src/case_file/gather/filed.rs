//! What was filed: the application as the contract tells it, what it and every other application of the
//! entry says, the exact bytes that were signed, and the signatures.
//! It never writes anew what was signed.

use serde_json::{Value as Json, json};

use super::{
    fault,
    scene::{Filing, Scene},
};
use crate::{
    application::{
        Form, Office,
        content::filed_message,
        queries::full_application,
        rows::{content, content_of},
        subject::names,
    },
    authz::Scope,
    case_file::{
        case::{FiledPart, Files, Source},
        json::{instant, message, of_bytes},
        manifest::{Signatory, Signed},
    },
    document::object_key,
    pb::registry::v1::{self as pb, electronic_copy::Content},
    store::StoreFault,
};

/// The application as it stands, without what other files tell.
pub(super) async fn application(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let reading = full_application(office, &Scope::Everything, scene.application.id);
    let full = reading
        .await
        .map_err(fault("read the application of a case"))?;
    let application = pb::Application {
        etag: String::new(),
        findings: Vec::new(),
        proposed_grounds: Vec::new(),
        refusal: None,
        ..full
    };
    let application = message("Application", &application)?;
    files.json("application.json", &application).await
}

/// What each application filed.
pub(super) async fn filings(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    for filing in &scene.filings {
        let reading = content_of(office.store.reads(), filing.id);
        let content = office.store.in_time("read what was filed", reading).await?;
        let says = said(filing, &content)?;
        files
            .json(&format!("filed/{}.json", filing.name), &says)
            .await?;
        if let Some(document) = &filing.document {
            let scan = (document.size_bytes, document.sha256.as_str());
            files.object(&signed_path(filing), object_key(document.id), scan)?;
        }
        signatures(filing, &content, files)?;
    }
    Ok(())
}

fn said(filing: &Filing, content: &content::Model) -> Result<Json, StoreFault> {
    let (field, name) = names(filing.procedure);
    let mut said = json!({
        "application_id": filing.id.to_string(),
        "application_number": filing.number,
        "procedure": filing.procedure.code(),
        "form": filing.form.code(),
        "filed_by": filing.filed_by,
        "received_at": instant(filing.received_at),
        "registered_at": instant(filing.registered_at),
        "stage": filing.stage.code(),
        "signed": signed_path(filing),
        "signed_sha256": filing.signed_sha256,
    });
    if let Some(said) = said.as_object_mut() {
        said.insert(field.to_owned(), of_bytes(name, &content.agreement)?);
    }
    Ok(said)
}

/// Where the bytes lie that the parties signed.
pub(super) fn signed_path(filing: &Filing) -> String {
    match filing.form {
        Form::ElectronicCopy => format!("documents/{}.pdf", filing.name),
        Form::ElectronicContract => format!("signatures/{}-contract.bin", filing.name),
    }
}

fn signatures(
    filing: &Filing,
    content: &content::Model,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let source = |part| Source::Filed {
        application: filing.id.get(),
        part,
    };
    if filing.form == Form::ElectronicContract {
        let contract = source(FiledPart::Contract);
        files.bytes(&signed_path(filing), &content.agreement, contract)?;
    }
    let numbers = Numbers::of(filing, content)?;
    let cooperative = Some(&content.cooperative_signature);
    for (signature, part, by, word, number) in [
        (
            cooperative,
            FiledPart::CooperativeSignature,
            Signatory::Cooperative,
            "cooperative",
            numbers.cooperative,
        ),
        (
            content.shareholder_signature.as_ref(),
            FiledPart::ShareholderSignature,
            Signatory::Shareholder,
            "shareholder",
            numbers.shareholder,
        ),
        (
            content.former_shareholder_signature.as_ref(),
            FiledPart::FormerShareholderSignature,
            Signatory::FormerShareholder,
            "former-shareholder",
            numbers.former_shareholder,
        ),
    ] {
        let Some(signature) = signature else { continue };
        let path = format!("signatures/{}-{word}.cms", filing.name);
        files.bytes(&path, signature, source(part))?;
        files.signatures.push(Signed {
            path,
            signs: signed_path(filing),
            by,
            number,
            at: filing.received_at,
            must_hold: filing.is_granted,
        });
    }
    Ok(())
}

/// Of whom the signatures must be, by what was filed (C04, C20).
struct Numbers {
    cooperative: String,
    shareholder: String,
    former_shareholder: String,
}

impl Numbers {
    fn of(filing: &Filing, content: &content::Model) -> Result<Self, StoreFault> {
        let iin = |entry: Option<pb::EntryReference>| {
            entry.map_or_else(String::new, |entry| entry.shareholder_iin)
        };
        let of = |shareholder: Option<pb::Shareholder>| {
            shareholder.map_or_else(String::new, |shareholder| shareholder.iin)
        };
        let applicant = filing.cooperative.to_string();
        let (cooperative, shareholder, former_shareholder) =
            match filed_message(filing.procedure, &content.agreement)? {
                Content::Agreement(agreement) => (
                    agreement.cooperative.map_or(applicant, |named| named.bin),
                    of(agreement.shareholder),
                    String::new(),
                ),
                Content::Amendment(amendment) => (
                    amendment.cooperative.map_or(applicant, |named| named.bin),
                    iin(amendment.entry),
                    String::new(),
                ),
                Content::Assignment(assignment) => (
                    applicant,
                    of(assignment.new_shareholder),
                    iin(assignment.entry),
                ),
                Content::Deregistration(removal) => (applicant, iin(removal.entry), String::new()),
            };
        Ok(Self {
            cooperative,
            shareholder,
            former_shareholder,
        })
    }
}
