//! What the clerk does at each moment of a complaint, and until when somebody waits for it.

use super::*;
use crate::kernel::Bin;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+05:00").parse().unwrap()
}

fn complaint(state: State) -> Complaint {
    Complaint {
        id: uuid::Uuid::nil().into(),
        number: "S-1".to_owned(),
        version: 3,
        state,
        addressee: Addressee::Provider,
        subject: Subject::Refusal,
        provider_id: "koktobe".to_owned(),
        cooperative: Bin::parse("600740000012").unwrap(),
        application: uuid::Uuid::nil().into(),
        application_number: "A-1".to_owned(),
        refused_at: None,
        filed_by: "portal".to_owned(),
        received_at: at("2026-11-23T20:00"),
        registered_at: at("2026-11-24T09:00"),
        due_at: at("2026-12-01T18:30"),
        calendar_version: String::new(),
        filed_late: false,
        silent_at: None,
        not_forwarded_at: None,
        extension: None,
        forwarding: None,
        decision: None,
    }
}

#[test]
fn the_clerk_registers_at_the_opening_and_not_before() {
    let received = complaint(State::Received);
    let opening = received.registered_at;
    assert_eq!(Moved::woken(received.clone(), at("2026-11-24T08:59")), None);
    let moved = Moved::woken(received, opening).unwrap();
    assert_eq!(moved.complaint.state, State::Registered);
    assert_eq!((moved.version_before, moved.complaint.version), (3, 4));
    assert_eq!(moved.told, None, "filed is told once");
}

#[test]
fn silence_is_told_once_as_of_the_microsecond_after_the_term_and_closes_nothing() {
    for state in [State::Registered, State::Forwarded] {
        let waiting = complaint(state);
        assert_eq!(Moved::woken(waiting.clone(), waiting.due_at), None);
        let late = at("2026-12-09T11:00");
        let moved = Moved::woken(waiting.clone(), late).unwrap();
        let told = moved.told.unwrap();
        assert_eq!(Some(told.at), just_after(waiting.due_at));
        assert_eq!(told.complaint.outcome, Some(SILENCE));
        assert_eq!(moved.complaint.state, state, "a late act is still taken");
        assert_eq!(moved.complaint.silent_at, Some(told.at));
        assert_eq!(moved.complaint.waits_until(), Some(waiting.due_at));
        assert_eq!(Moved::woken(moved.complaint, late), None);
    }
}

#[test]
fn what_is_not_forwarded_in_its_term_is_no_silence_of_who_is_to_decide() {
    let waiting = Complaint {
        addressee: Addressee::HigherBody,
        ..complaint(State::Registered)
    };
    let late = at("2026-12-09T11:00");
    let moved = Moved::woken(waiting.clone(), late).unwrap();
    assert_eq!(moved.act, Act::NotForwarded);
    assert_eq!(moved.text, None, "there is no way to court yet");
    let told = moved.told.unwrap();
    assert_eq!(told.complaint.outcome, Some(NOT_FORWARDED));
    let kept_back = moved.complaint;
    let since = just_after(waiting.due_at);
    assert_eq!(
        (kept_back.not_forwarded_at, kept_back.silent_at),
        (since, None)
    );
    assert_eq!(Moved::woken(kept_back.clone(), late), None);
    let gone_on = Complaint {
        state: State::Forwarded,
        ..kept_back
    };
    let silent = Moved::woken(gone_on, late).unwrap();
    assert_eq!(silent.act, Act::Silent);
    assert!(silent.text.is_some());
    assert_eq!(silent.complaint.not_forwarded_at, since);
}

#[test]
fn what_fell_due_is_done_before_any_act_and_in_order() {
    let received = complaint(State::Received);
    let (same, passed) = Moved::caught_up(received.clone(), at("2026-11-24T08:59"));
    assert_eq!((same, passed), (received.clone(), vec![]));
    let (late, passed) = Moved::caught_up(received, at("2026-12-01T18:31"));
    let acts: Vec<Act> = passed.iter().map(|moved| moved.act).collect();
    assert_eq!(acts, [Act::Registered, Act::Silent]);
    let versions: Vec<i64> = passed.iter().map(|moved| moved.version_before).collect();
    assert_eq!(versions, [3, 4]);
    assert_eq!((late.state, late.version), (State::Registered, 5));
    assert_eq!(late.silent_at, just_after(late.due_at));
}

#[test]
fn nobody_waits_for_what_is_closed() {
    for state in [State::Satisfied, State::Decided, State::Withdrawn] {
        let closed = complaint(state);
        assert_eq!((closed.waits_until(), closed.wakes_at()), (None, None));
        assert_eq!(Moved::woken(closed, at("2027-01-20T11:00")), None);
    }
}

#[test]
fn what_is_to_be_told_stands_in_the_queue_until_it_is() {
    let mut extended = complaint(State::Registered);
    extended.due_at = at("2026-12-15T18:30");
    let told_due_at = at("2026-12-03T18:30");
    extended.extension = Some(Extension {
        at: at("2026-11-30T12:00"),
        working_days: 10,
        told_due_at,
        told_on: None,
    });
    assert_eq!(extended.waits_until(), Some(told_due_at));
    let told_on = "2026-12-01".parse().ok();
    extended.extension.as_mut().unwrap().told_on = told_on;
    assert_eq!(extended.waits_until(), Some(extended.due_at));
}
