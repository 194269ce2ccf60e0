//! Who may call what, and that nobody learns of another's objects, not even that they exist (I-8).

use tizilim::{
    authn::Party,
    authz::{self, MethodAccess},
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::{Code, Status};

use crate::harness::{Account, Raw, Told, Town, call, content, reasons, slip};

fn methods() -> impl Iterator<Item = &'static MethodAccess> {
    authz::rows().filter(|row| row.path.starts_with("/tizilim."))
}

#[tokio::test]
async fn nobody_without_a_token_calls_what_is_not_for_anyone() {
    let town = Town::open().await;
    let wrong = tizilim::config::Secret::new("tizilim_wrong".to_owned());
    let wrong = Raw::new(town.channel.clone(), Some(&wrong));
    for row in methods() {
        let refused = call(&wrong, row.path, vec![Vec::new()]).await;
        let refused = Told::of(&refused.unwrap_err());
        refused.is(Code::Unauthenticated, "UNAUTHENTICATED");
        let anonymous = call(&town.raw_anonymous(), row.path, vec![Vec::new()]).await;
        if row.anyone {
            let told = anonymous.err().map(|status| status.code());
            assert!(
                matches!(told, None | Some(Code::InvalidArgument)),
                "{}: {told:?}",
                row.path
            );
        } else {
            let refused = Told::of(&anonymous.unwrap_err());
            refused.is(Code::Unauthenticated, "UNAUTHENTICATED");
        }
    }
}

#[tokio::test]
async fn a_party_without_the_right_is_denied_before_its_request_is_looked_at() {
    let town = Town::open().await;
    let mut denied = 0;
    for row in methods().filter(|row| !row.anyone) {
        for account in Account::ALL {
            let (party, rights) = account.is();
            let party = Party::parse(party).unwrap();
            let has_right = row
                .right
                .is_some_and(|right| rights.contains(&right.as_str()));
            // Nothing in it is right, so it is looked at if the answer tells of fields.
            let told = call(&town.raw(account), row.path, vec![Vec::new()]).await;
            let code = told.err().map_or(Code::Ok, |status: Status| status.code());
            if row.parties.contains(&party) && has_right {
                assert_ne!(code, Code::PermissionDenied, "{} by {account:?}", row.path);
            } else {
                denied += 1;
                assert_eq!(code, Code::PermissionDenied, "{} by {account:?}", row.path);
            }
        }
    }
    assert!(denied > 50, "{denied}");
}

/// The objects of one cooperative.
struct Objects {
    complaint: String,
    correction: String,
    court_case: String,
    application: String,
    entry: String,
    number: String,
}

