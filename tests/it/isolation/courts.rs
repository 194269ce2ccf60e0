//! Calls of the court service that name an object. It never looks at what was answered.

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};

use super::{Objects, Outcomes};
use crate::harness::{Raw, court_act, court_action, court_response};

/// Each call, with these objects.
pub(super) async fn calls(raw: &Raw, objects: &Objects) -> Outcomes {
    let (court_case_id, document) = (objects.court_case.clone(), new_request_id());
    let (request_id, etag) = (new_request_id(), "\"1\"".to_owned());
    let mut courts = raw.courts();
    outcomes![courts:
        record_court_action(pb::RecordCourtActionRequest {
            request_id: request_id.clone(),
            action: Some(court_action(&objects.application)),
        }),
        get_court_case(pb::GetCourtCaseRequest { court_case_id: court_case_id.clone() }),
        list_court_cases(pb::ListCourtCasesRequest {
            application_id: objects.application.clone(),
            ..Default::default()
        }),
        file_court_response(pb::FileCourtResponseRequest {
            request_id: request_id.clone(),
            court_case_id: court_case_id.clone(),
            etag: etag.clone(),
            response: Some(court_response(&document, None)),
        }),
        record_court_act(pb::RecordCourtActRequest {
            request_id: request_id.clone(),
            court_case_id: court_case_id.clone(),
            etag: etag.clone(),
            act: Some(court_act(&document, pb::CourtEffect::Suspension)),
        }),
        prepare_annulment(pb::PrepareAnnulmentRequest { court_case_id: court_case_id.clone() }),
        annul_register_entry(pb::AnnulRegisterEntryRequest {
            request_id: request_id.clone(),
            court_case_id: court_case_id.clone(),
            etag: "\"1.2\"".to_owned(),
            head_signature: vec![1],
        }),
        confirm_annulment_handover(pb::ConfirmAnnulmentHandoverRequest {
            request_id,
            court_case_id,
            etag,
            handed_over_on: "2026-11-24".to_owned(),
        }),
    ]
}
