//! A correction wakes when its moment comes, and only then. Nothing is asked of a database.

use chrono::TimeDelta;

use super::*;
use crate::application::model::HandoverReason;

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn correction(state: CorrectionState) -> Correction {
    Correction {
        id: uuid::Uuid::from_u128(1).into(),
        number: "C-261125-4F7K2M9".to_owned(),
        version: 3,
        state,
        origin: CorrectionOrigin::Request,
        provider_id: "koktobe".to_owned(),
        cooperative: Bin::parse("600740000012").unwrap(),
        entry: uuid::Uuid::from_u128(2).into(),
        entry_number: "E-261125-4F7K2M9".to_owned(),
        application: uuid::Uuid::from_u128(3).into(),
        begun_by: "portal".to_owned(),
        received_at: moment("2026-11-24T14:00:00Z"),
        registered_at: moment("2026-11-25T04:00:00Z"),
        due_at: Some(moment("2026-11-30T13:30:00Z")),
        calendar_version: "shipped".to_owned(),
        overdue: false,
        decided_at: None,
        rejection: None,
        entry_version: None,
        findings: Vec::new(),
        former_share_key: None,
        sending_due_at: Some(moment("2026-12-03T13:30:00Z")),
        sending_overdue: false,
        sent_at: None,
        handover: Some(Handover {
            reason: HandoverReason::NoEmail,
            known_at: moment("2026-12-03T10:00:00Z"),
            due_at: moment("2026-12-08T19:00:00Z"),
            handed_over_at: None,
            overdue: false,
        }),
    }
}

#[test]
fn a_state_and_an_origin_are_stored_under_their_codes() {
    for state in CorrectionState::ALL {
        assert_eq!(CorrectionState::from_code(state.code()), Some(state));
    }
    for origin in [CorrectionOrigin::Request, CorrectionOrigin::OwnInitiative] {
        assert_eq!(CorrectionOrigin::from_code(origin.code()), Some(origin));
    }
    assert_eq!(CorrectionState::from_code("WITHDRAWN"), None);
    assert_eq!(CorrectionOrigin::from_code("COURT"), None);
}

#[test]
fn each_term_is_reckoned_from_what_stands_and_moves_as_the_calendar_says() {
    let calendar = crate::calendar::Calendar::shipped().unwrap();
    for (state, due_at) in [
        (CorrectionState::Requested, "2026-11-30T13:30:00Z"),
        (CorrectionState::Registered, "2026-11-30T13:30:00Z"),
        (CorrectionState::Corrected, "2026-12-02T13:30:00Z"),
        (CorrectionState::HandoverPending, "2026-12-08T19:00:00Z"),
    ] {
        let mut correction = correction(state);
        correction.decided_at = Some(moment("2026-11-27T06:00:00Z"));
        correction.sending_overdue = true;
        let hours = crate::calendar::WorkingHours::default();
        let term = correction.term_by(&calendar, hours).unwrap().unwrap();
        assert_eq!(term.due_at(), moment(due_at), "{state:?}");
        let moved = correction.with_term(term, "next", moment("2026-12-02T13:30:00Z"));
        assert_eq!(moved.correction.running_term(), Some(term), "{state:?}");
        let is_late = moved.correction.sending_overdue;
        assert_eq!(is_late, state != CorrectionState::Corrected, "{state:?}");
    }
    for state in [
        CorrectionState::Rejected,
        CorrectionState::Sent,
        CorrectionState::HandedOver,
    ] {
        assert_eq!(correction(state).running_term(), None, "{state:?}");
    }
}

#[test]
fn a_correction_is_woken_to_be_registered_and_to_be_marked_and_for_nothing_else() {
    use CorrectionState as State;
    for (state, at, act) in [
        (
            State::Requested,
            "2026-11-25T04:00:00Z",
            "correction_registered",
        ),
        (
            State::Registered,
            "2026-11-30T13:30:00.000001Z",
            "correction_overdue",
        ),
        (
            State::Corrected,
            "2026-12-03T13:30:00.000001Z",
            "correction_sending_overdue",
        ),
        (
            State::HandoverPending,
            "2026-12-08T19:00:00.000001Z",
            "correction_handover_overdue",
        ),
    ] {
        let at = moment(at);
        let early = at.checked_sub_signed(TimeDelta::microseconds(1)).unwrap();
        assert_eq!(Moved::woken(correction(state), early), None, "{state:?}");
        let moved = Moved::woken(correction(state), at).unwrap();
        assert_eq!((moved.act, moved.version_before), (act, 3));
        assert_eq!(moved.correction.version, 4);
        let again = Moved::woken(moved.correction.clone(), at);
        assert_eq!(again, None, "once is enough: {state:?}");
    }
    let late = moment("2027-01-01T00:00:00Z");
    for state in [State::Rejected, State::Sent, State::HandedOver] {
        assert_eq!(Moved::woken(correction(state), late), None, "{state:?}");
    }
}

#[test]
fn what_the_provider_began_itself_waits_from_its_beginning_and_is_never_overdue() {
    let own = Correction {
        due_at: None,
        origin: CorrectionOrigin::OwnInitiative,
        ..correction(CorrectionState::Registered)
    };
    assert_eq!(own.waits_until(), Some(own.registered_at));
    assert_eq!(own.wakes_at(), None);
}