type Outcomes = Vec<(&'static str, Result<(), Status>)>;

/// Calls methods of one client, and gives what came of each.
macro_rules! outcomes {
    ($client:ident: $($method:ident($request:expr)),+ $(,)?) => {
        vec![$((stringify!($method), $client.$method($request).await.map(|_| ()))),+]
    };
}

mod courts;
mod notices;

/// Every call that names an object, with these.
async fn calls(raw: &Raw, objects: &Objects) -> Outcomes {
    let mut all = reads_and_ends(raw, objects).await;
    all.extend(reviews(raw, &objects.application).await);
    all.extend(corrections(raw, objects).await);
    all.extend(complaints(raw, &objects.complaint).await);
    all.extend(courts::calls(raw, objects).await);
    all
}

async fn complaints(raw: &Raw, complaint_id: &str) -> Outcomes {
    let complaint_id = complaint_id.to_owned();
    let (request_id, etag) = (new_request_id(), "\"1\"".to_owned());
    let mut complaints = raw.complaints();
    outcomes![complaints:
        get_complaint(pb::GetComplaintRequest { complaint_id: complaint_id.clone() }),
        extend_complaint(pb::ExtendComplaintRequest {
            request_id: request_id.clone(),
            complaint_id: complaint_id.clone(),
            etag: etag.clone(),
            working_days: 3,
            reasons: Some(reasons()),
        }),
        confirm_extension_told(pb::ConfirmExtensionToldRequest {
            request_id: request_id.clone(),
            complaint_id: complaint_id.clone(),
            etag: etag.clone(),
            told_on: "2026-11-24".to_owned(),
        }),
        forward_complaint(pb::ForwardComplaintRequest {
            request_id: request_id.clone(),
            complaint_id: complaint_id.clone(),
            etag: etag.clone(),
        }),
        satisfy_complaint(pb::SatisfyComplaintRequest {
            request_id: request_id.clone(),
            complaint_id: complaint_id.clone(),
            etag: etag.clone(),
            reasons: Some(reasons()),
            correction_id: String::new(),
        }),
        decide_complaint(pb::DecideComplaintRequest {
            request_id: request_id.clone(),
            complaint_id: complaint_id.clone(),
            etag: etag.clone(),
            outcome: pb::ComplaintOutcome::Rejected.into(),
            left_reason: pb::ComplaintLeftReason::Unspecified.into(),
            reasons: Some(reasons()),
            correction_id: String::new(),
        }),
        withdraw_complaint(pb::WithdrawComplaintRequest {
            request_id,
            complaint_id,
            etag,
        }),
    ]
}

async fn corrections(raw: &Raw, objects: &Objects) -> Outcomes {
    let correction_id = objects.correction.clone();
    let (request_id, etag) = (new_request_id(), "\"1\"".to_owned());
    let part = pb::ParticipationAgreement {
        agreement_number: "1".to_owned(),
        ..Default::default()
    };
    let content = pb::CorrectionContent {
        entry_number: objects.number.clone(),
        application_id: objects.application.clone(),
        corrected: Some(pb::correction_content::Corrected::Agreement(part)),
        slips: vec![slip("agreement_number")],
    };
    let mut corrections = raw.corrections();
    outcomes![corrections:
        request_correction(pb::RequestCorrectionRequest {
            request_id: request_id.clone(),
            validate_only: false,
            content: Some(content.clone()),
        }),
        begin_correction(pb::BeginCorrectionRequest {
            request_id: request_id.clone(),
            validate_only: false,
            content: Some(content),
        }),
        get_correction(pb::GetCorrectionRequest { correction_id: correction_id.clone() }),
        prepare_correction(pb::PrepareCorrectionRequest { correction_id: correction_id.clone() }),
        reject_correction(pb::RejectCorrectionRequest {
            request_id: request_id.clone(),
            correction_id: correction_id.clone(),
            etag: etag.clone(),
            reasons: ground().reasoning,
        }),
        correct_register_entry(pb::CorrectRegisterEntryRequest {
            request_id: request_id.clone(),
            correction_id: correction_id.clone(),
            etag: "\"1.2\"".to_owned(),
            head_signature: vec![1],
        }),
        confirm_correction_handover(pb::ConfirmCorrectionHandoverRequest {
            request_id,
            correction_id,
            etag,
            handed_over_on: "2026-11-24".to_owned(),
        }),
    ]
}

async fn reads_and_ends(raw: &Raw, objects: &Objects) -> Outcomes {
    let application_id = objects.application.clone();
    let entry_id = objects.entry.clone();
    let key = pb::get_register_entry_request::Key::EntryNumber(objects.number.clone());
    let (request_id, etag) = (new_request_id(), "\"1\"".to_owned());
    let mut applications = raw.applications();
    let mut all = outcomes![applications:
        get_application(pb::GetApplicationRequest { application_id: application_id.clone() }),
        list_application_stages(pb::ListApplicationStagesRequest { application_id: application_id.clone() }),
        withdraw_application(pb::WithdrawApplicationRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
        }),
        confirm_extract_handover(pb::ConfirmExtractHandoverRequest {
            request_id,
            application_id,
            etag,
            handed_over_on: "2026-11-24".to_owned(),
        }),
    ];
    let mut register = raw.register();
    all.extend(outcomes![register:
        get_register_entry(pb::GetRegisterEntryRequest { key: Some(key), as_of_at: None }),
        get_share_rights(pb::GetShareRightsRequest {
            key: Some(pb::get_share_rights_request::Key::EntryNumber(objects.number.clone())),
            as_of_at: None,
        }),
        list_share_history(pb::ListShareHistoryRequest {
            key: Some(pb::list_share_history_request::Key::EntryNumber(objects.number.clone())),
            ..Default::default()
        }),
        get_extract(pb::GetExtractRequest { entry_id: entry_id.clone(), entry_version: 0 }),
        download_extract(pb::DownloadExtractRequest { entry_id, entry_version: 0 }),
    ]);
    all
}

