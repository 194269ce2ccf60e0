//! A code of the classifier of administrative territories (KATO).
//! It never tells whether the place exists: only the region is known.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Problem;

/// The first two digits of every code (the digits of ISO 3166-2:KZ).
const REGIONS: [&str; 20] = [
    "10", "11", "15", "19", "23", "27", "31", "33", "35", "39", "43", "47", "55", "59", "61", "62",
    "63", "71", "75", "79",
];

/// Where each level below the region begins and ends: district or city, rural district, settlement.
const LOWER_LEVELS: [(usize, usize); 3] = [(2, 4), (4, 6), (6, 9)];

/// Nine digits that name a place: region, district or city, rural district, settlement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Kato(String);

impl Kato {
    /// Reads a code.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        if code.len() != 9 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::new("must have 9 digits"));
        }
        if !REGIONS.iter().any(|region| code.starts_with(region)) {
            return Err(Problem::new(
                "must begin with the two digits of a region of Kazakhstan",
            ));
        }
        Ok(Self(code.to_owned()))
    }

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the place is the territory or lies in it (D-12): levels of zeros at the territory's
    /// end stand for all that is below. Zeros count by level, since the city 351000000 does not hold
    /// the city 351600000, nor the region 10 the region 11.
    pub fn lies_in(&self, territory: &Self) -> bool {
        territory
            .0
            .get(..territory.named_digits())
            .is_some_and(|named| self.0.starts_with(named))
    }

    /// How many of the digits name the place: 2 for a region, 4, 6 or 9 below it.
    pub fn named_digits(&self) -> usize {
        LOWER_LEVELS
            .iter()
            .rev()
            .find(|(start, end)| {
                self.0
                    .get(*start..*end)
                    .is_some_and(|level| level.contains(|d| d != '0'))
            })
            .map_or(2, |(_, end)| *end)
    }
}

impl fmt::Display for Kato {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Kato> for String {
    fn from(kato: Kato) -> Self {
        kato.0
    }
}

impl TryFrom<String> for Kato {
    type Error = Problem;

    fn try_from(code: String) -> Result<Self, Problem> {
        Self::parse(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kato(code: &str) -> Kato {
        Kato::parse(code).unwrap()
    }

    #[test]
    fn exactly_twenty_regions_are_known() {
        let known = (0..100).filter(|region| Kato::parse(&format!("{region:02}0000000")).is_ok());
        let known: Vec<u32> = known.collect();
        assert_eq!(
            known,
            [
                10, 11, 15, 19, 23, 27, 31, 33, 35, 39, 43, 47, 55, 59, 61, 62, 63, 71, 75, 79
            ]
        );
    }

    #[test]
    fn a_code_has_nine_ascii_digits() {
        for wrong in [
            "",
            "75000000",
            "7500000000",
            "75000000a",
            "７50000000",
            "75 000 000",
        ] {
            assert_eq!(
                Kato::parse(wrong).unwrap_err().to_string(),
                "must have 9 digits"
            );
        }
    }

    #[test]
    fn a_territory_holds_itself_and_all_below_it() {
        for (place, territory, holds) in [
            ("750000000", "750000000", true),
            ("751410000", "750000000", true),
            ("751410000", "751410000", true),
            ("750000000", "751410000", false),
            ("710000000", "750000000", false),
            ("351017100", "351000000", true),
            ("351600000", "351000000", false),
            ("351600000", "350000000", true),
            ("110000000", "100000000", false),
            ("101010000", "100000000", true),
            ("113220100", "113220000", true),
            ("113220100", "113220100", true),
            ("113230100", "113220000", false),
        ] {
            assert_eq!(
                kato(place).lies_in(&kato(territory)),
                holds,
                "{place} in {territory}"
            );
        }
    }
}
