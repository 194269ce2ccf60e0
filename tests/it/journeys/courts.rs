//! Cases in court: what is filed and decided in them, and what that means for an entry (cl. 16, D-17).

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, CourtEffect as Effect, CourtRestraintKind as Kind,
    ExtractVerdict,
};
use tonic::Code;
use tonic_types::StatusExt as _;

use super::corrections::entry_as_of;
use crate::harness::{
    Account, Told, Town, content, court_act, court_action, court_response, instant, moment, told,
};

/// The cases that an entry names, and what each means for it.
fn restraints(restraints: &[pb::CourtRestraint]) -> Vec<(String, Kind)> {
    let told = restraints.iter();
    told.map(|one| (one.court_case_number.clone(), one.kind()))
        .collect()
}

/// What an extract of an entry is told when it is verified now.
async fn verified(town: &Town, extract: &pb::Extract) -> pb::VerifyExtractResponse {
    let told = town.anyone().verify_code(&extract.verification_code).await;
    told.unwrap()
}

/// The case by which a grant is refused.
async fn suspended_by(town: &Town, application: &pb::Application) -> String {
    let (head, now) = (&town.world.provider.head.identity, town.now().await);
    let granted = town.provider(Account::Head);
    let granted = granted.grant(&application.application_id, head, now).await;
    let fault = granted.unwrap_err();
    let status = fault.status().unwrap();
    Told::of(status).is(Code::FailedPrecondition, "ENTRY_SUSPENDED");
    let details = status.get_error_details();
    details.error_info().unwrap().metadata["court_case_number"].clone()
}

#[tokio::test]
async fn a_case_is_recorded_answered_and_read_by_its_parties() {
    let town = Town::open_plainly().await;
    let entry = town.entry(801).await;
    let officer = town.officer();
    let application = town.portal().application(&entry.application_id).await;
    let application = application.unwrap();
    let (subject, body) = (
        pb::ComplaintSubject::Extract,
        pb::ComplaintAddressee::HigherBody,
    );
    let complaint = town.complain(&application, subject, body).await;
    let action = pb::CourtAction {
        complaint_id: complaint.complaint_id,
        ..court_action(&entry.application_id)
    };
    let case = officer.record_court_action(action.clone()).await.unwrap();
    assert!(case.court_case_number.starts_with("L-261124-"), "{case:?}");
    let expected = pb::CourtCase {
        court_case_id: case.court_case_id.clone(),
        court_case_number: case.court_case_number.clone(),
        etag: "\"1\"".to_owned(),
        provider_id: entry.provider_id.clone(),
        cooperative_bin: town.world.cooperative.bin.to_string(),
        application_number: application.application_number,
        entry_id: entry.entry_id.clone(),
        entry_number: entry.entry_number.clone(),
        action: Some(action),
        recorded_at: Some(tizilim::rpc::timestamp(moment("2026-11-24T05:00:00Z"))),
        recorded_by: "officer".to_owned(),
        answered_at: None,
        restraint: Kind::Unspecified.into(),
        responses: Vec::new(),
        acts: Vec::new(),
        annulment: None,
    };
    assert_eq!(case, expected);

    town.advance("2026-11-25T05:00:00Z").await;
    let response = town.court_document(811).await;
    let filed = court_response(&response, None);
    let head = town.provider(Account::Head);
    let answered = head.file_court_response(&case, filed).await.unwrap();
    let at = moment("2026-11-25T05:00:00Z");
    assert_eq!(instant(answered.answered_at), at);
    let late = told(
        head.file_court_response(&case, court_response(&response, None))
            .await,
    );
    late.is(Code::Aborted, "STALE_ETAG");

    let read = town.portal().court_case(&case.court_case_id).await.unwrap();
    let [filed] = read.responses.as_slice() else {
        panic!("{read:?}")
    };
    let paper = filed.response.as_ref().unwrap();
    assert_eq!(
        (paper.document_id.as_str(), paper.sha256.len()),
        (response.as_str(), 64)
    );
    assert_eq!(
        (filed.recorded_by.as_str(), instant(filed.recorded_at)),
        ("head", at)
    );
    // It is no procedure of the service: the monitoring system is told nothing of it.
    let stages = town.received(&read.application_number).await;
    assert_eq!(stages.last().unwrap(), "COMPLAINT_FILED");
}

#[tokio::test]
async fn what_reached_the_court_directly_is_not_answered_without_the_higher_bodys_position() {
    let town = Town::open_plainly().await;
    let entry = town.entry(802).await;
    let action = pb::CourtAction {
        reached_directly: true,
        ..court_action(&entry.application_id)
    };
    let (officer, head) = (town.officer(), town.provider(Account::Head));
    let case = officer.record_court_action(action).await.unwrap();
    let (response, position) = (
        town.court_document(812).await,
        town.court_document(813).await,
    );
    let alone = head.file_court_response(&case, court_response(&response, None));
    let refused = told(alone.await);
    refused.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.paths(), ["response.position"]);

    let both = court_response(&response, Some(&position));
    let answered = head.file_court_response(&case, both).await.unwrap();
    // What is added later needs it no more.
    let more = court_response(&response, None);
    head.file_court_response(&answered, more).await.unwrap();
    let read = officer.court_case(&case.court_case_id).await.unwrap();
    let [first, second] = read.responses.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(first.position.as_ref().unwrap().document_id, position);
    assert_eq!(second.position, None);
    assert_eq!(read.answered_at, first.recorded_at, "the first counts");
}

