//! Terms by the calendar with its traps, and what becomes of a notice. Nothing is asked of a database.
#![expect(clippy::arithmetic_side_effects, reason = "a test reports by failing")]

use chrono::{NaiveTime, TimeDelta};

use super::{
    super::{
        attempted::again_at,
        moved::{Moved, Next},
    },
    *,
};
use crate::{
    calendar::{Calendar, WorkingHours},
    kernel::{Text, instant_of},
    letter::LetterPolicy,
};

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

const ANNOUNCED: &str = "2026-11-24T05:00:00Z";
const DUE: &str = "2026-11-27T13:30:00Z";
/// After being told, until a reminder.
const TERM: TimeDelta = TimeDelta::days(3);

fn change() -> RulesChange {
    RulesChange {
        id: uuid::Uuid::from_u128(1).into(),
        act: Act {
            title: Localized::of("бұйрық", "приказ", "order"),
            number: Text::parse("17").unwrap(),
            dated_on: "2026-11-20".parse().unwrap(),
        },
        published_on: "2026-11-24".parse().unwrap(),
        in_force_on: "2027-01-01".parse().unwrap(),
        text: Localized::of("мәтін", "текст", ""),
        files: Vec::new(),
        rule_set: None,
        announced_at: moment(ANNOUNCED),
        announced_by: "ministry".to_owned(),
        due_at: moment(DUE),
        calendar_version: "shipped".to_owned(),
        addressee_count: 1,
    }
}

fn notice(email: Option<&str>) -> Notice {
    let reached = Reached {
        addressee: Addressee::Body(InformedBody::ContactCentre),
        bin: Bin::parse("600740000012").unwrap(),
        name: Localized::of("орталық", "центр", "centre"),
        email: email.map(|email| Email::parse(email).unwrap()),
    };
    let id = uuid::Uuid::from_u128(2).into();
    Notice::of(id, &change(), reached, Some(moment(DUE)))
}

fn reachable() -> Notice {
    notice(Some("centre@state.example"))
}

fn address() -> Option<Email> {
    Email::parse("centre@state.example").ok()
}

fn attempt(notice: &Notice, at: DateTime<Utc>, taken: bool) -> Attempt {
    let letter = notice.letter.unwrap();
    Attempt {
        letter: letter.number,
        number: letter.attempts + 1,
        at,
        taken,
        answer: "250".to_owned(),
    }
}

/// Taken by a mail server.
fn sent(notice: Notice, at: DateTime<Utc>) -> Moved {
    let attempt = attempt(&notice, at, true);
    let next = Next {
        again_at: None,
        remind_at: Some(at + TERM),
    };
    Moved::attempted(notice, &attempt, next)
}

/// Not taken, and tried again then.
fn failed(notice: Notice, attempt: &Attempt, again_at: Option<DateTime<Utc>>) -> Moved {
    let next = Next {
        again_at,
        remind_at: None,
    };
    Moved::attempted(notice, attempt, next)
}

#[test]
fn three_working_days_run_from_the_day_of_publication_over_every_trap_of_the_calendar() {
    let calendar = Calendar::shipped().unwrap();
    let hours = WorkingHours::default();
    for (published_on, due) in [
        // Before the holidays of the new year, the working Sunday of 5 January among them.
        ("2024-12-31", "2025-01-08T13:30:00Z"),
        // On that working Sunday; 7 January is a day off.
        ("2025-01-05", "2025-01-09T13:30:00Z"),
        // On the eve of the chain of Nauryz, whose Saturday and Sunday move on.
        ("2025-03-20", "2025-03-28T13:30:00Z"),
        ("2026-03-20", "2026-03-30T13:30:00Z"),
        // Published on a Sunday: Monday is the first day.
        ("2026-11-22", "2026-11-25T13:30:00Z"),
        // Qurban Ait on a Wednesday.
        ("2026-05-26", "2026-06-01T13:30:00Z"),
        // Over the new year.
        ("2026-12-30", "2027-01-06T13:30:00Z"),
        ("2026-12-31", "2027-01-08T13:30:00Z"),
    ] {
        let published_on: NaiveDate = published_on.parse().unwrap();
        let published_at = instant_of(published_on.and_time(NaiveTime::MIN));
        let reckoned = calendar
            .due(published_at, TERM_WORKING_DAYS, hours)
            .unwrap();
        assert_eq!(reckoned.at, moment(due), "{published_on}");
    }
}

#[test]
fn what_is_told_at_the_due_moment_is_in_time_and_a_microsecond_later_it_is_late() {
    let due = moment(DUE);
    let in_time = sent(reachable(), due);
    assert_eq!(in_time.acts, ["notice_told"]);
    assert!(!in_time.notice.overdue && !in_time.notice.is_told_late());
    let late_at = due + TimeDelta::microseconds(1);
    let late = sent(reachable(), late_at);
    assert_eq!(
        late.acts,
        ["notice_overdue", "notice_told"],
        "no letter is quicker than the mark"
    );
    assert!(late.notice.overdue && late.notice.is_told_late());
}

