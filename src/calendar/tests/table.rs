//! A table is taken whole or not at all.

use chrono::NaiveTime;

use super::*;
use crate::calendar::{CalendarFault, DayKind, WorkingHours};

const HEAD: &str = "covers,2026-01-01,2026-12-31\ndate,kind,occasion,other_day\n";

fn problem(table: &str) -> String {
    Calendar::parse(table).unwrap_err().to_string()
}

#[test]
fn a_table_says_only_what_is_exceptional() {
    let table = format!("# a remark\n{HEAD}# another\n2026-01-01,holiday,new_year,\n");
    let calendar = Calendar::parse(&table).unwrap();
    for (on, kind, reason) in [
        (
            "2026-01-01",
            DayKind::Holiday,
            "New Year; Law on Holidays No. 267-II",
        ),
        ("2026-01-02", DayKind::Working, "ordinary working day"),
        ("2026-01-03", DayKind::DayOff, "Saturday"),
        ("2026-01-04", DayKind::DayOff, "Sunday"),
    ] {
        let found = calendar.day(day(on)).unwrap();
        assert_eq!((found.kind, &*found.reason().en), (kind, reason), "{on}");
    }
}

#[test]
fn a_line_that_breaks_a_rule_is_named() {
    for (lines, expected) in [
        (
            "2026-01-01,holiday,new_year",
            "line 3 of the calendar must be `date,kind,occasion,other_day`",
        ),
        (
            "2026-01-01,holiday,new_year,,",
            "line 3 of the calendar must be `date,kind,occasion,other_day`",
        ),
        (
            "2026-1-1,holiday,new_year,",
            "line 3 of the calendar must be a date like 2026-10-23",
        ),
        (
            "2026-02-30,holiday,new_year,",
            "line 3 of the calendar must be a date like 2026-10-23",
        ),
        (
            "2026-01-01,feast,new_year,",
            "line 3 of the calendar names no known kind of day",
        ),
        (
            "2026-01-05,working,new_year,",
            "line 3 of the calendar says what is so without it",
        ),
        (
            "2026-01-05,worked_day_off,transfer,2026-01-04",
            "line 3 of the calendar must be a Saturday or Sunday to be a worked day off",
        ),
        (
            "2026-01-03,moved_day_off,new_year,2026-01-01",
            "line 3 of the calendar must be a day of Monday to Friday to be a moved day off",
        ),
        (
            "2027-01-01,holiday,new_year,",
            "line 3 of the calendar is outside the span that the calendar covers",
        ),
        (
            "# remark\n2026-01-02,holiday,new_year,\n2026-01-02,holiday,nauryz,",
            "line 5 of the calendar is not later than the one before",
        ),
    ] {
        assert_eq!(problem(&format!("{HEAD}{lines}\n")), expected, "{lines}");
    }
}

#[test]
fn an_occasion_or_another_day_that_does_not_fit_is_named() {
    for (line, expected) in [
        ("2026-01-01,holiday,,", "names no known holiday"),
        ("2026-01-01,holiday,qurban_ait,", "names no known holiday"),
        (
            "2026-01-05,moved_day_off,feast,2026-01-04",
            "names no known holiday",
        ),
        (
            "2026-01-07,day_off,new_year,",
            "names no known day off that does not move",
        ),
        (
            "2026-01-01,holiday,new_year,2026-01-03",
            "names another day, which its kind has not",
        ),
        (
            "2026-01-07,day_off,orthodox_christmas,2026-01-03",
            "names another day, which its kind has not",
        ),
        (
            "2026-01-10,worked_day_off,nauryz,2026-01-12",
            "is a worked day off without the occasion `transfer`",
        ),
        (
            "2026-01-10,worked_day_off,transfer,",
            "must be a date like 2026-10-23",
        ),
        (
            "2026-01-12,moved_day_off,transfer,x",
            "must be a date like 2026-10-23",
        ),
        (
            "2026-01-12,moved_day_off,new_year,",
            "must be a date like 2026-10-23",
        ),
    ] {
        let expected = format!("line 3 of the calendar {expected}");
        assert_eq!(problem(&format!("{HEAD}{line}\n")), expected, "{line}");
    }
}

