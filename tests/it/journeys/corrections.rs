//! Slips in an entry are corrected by a new version of it and of its extract; those before stay (APPK 82,
//! O-75, D-25).

use tizilim::pb::registry::v1::{
    self as pb, CorrectionOrigin as Origin, CorrectionState as State, ExtractVerdict,
    list_share_history_request::Key as HistoryKey,
};
use tonic::Code;

use crate::harness::{
    Account, MAILBOX, TUESDAY_MORNING, Town, content, instant, moment, slip, told, until,
};

const FLOOR: &str = "share.floor";

pub(super) async fn entry_as_of(town: &Town, number: &str, at: Option<&str>) -> pb::RegisterEntry {
    let request = pb::GetRegisterEntryRequest {
        key: Some(pb::get_register_entry_request::Key::EntryNumber(
            number.to_owned(),
        )),
        as_of_at: at.map(moment).map(tizilim::rpc::timestamp),
    };
    let mut register = town.raw(Account::Portal).register();
    let read = register.get_register_entry(request).await.unwrap();
    read.into_inner().entry.unwrap()
}

pub(super) async fn history(town: &Town, number: &str) -> Vec<pb::ShareHistoryRecord> {
    let request = pb::ListShareHistoryRequest {
        key: Some(HistoryKey::EntryNumber(number.to_owned())),
        ..Default::default()
    };
    let mut register = town.raw(Account::Officer).register();
    let read = register.list_share_history(request).await.unwrap();
    read.into_inner().records
}

#[tokio::test]
async fn a_slip_is_corrected_by_a_version_and_the_extract_before_is_superseded() {
    let town = Town::open().await;
    let typed = town.mistyped(701).await;
    let (_, first) = &typed;
    let portal = town.portal();
    let old = portal.formed_extract(&first.entry_id).await.unwrap();
    town.advance("2026-11-24T06:00:00Z").await;

    let asked = content(&typed, town.floor(701), &[FLOOR]);
    let asked = portal.request_correction(asked).await.unwrap();
    assert_eq!(asked.state(), State::Registered);
    assert_eq!(asked.origin(), Origin::Request);
    assert!(asked.correction_number.starts_with("C-261124-"));
    // Tuesday 11:00; the third working day after it ends on Friday at closing time.
    assert_eq!(instant(asked.due_at), moment("2026-11-27T13:30:00Z"));
    assert!(
        asked.fields.is_empty(),
        "an answer that is kept holds no values"
    );
    let read = portal.correction(&asked.correction_id).await.unwrap();
    assert_eq!(
        read.fields,
        [pb::CorrectedField {
            path: FLOOR.to_owned(),
            stands: "17".to_owned(),
            shall_read: "7".to_owned(),
            why: slip(FLOOR).why,
            place: slip(FLOOR).place,
        }]
    );

    let made = town.corrected(&asked).await;
    let second = made.entry.unwrap();
    let mut share = first.share.clone().unwrap();
    share.floor = Some(7);
    assert_eq!(
        second,
        pb::RegisterEntry {
            version: 2,
            entered_at: second.entered_at,
            share: Some(share),
            correction_number: asked.correction_number.clone(),
            ..first.clone()
        }
    );
    let decided = made.correction.unwrap();
    assert_eq!(decided.state(), State::Corrected);
    assert_eq!(decided.entry_version, 2);
    assert_eq!(
        instant(decided.sending_due_at),
        moment("2026-11-27T13:30:00Z")
    );
    assert!(!decided.findings.is_empty());
    let sent = town.corrected_extract_sent(&asked).await;
    assert_eq!(instant(sent.sent_at), moment("2026-11-24T06:00:00Z"));
    assert_eq!(town.catcher.letters().unwrap().len(), 2);

    let new = portal.formed_extract(&first.entry_id).await.unwrap();
    assert_eq!(new.entry_version, 2);
    for (extract, verdict) in [
        (&old, ExtractVerdict::Superseded),
        (&new, ExtractVerdict::Genuine),
    ] {
        let told = town.anyone().verify_code(&extract.verification_code).await;
        assert_eq!(told.unwrap().verdict(), verdict);
    }
    is_told_by_the_register(&town, &typed, &asked, &second).await;
}

