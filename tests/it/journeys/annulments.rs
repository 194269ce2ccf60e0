//! Entries that a court annuls: by a version with the head's signature, after which the share is free again
//! (cl. 16, D-24).

use tizilim::{
    demo::CaughtLetter,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CourtEffect as Effect, CourtRestraintKind as Kind,
        ExtractVerdict, RegisterEntryState as State, ShareRightState,
    },
};
use tonic::Code;

use super::corrections::{entry_as_of, history};
use crate::harness::{Account, Town, court_act, instant, moment, told};

/// The cases whose annulment waits for the head, and how many the operator sees.
async fn waiting(town: &Town) -> (Vec<String>, i64) {
    let request = pb::ListCourtCasesRequest {
        annulment_waiting_only: true,
        ..Default::default()
    };
    let page = town.officer().court_cases(request).await.unwrap();
    let waiting = page.court_cases.into_iter();
    let status = town.operator().status().await.unwrap();
    let ids = waiting.map(|case| case.court_case_id).collect();
    (ids, status.annulments_waiting)
}

#[tokio::test]
async fn an_annulment_frees_the_share_and_who_holds_an_old_extract_is_told() {
    let town = Town::open().await;
    let entry = town.entry(831).await;
    let portal = town.portal();
    let old = portal.formed_extract(&entry.entry_id).await.unwrap();
    let case = town.annulment_ordered(&entry.application_id).await;
    assert_eq!(case.restraint(), Kind::Annulment);
    assert_eq!(waiting(&town).await, (vec![case.court_case_id.clone()], 1));
    town.advance("2026-11-24T06:00:00Z").await;
    let made = town.annulled(&case).await;
    assert_eq!(waiting(&town).await, (vec![], 0), "it is done");
    let last = made.entry.unwrap();
    let ground = "Сот актісімен күші жойылды / Отменено судебным актом: Мамандандырылған ауданаралық \
                  әкімшілік сот, № 7594-26-00-4/118";
    let expected = pb::RegisterEntry {
        version: 2,
        state: State::Terminated.into(),
        entered_at: last.entered_at,
        termination: Some(pb::TerminationColumn {
            number: "118/1".to_owned(),
            document_on: "2026-11-24".to_owned(),
            ground: ground.to_owned(),
        }),
        court_case_number: case.court_case_number.clone(),
        ..entry.clone()
    };
    assert_eq!(last, expected);
    let annulment = made.court_case.unwrap().annulment.unwrap();
    assert_eq!((annulment.entry_version, annulment.sent_at), (2, None));
    let sent = portal.annulment_told(&case.court_case_id).await.unwrap();
    let sent = sent.annulment.unwrap();
    assert_eq!(instant(sent.sent_at), moment("2026-11-24T06:00:00Z"));
    let letters = town.catcher.letters().unwrap();
    assert_eq!(letters.len(), 2);
    let bodies = letters
        .iter()
        .map(|file| CaughtLetter::read(file).unwrap().body);
    let annulled = bodies.filter(|body| body.contains("отменена судебным актом"));
    assert_eq!(annulled.count(), 1, "whoever holds the entry is told so");

    let new = portal.formed_extract(&entry.entry_id).await.unwrap();
    for (extract, verdict) in [
        (&old, ExtractVerdict::Superseded),
        (&new, ExtractVerdict::Genuine),
    ] {
        let told = town.anyone().verify_code(&extract.verification_code).await;
        let told = told.unwrap();
        let is = (told.verdict(), told.annulled, told.suspended);
        assert_eq!(is, (verdict, true, false));
    }
    is_told_by_the_register(&town, &entry, &case).await;
    // The next agreement takes the share.
    let next = town.agreement(831).concluded_with(&town.world.rival);
    let next = next.with(|agreement| agreement.agreement_number.push_str("/2"));
    let filed = town.filed(&next, Stage::AwaitingSignature).await;
    let taken = town.granted(&filed).await.entry.unwrap();
    assert_eq!((taken.version, taken.state()), (1, State::Live));
}

async fn is_told_by_the_register(town: &Town, entry: &pb::RegisterEntry, case: &pb::CourtCase) {
    let number = &entry.entry_number;
    let before = entry_as_of(town, number, Some("2026-11-24T05:59:59Z")).await;
    assert_eq!((before.version, before.state()), (1, State::Live));
    assert_eq!(
        before.court_restraints[0].kind(),
        Kind::Annulment,
        "it was ordered"
    );
    let told = history(town, number).await;
    assert_eq!(told.len(), 2);
    let last = &told[1];
    assert_eq!(last.court_case_id, case.court_case_id);
    assert_eq!(last.court_case_number, case.court_case_number);
    assert_eq!(
        (last.document_number.as_str(), last.procedure()),
        ("118/1", pb::Procedure::Unspecified)
    );
    assert_eq!(
        (last.state(), told[0].court_case_id.as_str()),
        (State::Terminated, "")
    );
    let key = pb::get_share_rights_request::Key::EntryNumber(number.clone());
    let now = tizilim::rpc::timestamp(moment("2026-11-24T06:00:00Z"));
    let rights = town.officer().share_rights(key, now).await.unwrap();
    assert_eq!(
        (rights.state(), rights.holder),
        (ShareRightState::Free, None)
    );
    // It is no procedure of the service: the monitoring system is told nothing of it.
    let application = town
        .portal()
        .application(&entry.application_id)
        .await
        .unwrap();
    let stages = town.received(&application.application_number).await;
    assert_eq!(stages.last().unwrap(), "EXTRACT_SENT");
}