#[tokio::test]
async fn a_note_restrains_nothing_and_is_shown_until_it_is_removed() {
    let town = Town::open_plainly().await;
    let entry = town.entry(803).await;
    let case = town.court_case(&entry.application_id).await;
    town.advance("2026-11-24T05:10:00Z").await;
    let noted = town.court_acts(&case.court_case_id, Effect::Note).await;
    assert_eq!(noted.restraint(), Kind::Noted);
    let number = &entry.entry_number;
    let read = entry_as_of(&town, number, None).await;
    let told = [(case.court_case_number.clone(), Kind::Noted)];
    assert_eq!(restraints(&read.court_restraints), told);
    let since = instant(read.court_restraints[0].since_at);
    assert_eq!(since, moment("2026-11-24T05:10:00Z"));
    let before = entry_as_of(&town, number, Some("2026-11-24T05:09:59Z")).await;
    assert_eq!(before.court_restraints, []);
    town.advance("2026-11-24T05:20:00Z").await;
    let amended = town.change(&town.amendment(&entry)).await;
    assert_eq!(amended.version, 2, "it may be changed");

    town.court_acts(&case.court_case_id, Effect::NoteRemoved)
        .await;
    let read = entry_as_of(&town, number, None).await;
    assert_eq!(read.court_restraints, []);
    let then = entry_as_of(&town, number, Some("2026-11-24T05:10:00Z")).await;
    assert_eq!(restraints(&then.court_restraints), told);
}

#[tokio::test]
async fn a_suspension_holds_an_assignment_until_it_is_lifted() {
    let town = Town::open().await;
    let entry = town.entry(804).await;
    let extract = town.portal().formed_extract(&entry.entry_id).await.unwrap();
    let assignment = town.assignment(&entry, &town.world.rival);
    let filed = town
        .filed_change(&assignment, Stage::AwaitingSignature)
        .await;
    let case = town.court_case(&entry.application_id).await;
    let suspended = town
        .court_acts(&case.court_case_id, Effect::Suspension)
        .await;
    assert_eq!(suspended.restraint(), Kind::Suspended);

    // The officer sees it with the application, before anyone signs.
    let seen = town
        .officer()
        .application(&filed.application_id)
        .await
        .unwrap();
    let told_case = [(case.court_case_number.clone(), Kind::Suspended)];
    assert_eq!(restraints(&seen.court_restraints), told_case);
    assert_eq!(suspended_by(&town, &filed).await, case.court_case_number);
    let verdict = verified(&town, &extract).await;
    assert_eq!(
        (verdict.verdict(), verdict.suspended),
        (ExtractVerdict::Genuine, true)
    );

    let lifted = town
        .court_acts(&case.court_case_id, Effect::SuspensionLifted)
        .await;
    assert_eq!(lifted.restraint(), Kind::Noted, "the case is still pending");
    assert!(!verified(&town, &extract).await.suspended);
    let changed = town.changed(&filed).await;
    assert_eq!(changed.version, 2);
    the_history_tells(&town, &entry, &case).await;
}

