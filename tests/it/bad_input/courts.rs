//! Cases in court that are told wrongly: every field is named, and nothing is stored.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, CourtActKind, CourtEffect},
};
use tonic::Code;

use crate::harness::{
    Account, Told, Town, court_act, court_action, court_paper, court_response, told, told_raw,
};

async fn action_refused(town: &Town, action: Option<pb::CourtAction>) -> Told {
    let before = town.journal_head().await;
    let request = pb::RecordCourtActionRequest {
        request_id: new_request_id(),
        action,
    };
    let mut courts = town.raw(Account::Officer).courts();
    let refused = told_raw(courts.record_court_action(request).await);
    assert_eq!(refused.code, Code::InvalidArgument, "{refused:?}");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
    refused
}

#[tokio::test]
async fn an_action_is_told_everything_that_is_missing_or_wrong() {
    let town = Town::open().await;
    let refused = action_refused(&town, None).await;
    refused.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(refused.paths(), ["action"]);
    let refused = action_refused(&town, Some(pb::CourtAction::default())).await;
    assert_eq!(
        refused.paths(),
        [
            "action.application_id",
            "action.claimant",
            "action.challenge",
            "action.court",
            "action.case_number",
            "action.filed_on",
            "action.served_on"
        ]
    );
    let wrong = pb::CourtAction {
        application_id: "no uuid".to_owned(),
        complaint_id: "no uuid".to_owned(),
        claimant: 99,
        challenge: -1,
        court: "с".repeat(201),
        case_number: "7".repeat(101),
        filed_on: "2026-11-25".to_owned(),
        served_on: "24.11.2026".to_owned(),
        reached_directly: false,
    };
    let refused = action_refused(&town, Some(wrong)).await;
    refused.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.paths().len(), 8, "{refused:?}");
    let disordered = pb::CourtAction {
        complaint_id: new_request_id(),
        reached_directly: true,
        served_on: "2026-11-22".to_owned(),
        ..court_action(&new_request_id())
    };
    let refused = action_refused(&town, Some(disordered)).await;
    assert_eq!(refused.paths(), ["action.complaint_id", "action.served_on"]);
    let entry = town.entry(820).await;
    let of_nothing = pb::CourtAction {
        complaint_id: new_request_id(),
        ..court_action(&entry.application_id)
    };
    let refused = action_refused(&town, Some(of_nothing)).await;
    assert_eq!(refused.paths(), ["action.complaint_id"]);
}

#[tokio::test]
async fn papers_and_acts_are_told_everything_that_is_missing_or_wrong() {
    let town = Town::open_plainly().await;
    let entry = town.entry(821).await;
    let case = town.court_case(&entry.application_id).await;
    let mut raw = town.raw(Account::Head).courts();
    let empty = raw.file_court_response(pb::FileCourtResponseRequest::default());
    let empty = told_raw(empty.await);
    assert_eq!(
        empty.paths(),
        ["request_id", "court_case_id", "etag", "response"]
    );
    let empty = raw.record_court_act(pb::RecordCourtActRequest::default());
    let empty = told_raw(empty.await);
    assert_eq!(
        empty.paths(),
        ["request_id", "court_case_id", "etag", "act"]
    );

    let head = town.provider(Account::Head);
    let response = pb::CourtResponse {
        response: Some(pb::CourtPaper::default()),
        position: Some(pb::CourtPaper {
            signed_on: "2026-11-25".to_owned(),
            ..court_paper("no uuid", "1")
        }),
        ..Default::default()
    };
    let refused = told(head.file_court_response(&case, response).await);
    assert_eq!(
        refused.paths(),
        [
            "response.response.document_id",
            "response.response.number",
            "response.response.signed_on",
            "response.response.body",
            "response.response.signed_by_post",
            "response.position.document_id",
            "response.position.signed_on",
            "response.filed_on"
        ]
    );
    let early = pb::CourtResponse {
        filed_on: "2026-11-23".to_owned(),
        ..court_response(&new_request_id(), None)
    };
    let refused = told(head.file_court_response(&case, early).await);
    assert_eq!(refused.paths(), ["response.filed_on"]);

    let refused = told(head.record_court_act(&case, pb::CourtAct::default()).await);
    assert_eq!(
        refused.paths(),
        [
            "act.kind",
            "act.number",
            "act.decided_on",
            "act.document_id",
            "act.effect"
        ]
    );
    let without_force = pb::CourtAct {
        in_force_on: String::new(),
        ..court_act(&new_request_id(), CourtEffect::Suspension)
    };
    let refused = told(head.record_court_act(&case, without_force).await);
    assert_eq!(refused.paths(), ["act.in_force_on"]);
    let before_decision = pb::CourtAct {
        in_force_on: "2026-11-23".to_owned(),
        kind: CourtActKind::Decision.into(),
        ..court_act(&new_request_id(), CourtEffect::None)
    };
    let refused = told(head.record_court_act(&case, before_decision).await);
    assert_eq!(refused.paths(), ["act.in_force_on"]);
}