/// The register tells what stood before, and what was corrected since.
async fn is_told_by_the_register(
    town: &Town,
    (application, first): &(pb::Application, pb::RegisterEntry),
    asked: &pb::Correction,
    second: &pb::RegisterEntry,
) {
    let number = &first.entry_number;
    let before = entry_as_of(town, number, Some("2026-11-24T05:30:00Z")).await;
    assert_eq!(before, *first, "what stood is still read");
    assert_eq!(entry_as_of(town, number, None).await, *second);

    let told = history(town, number).await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[1].correction_id, asked.correction_id);
    assert_eq!(told[1].correction_number, asked.correction_number);
    assert_eq!(told[1].corrected_fields, [FLOOR]);
    assert_eq!(told[1].changed_parts, ["share"]);
    assert_eq!(told[1].application_id, application.application_id);
    assert_eq!(told[0].correction_id, "");

    // It is no procedure of the service: the monitoring system is told nothing of it.
    let stages = town.received(&application.application_number).await;
    assert_eq!(stages.last().unwrap(), "EXTRACT_SENT");
    assert_eq!(
        stages
            .iter()
            .filter(|stage| *stage == "EXTRACT_SENT")
            .count(),
        1
    );
}

#[tokio::test]
async fn what_the_parties_signed_as_it_stands_is_no_slip() {
    let town = Town::open_plainly().await;
    let entry = town.entry(702).await;
    let application = pb::Application {
        application_id: entry.application_id.clone(),
        ..Default::default()
    };
    let mut part = town.floor(702);
    part.share.as_mut().unwrap().floor = Some(8);
    let asked = content(&(application, entry), part, &[FLOOR]);
    let before = town.journal_head().await;
    let refused = told(town.portal().request_correction(asked).await);
    refused.is(Code::FailedPrecondition, "SIGNED_AS_IT_STANDS");
    assert_eq!(town.journal_head().await, before);
}

#[tokio::test]
async fn a_correction_of_the_agreement_keeps_what_was_agreed_since() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(703).await;
    let amended = town.change(&town.amendment(&typed.1)).await;
    // The scan has another contribution in the first place; the additional agreement replaced it.
    let mut part = town.floor(703);
    let mut contribution = town.agreement(703).message().contribution.clone().unwrap();
    contribution.payments[0].amount_tiyn -= 100;
    contribution.payments[1].amount_tiyn += 100;
    part.contribution = Some(contribution);
    let paths = [
        FLOOR,
        "contribution.payments[0].amount_tiyn",
        "contribution.payments[1].amount_tiyn",
    ];
    let third = town.correct(content(&typed, part, &paths)).await;
    assert_eq!((third.version, third.amendments.len()), (3, 1));
    assert_eq!(third.amendments, amended.amendments);
    assert_eq!(third.share.unwrap().floor, Some(7));
    let told = history(&town, &typed.1.entry_number).await;
    assert_eq!(
        told[2].changed_parts,
        ["share"],
        "the later agreement counts"
    );
    assert_eq!(told[2].corrected_fields.len(), 3);
}

#[tokio::test]
async fn the_provider_corrects_on_its_own_initiative_and_nobody_waits_for_that() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(704).await;
    let asked = content(&typed, town.floor(704), &[FLOOR]);
    let begun = town.officer().begin_correction(asked).await.unwrap();
    assert_eq!(begun.origin(), Origin::OwnInitiative);
    assert_eq!((begun.state(), begun.due_at), (State::Registered, None));
    let queue = town.officer().corrections(true).await.unwrap();
    assert_eq!(queue.len(), 1);
    let entry = town.corrected(&begun).await.entry.unwrap();
    assert_eq!(entry.version, 2);
    town.corrected_extract_sent(&begun).await;
    assert!(town.officer().corrections(true).await.unwrap().is_empty());
    let all = town.portal().corrections(false).await.unwrap();
    assert_eq!(all.len(), 1, "the cooperative sees it");
}

