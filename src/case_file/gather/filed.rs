//! What was filed: the application as the contract tells it, what it and every other application of the
//! entry says, the exact bytes that were signed, and the signatures.
//! It never writes anew what was signed.

use serde_json::{Value as Json, json};

use super::scene::{Filing, Scene};
use crate::{
    application::{
        Form, Office, Procedure, content::filed_message, queries::full_application, subject::names,
    },
    authz::Scope,
    case_file::{
        case::{FiledPart, Files, Source},
        json::{instant, message, of_bytes},
        manifest::{Signatory, Signed},
    },
    document::object_key,
    pb::registry::v1::{self as pb, electronic_copy::Content},
    store::{Stop, StoreFault},
};

/// The application as it stands, without what other files tell.
pub(super) async fn application(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let full = full_application(office, &Scope::Everything, scene.application.id).await;
    let full = full.map_err(|stop| match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(_)
        | Stop::RequestIdReused
        | Stop::TryAgain { .. }
        | Stop::Full { .. }
        | Stop::LeaseLost => StoreFault::Late {
            operation: "read the application of a case",
        },
    })?;
    let application = pb::Application {
        etag: String::new(),
        findings: Vec::new(),
        proposed_grounds: Vec::new(),
        refusal: None,
        ..full
    };
    files.json("application.json", &message("Application", &application)?)
}

/// What each application filed.
pub(super) fn filings(scene: &Scene, files: &mut Files) -> Result<(), StoreFault> {
    for filing in &scene.filings {
        files.json(&format!("filed/{}.json", filing.name), &said(filing)?)?;
    }
    for filing in &scene.filings {
        if let Some(document) = &filing.document {
            let content = (document.size_bytes, document.sha256.as_str());
            files.object(&signed_path(filing), object_key(document.id), content)?;
        }
    }
    for filing in &scene.filings {
        signatures(filing, files)?;
    }
    Ok(())
}

fn said(filing: &Filing) -> Result<Json, StoreFault> {
    let application = &filing.application;
    let (field, name) = names(application.procedure);
    let mut said = json!({
        "application_id": application.id.to_string(),
        "application_number": application.number,
        "procedure": application.procedure.code(),
        "form": application.form.code(),
        "filed_by": application.filed_by,
        "received_at": instant(application.received_at),
        "registered_at": instant(application.registered_at),
        "stage": application.stage.code(),
        "signed": signed_path(filing),
        "signed_sha256": application.agreement_sha256,
    });
    if let Some(said) = said.as_object_mut() {
        said.insert(field.to_owned(), of_bytes(name, &filing.content.agreement)?);
    }
    Ok(said)
}

/// Where the bytes lie that the parties signed.
pub(super) fn signed_path(filing: &Filing) -> String {
    match filing.application.form {
        Form::ElectronicCopy => format!("documents/{}.pdf", filing.name),
        Form::ElectronicContract => format!("signatures/{}-contract.bin", filing.name),
    }
}

fn signatures(filing: &Filing, files: &mut Files) -> Result<(), StoreFault> {
    let (application, content) = (&filing.application, &filing.content);
    let source = |part| Source::Filed {
        application: application.id.get(),
        part,
    };
    if application.form == Form::ElectronicContract {
        let contract = source(FiledPart::Contract);
        files.bytes(&signed_path(filing), &content.agreement, contract)?;
    }
    let numbers = Numbers::of(filing)?;
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
            at: application.received_at,
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
    fn of(filing: &Filing) -> Result<Self, StoreFault> {
        let application = &filing.application;
        let iin = |entry: Option<pb::EntryReference>| {
            entry.map_or_else(String::new, |entry| entry.shareholder_iin)
        };
        let of = |shareholder: Option<pb::Shareholder>| {
            shareholder.map_or_else(String::new, |shareholder| shareholder.iin)
        };
        let applicant = application.cooperative.to_string();
        let (cooperative, shareholder, former_shareholder) =
            match filed_message(application.procedure, &filing.content.agreement)? {
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

/// Whether a procedure has a document that changes an entry.
pub(super) const fn changes(procedure: Option<Procedure>) -> &'static str {
    match procedure {
        None => "IMPORT",
        Some(procedure) => procedure.code(),
    }
}
