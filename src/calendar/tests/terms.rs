//! Terms against the domain's examples and against a count made day by day.

use chrono::{NaiveTime, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::{
    calendar::{Day, DayKind, WorkingHours},
    kernel::{Localized, local},
};

fn hours() -> WorkingHours {
    WorkingHours::default()
}

#[test]
fn the_examples_of_the_domain_are_registered_and_due_as_they_say() {
    let calendar = calendar();
    for (arrived, registered, one_day, three_days) in [
        (
            "2025-01-02 11:00",
            "2025-01-05 09:00",
            "2025-01-06",
            "2025-01-09",
        ),
        (
            "2025-03-20 18:31",
            "2025-03-26 09:00",
            "2025-03-27",
            "2025-03-31",
        ),
        (
            "2026-03-20 17:00",
            "2026-03-20 17:00",
            "2026-03-26",
            "2026-03-30",
        ),
        (
            "2026-05-26 18:30",
            "2026-05-26 18:30",
            "2026-05-28",
            "2026-06-01",
        ),
        (
            "2026-12-31 20:00",
            "2027-01-05 09:00",
            "2027-01-06",
            "2027-01-11",
        ),
    ] {
        let registered_at = calendar.registration(at(arrived), hours()).unwrap();
        assert_eq!(registered_at, at(registered), "{arrived}");
        for (working_days, on) in [(1, one_day), (3, three_days)] {
            let due = calendar.due(registered_at, working_days, hours()).unwrap();
            assert_eq!(due.on, day(on), "{arrived} + {working_days}");
            assert_eq!(
                due.at,
                at(&format!("{on} 18:30")),
                "{arrived} + {working_days}"
            );
        }
    }
}

#[test]
fn an_arrival_before_opening_or_exactly_at_closing_time_is_registered_at_once() {
    let calendar = calendar();
    for arrived in ["2026-11-25 00:00", "2026-11-25 08:59", "2026-11-25 18:30"] {
        assert_eq!(
            calendar.registration(at(arrived), hours()).unwrap(),
            at(arrived)
        );
    }
    let too_late = at("2026-11-25 18:30") + TimeDelta::microseconds(1);
    assert_eq!(
        calendar.registration(too_late, hours()).unwrap(),
        at("2026-11-26 09:00")
    );
}

#[test]
fn the_hours_of_the_provider_count() {
    let [ten, noon] = [10, 12].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
    let short = WorkingHours::new(ten, noon).unwrap();
    let registered_at = calendar()
        .registration(at("2026-11-25 12:01"), short)
        .unwrap();
    assert_eq!(registered_at, at("2026-11-26 10:00"));
    assert_eq!(
        calendar().due(registered_at, 1, short).unwrap().at,
        at("2026-11-27 12:00")
    );
}

#[test]
fn a_term_of_the_cooperative_ends_with_its_last_day() {
    let due = calendar().end_of_term(day("2026-03-20"), 3).unwrap();
    assert_eq!(due.on, day("2026-03-30"));
    assert_eq!(due.at, at("2026-03-31 00:00"));
}

#[test]
fn a_term_that_leaves_the_calendar_is_an_error_that_names_the_day() {
    let calendar = calendar();
    let last = at("2027-12-31 12:00");
    assert_eq!(calendar.registration(last, hours()).unwrap(), last);
    assert_eq!(
        calendar.due(last, 1, hours()).unwrap_err().on,
        day("2028-01-01")
    );
    let late = at("2027-12-31 18:31");
    assert_eq!(
        calendar.registration(late, hours()).unwrap_err().on,
        day("2028-01-01")
    );
    let early = at("2023-12-31 12:00");
    assert_eq!(
        calendar.registration(early, hours()).unwrap_err().on,
        day("2023-12-31")
    );
    assert!(
        calendar
            .due(at("2026-01-05 12:00"), u32::MAX, hours())
            .is_err()
    );
    assert!(calendar.due(DateTime::<Utc>::MAX_UTC, 1, hours()).is_err());
}

#[test]
fn no_count_at_all_still_ends_on_a_working_day() {
    let due = |from| calendar().due(at(from), 0, hours()).unwrap().on;
    assert_eq!(due("2026-11-25 12:00"), day("2026-11-25"));
    assert_eq!(due("2026-11-28 12:00"), day("2026-11-30"));
}

#[test]
fn an_explanation_goes_day_by_day() {
    let explanation = calendar()
        .explain(at("2025-03-20 18:31"), 1, hours())
        .unwrap();
    assert_eq!(explanation.registered_at, at("2025-03-26 09:00"));
    assert_eq!(explanation.due.on, day("2025-03-27"));
    let late = "ordinary working day: arrived after working hours, registered at the next opening";
    let nauryz = "Nauryz; Law on Holidays No. 267-II: not worked, registered at the next opening";
    let moved = ["2025-03-22", "2025-03-23"].map(|from| {
        format!(
            "moved from {from} (Nauryz); Law on Holidays No. 267-II art. 5: \
             not worked, registered at the next opening"
        )
    });
    let expected = [
        ("2025-03-20", DayKind::Working, false, late),
        ("2025-03-21", DayKind::Holiday, false, nauryz),
        ("2025-03-22", DayKind::Holiday, false, nauryz),
        ("2025-03-23", DayKind::Holiday, false, nauryz),
        ("2025-03-24", DayKind::MovedDayOff, false, &moved[0]),
        ("2025-03-25", DayKind::MovedDayOff, false, &moved[1]),
        (
            "2025-03-26",
            DayKind::Working,
            false,
            "ordinary working day: day of registration, not counted",
        ),
        (
            "2025-03-27",
            DayKind::Working,
            true,
            "ordinary working day: day 1 of 1",
        ),
    ];
    let found: Vec<_> = explanation
        .days
        .iter()
        .map(|found| (found.on, found.kind, found.counted, &*found.reason.en))
        .collect();
    assert_eq!(
        found,
        expected.map(|(on, kind, counted, reason)| (day(on), kind, counted, reason))
    );
}

#[test]
fn a_citizen_reads_the_explanation_in_each_language() {
    let reasons = |arrived| -> Vec<Localized> {
        let explanation = calendar().explain(at(arrived), 1, hours()).unwrap();
        let days = explanation.days.into_iter();
        days.map(|day| day.reason).collect()
    };
    let saturday = reasons("2026-11-28 10:00");
    assert_eq!(
        saturday[0],
        Localized::of(
            "сенбі: жұмыс күні емес, өтінім келесі жұмыс күнінің басында тіркеледі",
            "суббота: нерабочий день, заявка регистрируется в начале следующего рабочего дня",
            "Saturday: not worked, registered at the next opening",
        )
    );
    let friday = reasons("2026-11-27 18:31");
    assert_eq!(
        friday[0],
        Localized::of(
            "әдеттегі жұмыс күні: өтінім жұмыс уақыты аяқталғаннан кейін келіп түсті, келесі жұмыс күнінің \
             басында тіркеледі",
            "обычный рабочий день: заявка поступила после окончания рабочего времени, регистрируется в \
             начале следующего рабочего дня",
            "ordinary working day: arrived after working hours, registered at the next opening",
        )
    );
    let within = reasons("2026-11-27 10:00");
    let expected = [
        Localized::of(
            "әдеттегі жұмыс күні: тіркелген күн, есептелмейді",
            "обычный рабочий день: день регистрации, не считается",
            "ordinary working day: day of registration, not counted",
        ),
        Localized::of(
            "сенбі: есептелмейді",
            "суббота: не считается",
            "Saturday: not counted",
        ),
        Localized::of(
            "жексенбі: есептелмейді",
            "воскресенье: не считается",
            "Sunday: not counted",
        ),
        Localized::of(
            "әдеттегі жұмыс күні: мерзімнің 1-күні, барлығы 1",
            "обычный рабочий день: день 1 из 1",
            "ordinary working day: day 1 of 1",
        ),
    ];
    assert_eq!(within, expected);
}

#[test]
fn a_moment_before_the_end_is_counted_in_working_minutes_over_holidays() {
    let calendar = calendar();
    let begun = at("2026-03-20 17:00");
    let due = at("2026-03-26 18:30");
    for (minutes, moment) in [
        (0, "2026-03-26 18:30"),
        (240, "2026-03-26 14:30"),
        (570, "2026-03-26 09:00"),
        // From the 21st to the 25th nobody works.
        (571, "2026-03-20 18:29"),
        (600, "2026-03-20 18:00"),
        (660, "2026-03-20 17:00"),
        (661, "2026-03-20 17:00"),
        (4320, "2026-03-20 17:00"),
    ] {
        let before = calendar.minutes_before(due, minutes, hours(), begun);
        assert_eq!(before.unwrap(), at(moment), "{minutes}");
    }
    // It ends with the term's beginning, even where that is the first day that the calendar covers.
    let first = at("2024-01-03 10:00");
    let before = calendar.minutes_before(at("2024-01-04 18:30"), 4320, hours(), first);
    assert_eq!(before.unwrap(), first);
}

/// Any minute from 2024 to the middle of 2027, so that a term of 90 working days stays covered.
fn arrivals() -> impl Strategy<Value = DateTime<Utc>> {
    let first = at("2024-01-01 00:00").timestamp();
    (0_i64..1_800_000).prop_map(move |minute| {
        DateTime::from_timestamp_secs(first.saturating_add(minute.saturating_mul(60))).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(9_999))]

    #[test]
    fn registration_is_at_once_or_at_the_opening_of_the_next_working_day(arrived_at in arrivals()) {
        let calendar = calendar();
        let registered_at = calendar.registration(arrived_at, hours()).unwrap();
        let (arrival, registration) = (local(arrived_at), local(registered_at));
        prop_assert!(calendar.day(registration.date()).unwrap().is_working());
        prop_assert!(registration.time() <= hours().closes());
        if registered_at != arrived_at {
            prop_assert!(registered_at > arrived_at);
            prop_assert_eq!(registration.time(), hours().opens());
            let skipped = calendar.days(arrival.date(), registration.date()).unwrap();
            let worked = skipped.filter(Day::is_working).count();
            let is_after_work = calendar.day(arrival.date()).unwrap().is_working();
            prop_assert_eq!(worked, if is_after_work { 2 } else { 1 });
        }
    }

    #[test]
    fn a_term_ends_on_its_last_working_day_and_not_before_or_after(
        arrived_at in arrivals(),
        working_days in 1_u32..=90,
    ) {
        let calendar = calendar();
        let due = calendar.due(arrived_at, working_days, hours()).unwrap();
        let from = local(arrived_at).date();
        let counted = calendar.days(from, due.on).unwrap();
        let counted = counted.filter(|day| day.is_working() && day.on > from).count();
        prop_assert_eq!(counted, usize::try_from(working_days).unwrap());
        prop_assert!(calendar.day(due.on).unwrap().is_working());
        prop_assert_eq!(local(due.at), due.on.and_time(hours().closes()));
        let end_of_day = calendar.end_of_term(from, working_days).unwrap();
        prop_assert_eq!(end_of_day.on, due.on);
        prop_assert_eq!(local(end_of_day.at), due.on.succ_opt().unwrap().and_time(NaiveTime::MIN));
    }

    #[test]
    fn what_arrives_later_is_never_registered_on_an_earlier_day_or_due_earlier(
        one in arrivals(),
        other in arrivals(),
        working_days in 1_u32..=90,
    ) {
        let calendar = calendar();
        let reckon = |arrived_at| {
            let registered_at = calendar.registration(arrived_at, hours()).unwrap();
            (registered_at, calendar.due(registered_at, working_days, hours()).unwrap())
        };
        let (earlier, later) = (reckon(one.min(other)), reckon(one.max(other)));
        // Not the hour: on a working day, what arrives at 08:00 is registered at once, before what
        // came the evening before and waits for the opening (D-1).
        prop_assert!(local(earlier.0).date() <= local(later.0).date());
        prop_assert!(earlier.1 <= later.1);
        let longer = calendar.due(earlier.0, working_days.saturating_add(1), hours()).unwrap();
        prop_assert!(longer > earlier.1);
    }

    #[test]
    fn an_explanation_agrees_with_what_it_explains(
        arrived_at in arrivals(),
        working_days in 1_u32..=90,
    ) {
        let calendar = calendar();
        let explanation = calendar.explain(arrived_at, working_days, hours()).unwrap();
        let registered_at = calendar.registration(arrived_at, hours()).unwrap();
        prop_assert_eq!(explanation.registered_at, registered_at);
        prop_assert_eq!(explanation.due, calendar.due(registered_at, working_days, hours()).unwrap());
        let counted = explanation.days.iter().filter(|day| day.counted);
        prop_assert_eq!(counted.count(), usize::try_from(working_days).unwrap());
        let (first, last) = (explanation.days.first().unwrap(), explanation.days.last().unwrap());
        prop_assert_eq!(first.on, local(arrived_at).date());
        prop_assert_eq!((last.on, last.counted), (explanation.due.on, true));
        let following = explanation.days.iter().zip(explanation.days.iter().skip(1));
        for (one, next) in following {
            prop_assert_eq!(one.on.succ_opt().unwrap(), next.on);
        }
    }

    #[test]
    fn as_many_working_minutes_as_asked_lie_before_the_end_of_a_term(
        arrived_at in arrivals(),
        working_days in 1_u32..=5,
        minutes in 0_u32..3_000,
    ) {
        let calendar = calendar();
        let begun = calendar.registration(arrived_at, hours()).unwrap();
        let due = calendar.due(begun, working_days, hours()).unwrap().at;
        let moment = calendar.minutes_before(due, minutes, hours(), begun).unwrap();
        let (from, to) = (local(moment), local(due));
        let worked = calendar.days(from.date(), to.date()).unwrap();
        let worked = worked.filter(Day::is_working).map(|day| {
            let [opens, closes] = [hours().opens(), hours().closes()].map(|time| day.on.and_time(time));
            let (first, last) = (opens.max(from).min(closes), closes.min(to));
            last.signed_duration_since(first).num_minutes()
        });
        let worked: i64 = worked.sum();
        if moment == begun {
            prop_assert!(worked <= i64::from(minutes));
        } else {
            prop_assert!(begun < moment && moment <= due);
            prop_assert_eq!(worked, i64::from(minutes));
        }
    }
}
