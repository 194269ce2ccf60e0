//! A change lies upon the table, takes no covered day away, and is refused for all that is wrong with it.

use std::collections::BTreeMap;

use super::*;
use crate::{
    calendar::{Act, CalendarChange, ChangeProblem, DayKind},
    kernel::{Localized, Text},
};

fn change(days: &[(&str, DayKind)], covers_to: Option<&str>) -> CalendarChange {
    CalendarChange {
        act: Act {
            title: Localized::of(
                "Ойдан алынған бұйрық",
                "Вымышленный приказ",
                "An invented order",
            ),
            number: Text::parse("1-T").unwrap(),
            dated_on: day("2026-11-20"),
        },
        reason: Localized::of("ауыстырылды", "перенесён", "transferred"),
        days: days.iter().map(|(on, kind)| (day(on), *kind)).collect(),
        covers_to: covers_to.map(day),
    }
}

fn problems(change: &CalendarChange) -> BTreeMap<String, String> {
    let problems = calendar().changed(change).unwrap_err();
    let told = |problem| match problem {
        ChangeProblem::Day(on, problem) => (on.to_string(), problem.to_string()),
        ChangeProblem::CoversTo(problem) => ("covers_to".to_owned(), problem.to_string()),
    };
    problems.into_iter().map(told).collect()
}

#[test]
fn a_transfer_moves_the_ends_of_terms_and_names_its_act() {
    let transfer = change(
        &[
            ("2026-11-28", DayKind::WorkedDayOff),
            ("2026-11-30", DayKind::MovedDayOff),
        ],
        None,
    );
    let changed = calendar().changed(&transfer).unwrap();
    for (on, is_working) in [("2026-11-28", true), ("2026-11-30", false)] {
        let found = changed.day(day(on)).unwrap();
        assert_eq!(found.is_working(), is_working);
        assert_eq!(
            found.reason(),
            Localized::of(
                "ауыстырылды; Ойдан алынған бұйрық (2026-11-20, № 1-T)",
                "перенесён; Вымышленный приказ от 2026-11-20 № 1-T",
                "transferred; An invented order No. 1-T of 2026-11-20",
            )
        );
    }
    let end = |calendar: &Calendar| calendar.end_of_term(day("2026-11-26"), 2).unwrap().on;
    assert_eq!(end(calendar()), day("2026-11-30"));
    assert_eq!(end(&changed), day("2026-11-28"));
    assert_eq!(changed.span(), calendar().span());
}

#[test]
fn a_later_change_of_the_same_day_stands() {
    let holiday = change(&[("2026-11-25", DayKind::Holiday)], None);
    let worked = change(&[("2026-11-25", DayKind::Working)], None);
    let changed = calendar().changed(&holiday).unwrap();
    assert_ne!(changed.version(), calendar().version());
    let back = changed.changed(&worked).unwrap();
    assert_eq!(back.day(day("2026-11-25")).unwrap().kind, DayKind::Working);
    assert_eq!(back, calendar().changed(&worked).unwrap());
}

#[test]
fn an_extension_covers_more_days_which_are_what_their_day_of_the_week_says() {
    let to_2028 = change(&[("2028-01-03", DayKind::Holiday)], Some("2028-12-31"));
    let changed = calendar().changed(&to_2028).unwrap();
    assert_eq!(*changed.span().end(), day("2028-12-31"));
    for (on, is_working) in [
        ("2028-01-03", false),
        ("2028-01-04", true),
        ("2028-01-08", false),
    ] {
        assert_eq!(
            changed.day(day(on)).unwrap().is_working(),
            is_working,
            "{on}"
        );
    }
    assert!(changed.day(day("2029-01-01")).is_err());
    let reaching = calendar().reaching(day("2028-12-31"));
    assert!(reaching.day(day("2028-01-03")).unwrap().is_working());
    assert_eq!(calendar().reaching(day("2025-01-01")), *calendar());
}

#[test]
fn all_that_is_wrong_with_a_change_is_told() {
    let wrong = change(
        &[
            ("2026-11-27", DayKind::WorkedDayOff),
            ("2026-11-28", DayKind::MovedDayOff),
            ("2026-11-29", DayKind::Working),
            ("2028-01-01", DayKind::Holiday),
        ],
        Some("2027-12-31"),
    );
    let expected = [
        (
            "2026-11-27",
            "must be a Saturday or Sunday to be a worked day off",
        ),
        (
            "2026-11-28",
            "must be a day of Monday to Friday to be a moved day off",
        ),
        (
            "2026-11-29",
            "must be a day of Monday to Friday to be worked as usual",
        ),
        (
            "2028-01-01",
            "must lie in the span that the calendar covers, which covers_to_on extends",
        ),
        ("covers_to", "must be after the last day covered"),
    ];
    let expected = expected.map(|(path, problem)| (path.to_owned(), problem.to_owned()));
    assert_eq!(problems(&wrong), expected.into());
    let far = change(&[], Some("2030-03-12"));
    let told = problems(&far).remove("covers_to").unwrap();
    assert_eq!(told, "must be at most 800 days after the last day covered");
    assert!(calendar().changed(&change(&[], Some("2030-03-10"))).is_ok());
}

#[test]
fn a_stored_change_never_shortens_a_table_that_reaches_further() {
    let short = change(&[], Some("2025-12-31"));
    assert_eq!(calendar().overlaid(&short).span(), calendar().span());
}
