//! The name of a receiver of stages, as an installation configures it and operators say it.
//! It is never empty, and never needs quoting.

use std::fmt;

use super::Problem;

const LENGTH_MAX: usize = 40;

/// 1 to 40 of a–z, 0–9 and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SinkName(String);

impl SinkName {
    /// The name of the monitoring system (cl. 13).
    pub const MONITORING: &'static str = "monitoring";

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=LENGTH_MAX).contains(&text.len()) && text.chars().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::new("must be 1 to 40 of a to z, 0 to 9 and -"))
        }
    }

    /// That of the monitoring system.
    pub fn monitoring() -> Self {
        Self(Self::MONITORING.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its cursor and of its lease; no other reader of the journal has such a one.
    pub fn reader(&self) -> String {
        Self::reader_of(&self.0)
    }

    /// The same, of a name that was read before.
    pub fn reader_of(name: &str) -> String {
        if name == Self::MONITORING {
            name.to_owned()
        } else {
            format!("sink:{name}")
        }
    }
}

impl fmt::Display for SinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        for name in ["a", "open-data-2", &"x".repeat(40)] {
            assert_eq!(SinkName::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "A", "a_b", "a b", "қ", &"x".repeat(41)] {
            assert!(SinkName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn only_the_monitoring_system_reads_under_a_bare_name() {
        assert_eq!(SinkName::monitoring().reader(), "monitoring");
        assert_eq!(
            SinkName::parse("statistics").unwrap().reader(),
            "sink:statistics"
        );
    }
}
