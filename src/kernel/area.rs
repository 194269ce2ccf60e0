//! Area as a whole number of square decimetres (1/100 m²).
//! It never rounds and never touches floating point.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Problem;

/// An area above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "i32", try_from = "i32")]
pub struct SquareDecimetres(i32);

impl SquareDecimetres {
    /// Takes a number of square decimetres.
    pub const fn new(dm2: i32) -> Result<Self, Problem> {
        if dm2 < 1 {
            Err(Problem::new("must be above zero"))
        } else {
            Ok(Self(dm2))
        }
    }

    /// The number of square decimetres.
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// Square metres as documents print them: `54,30`.
impl fmt::Display for SquareDecimetres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hundredths(u64::from(self.0.unsigned_abs())))
    }
}

impl From<SquareDecimetres> for i32 {
    fn from(area: SquareDecimetres) -> Self {
        area.0
    }
}

impl TryFrom<i32> for SquareDecimetres {
    type Error = Problem;

    fn try_from(dm2: i32) -> Result<Self, Problem> {
        Self::new(dm2)
    }
}

/// A count of hundredths as Kazakh and Russian documents print it: `1 234 567,89`, where the
/// spaces do not break.
pub(super) fn hundredths(count: u64) -> String {
    let digits = format!("{count:03}");
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(2));
    let mut printed = String::new();
    for (index, digit) in whole.char_indices() {
        let left = whole.len().saturating_sub(index);
        if index > 0 && left % 3 == 0 {
            printed.push('\u{a0}');
        }
        printed.push(digit);
    }
    printed.push(',');
    printed.push_str(fraction);
    printed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_print_square_metres_with_two_decimals() {
        for (dm2, printed) in [
            (1, "0,01"),
            (90, "0,90"),
            (5_430, "54,30"),
            (1_234_567, "12\u{a0}345,67"),
            (i32::MAX, "21\u{a0}474\u{a0}836,47"),
        ] {
            assert_eq!(SquareDecimetres::new(dm2).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn an_area_is_above_zero() {
        for dm2 in [0, -1, i32::MIN] {
            let problem = SquareDecimetres::new(dm2).unwrap_err().to_string();
            assert_eq!(problem, "must be above zero");
        }
    }
}