#[test]
fn a_notice_wakes_to_be_reminded_of_and_to_be_marked_and_then_no_more() {
    let due = moment(DUE);
    let unsent = reachable();
    assert_eq!(
        Moved::woken(unsent.clone(), address(), due - TimeDelta::seconds(1)),
        None
    );
    // Its first letter is still on its way: the reminder waits a day.
    let woken = Moved::woken(unsent, address(), due).unwrap();
    assert_eq!(woken.acts, Vec::<&str>::new());
    assert_eq!(woken.notice.letter_count(), 1);
    let late_at = due + TimeDelta::microseconds(1);
    assert_eq!(woken.notice.wakes_at(), Some(late_at));
    let marked = Moved::woken(woken.notice, address(), late_at).unwrap();
    assert_eq!(marked.acts, ["notice_overdue"]);
    let next_day = due + TimeDelta::days(1);
    assert_eq!(marked.notice.wakes_at(), Some(next_day));
    let taken = sent(marked.notice, late_at).notice;
    assert_eq!(
        taken.wakes_at(),
        Some(late_at + TERM),
        "its time runs since it was told"
    );
    let reminded = Moved::woken(taken, address(), late_at + TERM).unwrap();
    assert_eq!(reminded.acts, ["notice_letter_owed"]);
    assert_eq!(reminded.notice.wakes_at(), None);

    // It was told in time, and not acknowledged: one reminder, once.
    let told = sent(reachable(), moment(ANNOUNCED)).notice;
    let reminded = Moved::woken(told, address(), due).unwrap();
    assert_eq!(reminded.acts, ["notice_letter_owed"]);
    let letter = reminded.notice.letter.unwrap();
    assert_eq!((letter.number, letter.attempts), (2, 0));
    assert_eq!(letter.state, LetterState::Waiting(due));
    assert_eq!(reminded.notice.wakes_at(), None);
    let again = sent(reminded.notice, late_at);
    assert_eq!(again.acts, Vec::<&str>::new(), "it was told before");
    assert_eq!(again.notice.told.unwrap().at, moment(ANNOUNCED));
}

#[test]
fn an_addressee_is_late_to_acknowledge_only_a_term_after_a_letter_told_it() {
    let (due, day) = (moment(DUE), TimeDelta::days(1));
    // Told in time, told late, and told so early that the due moment comes after the term.
    for (told_at, acknowledgement_due_at) in [
        (due - TERM, due),
        (due + day, due + day + TERM),
        (due - TERM - day, due),
    ] {
        let told = sent(reachable(), told_at).notice;
        let late_at = acknowledgement_due_at + TimeDelta::microseconds(1);
        assert_eq!(told.waits_until(), Some(acknowledgement_due_at));
        assert!(!told.is_acknowledgement_late(acknowledgement_due_at));
        assert!(told.is_acknowledgement_late(late_at));
        let in_time = Moved::acknowledged(told.clone(), "office", acknowledgement_due_at).notice;
        assert!(!in_time.is_acknowledgement_late(late_at));
        assert_eq!(in_time.waits_until(), None);
        let late = Moved::acknowledged(told, "office", late_at).notice;
        assert!(late.is_acknowledgement_late(late_at + day));
    }
    let unsent = reachable();
    assert!(!unsent.is_acknowledgement_late(due + day), "nobody told it");
}

#[test]
fn no_pause_of_the_attempts_passes_over_the_due_moment_as_long_as_it_can_be_kept() {
    let due = moment(DUE);
    let hours = TimeDelta::hours;
    for (now, again_at, expected) in [
        // Tried again before the due moment in any case.
        (due - hours(7), due - hours(1), due - hours(1)),
        // Half of what is left.
        (due - hours(4), due + hours(2), due - hours(2)),
        (
            due - TimeDelta::minutes(2),
            due + hours(6),
            due - TimeDelta::minutes(1),
        ),
        // The shortest pause is in time still.
        (
            due - TimeDelta::seconds(100),
            due + hours(6),
            due - TimeDelta::seconds(40),
        ),
        // Not even that is any more, or it is too late.
        (due - TimeDelta::minutes(1), due + hours(6), due + hours(6)),
        (due, due + hours(6), due + hours(6)),
    ] {
        assert_eq!(reachable().tried_again_at(now, again_at), expected, "{now}");
    }
    let told = sent(reachable(), due - hours(8)).notice;
    let (now, again_at) = (due - hours(4), due + hours(2));
    assert_eq!(told.tried_again_at(now, again_at), again_at, "a reminder");
}

#[test]
fn a_letter_is_not_given_up_before_the_due_moment() {
    let letters = LetterPolicy {
        attempts_max: 2,
        first_retry_seconds: 60,
        retry_seconds_max: 3600,
    };
    let (early, due) = (moment(ANNOUNCED), moment(DUE));
    let again = |at, attempts| again_at(letters, &reachable(), at, attempts);
    assert_eq!(again(early, 20), Some(early + TimeDelta::hours(1)));
    assert_eq!(again(due, 1), Some(due + TimeDelta::minutes(1)));
    assert_eq!(again(due, 2), None);
}