async fn reviews(raw: &Raw, application_id: &str) -> Outcomes {
    let application_id = application_id.to_owned();
    let (request_id, etag) = (new_request_id(), "\"1\"".to_owned());
    let mut review = raw.review();
    outcomes![review:
        take_application(pb::TakeApplicationRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
        }),
        record_check(pb::RecordCheckRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
            check: "C05".to_owned(),
            outcome: pb::CheckOutcome::Passed.into(),
            note: None,
        }),
        hand_over_application(pb::HandOverApplicationRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
            officer: String::new(),
            reason: "a reason".to_owned(),
        }),
        reassign_application(pb::ReassignApplicationRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
            officer: "officer".to_owned(),
            reason: "a reason".to_owned(),
        }),
        confirm_review(pb::ConfirmReviewRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
        }),
        list_review_acts(pb::ListReviewActsRequest {
            application_id: application_id.clone(),
            ..Default::default()
        }),
        add_review_note(pb::AddReviewNoteRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            text: "a note".to_owned(),
        }),
        list_review_notes(pb::ListReviewNotesRequest {
            application_id: application_id.clone(),
            ..Default::default()
        }),
        prepare_grant(pb::PrepareGrantRequest { application_id: application_id.clone() }),
        grant_application(pb::GrantApplicationRequest {
            request_id: request_id.clone(),
            application_id: application_id.clone(),
            etag: etag.clone(),
            head_signature: vec![1],
        }),
        refuse_application(pb::RefuseApplicationRequest {
            request_id,
            application_id,
            etag,
            grounds: vec![ground()],
        }),
    ]
}

fn ground() -> pb::RefusalGround {
    let reasoning = pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    };
    pb::RefusalGround {
        code: pb::RefusalGroundCode::NonComplianceWithHousingLaw.into(),
        article: "57(4)".to_owned(),
        reasoning: Some(reasoning),
        ..Default::default()
    }
}

#[tokio::test]
async fn what_is_anothers_is_answered_as_what_is_not_there() {
    let town = Town::open().await;
    let typed = town.mistyped(121).await;
    let asked = content(&typed, town.floor(121), &["share.floor"]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let (granted, entry) = typed;
    let (extract, body) = (
        pb::ComplaintSubject::Extract,
        pb::ComplaintAddressee::HigherBody,
    );
    let complaint = town.complain(&granted, extract, body).await;
    let case = town.court_case(&granted.application_id).await;
    let theirs = Objects {
        complaint: complaint.complaint_id,
        correction: asked.correction_id,
        court_case: case.court_case_id,
        application: granted.application_id,
        entry: entry.entry_id,
        number: entry.entry_number,
    };
    let absent = Objects {
        complaint: new_request_id(),
        correction: new_request_id(),
        court_case: new_request_id(),
        application: new_request_id(),
        entry: new_request_id(),
        number: "E-261124-0000000".to_owned(),
    };
    let before = town.journal_head().await;
    for account in [
        Account::Neighbour,
        Account::Stranger,
        Account::Agency,
        Account::Operator,
        Account::HigherBody,
        Account::QualityAuthority,
    ] {
        let raw = town.raw(account);
        let of_theirs = calls(&raw, &theirs).await;
        let of_absent = calls(&raw, &absent).await;
        for ((method, foreign), (_, missing)) in of_theirs.into_iter().zip(of_absent) {
            let foreign = Told::of(&foreign.unwrap_err());
            assert_eq!(
                foreign.code,
                Code::PermissionDenied,
                "{method} by {account:?}"
            );
            let missing = Told::of(&missing.unwrap_err());
            assert_eq!(foreign, missing, "{method} by {account:?}");
        }
    }
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}

#[tokio::test]
async fn lists_show_the_own_organisation_only() {
    let town = Town::open().await;
    let own = town
        .filed(&town.agreement(122), Stage::AwaitingSignature)
        .await;
    for (account, count) in [
        (Account::Portal, 1),
        (Account::Reader, 1),
        (Account::Officer, 1),
        (Account::Neighbour, 0),
        (Account::Stranger, 0),
    ] {
        let request = pb::ListApplicationsRequest::default();
        let listed = town
            .raw(account)
            .applications()
            .list_applications(request)
            .await;
        let listed = listed.unwrap().into_inner().applications;
        assert_eq!(listed.len(), count, "{account:?}");
        assert!(
            listed
                .iter()
                .all(|one| one.application_id == own.application_id)
        );
    }
    let queue = town.provider(Account::Stranger).queue().await;
    assert!(queue.unwrap().is_empty());
}
