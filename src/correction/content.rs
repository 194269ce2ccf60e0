//! What is to be corrected: of which document of which entry, how its parts read, and where each slip can
//! be seen (APPK 82).
//! It never takes a difference that nobody explains, nor an explanation of no difference.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    application::{
        Procedure, Subject,
        agreement::parse::{section, text},
        reading::Difference,
        subject::{encoded, names, procedure_of},
    },
    kernel::{ApplicationId, Text},
    pb::registry::v1::{
        self as pb, correction_content::Corrected, electronic_copy::Content as Document,
    },
    rpc::{FieldError, FieldErrors},
};

const SLIPS_MAX: usize = 100;

/// What the record must keep: another cooperative, or another entry, is no slip.
const FIXED: [&str; 2] = ["cooperative.bin", "entry."];

/// What is to be corrected.
pub(super) struct Content {
    pub(super) entry_number: String,
    pub(super) application: ApplicationId,
    pub(super) procedure: Procedure,
    /// The parts that read otherwise, as a message of the procedure.
    pub(super) parts: Vec<u8>,
    /// By path.
    slips: BTreeMap<String, Slip>,
}

/// Why a field is a slip, and where that can be seen.
struct Slip {
    /// Its place in the request.
    index: usize,
    why: Text<500>,
    place: Text<200>,
}

/// A field that is corrected, as it is stored and shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectedField {
    pub(super) path: String,
    pub(super) stands: String,
    pub(super) shall_read: String,
    pub(super) why: String,
    pub(super) place: String,
}

impl Content {
    /// Reads it; everything that can be told without the register is told.
    pub(super) fn parse(
        pb: &pb::CorrectionContent,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let entry_number = text::<50>(errors, "entry_number", &pb.entry_number);
        let application =
            errors.required("application_id", &pb.application_id, ApplicationId::parse);
        let corrected = errors.present("corrected", pb.corrected.as_ref());
        let document = corrected.map(document);
        if let Some(document) = &document {
            check_parts(document, today, errors);
        }
        let slips = slips(&pb.slips, errors);
        let document = document?;
        Some(Self {
            entry_number: entry_number?.to_string(),
            application: application?,
            procedure: procedure_of(&document),
            parts: encoded(&document),
            slips: slips?,
        })
    }

    /// Each field that comes to read otherwise, with its explanation; or what is wrong with them.
    pub(super) fn explained(
        &self,
        differences: Vec<Difference>,
    ) -> Result<Vec<CorrectedField>, Vec<FieldError>> {
        let mut errors = FieldErrors::new();
        let mut fields = Vec::new();
        let (part, _) = names(self.procedure);
        for difference in differences {
            let path = difference.path.as_str();
            let slip = self.slips.get(path);
            let is_fixed = FIXED.iter().any(|fixed| path.starts_with(fixed));
            errors.at(&format!("content.{part}"), |errors| {
                if is_fixed {
                    errors.add(path, "must stay as it is");
                } else if slip.is_none() {
                    errors.add(path, "must be explained by a slip of this path");
                }
            });
            if let Some(slip) = slip {
                fields.push(CorrectedField {
                    path: difference.path,
                    stands: difference.stands,
                    shall_read: difference.shall_read,
                    why: slip.why.to_string(),
                    place: slip.place.to_string(),
                });
            }
        }
        for (path, slip) in &self.slips {
            if !fields.iter().any(|field| field.path == *path) {
                errors.item("content.slips", slip.index, |errors| {
                    errors.add("path", "must name a field that comes to read otherwise");
                });
            }
        }
        if errors.is_empty() {
            Ok(fields)
        } else {
            Err(errors.into_malformed().violations().to_vec())
        }
    }
}

/// The parts as what was filed.
fn document(corrected: &Corrected) -> Document {
    match corrected.clone() {
        Corrected::Agreement(agreement) => Document::Agreement(agreement),
        Corrected::Amendment(amendment) => Document::Amendment(amendment),
        Corrected::Assignment(assignment) => Document::Assignment(assignment),
        Corrected::Deregistration(removal) => Document::Deregistration(removal),
    }
}

/// Each part that is given must be right in itself; that others are left out is no fault.
fn check_parts(document: &Document, today: NaiveDate, errors: &mut FieldErrors) {
    let mut found = FieldErrors::new();
    Subject::parse(document, today, &mut found);
    let is_left_out = |one: &FieldError| one.missing && !one.path.contains('.');
    let (part, _) = names(procedure_of(document));
    errors.at(part, |errors| {
        for wrong in found.into_malformed().violations() {
            match wrong {
                left_out if is_left_out(left_out) => {}
                missing if missing.missing => errors.missing(&missing.path),
                wrong => errors.add(&wrong.path, &wrong.problem),
            }
        }
    });
}

fn slips(given: &[pb::Slip], errors: &mut FieldErrors) -> Option<BTreeMap<String, Slip>> {
    const PATH: &str = "slips";
    match given.len() {
        0 => {
            errors.missing(PATH);
            return None;
        }
        1..=SLIPS_MAX => {}
        _ => {
            errors.add(PATH, format_args!("must have at most {SLIPS_MAX} items"));
            return None;
        }
    }
    let mut slips = BTreeMap::new();
    let mut is_right = true;
    for (index, pb) in given.iter().enumerate() {
        is_right &= errors
            .item(PATH, index, |errors| {
                let path = text::<200>(errors, "path", &pb.path);
                let why = text(errors, "why", &pb.why);
                let place = text(errors, "place", &pb.place);
                let slip = Slip {
                    index,
                    why: why?,
                    place: place?,
                };
                if slips.insert(path?.to_string(), slip).is_some() {
                    errors.add("path", "must be named only once");
                    return None;
                }
                Some(())
            })
            .is_some();
    }
    is_right.then_some(slips)
}

/// Reads the content of a request.
pub(super) fn required(
    pb: Option<&pb::CorrectionContent>,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Content> {
    section(errors, "content", pb, |pb, errors| {
        Content::parse(pb, today, errors)
    })
}

/// Shows where, and never what stood there: it may be personal data.
impl std::fmt::Debug for CorrectedField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CorrectedField")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