#[tokio::test]
async fn what_changed_the_entry_before_stays_in_its_last_version() {
    let town = Town::open_plainly().await;
    let entry = town.entry(832).await;
    let amended = town.change(&town.amendment(&entry)).await;
    let case = town.annulment_ordered(&entry.application_id).await;
    let last = town.annulled(&case).await.entry.unwrap();
    assert_eq!((last.version, &last.amendments), (3, &amended.amendments));
    let told = history(&town, &entry.entry_number).await;
    let holders: Vec<_> = told.iter().map(|one| one.holder.clone()).collect();
    assert!(holders.iter().all(|holder| *holder == holders[0]));
    let late = told_wrong(&town, &case).await;
    assert_eq!(late, "WRONG_STATE", "it is done");
}

async fn told_wrong(town: &Town, case: &pb::CourtCase) -> String {
    let head = town.provider(Account::Head);
    told(head.prepare_annulment(&case.court_case_id).await).reason
}

#[tokio::test]
async fn until_it_is_made_an_annulment_holds_the_entry_and_another_court_holds_the_annulment() {
    let town = Town::open_plainly().await;
    let entry = town.entry(833).await;
    let amendment = town.amendment(&entry);
    let filed = town
        .filed_change(&amendment, Stage::AwaitingSignature)
        .await;
    let case = town.court_case(&entry.application_id).await;
    assert_eq!(
        told_wrong(&town, &case).await,
        "WRONG_STATE",
        "nothing is ordered"
    );
    let case = town
        .court_acts(&case.court_case_id, Effect::Annulment)
        .await;
    let head = town.provider(Account::Head);
    let waits = told(head.prepare_grant(&filed.application_id).await);
    waits.is(Code::FailedPrecondition, "ENTRY_SUSPENDED");
    let prepared = head.prepare_annulment(&case.court_case_id).await.unwrap();
    let identity = &town.world.provider.head.identity;
    let signature = identity
        .sign_detached(&prepared.content, town.now().await)
        .unwrap();

    let other = town.court_case(&entry.application_id).await;
    town.court_acts(&other.court_case_id, Effect::Suspension)
        .await;
    assert_eq!(told_wrong(&town, &case).await, "ENTRY_SUSPENDED");
    let id = &case.court_case_id;
    let waits = told(
        head.annul_signed(id, &prepared.etag, signature.clone())
            .await,
    );
    waits.is(Code::FailedPrecondition, "ENTRY_SUSPENDED");
    town.court_acts(&other.court_case_id, Effect::SuspensionLifted)
        .await;
    let others = told(
        head.annul_signed(id, &prepared.etag, b"another".to_vec())
            .await,
    );
    others.is(Code::FailedPrecondition, "SIGNATURE_INVALID");
    head.annul_signed(id, &prepared.etag, signature)
        .await
        .unwrap();
    // What was open for the entry learns that it is closed.
    let back = town.reached(&filed, Stage::InReview).await;
    let checks = &back.proposed_grounds[0].failed_checks;
    assert_eq!(checks, &["C23"]);
}

#[tokio::test]
async fn an_annulment_that_was_not_made_can_be_lifted_and_one_that_was_cannot() {
    let town = Town::open_plainly().await;
    let entry = town.entry(834).await;
    let case = town.annulment_ordered(&entry.application_id).await;
    let lifted = town
        .court_acts(&case.court_case_id, Effect::SuspensionLifted)
        .await;
    assert_eq!(lifted.restraint(), Kind::Noted);
    let amended = town.change(&town.amendment(&entry)).await;
    assert_eq!(amended.version, 2);

    let ordered = town
        .court_acts(&case.court_case_id, Effect::Annulment)
        .await;
    town.annulled(&ordered).await;
    let document = town.court_document(834).await;
    let head = town.provider(Account::Head);
    let made = town
        .officer()
        .annulment_told(&case.court_case_id)
        .await
        .unwrap();
    for effect in [
        Effect::SuspensionLifted,
        Effect::Suspension,
        Effect::Annulment,
    ] {
        let refused = told(
            head.record_court_act(&made, court_act(&document, effect))
                .await,
        );
        assert_eq!(refused.paths(), ["act.effect"], "{effect:?}");
    }
    let other = town.court_case(&entry.application_id).await;
    let closed = head.record_court_act(&other, court_act(&document, Effect::Annulment));
    assert_eq!(told(closed.await).paths(), ["act.effect"], "it is closed");
    let interim = pb::CourtAct {
        kind: pb::CourtActKind::InterimMeasure.into(),
        ..court_act(&document, Effect::Annulment)
    };
    let interim = told(head.record_court_act(&other, interim).await);
    assert_eq!(interim.paths(), ["act.effect"]);
}

