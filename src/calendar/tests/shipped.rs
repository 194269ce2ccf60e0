//! The shipped table against the rules of the domain, which are worked out anew here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, Weekday};

use super::*;
use crate::{
    calendar::{Day, DayKind, print_days},
    kernel::Localized,
};

fn is_weekend(on: NaiveDate) -> bool {
    matches!(on.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Law on Holidays.
fn holidays(year: i32) -> BTreeSet<NaiveDate> {
    let constitution_day = match year {
        ..=2025 => Some("08-30"),
        2026 => None,
        2027.. => Some("03-15"),
    };
    [
        "01-01", "01-02", "03-08", "03-21", "03-22", "03-23", "05-01", "05-07", "05-09", "07-06",
        "10-25", "12-16",
    ]
    .into_iter()
    .chain(constitution_day)
    .map(|monthday| day(&format!("{year}-{monthday}")))
    .collect()
}

/// Labour Code, article 84(5): 7 January and the first day of Qurban Ait.
const DAYS_OFF_THAT_DO_NOT_MOVE: [&str; 8] = [
    "2024-01-07",
    "2025-01-07",
    "2026-01-07",
    "2027-01-07",
    "2024-06-16",
    "2025-06-06",
    "2026-05-27",
    "2027-05-16",
];

const TRANSFERS: [(&str, &str); 2] = [("2024-05-04", "2024-05-08"), ("2025-01-05", "2025-01-03")];

/// What each day must be, by moving every holiday on a day off to the next working day after it.
fn expected() -> BTreeMap<NaiveDate, DayKind> {
    let mut kinds = BTreeMap::new();
    for on in day("2024-01-01")
        .iter_days()
        .take_while(|on| *on <= day("2027-12-31"))
    {
        kinds.insert(
            on,
            if is_weekend(on) {
                DayKind::DayOff
            } else {
                DayKind::Working
            },
        );
    }
    kinds.extend(DAYS_OFF_THAT_DO_NOT_MOVE.map(|on| (day(on), DayKind::DayOff)));
    for (worked, off) in TRANSFERS {
        kinds.insert(day(worked), DayKind::WorkedDayOff);
        kinds.insert(day(off), DayKind::MovedDayOff);
    }
    for year in 2024..=2027 {
        kinds.extend(holidays(year).into_iter().map(|on| (on, DayKind::Holiday)));
    }
    for holiday in (2024..=2027)
        .flat_map(holidays)
        .filter(|on| is_weekend(*on))
    {
        let moved = holiday
            .iter_days()
            .find(|on| kinds[on] == DayKind::Working)
            .unwrap();
        kinds.insert(moved, DayKind::MovedDayOff);
    }
    kinds
}

#[test]
fn every_day_is_what_the_rules_make_of_it() {
    let calendar = calendar();
    let days = calendar.days(day("2024-01-01"), day("2027-12-31")).unwrap();
    let found: BTreeMap<_, _> = days.map(|day| (day.on, day.kind)).collect();
    assert_eq!(found, expected());
}

#[test]
fn each_year_has_its_number_of_working_days() {
    let calendar = calendar();
    for (year, working) in [(2024, 249), (2025, 246), (2026, 247), (2027, 247)] {
        let (first, last) = (day(&format!("{year}-01-01")), day(&format!("{year}-12-31")));
        let found = calendar
            .days(first, last)
            .unwrap()
            .filter(Day::is_working)
            .count();
        assert_eq!(found, working, "{year}");
    }
}

#[test]
fn the_span_is_four_years_and_what_lies_outside_is_an_error() {
    let calendar = calendar();
    assert_eq!(*calendar.span(), day("2024-01-01")..=day("2027-12-31"));
    assert!(calendar.covers(day("2024-01-01"), day("2027-12-31")));
    for outside in ["2023-12-31", "2028-01-01"].map(day) {
        assert!(!calendar.covers(day("2024-01-01"), outside));
        assert_eq!(calendar.day(outside).unwrap_err().on, outside);
    }
    assert!(calendar.days(day("2027-12-31"), day("2028-01-01")).is_err());
    assert_eq!(
        calendar.day(day("2028-01-01")).unwrap_err().to_string(),
        "the calendar does not cover 2028-01-01"
    );
}

#[test]
fn every_exceptional_day_names_its_law_or_order_in_each_language() {
    let laws = [
        ("№ 267-II Заң", "№ 267-II", "No. 267-II"),
        ("Еңбек кодексінің", "Трудового кодекса", "Labour Code"),
    ];
    let calendar = calendar();
    let mut exceptional = 0;
    for found in calendar.days(day("2024-01-01"), day("2027-12-31")).unwrap() {
        let reason = found.reason();
        assert!(reason.is_complete(), "{found:?}");
        let Localized { kk, ru, en } = &reason;
        assert!(kk != ru && en.is_ascii(), "{found:?}");
        let ordinary = if is_weekend(found.on) {
            DayKind::DayOff
        } else {
            DayKind::Working
        };
        if found.kind != ordinary {
            exceptional += 1;
            let names_law = |law: &(&str, &str, &str)| {
                kk.contains(law.0) && ru.contains(law.1) && en.contains(law.2)
            };
            assert!(laws.iter().any(names_law), "{found:?}");
        }
    }
    assert!(exceptional > 60, "{exceptional}");
}

#[test]
fn what_moved_a_day_is_told_in_three_languages() {
    let calendar = calendar();
    for (on, kk, ru, en) in [
        (
            "2024-05-04",
            "демалыс күні 2024-05-08 күніне ауыстырылды; Еңбек және халықты әлеуметтік қорғау министрінің \
             2024 жылы демалыс күнін ауыстыру туралы бұйрығы; Еңбек кодексінің 85-бабының 3-тармағы",
            "выходной день перенесён на 2024-05-08; приказ Министра труда и социальной защиты населения \
             о переносе выходного дня в 2024 году; пункт 3 статьи 85 Трудового кодекса",
            "day off transferred to 2024-05-08; Minister of Labour's order on the transfer of a day off in \
             2024; Labour Code art. 85(3)",
        ),
        (
            "2026-10-26",
            "демалыс 2026-10-25 күнінен ауыстырылды (Республика күні); «Қазақстан Республикасындағы \
             мерекелер туралы» № 267-II Заңның 5-бабы",
            "выходной перенесён с 2026-10-25 (День Республики); статья 5 Закона «О праздниках в Республике \
             Казахстан» № 267-II",
            "moved from 2026-10-25 (Republic Day); Law on Holidays No. 267-II art. 5",
        ),
        (
            "2027-05-16",
            "Құрбан айттың бірінші күні (күтіліп отыр); Еңбек кодексінің 84-бабының 5-тармағы",
            "первый день Курбан-айта (ожидается); пункт 5 статьи 84 Трудового кодекса",
            "first day of Qurban Ait (expected); Labour Code art. 84(5)",
        ),
        ("2026-11-28", "сенбі", "суббота", "Saturday"),
    ] {
        let found = calendar.day(day(on)).unwrap();
        assert_eq!(found.reason(), Localized::of(kk, ru, en), "{on}");
    }
}

#[test]
fn days_are_printed_as_csv() {
    let mut printed = Vec::new();
    print_days(
        calendar(),
        day("2025-01-02"),
        day("2025-01-06"),
        &mut printed,
    )
    .unwrap();
    let order =
        "Minister of Labour's order on the transfer of a day off in 2025; Labour Code art. 85(3)";
    let expected = format!(
        "date,working,kind,reason\n\
         2025-01-02,false,holiday,New Year; Law on Holidays No. 267-II\n\
         2025-01-03,false,moved_day_off,day off transferred from 2025-01-05; {order}\n\
         2025-01-04,false,day_off,Saturday\n\
         2025-01-05,true,worked_day_off,day off transferred to 2025-01-03; {order}\n\
         2025-01-06,true,working,ordinary working day\n"
    );
    assert_eq!(String::from_utf8(printed).unwrap(), expected);
}

#[test]
fn no_cell_of_what_is_printed_needs_quotation_marks() {
    let mut printed = Vec::new();
    let (from, to) = calendar().span().clone().into_inner();
    print_days(calendar(), from, to, &mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    assert_eq!(printed.lines().count(), 1462);
    for line in printed.lines() {
        assert_eq!(line.split(',').count(), 4, "{line}");
        assert!(!line.contains('"'), "{line}");
    }
}

#[test]
fn nothing_is_printed_of_days_that_are_not_all_covered_or_in_the_wrong_order() {
    for (from, to) in [("2027-12-31", "2028-01-01"), ("2025-01-06", "2025-01-02")] {
        let mut printed = Vec::new();
        assert!(print_days(calendar(), day(from), day(to), &mut printed).is_err());
        assert!(printed.is_empty());
    }
}
