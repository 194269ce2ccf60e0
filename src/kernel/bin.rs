//! The business identification number of an entity.
//! It never tells whether the entity exists: it only has the right form.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Problem, check_digit};

/// An entity's number: `YYMM`, kind, unit, five digits, a check digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Bin {
    number: String,
    kind: EntityKind,
    unit: EntityUnit,
}

/// What kind of entity a number was given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// A legal entity of Kazakhstan.
    Resident,
    /// A legal entity of another country.
    NonResident,
    /// Several sole entrepreneurs who trade as one.
    JointSoleEntrepreneurship,
}

/// Which part of an entity a number was given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityUnit {
    /// The entity itself.
    Head,
    /// A branch.
    Branch,
    /// A representation.
    Representation,
    /// A peasant or farm enterprise.
    PeasantFarm,
}

impl Bin {
    /// Reads a number.
    pub fn parse(number: &str) -> Result<Self, Problem> {
        let digits = check_digit::twelve_digits(number)?;
        let [_, _, m1, m2, kind, unit, ..] = digits;
        if !matches!((m1, m2), (0, 1..=9) | (1, 0..=2)) {
            return Err(Problem::new(
                "must have a month from 01 to 12 after the year",
            ));
        }
        let kind = match kind {
            4 => EntityKind::Resident,
            5 => EntityKind::NonResident,
            6 => EntityKind::JointSoleEntrepreneurship,
            _ => return Err(Problem::new("must have 4, 5 or 6 for the kind of entity")),
        };
        let unit = match unit {
            0 => EntityUnit::Head,
            1 => EntityUnit::Branch,
            2 => EntityUnit::Representation,
            3 => EntityUnit::PeasantFarm,
            _ => return Err(Problem::new("must have a digit from 0 to 3 for the unit")),
        };
        check_digit::verify(&digits)?;
        Ok(Self {
            number: number.to_owned(),
            kind,
            unit,
        })
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The kind of entity.
    pub const fn kind(&self) -> EntityKind {
        self.kind
    }

    /// The part of the entity.
    pub const fn unit(&self) -> EntityUnit {
        self.unit
    }

    /// Whether the number is of a legal entity of Kazakhstan itself, as a cooperative's must be (C02).
    pub const fn is_resident_head_unit(&self) -> bool {
        matches!(
            (self.kind, self.unit),
            (EntityKind::Resident, EntityUnit::Head)
        )
    }
}

impl fmt::Display for Bin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

impl From<Bin> for String {
    fn from(bin: Bin) -> Self {
        bin.number
    }
}

impl TryFrom<String> for Bin {
    type Error = Problem;

    fn try_from(number: String) -> Result<Self, Problem> {
        Self::parse(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_domain_are_read() {
        let cooperative = Bin::parse("600740000012").unwrap();
        assert_eq!(cooperative.to_string(), "600740000012");
        assert_eq!(cooperative.kind(), EntityKind::Resident);
        assert_eq!(cooperative.unit(), EntityUnit::Head);
        assert!(cooperative.is_resident_head_unit());
        let branch = Bin::parse("600741000025").unwrap();
        assert_eq!(branch.unit(), EntityUnit::Branch);
        assert!(!branch.is_resident_head_unit());
    }

    #[test]
    fn each_wrong_example_of_the_domain_gets_its_reason() {
        for (number, problem) in [
            ("600740000013", "must have a right check digit"),
            (
                "601340000018",
                "must have a month from 01 to 12 after the year",
            ),
            (
                "600040000018",
                "must have a month from 01 to 12 after the year",
            ),
            (
                "602040000018",
                "must have a month from 01 to 12 after the year",
            ),
            ("600770000013", "must have 4, 5 or 6 for the kind of entity"),
            ("600744000013", "must have a digit from 0 to 3 for the unit"),
            ("010101300010", "must have 4, 5 or 6 for the kind of entity"),
            ("60074000001", "must have 12 digits"),
            ("60074000001２", "must have 12 digits"),
        ] {
            assert_eq!(
                Bin::parse(number).unwrap_err().to_string(),
                problem,
                "{number}"
            );
        }
    }

    #[test]
    fn a_number_is_stored_as_its_digits_and_checked_again_when_read() {
        let json = serde_json::to_string(&Bin::parse("600740000012").unwrap()).unwrap();
        assert_eq!(json, "\"600740000012\"");
        assert!(serde_json::from_str::<Bin>(&json).is_ok());
        assert!(serde_json::from_str::<Bin>("\"600740000013\"").is_err());
    }
}
