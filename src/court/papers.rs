//! What the provider files with a court: its response, and the reasoned position of the higher body's head
//! (cl. 16; D-17), read whole.
//! A paper never names who signed it: only the post.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::action::past;
use crate::{
    application::agreement::parse::{section, text},
    kernel::{DocumentId, Text},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// A paper that was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paper {
    pub(crate) document: DocumentId,
    pub(crate) number: Text<100>,
    pub(crate) signed_on: NaiveDate,
    /// The body whose paper it is.
    pub(crate) body: Text<200>,
    pub(crate) signed_by_post: Text<200>,
}

/// A paper with the hash of its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FiledPaper {
    pub(crate) paper: Paper,
    /// SHA-256 of the document, hexadecimal.
    pub(crate) sha256: String,
}

/// What is filed with the court.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filing {
    pub(super) response: Paper,
    pub(super) position: Option<Paper>,
    pub(super) filed_on: NaiveDate,
}

/// A filing as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordedResponse {
    pub(crate) response: FiledPaper,
    pub(crate) position: Option<FiledPaper>,
    pub(crate) filed_on: NaiveDate,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) recorded_by: String,
}

/// Reads a filing as of `today`.
pub(super) fn filing(
    pb: &pb::CourtResponse,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Filing> {
    let read = |pb, errors: &mut FieldErrors| paper(pb, today, errors);
    let response = section(errors, "response", pb.response.as_ref(), read);
    let position = match &pb.position {
        None => Some(None),
        Some(pb) => errors.at("position", |errors| read(pb, errors)).map(Some),
    };
    let filed_on = errors.required("filed_on", &pb.filed_on, |given| past(given, today));
    Some(Filing {
        response: response?,
        position: position?,
        filed_on: filed_on?,
    })
}

fn paper(pb: &pb::CourtPaper, today: NaiveDate, errors: &mut FieldErrors) -> Option<Paper> {
    let document = errors.required("document_id", &pb.document_id, DocumentId::parse);
    let number = text(errors, "number", &pb.number);
    let signed_on = errors.required("signed_on", &pb.signed_on, |given| past(given, today));
    let body = text(errors, "body", &pb.body);
    let signed_by_post = text(errors, "signed_by_post", &pb.signed_by_post);
    Some(Paper {
        document: document?,
        number: number?,
        signed_on: signed_on?,
        body: body?,
        signed_by_post: signed_by_post?,
    })
}
