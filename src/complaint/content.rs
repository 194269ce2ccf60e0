//! What a complaint says, read from the bytes that were signed (APPK 93).
//! It never changes a byte of them, and never keeps what only a person needs to read.

use chrono::NaiveDate;
use prost::Message as _;

use super::codes::{Addressee, Subject};
use crate::{
    application::agreement::parse::{past_day, section, text},
    kernel::{ApplicationId, Bin, DocumentId, Email, Iin},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
    signature::{self, CMS_BYTES_MAX, Signer, Unmet},
};

/// The largest complaint, in bytes.
const BYTES_MAX: usize = 64 * 1024;

const DOCUMENTS_MAX: usize = 20;

/// A complaint, as far as it is decided upon.
pub(super) struct Content {
    pub(super) application: ApplicationId,
    pub(super) addressee: Addressee,
    pub(super) subject: Subject,
    pub(super) complainant: Complainant,
    pub(super) documents: Vec<DocumentId>,
    pub(super) drawn_up_on: NaiveDate,
    pub(super) learned_on: Option<NaiveDate>,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// Who complains.
pub(super) enum Complainant {
    Cooperative(Bin),
    Shareholder(Iin),
}

impl Complainant {
    /// The signature must be of who complains: of a cooperative, its head's.
    pub(super) fn signed(&self, signer: &Signer) -> Result<(), Unmet> {
        match self {
            Self::Cooperative(bin) => signature::cooperative_executive(signer, bin),
            Self::Shareholder(iin) => signature::shareholder(signer, iin),
        }
    }
}

impl Content {
    /// Reads a complaint and its signature.
    pub(super) fn parse(
        message: &pb::FileComplaintRequest,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let signature = signature(&message.signature, errors);
        let content = decoded(&message.content, errors);
        let read = content
            .and_then(|content| errors.at("content", |errors| read(&content, today, errors)));
        Some(Self {
            bytes: message.content.clone(),
            signature: signature?,
            ..read?
        })
    }
}

fn signature(bytes: &[u8], errors: &mut FieldErrors) -> Option<Vec<u8>> {
    const PATH: &str = "signature";
    if bytes.is_empty() {
        errors.missing(PATH);
        return None;
    }
    if bytes.len() > CMS_BYTES_MAX {
        errors.add(PATH, "must have at most 65536 bytes");
        return None;
    }
    Some(bytes.to_vec())
}

fn decoded(bytes: &[u8], errors: &mut FieldErrors) -> Option<pb::ComplaintContent> {
    const PATH: &str = "content";
    if bytes.is_empty() {
        errors.missing(PATH);
        return None;
    }
    if bytes.len() > BYTES_MAX {
        errors.add(PATH, "must have at most 65536 bytes");
        return None;
    }
    let Ok(content) = pb::ComplaintContent::decode(bytes) else {
        errors.add(PATH, "must be a serialized ComplaintContent");
        return None;
    };
    // What a field that we do not know says would be signed, and read by nobody.
    if content.encoded_len() != bytes.len() {
        errors.add(
            PATH,
            "must have each field once, none that is empty, and no other fields",
        );
        return None;
    }
    Some(content)
}

/// Everything that is missing or wrong is told at once.
fn read(pb: &pb::ComplaintContent, today: NaiveDate, errors: &mut FieldErrors) -> Option<Content> {
    let application = errors.required("application_id", &pb.application_id, ApplicationId::parse);
    let addressee = addressee(pb.addressee, errors);
    let subject = subject(pb.subject, errors);
    let complainant = section(
        errors,
        "complainant",
        pb.complainant.as_ref(),
        |complainant, errors| read_complainant(complainant, today, errors),
    );
    text::<2000>(errors, "complained_of", &pb.complained_of);
    text::<2000>(errors, "demands", &pb.demands);
    text::<4000>(errors, "reasons", &pb.reasons);
    let documents = documents(&pb.document_ids, errors);
    let drawn_up_on = errors.required("drawn_up_on", &pb.drawn_up_on, past_day(today));
    let learned_on = errors.optional("learned_on", &pb.learned_on, past_day(today));
    if subject == Some(Subject::Action) && pb.learned_on.is_empty() {
        errors.missing("learned_on");
    }
    Some(Content {
        application: application?,
        addressee: addressee?,
        subject: subject?,
        complainant: complainant?,
        documents: documents?,
        drawn_up_on: drawn_up_on?,
        learned_on: learned_on?,
        bytes: Vec::new(),
        signature: Vec::new(),
    })
}

fn addressee(addressee: i32, errors: &mut FieldErrors) -> Option<Addressee> {
    const PATH: &str = "addressee";
    match pb::ComplaintAddressee::try_from(addressee) {
        Ok(pb::ComplaintAddressee::Unspecified) => {
            errors.missing(PATH);
            None
        }
        Ok(pb::ComplaintAddressee::Provider) => Some(Addressee::Provider),
        Ok(pb::ComplaintAddressee::HigherBody) => Some(Addressee::HigherBody),
        Ok(pb::ComplaintAddressee::QualityAuthority) => Some(Addressee::QualityAuthority),
        Err(_unknown) => {
            errors.add(PATH, "must be a known addressee");
            None
        }
    }
}

fn subject(subject: i32, errors: &mut FieldErrors) -> Option<Subject> {
    const PATH: &str = "subject";
    match pb::ComplaintSubject::try_from(subject) {
        Ok(pb::ComplaintSubject::Unspecified) => {
            errors.missing(PATH);
            None
        }
        Ok(pb::ComplaintSubject::Refusal) => Some(Subject::Refusal),
        Ok(pb::ComplaintSubject::Overdue) => Some(Subject::Overdue),
        Ok(pb::ComplaintSubject::Action) => Some(Subject::Action),
        Ok(pb::ComplaintSubject::Extract) => Some(Subject::Extract),
        Err(_unknown) => {
            errors.add(PATH, "must be a known subject of a complaint");
            None
        }
    }
}

fn read_complainant(
    pb: &pb::Complainant,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Complainant> {
    let complainant = match pb::ComplainantKind::try_from(pb.kind) {
        Ok(pb::ComplainantKind::Unspecified) => {
            errors.missing("kind");
            None
        }
        Ok(pb::ComplainantKind::Cooperative) => {
            absent("iin", &pb.iin, errors);
            let bin = errors.required("bin", &pb.bin, Bin::parse);
            bin.map(Complainant::Cooperative)
        }
        Ok(pb::ComplainantKind::Shareholder) => {
            absent("bin", &pb.bin, errors);
            let iin = errors.required("iin", &pb.iin, |iin| Iin::parse(iin, today));
            iin.map(Complainant::Shareholder)
        }
        Err(_unknown) => {
            errors.add("kind", "must be a known kind of complainant");
            None
        }
    };
    text::<300>(errors, "name", &pb.name);
    text::<500>(errors, "postal_address", &pb.postal_address);
    errors.optional("email", &pb.email, Email::parse);
    complainant
}

fn absent(path: &str, given: &str, errors: &mut FieldErrors) {
    if !given.is_empty() {
        errors.add(path, "does not belong to this kind of complainant");
    }
}

fn documents(ids: &[String], errors: &mut FieldErrors) -> Option<Vec<DocumentId>> {
    const PATH: &str = "document_ids";
    if ids.len() > DOCUMENTS_MAX {
        errors.add(
            PATH,
            format_args!("must have at most {DOCUMENTS_MAX} items"),
        );
        return None;
    }
    let ids = ids.iter().enumerate().map(|(index, id)| {
        errors.item(PATH, index, |errors| {
            errors.required("", id, DocumentId::parse)
        })
    });
    ids.collect::<Vec<_>>().into_iter().collect()
}
