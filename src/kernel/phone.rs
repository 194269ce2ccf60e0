//! A telephone number in the international form E.164.
//! It never tells whether somebody answers, and never shows itself in debug output.

use std::fmt;

use super::Problem;

/// A plus sign, a country code that does not begin with 0, 8 to 15 digits in all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Reads a number.
    pub fn parse(number: &str) -> Result<Self, Problem> {
        let is_right = number.strip_prefix('+').is_some_and(|digits| {
            (8..=15).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0')
        });
        if is_right {
            Ok(Self(number.to_owned()))
        } else {
            Err(Problem::new("must be a telephone number like +77010000000"))
        }
    }

    /// The number, with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone([personal])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_international_form_is_read() {
        for right in ["+77010000000", "+12345678", "+123456789012345"] {
            assert_eq!(Phone::parse(right).unwrap().as_str(), right);
        }
        for wrong in [
            "",
            "+",
            "77010000000",
            "87010000000",
            "+7 701 000 00 00",
            "+07010000000",
            "+1234567",
            "+1234567890123456",
            "+7701000000x",
            "+７7010000000",
            "+77010000000\n",
        ] {
            assert!(Phone::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_number() {
        assert_eq!(
            format!("{:?}", Phone::parse("+77010000000").unwrap()),
            "Phone([personal])"
        );
    }
}
