//! The cadastral number of a land plot or of what stands on it.
//! It never loses the form it was given in, and never compares by that form.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Problem,
    fold::{folded, is_letter},
};

/// How wide the parts that name a land plot are written: region, district, quarter, plot.
const PLOT_WIDTHS: [usize; 4] = [2, 3, 3, 3];
/// How many parts a number of something on the plot may add.
const INNER_PARTS_MAX: usize = 4;
const PART_LENGTH_MAX: usize = 8;
const LENGTH_MAX: usize = 60;

/// A number such as `20:315:032:150`, `20-311-020-182` or `09:142:183:521:1:1002/А`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CadastralNumber {
    given: String,
    normalized: String,
    land_plot: String,
}

impl CadastralNumber {
    /// Reads a number written with colons or hyphens.
    pub fn parse(number: &str) -> Result<Self, Problem> {
        let number = number.trim();
        if number.len() > LENGTH_MAX {
            return Err(Problem::stated(format!(
                "must have at most {LENGTH_MAX} characters"
            )));
        }
        let parts: Vec<&str> = number
            .split([':', '-'])
            .map(|part| part.trim_matches(' '))
            .collect();
        let (plot, inner) = parts.split_at_checked(PLOT_WIDTHS.len()).ok_or(PROBLEM)?;
        if inner.len() > INNER_PARTS_MAX {
            return Err(PROBLEM);
        }
        let plot = plot
            .iter()
            .zip(PLOT_WIDTHS)
            .map(|(part, width)| plot_part(part, width));
        let land_plot = plot.collect::<Result<Vec<_>, _>>()?.join(":");
        let mut normalized = land_plot.clone();
        for part in inner {
            normalized.push(':');
            normalized.push_str(&inner_part(part)?);
        }
        Ok(Self {
            given: number.to_owned(),
            normalized,
            land_plot,
        })
    }

    /// The number as it was given, without spaces at its ends.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The one spelling of all spellings of the number.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// The normalized number of the land plot, which a number of something on it begins with.
    pub fn land_plot(&self) -> &str {
        &self.land_plot
    }
}

const PROBLEM: Problem = Problem::new("must be a cadastral number like 20:315:032:150");

/// Digits only; a short one is filled with zeros to its usual width.
fn plot_part(part: &str, width: usize) -> Result<String, Problem> {
    let is_digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let digits = part.trim_start_matches('0');
    if is_digits && digits.len() <= PART_LENGTH_MAX {
        Ok(format!("{digits:0>width$}"))
    } else {
        Err(PROBLEM)
    }
}

/// Digits, then perhaps letters of the unit: `1002/А`.
fn inner_part(part: &str) -> Result<String, Problem> {
    let is_right = part.starts_with(|c: char| c.is_ascii_digit())
        && part
            .chars()
            .all(|c| c.is_ascii_digit() || is_letter(c) || c == '/')
        && part.chars().count() <= PART_LENGTH_MAX;
    let folded: String = part.chars().flat_map(folded).collect();
    let trimmed = folded.trim_start_matches('0');
    match trimmed.starts_with(|c: char| c.is_ascii_digit()) {
        _ if !is_right => Err(PROBLEM),
        true => Ok(trimmed.to_owned()),
        false => Ok(format!("0{trimmed}")),
    }
}

impl fmt::Display for CadastralNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

impl From<CadastralNumber> for String {
    fn from(number: CadastralNumber) -> Self {
        number.given
    }
}

impl TryFrom<String> for CadastralNumber {
    type Error = Problem;

    fn try_from(number: String) -> Result<Self, Problem> {
        Self::parse(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_domain_are_kept_and_normalized() {
        for (given, normalized, land_plot) in [
            ("20:315:032:150", "20:315:032:150", "20:315:032:150"),
            ("20-311-020-182", "20:311:020:182", "20:311:020:182"),
            (
                "09:142:183:521:1:1002/А",
                "09:142:183:521:1:1002/A",
                "09:142:183:521",
            ),
        ] {
            let number = CadastralNumber::parse(&format!(" {given} ")).unwrap();
            assert_eq!(number.as_str(), given);
            assert_eq!(number.normalized(), normalized);
            assert_eq!(number.land_plot(), land_plot);
        }
    }

    #[test]
    fn spellings_of_one_number_have_one_normalized_form() {
        let spellings = [
            "09:142:018:021:1:2/А",
            "9-142-18-21-01-2/a",
            "09 : 142 : 018 : 0021 : 1 : 002/A",
        ];
        let normalized =
            spellings.map(|s| CadastralNumber::parse(s).unwrap().normalized().to_owned());
        assert_eq!(normalized, ["09:142:018:021:1:2/A"; 3]);
    }

    #[test]
    fn zero_and_long_plot_numbers_stay_distinct() {
        for (given, normalized) in [
            ("20:315:032:0", "20:315:032:000"),
            ("20:315:032:1500:0", "20:315:032:1500:0"),
        ] {
            assert_eq!(
                CadastralNumber::parse(given).unwrap().normalized(),
                normalized
            );
        }
    }

    #[test]
    fn what_is_not_such_a_number_is_refused() {
        for wrong in [
            "",
            "20:315:032",
            "20:315:032:",
            "20:315::150",
            "20:315:032:15A",
            "20:315:032:150:A",
            "20:315:032:150:1|2",
            "20:315:032:150:1:2:3:4:5",
            "20:315:032:123456789",
            "２0:315:032:150",
            "20.315.032.150",
            "20:315:032:150\n:1",
            "20:315:032:150:1\u{202e}",
            "20:315:032:150:1Α", // Greek
            "20:315:032:00000000000000000000000000000000000000000000000000150",
        ] {
            assert!(CadastralNumber::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
