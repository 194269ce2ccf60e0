//! Money as a whole number of tiyn (1/100 tenge).
//! It never rounds, overflows or touches floating point.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Problem, area::hundredths};

/// An amount of money that is not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub struct Tiyn(i64);

impl Tiyn {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Takes an amount of tiyn.
    pub const fn new(tiyn: i64) -> Result<Self, Problem> {
        if tiyn < 0 {
            Err(Problem::new("must not be negative"))
        } else {
            Ok(Self(tiyn))
        }
    }

    /// The number of tiyn.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; `None` if it is too large to be counted.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The sum of many; `None` if it is too large to be counted.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// As documents print it, with no-break spaces: `1 234 567,89 ₸`.
impl fmt::Display for Tiyn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}₸", hundredths(self.0.unsigned_abs()))
    }
}

impl From<Tiyn> for i64 {
    fn from(amount: Tiyn) -> Self {
        amount.0
    }
}

impl TryFrom<i64> for Tiyn {
    type Error = Problem;

    fn try_from(tiyn: i64) -> Result<Self, Problem> {
        Self::new(tiyn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_print_groups_of_three_digits() {
        for (tiyn, printed) in [
            (0, "0,00 ₸"),
            (5, "0,05 ₸"),
            (99_999, "999,99 ₸"),
            (100_000, "1 000,00 ₸"),
            (123_456_789, "1 234 567,89 ₸"),
            (i64::MAX, "92 233 720 368 547 758,07 ₸"),
        ] {
            let amount = Tiyn::new(tiyn).unwrap();
            assert_eq!(amount.to_string().replace('\u{a0}', " "), printed);
        }
    }

    #[test]
    fn no_amount_is_negative_and_no_sum_overflows() {
        assert_eq!(
            Tiyn::new(-1).unwrap_err().to_string(),
            "must not be negative"
        );
        let most = Tiyn::new(i64::MAX).unwrap();
        let one = Tiyn::new(1).unwrap();
        assert_eq!(most.checked_add(one), None);
        assert_eq!(Tiyn::checked_sum([one, one, one]), Tiyn::new(3).ok());
        assert_eq!(Tiyn::checked_sum([]), Some(Tiyn::ZERO));
        assert_eq!(Tiyn::checked_sum([one, most]), None);
    }
}