/// The history of the share has the acts beside the versions, and rights as of a moment name the case.
async fn the_history_tells(town: &Town, entry: &pb::RegisterEntry, case: &pb::CourtCase) {
    let request = pb::ListShareHistoryRequest {
        key: Some(pb::list_share_history_request::Key::EntryNumber(
            entry.entry_number.clone(),
        )),
        ..Default::default()
    };
    let mut register = town.raw(Account::Officer).register();
    let history = register
        .list_share_history(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(history.records.len(), 2);
    let told: Vec<_> = history
        .court_effects
        .iter()
        .map(pb::CourtEffectRecord::effect)
        .collect();
    assert_eq!(told, [Effect::Suspension, Effect::SuspensionLifted]);
    for effect in &history.court_effects {
        assert_eq!(effect.entry_number, entry.entry_number);
        assert_eq!(effect.court_case_number, case.court_case_number);
    }
    let key = pb::get_share_rights_request::Key::EntryNumber(entry.entry_number.clone());
    let at = history.court_effects[1].recorded_at.unwrap();
    let rights = town.officer().share_rights(key, at).await.unwrap();
    let told = [(case.court_case_number.clone(), Kind::Noted)];
    assert_eq!(restraints(&rights.entry.unwrap().court_restraints), told);
}

#[tokio::test]
async fn of_two_courts_each_lifts_its_own_suspension_only() {
    let town = Town::open_plainly().await;
    let entry = town.entry(805).await;
    let amendment = town.amendment(&entry);
    let filed = town
        .filed_change(&amendment, Stage::AwaitingSignature)
        .await;
    let one = town.court_case(&entry.application_id).await;
    let other = town.court_case(&entry.application_id).await;
    town.court_acts(&one.court_case_id, Effect::Suspension)
        .await;
    town.court_acts(&other.court_case_id, Effect::Suspension)
        .await;
    town.court_acts(&one.court_case_id, Effect::SuspensionLifted)
        .await;
    assert_eq!(suspended_by(&town, &filed).await, other.court_case_number);
    town.court_acts(&other.court_case_id, Effect::SuspensionLifted)
        .await;
    town.changed(&filed).await;
}

#[tokio::test]
async fn a_suspended_entry_is_not_corrected() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(806).await;
    let asked = content(&typed, town.floor(806), &["share.floor"]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let case = town.court_case(&typed.1.application_id).await;
    town.court_acts(&case.court_case_id, Effect::Suspension)
        .await;
    let refused = told(
        town.officer()
            .prepare_correction(&asked.correction_id)
            .await,
    );
    refused.is(Code::FailedPrecondition, "ENTRY_SUSPENDED");
    town.court_acts(&case.court_case_id, Effect::SuspensionLifted)
        .await;
    let made = town.corrected(&asked).await.entry.unwrap();
    assert_eq!(made.version, 2);
}

#[tokio::test]
async fn a_share_that_a_closed_entry_left_free_is_given_to_nobody_while_that_is_suspended() {
    let town = Town::open_plainly().await;
    let entry = town.entry(807).await;
    let closed = town.change(&town.termination(&entry)).await;
    assert_eq!(closed.state(), pb::RegisterEntryState::Terminated);
    // It is the removal that is challenged.
    let case = town.court_case(&closed.application_id).await;
    town.court_acts(&case.court_case_id, Effect::Suspension)
        .await;
    let next = town.agreement(807).concluded_with(&town.world.rival);
    let next = next.with(|agreement| agreement.agreement_number.push_str("/2"));
    let filed = town.filed(&next, Stage::AwaitingSignature).await;
    // It has no entry of its own yet; the one that left the share free is told of.
    let officer = town.officer();
    let seen = officer.application(&filed.application_id).await.unwrap();
    let told_case = [(case.court_case_number.clone(), Kind::Suspended)];
    assert_eq!(restraints(&seen.court_restraints), told_case);
    assert_eq!(suspended_by(&town, &filed).await, case.court_case_number);
    town.court_acts(&case.court_case_id, Effect::SuspensionLifted)
        .await;
    let taken = town.granted(&filed).await.entry.unwrap();
    assert_eq!(taken.version, 1);

    // Another has the share by now: of the former entry there is nothing left to hold.
    let document = town.court_document(814).await;
    let head = town.provider(Account::Head);
    let case = head.court_case(&case.court_case_id).await.unwrap();
    let late = head.record_court_act(&case, court_act(&document, Effect::Suspension));
    let refused = told(late.await);
    refused.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.paths(), ["act.effect"]);
}

#[tokio::test]
async fn cases_are_listed_to_their_provider_and_cooperative_page_by_page() {
    let town = Town::open_plainly().await;
    let (one, other) = (town.entry(808).await, town.entry(809).await);
    let mut recorded = Vec::new();
    for (minute, entry) in [(11, &one), (12, &other), (13, &one)] {
        town.advance(&format!("2026-11-24T05:{minute}:00Z")).await;
        recorded.push(town.court_case(&entry.application_id).await);
    }
    recorded.reverse();
    let response = town.court_document(815).await;
    let head = town.provider(Account::Head);
    let answered = head.file_court_response(&recorded[0], court_response(&response, None));
    recorded[0] = answered.await.unwrap();

    let all = pb::ListCourtCasesRequest::default();
    let unanswered = pb::ListCourtCasesRequest {
        unanswered_only: true,
        ..all.clone()
    };
    let of_one = pb::ListCourtCasesRequest {
        application_id: one.application_id.clone(),
        ..all.clone()
    };
    for (request, expected) in [
        (all, recorded.clone()),
        (unanswered, recorded[1..].to_vec()),
        (of_one, vec![recorded[0].clone(), recorded[2].clone()]),
    ] {
        for account in [Account::Portal, Account::Officer] {
            let line = town.provider(account);
            let page = line.court_cases(request.clone()).await.unwrap();
            assert_eq!(page.court_cases, expected, "{account:?} {request:?}");
            let mut request = pb::ListCourtCasesRequest {
                page_size: 1,
                ..request.clone()
            };
            let mut told = Vec::new();
            loop {
                let page = line.court_cases(request.clone()).await.unwrap();
                told.extend(page.court_cases);
                if page.next_page_token.is_empty() {
                    break;
                }
                request.page_token = page.next_page_token;
            }
            assert_eq!(told, expected, "one by one: {account:?} {request:?}");
        }
    }
    let of_others = town.provider(Account::Stranger);
    let page = of_others
        .court_cases(pb::ListCourtCasesRequest::default())
        .await;
    assert!(page.unwrap().court_cases.is_empty());
}
