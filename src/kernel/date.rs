//! Dates as the contract writes them: `2026-10-23` and nothing else.
//! It never reads a date that it would print otherwise.

use chrono::NaiveDate;

use super::Problem;

/// Reads an ISO 8601 date; chrono itself also reads `2026-3-21` and years of five digits.
pub fn parse_date(text: &str) -> Result<NaiveDate, Problem> {
    const LENGTH: usize = 10;
    text.parse::<NaiveDate>()
        .ok()
        .filter(|date| text.len() == LENGTH && date.to_string() == text)
        .ok_or(Problem::new("must be a date like 2026-10-23"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_that_exist_in_their_one_form_are_read() {
        let date = parse_date("2028-02-29").unwrap();
        assert_eq!(date, NaiveDate::from_ymd_opt(2028, 2, 29).unwrap());
        for wrong in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-3-21",
            "2026-03-21 ",
            " 2026-03-21",
            "+2026-03-21",
            "-026-03-21",
            "12026-03-21",
            "20260321",
            "21.03.2026",
            "2026-03-21T00:00:00Z",
            "２026-03-2",
        ] {
            assert!(parse_date(wrong).is_err(), "{wrong:?}");
        }
    }
}