#[tokio::test]
async fn an_act_ends_only_what_its_case_began_and_rests_on_a_paper_of_the_provider() {
    let town = Town::open_plainly().await;
    let entry = town.entry(822).await;
    let case = town.court_case(&entry.application_id).await;
    let own = town.court_document(822).await;
    let upload = town
        .portal()
        .upload("paper.pdf", &tizilim::demo::scan(823))
        .await;
    let foreign = upload.unwrap().document_id;
    let head = town.provider(Account::Head);
    for document in [foreign.clone(), new_request_id()] {
        let act = court_act(&document, CourtEffect::Note);
        let refused = told(head.record_court_act(&case, act).await);
        refused.is(Code::FailedPrecondition, "DOCUMENT_UNKNOWN");
        let response = court_response(&own, Some(&document));
        let refused = told(head.file_court_response(&case, response).await);
        refused.is(Code::FailedPrecondition, "DOCUMENT_UNKNOWN");
    }
    for effect in [CourtEffect::NoteRemoved, CourtEffect::SuspensionLifted] {
        let refused = told(head.record_court_act(&case, court_act(&own, effect)).await);
        assert_eq!(refused.paths(), ["act.effect"], "{effect:?}");
    }
    let early = pb::CourtAct {
        decided_on: "2026-11-22".to_owned(),
        ..court_act(&own, CourtEffect::Note)
    };
    let refused = told(head.record_court_act(&case, early).await);
    assert_eq!(refused.paths(), ["act.decided_on"]);

    // A refused application has no entry that an act could mean something for.
    let filed = town
        .agreement(824)
        .with(|agreement| agreement.consent = None);
    let filed = town.filed(&filed, pb::ApplicationStage::InReview).await;
    let case = town.court_case(&filed.application_id).await;
    let refused = told(
        head.record_court_act(&case, court_act(&own, CourtEffect::Note))
            .await,
    );
    assert_eq!(refused.paths(), ["act.effect"]);
    let nothing = court_act(&own, CourtEffect::None);
    head.record_court_act(&case, nothing).await.unwrap();
}

#[tokio::test]
async fn lists_of_cases_say_what_is_wrong_with_the_question() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Officer).courts();
    let wrong = pb::ListCourtCasesRequest {
        page_size: -1,
        application_id: "no uuid".to_owned(),
        unanswered_only: true,
        annulment_waiting_only: true,
        ..Default::default()
    };
    let refused = told_raw(raw.list_court_cases(wrong).await);
    assert_eq!(
        refused.paths(),
        [
            "page_size",
            "application_id",
            "application_id",
            "annulment_waiting_only"
        ]
    );
    let token = pb::ListCourtCasesRequest {
        page_token: "x".to_owned(),
        ..Default::default()
    };
    let refused = told_raw(raw.list_court_cases(token).await);
    assert_eq!(refused.reason, "PAGE_TOKEN_INVALID");
    let request = pb::GetCourtCaseRequest::default();
    let refused = told_raw(raw.get_court_case(request).await);
    assert_eq!(refused.paths(), ["court_case_id"]);
}
