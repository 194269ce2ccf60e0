//! The individual identification number, which tells a person's birth date.
//! It never shows itself in debug output.

use std::fmt;

use chrono::NaiveDate;

use super::{
    Problem,
    check_digit::{self, Digits},
};

/// A person's number: `YYMMDD`, a digit for century and sex, four digits, a check digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Iin {
    number: String,
    born_on: NaiveDate,
}

impl Iin {
    /// Reads a number of a person who is born by `today`.
    pub fn parse(number: &str, today: NaiveDate) -> Result<Self, Problem> {
        let digits = check_digit::twelve_digits(number)?;
        let born_on = birth_date(&digits)?;
        if born_on > today {
            return Err(Problem::new("must not have a birth date in the future"));
        }
        check_digit::verify(&digits)?;
        Ok(Self {
            number: number.to_owned(),
            born_on,
        })
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The birth date that the number tells.
    pub const fn birth_date(&self) -> NaiveDate {
        self.born_on
    }

    /// Full years of age on a day; 0 before the birth.
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.born_on).unwrap_or_default()
    }
}

impl fmt::Debug for Iin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iin([personal])")
    }
}

fn birth_date(digits: &Digits) -> Result<NaiveDate, Problem> {
    let [y1, y2, m1, m2, d1, d2, century, ..] = *digits;
    let century: i32 = match century {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => {
            return Err(Problem::new(
                "must have a digit from 1 to 6 for century and sex",
            ));
        }
    };
    let year = century.saturating_add(i32::from(two_digits(y1, y2)));
    NaiveDate::from_ymd_opt(year, two_digits(m1, m2).into(), two_digits(d1, d2).into())
        .ok_or(Problem::new("must begin with a real date"))
}

/// At most 99.
const fn two_digits(tens: u8, ones: u8) -> u8 {
    tens.saturating_mul(10).saturating_add(ones)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_examples_of_the_domain_are_read() {
        for (number, born_on) in [
            ("010101300010", "1901-01-01"),
            ("010101300102", "1901-01-01"),
            ("550412200017", "1855-04-12"),
        ] {
            let iin = Iin::parse(number, day("2026-11-25")).unwrap();
            assert_eq!(iin.as_str(), number);
            assert_eq!(iin.birth_date(), day(born_on));
        }
    }

    #[test]
    fn each_wrong_example_of_the_domain_gets_its_reason() {
        for (number, problem) in [
            ("550412100014", "must have a right check digit"),
            ("990230500018", "must begin with a real date"),
            (
                "010101700016",
                "must have a digit from 1 to 6 for century and sex",
            ),
            (
                "010101000010",
                "must have a digit from 1 to 6 for century and sex",
            ),
            ("01010130001", "must have 12 digits"),
            ("０10101300010", "must have 12 digits"),
            (
                "600740000012",
                "must have a digit from 1 to 6 for century and sex",
            ),
        ] {
            let found = Iin::parse(number, day("2026-11-25"))
                .unwrap_err()
                .to_string();
            assert_eq!(found, problem, "{number}");
        }
    }

    #[test]
    fn nobody_is_born_in_the_future() {
        let (number, birthday) = ("261125500018", day("2026-11-25"));
        let eve = birthday.pred_opt().unwrap();
        let problem = Iin::parse(number, eve).unwrap_err().to_string();
        assert_eq!(problem, "must not have a birth date in the future");
        assert_eq!(Iin::parse(number, birthday).unwrap().age_on(birthday), 0);
    }

    #[test]
    fn a_person_is_a_year_older_on_the_birthday() {
        let iin = Iin::parse("010101300010", day("2026-11-25")).unwrap();
        for (on, age) in [
            ("1900-12-31", 0),
            ("1918-12-31", 17),
            ("1919-01-01", 18),
            ("1919-01-02", 18),
            ("2026-11-25", 125),
        ] {
            assert_eq!(iin.age_on(day(on)), age, "{on}");
        }
    }

    #[test]
    fn debug_output_hides_the_number() {
        let iin = Iin::parse("010101300010", day("2026-11-25")).unwrap();
        assert_eq!(format!("{iin:?}"), "Iin([personal])");
    }
}