#[tokio::test]
async fn a_rejection_has_its_reasons_and_says_how_to_complain_in_three_languages() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(705).await;
    let asked = content(&typed, town.floor(705), &[FLOOR]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let reasons = pb::LocalizedText {
        kk: "Көшірмеде он жетінші қабат жазылған.".to_owned(),
        ru: "В копии указан семнадцатый этаж.".to_owned(),
        en: "The copy says the seventeenth floor.".to_owned(),
    };
    let officer = town.officer();
    let rejected = officer.reject_correction(&asked, reasons.clone()).await;
    let rejected = rejected.unwrap();
    assert_eq!(rejected.state(), State::Rejected);
    let text = rejected.rejection.unwrap();
    for (text, reason, law, route) in [
        (&text.kk, &reasons.kk, "82-бабы", "Шағымдану тәртібі"),
        (&text.ru, &reasons.ru, "статьи 82", "Порядок обжалования"),
        (&text.en, &reasons.en, "article 82", "How to complain"),
    ] {
        for part in [reason.as_str(), law, route, &asked.correction_number] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let late = told(
        town.officer()
            .prepare_correction(&asked.correction_id)
            .await,
    );
    late.is(Code::FailedPrecondition, "WRONG_STATE");
    assert_eq!(
        entry_as_of(&town, &typed.1.entry_number, None).await,
        typed.1
    );
}

#[tokio::test]
async fn a_request_out_of_hours_is_registered_at_the_opening_and_marked_when_its_term_passes() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(706).await;
    // Tuesday 19:00, half an hour after closing time.
    town.advance("2026-11-24T14:00:00Z").await;
    let asked = content(&typed, town.floor(706), &[FLOOR]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    assert_eq!(asked.state(), State::Requested);
    assert_eq!(instant(asked.registered_at), moment("2026-11-25T04:00:00Z"));
    assert_eq!(instant(asked.due_at), moment("2026-11-30T13:30:00Z"));
    let id = &asked.correction_id;
    let early = told(town.officer().prepare_correction(id).await);
    early.is(Code::FailedPrecondition, "WRONG_STATE");

    town.advance("2026-11-25T04:00:00Z").await;
    let portal = town.portal();
    assert_eq!(
        portal.correction(id).await.unwrap().state(),
        State::Registered
    );
    town.advance("2026-11-30T13:30:00Z").await;
    assert!(!portal.correction(id).await.unwrap().overdue, "in time");
    town.advance("2026-11-30T13:30:01Z").await;
    let late = portal.correction(id).await.unwrap();
    assert!(late.overdue);
    let status = town.operator().status().await.unwrap();
    assert_eq!(
        (status.corrections_waiting, status.corrections_overdue),
        (1, 1)
    );
    // Late, and still to be decided.
    assert_eq!(town.corrected(&late).await.entry.unwrap().version, 2);
}

#[tokio::test]
async fn a_corrected_extract_that_no_mail_takes_is_handed_over() {
    let town = Town::open_plainly().await;
    let agreement = town.agreement(707).concluded_with(&town.world.offline);
    let agreement = agreement.with(|agreement| {
        agreement.share.as_mut().unwrap().floor = Some(17);
    });
    let typed = town.typed(&agreement, 707).await;
    let asked = content(&typed, town.floor(707), &[FLOOR]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    town.corrected(&asked).await;
    let portal = town.portal();
    let id = &asked.correction_id;
    let owed = portal.correction_reached(id, State::HandoverPending);
    let owed = owed.await.unwrap();
    let handover = owed.handover.unwrap();
    assert_eq!(handover.reason(), pb::HandoverReason::NoEmail);
    assert_eq!(instant(handover.due_at), moment("2026-11-27T19:00:00Z"));
    for day in ["2026-11-25", "2026-11-23"] {
        let refused = told(portal.confirm_correction_handover(&owed, day).await);
        assert_eq!(refused.paths(), ["handed_over_on"], "{day}");
    }
    let done = portal
        .confirm_correction_handover(&owed, "2026-11-24")
        .await;
    assert_eq!(done.unwrap().state(), State::HandedOver);
}

#[tokio::test]
async fn a_letter_that_cannot_leave_in_time_is_marked_and_still_tried() {
    let town = Town::with(TUESDAY_MORNING, |installation| {
        installation.simplify_extract();
        installation.replace("attempts_max = 3", "attempts_max = 100");
    })
    .await;
    let typed = town.mistyped(708).await;
    town.catcher.refuse(MAILBOX, "451 4.3.0 later");
    let asked = content(&typed, town.floor(708), &[FLOOR]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let made = town.corrected(&asked).await.correction.unwrap();
    assert_eq!(instant(made.sending_due_at), moment("2026-11-27T13:30:00Z"));
    town.portal().formed_extract(&made.entry_id).await.unwrap();
    town.advance("2026-11-24T05:00:10Z").await;
    let waits = town.officer().corrections(true).await.unwrap();
    assert_eq!(waits[0].state(), State::Corrected, "{waits:?}");

    let officer = town.officer();
    let id = &asked.correction_id;
    town.advance("2026-11-27T13:30:00Z").await;
    let in_time = officer.correction(id).await.unwrap();
    assert!(!in_time.sending_overdue, "until its term ends");
    town.advance("2026-11-27T13:30:01Z").await;
    assert!(officer.correction(id).await.unwrap().sending_overdue);
    let status = town.operator().status().await.unwrap();
    assert_eq!(status.corrections_overdue, 1);
    town.catcher.welcome(MAILBOX);
    town.advance("2026-11-28T08:00:00Z").await;
    town.corrected_extract_sent(&asked).await;
    let sent = officer.correction(id).await.unwrap();
    assert!(sent.sending_overdue, "what was late stays late");
    until("the letter", async || {
        (town.catcher.letters().unwrap().len() == 2).then_some(())
    })
    .await;
}