#[tokio::test]
async fn a_stay_takes_the_order_back_and_only_one_case_about_the_agreement_orders_it() {
    let town = Town::open_plainly().await;
    let entry = town.entry(837).await;
    let change = town.change(&town.amendment(&entry)).await;
    let of_the_change = town.court_case(&change.application_id).await;
    let document = town.court_document(837).await;
    let head = town.provider(Account::Head);
    let annulment = || court_act(&document, Effect::Annulment);
    let closing = told(head.record_court_act(&of_the_change, annulment()).await);
    assert_eq!(closing.paths(), ["act.effect"], "the agreement stands");

    let case = town.annulment_ordered(&entry.application_id).await;
    let other = town.court_case(&entry.application_id).await;
    let twice = told(head.record_court_act(&other, annulment()).await);
    assert_eq!(
        twice.paths(),
        ["act.effect"],
        "each would wait for the other"
    );

    let id = &case.court_case_id;
    let stayed = town.court_acts(id, Effect::Suspension).await;
    assert_eq!(stayed.restraint(), Kind::Suspended);
    assert_eq!(waiting(&town).await, (vec![], 0));
    assert_eq!(told_wrong(&town, &case).await, "WRONG_STATE");
    let again = town.court_acts(id, Effect::Annulment).await;
    let last = town.annulled(&again).await.entry.unwrap();
    assert_eq!(last.state(), State::Terminated);
}

#[tokio::test]
async fn an_extract_on_an_annulment_that_no_mail_takes_is_handed_over() {
    let town = Town::open_plainly().await;
    let agreement = town.agreement(835).concluded_with(&town.world.offline);
    let filed = town.filed(&agreement, Stage::AwaitingSignature).await;
    let entry = town.granted(&filed).await.entry.unwrap();
    town.reached(&filed, Stage::HandoverPending).await;
    let case = town.annulment_ordered(&entry.application_id).await;
    town.annulled(&case).await;
    let portal = town.portal();
    let owed = portal.annulment_told(&case.court_case_id).await.unwrap();
    let handover = owed.annulment.unwrap().handover.unwrap();
    assert_eq!(handover.reason(), pb::HandoverReason::NoEmail);
    assert_eq!(instant(handover.due_at), moment("2026-11-27T19:00:00Z"));
    for day in ["2026-11-25", "2026-11-23"] {
        let refused = told(portal.confirm_annulment_handover(&owed, day).await);
        assert_eq!(refused.paths(), ["handed_over_on"], "{day}");
    }
    town.advance("2026-11-27T19:00:00Z").await;
    let owed = portal.court_case(&case.court_case_id).await.unwrap();
    let in_time = owed.annulment.unwrap().handover.unwrap();
    assert!(!in_time.overdue, "in time");
    town.advance("2026-11-27T19:00:00.000001Z").await;
    let owed = portal.court_case(&case.court_case_id).await.unwrap();
    let late = owed.annulment.as_ref().unwrap().handover.as_ref();
    assert!(late.unwrap().overdue);
    let status = town.operator().status().await.unwrap();
    assert_eq!(status.handovers_overdue, 2, "with that of the grant");
    let done = portal
        .confirm_annulment_handover(&owed, "2026-11-25")
        .await
        .unwrap();
    let handover = done.annulment.unwrap().handover.unwrap();
    assert!(handover.overdue && handover.handed_over_at.is_some());
    let status = town.operator().status().await.unwrap();
    assert_eq!(status.handovers_overdue, 1);
    let again = told(portal.confirm_annulment_handover(&done, "2026-11-25").await);
    again.is(Code::FailedPrecondition, "WRONG_STATE");
}

#[tokio::test]
async fn whoever_a_higher_court_puts_back_registers_a_new_document_while_its_case_holds_the_share()
{
    let town = Town::open_plainly().await;
    let entry = town.entry(836).await;
    let case = town.annulment_ordered(&entry.application_id).await;
    town.annulled(&case).await;
    // The case of the higher court, over the same entry.
    let higher = town.court_case(&entry.application_id).await;
    town.court_acts(&higher.court_case_id, Effect::Suspension)
        .await;
    let former = town.filed(&town.agreement(836), Stage::InReview).await;
    let checks = &former.proposed_grounds[0].failed_checks;
    assert_eq!(checks, &["C21"], "that document was registered");
    let grounds = former.proposed_grounds.clone();
    town.officer().refuse(&former, grounds).await.unwrap();
    let next = town.agreement(836);
    let next = next.with(|agreement| agreement.agreement_number.push_str("/2"));
    let filed = town.filed(&next, Stage::AwaitingSignature).await;
    let prepared = town.provider(Account::Head);
    let prepared = prepared.prepare_grant(&filed.application_id).await;
    told(prepared).is(Code::FailedPrecondition, "ENTRY_SUSPENDED");
    town.court_acts(&higher.court_case_id, Effect::SuspensionLifted)
        .await;
    let again = town.granted(&filed).await.entry.unwrap();
    assert_eq!((again.version, again.state()), (1, State::Live));
}
