//! A table is taken whole or not at all.

use chrono::NaiveTime;

use super::*;
use crate::calendar::{CalendarFault, DayKind, WorkingHours};

const HEAD: &str = "covers,2026-01-01,2026-12-31\ndate,kind,reason\n";

fn problem(table: &str) -> String {
    Calendar::parse(table).unwrap_err().to_string()
}

#[test]
fn a_table_says_only_what_is_exceptional() {
    let table = format!("# a remark\n{HEAD}# another\n2026-01-01,holiday,New Year\n");
    let calendar = Calendar::parse(&table).unwrap();
    let [first, second, third] =
        ["2026-01-01", "2026-01-02", "2026-01-03"].map(|on| calendar.day(day(on)).unwrap());
    assert_eq!((first.kind, first.reason), (DayKind::Holiday, "New Year"));
    assert_eq!(
        (second.kind, second.reason),
        (DayKind::Working, "ordinary working day")
    );
    assert_eq!((third.kind, third.reason), (DayKind::DayOff, "Saturday"));
}

#[test]
fn a_line_that_breaks_a_rule_is_named() {
    for (lines, expected) in [
        (
            "2026-01-01,holiday",
            "line 3 of the calendar must be `date,kind,reason`",
        ),
        (
            "2026-1-1,holiday,x",
            "line 3 of the calendar must be a date like 2026-10-23",
        ),
        (
            "2026-02-30,holiday,x",
            "line 3 of the calendar must be a date like 2026-10-23",
        ),
        (
            "2026-01-01,feast,x",
            "line 3 of the calendar names no known kind of day",
        ),
        (
            "2026-01-01,holiday,",
            "line 3 of the calendar must have a reason without commas and quotation marks",
        ),
        (
            "2026-01-01,holiday,a,b",
            "line 3 of the calendar must have a reason without commas and quotation marks",
        ),
        (
            "2026-01-05,working,x",
            "line 3 of the calendar says what is so without it",
        ),
        (
            "2026-01-05,worked_day_off,x",
            "line 3 of the calendar must be a Saturday or Sunday to be a worked day off",
        ),
        (
            "2026-01-03,moved_day_off,x",
            "line 3 of the calendar must be a day of Monday to Friday to be a moved day off",
        ),
        (
            "2027-01-01,holiday,x",
            "line 3 of the calendar is outside the span that the calendar covers",
        ),
        (
            "# remark\n2026-01-02,holiday,x\n2026-01-02,holiday,y",
            "line 5 of the calendar is not later than the one before",
        ),
    ] {
        assert_eq!(problem(&format!("{HEAD}{lines}\n")), expected, "{lines}");
    }
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
            "date,kind,reason",
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
        assert_eq!(problem(&format!("{span}\ndate,kind,reason\n")), expected);
    }
    let backwards = "covers,2026-01-02,2026-01-01\ndate,kind,reason\n";
    assert_eq!(
        problem(backwards),
        "line 1 of the calendar must cover at least one day"
    );
}

#[test]
fn the_version_follows_the_content_and_nothing_else() {
    let version = |table: &str| Calendar::parse(table).unwrap().version().to_owned();
    let table = format!("{HEAD}2026-01-01,holiday,New Year\n");
    assert_eq!(version(&table).len(), 12);
    assert_eq!(
        version(&table),
        version(&format!("# remark\r\n{}", table.replace('\n', "\r\n")))
    );
    assert_ne!(version(&table), version(HEAD));
    assert_ne!(
        version(&table),
        version(&table.replace("holiday", "day_off"))
    );
}

#[test]
fn working_hours_close_later_than_they_open() {
    let [nine, ten] = [9, 10].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
    assert!(WorkingHours::new(nine, ten).is_ok());
    assert!(WorkingHours::new(nine, nine).is_err());
    assert!(WorkingHours::new(ten, nine).is_err());
}