#[test]
fn whoever_acknowledges_is_told_and_gets_no_letter_any_more() {
    let at = moment(ANNOUNCED) + TimeDelta::hours(1);
    let acknowledged = Moved::acknowledged(reachable(), "office", at);
    assert_eq!(acknowledged.acts, ["notice_acknowledged"]);
    let notice = acknowledged.notice;
    let by = Telling::Acknowledgement;
    assert_eq!(notice.told, Some(Told { at, by }));
    assert_eq!(notice.acknowledged, Some((at, "office".to_owned())));
    assert_eq!((notice.wakes_at(), notice.next_attempt_at()), (None, None));
    assert_eq!(notice.letter.unwrap().state, LetterState::Dropped);
    assert!(!notice.is_acknowledgement_late(moment("2027-06-01T00:00:00Z")));
    let email = Email::parse("centre@state.example").ok();
    assert_eq!(Moved::reminded(notice.clone(), email, at), None);
    // A letter that was being sent meanwhile is kept as evidence and changes nothing else.
    let left = sent(notice.clone(), at + TimeDelta::seconds(1));
    assert_eq!(left.notice.letter.unwrap().state, LetterState::Taken);
    assert_eq!(left.notice.told, notice.told);
    let attempt = attempt(&notice, at, false);
    let failed = failed(notice, &attempt, Some(at));
    assert_eq!(failed.notice.letter.unwrap().state, LetterState::Dropped);
    assert_eq!(failed.acts, Vec::<&str>::new());
}

#[test]
fn a_letter_is_tried_on_or_given_up_and_a_reminder_begins_anew_at_the_address_of_now() {
    let at = moment(ANNOUNCED);
    let again_at = at + TimeDelta::minutes(1);
    let first = attempt(&reachable(), at, false);
    let tried = failed(reachable(), &first, Some(again_at)).notice;
    assert_eq!(tried.next_attempt_at(), Some(again_at));
    let email = Email::parse("new@state.example").ok();
    let waits = Moved::reminded(tried.clone(), email.clone(), again_at);
    assert_eq!(waits, None, "a letter is on its way");
    let second = attempt(&tried, again_at, false);
    let given_up = failed(tried, &second, None);
    assert_eq!(given_up.acts, ["notice_letter_failed"]);
    assert!(given_up.notice.is_unreachable());
    let reminded = Moved::reminded(given_up.notice, email, again_at).unwrap();
    let letter = reminded.notice.letter.unwrap();
    assert_eq!((letter.number, letter.attempts), (2, 0));
    let to = reminded.notice.email.unwrap().into_disclosed();
    assert_eq!(to.as_str(), "new@state.example");
}

#[test]
fn a_letter_that_was_taken_stays_so_when_another_process_failed_to_send_it() {
    let at = moment(ANNOUNCED);
    let taken = sent(reachable(), at).notice;
    for again_at in [Some(at + TimeDelta::minutes(1)), None] {
        let stale = attempt(&taken, at, false);
        let moved = failed(taken.clone(), &stale, again_at);
        assert_eq!(moved.acts, Vec::<&str>::new());
        let letter = moved.notice.letter.unwrap();
        assert_eq!((letter.state, letter.attempts), (LetterState::Taken, 2));
    }
}

#[test]
fn without_an_address_nothing_is_sent_and_the_mark_comes_all_the_same() {
    let silent = notice(None);
    assert_eq!((silent.letter, silent.letter_count()), (None, 0));
    assert!(silent.is_unreachable());
    let late_at = moment(DUE) + TimeDelta::microseconds(1);
    let woken = Moved::woken(silent.clone(), None, late_at).unwrap();
    assert_eq!(woken.acts, ["notice_overdue"]);
    assert_eq!(woken.notice.letter, None);
    assert!(
        !woken
            .notice
            .is_acknowledgement_late(moment("2027-06-01T00:00:00Z")),
        "nobody told it"
    );
    assert_eq!(Moved::reminded(woken.notice, None, moment(DUE)), None);
    // Who has an address by then is reminded there.
    let woken = Moved::woken(silent, address(), late_at).unwrap();
    assert_eq!(woken.acts, ["notice_overdue", "notice_letter_owed"]);
    assert_eq!(woken.notice.next_attempt_at(), Some(late_at));
}

#[test]
fn an_addressee_is_stored_under_a_name_that_no_other_has() {
    let provider = Addressee::Provider("STATE_CORPORATION".to_owned());
    for addressee in InformedBody::ALL
        .map(Addressee::Body)
        .into_iter()
        .chain([provider])
    {
        assert_eq!(Addressee::from_key(&addressee.key()), Some(addressee));
    }
    assert_eq!(Addressee::from_key("koktobe"), None);
    assert_eq!(Addressee::from_key("BODY/koktobe"), None);
}