#[test]
fn days_that_were_exchanged_name_each_other() {
    let holiday = "must name an earlier Saturday or Sunday that is the same holiday";
    let worked = "must name the worked day off that names it";
    let moved = "must name the moved day off that names it";
    for (lines, line, expected) in [
        ("2026-03-09,moved_day_off,womens_day,2026-03-08", 3, holiday),
        (
            "2026-03-08,holiday,womens_day,\n2026-03-09,moved_day_off,nauryz,2026-03-08",
            4,
            holiday,
        ),
        (
            "2026-03-23,holiday,nauryz,\n2026-03-24,moved_day_off,nauryz,2026-03-23",
            4,
            holiday,
        ),
        (
            "2026-03-20,moved_day_off,nauryz,2026-03-21\n2026-03-21,holiday,nauryz,",
            3,
            holiday,
        ),
        ("2026-01-12,moved_day_off,transfer,2026-01-10", 3, worked),
        ("2026-01-10,worked_day_off,transfer,2026-01-12", 3, moved),
        (
            "2026-01-10,worked_day_off,transfer,2026-01-12\n2026-01-12,moved_day_off,transfer,2026-01-11",
            3,
            moved,
        ),
    ] {
        let expected = format!("line {line} of the calendar {expected}");
        assert_eq!(problem(&format!("{HEAD}{lines}\n")), expected, "{lines}");
    }
    let right = "2026-01-10,worked_day_off,transfer,2026-01-12\n\
                 2026-01-12,moved_day_off,transfer,2026-01-10\n\
                 2026-03-08,holiday,womens_day,\n2026-03-09,moved_day_off,womens_day,2026-03-08\n";
    assert!(Calendar::parse(&format!("{HEAD}{right}")).is_ok());
}

#[test]
fn a_table_without_its_head_is_refused() {
    assert_eq!(Calendar::parse(""), Err(CalendarFault::NoHead));
    assert_eq!(
        Calendar::parse("covers,2026-01-01,2026-12-31\n"),
        Err(CalendarFault::NoHead)
    );
    for (span, expected) in [
        (
            "date,kind,occasion,other_day",
            "line 1 of the calendar must be `covers,FROM,TO`",
        ),
        (
            "covers,2026-01-01",
            "line 1 of the calendar must be `covers,FROM,TO`",
        ),
        (
            "covers,2026-01-01,2026-13-01",
            "line 1 of the calendar must be a date like 2026-10-23",
        ),
    ] {
        assert_eq!(
            problem(&format!("{span}\ndate,kind,occasion,other_day\n")),
            expected
        );
    }
    let backwards = "covers,2026-01-02,2026-01-01\ndate,kind,occasion,other_day\n";
    assert_eq!(
        problem(backwards),
        "line 1 of the calendar must cover at least one day"
    );
}

#[test]
fn the_version_follows_what_days_are_and_nothing_else() {
    let version = |table: &str| Calendar::parse(table).unwrap().version().to_owned();
    let table = format!("{HEAD}2026-01-01,holiday,new_year,\n");
    assert_eq!(version(&table).len(), 12);
    assert_eq!(
        version(&table),
        version(&format!("# remark\r\n{}", table.replace('\n', "\r\n")))
    );
    assert_eq!(
        version(&table),
        version(&table.replace("new_year", "nauryz"))
    );
    assert_ne!(version(&table), version(HEAD));
    for (before, after) in [
        ("holiday,new_year", "day_off,qurban_ait"),
        ("01-01,holiday", "01-02,holiday"),
        ("12-31\n", "12-30\n"),
    ] {
        let other = table.replace(before, after);
        assert_ne!(version(&table), version(&other), "{after}");
    }
}

#[test]
fn working_hours_close_later_than_they_open() {
    let [nine, ten] = [9, 10].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
    assert!(WorkingHours::new(nine, ten).is_ok());
    assert!(WorkingHours::new(nine, nine).is_err());
    assert!(WorkingHours::new(ten, nine).is_err());
}
