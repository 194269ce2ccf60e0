//! The rule sets that operators activated beside the shipped one, as they were given: which of them is in
//! force on which day. It never reads what a rule set says.

pub mod rows;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{calendar::Act, kernel::Localized};

/// A rule set as it was activated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRuleSet {
    /// Its own name for itself.
    pub version: String,
    /// The first day of registration that it judges.
    pub effective_from: NaiveDate,
    /// What it says, byte for byte.
    pub text: String,
    /// SHA-256 of the text, hexadecimal.
    pub sha256: String,
    /// The act that orders it.
    pub act: Act,
    /// When it was activated.
    pub activated_at: DateTime<Utc>,
    /// The account that activated it.
    pub activated_by: String,
    /// What took it back before its first day.
    pub withdrawal: Option<Withdrawal>,
}

/// A rule set was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub reason: Localized,
    /// When.
    pub at: DateTime<Utc>,
    /// The account that did.
    pub by: String,
}

/// All rule sets that were ever activated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSets(Vec<StoredRuleSet>);

impl RuleSets {
    /// These, in the order in which they were activated.
    pub const fn of(stored: Vec<StoredRuleSet>) -> Self {
        Self(stored)
    }

    /// In the order in which they were activated.
    pub fn all(&self) -> impl Iterator<Item = &StoredRuleSet> {
        self.0.iter()
    }

    /// Those that were not withdrawn.
    pub fn standing(&self) -> impl Iterator<Item = &StoredRuleSet> {
        self.all().filter(|stored| stored.withdrawal.is_none())
    }

    /// The one that judges what is registered on a day; none if the shipped one does.
    pub fn in_force(&self, on: NaiveDate) -> Option<&StoredRuleSet> {
        self.standing()
            .filter(|stored| stored.effective_from <= on)
            .max_by_key(|stored| stored.effective_from)
    }

    /// The one of a version, withdrawn or not.
    pub fn named(&self, version: &str) -> Option<&StoredRuleSet> {
        self.all().find(|stored| stored.version == version)
    }

    /// The one that begins to judge on a day.
    pub fn beginning(&self, on: NaiveDate) -> Option<&StoredRuleSet> {
        self.standing().find(|stored| stored.effective_from == on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Text;

    fn stored(version: &str, effective_from: &str, is_withdrawn: bool) -> StoredRuleSet {
        let at: DateTime<Utc> = "2026-03-20T05:00:00Z".parse().unwrap();
        StoredRuleSet {
            version: version.to_owned(),
            effective_from: effective_from.parse().unwrap(),
            text: String::new(),
            sha256: String::new(),
            act: Act {
                title: Localized::of("бұйрық", "приказ", "order"),
                number: Text::parse("1").unwrap(),
                dated_on: "2026-03-01".parse().unwrap(),
            },
            activated_at: at,
            activated_by: "operator".to_owned(),
            withdrawal: is_withdrawn.then(|| Withdrawal {
                reason: Localized::of("қате", "ошибка", "slip"),
                at,
                by: "operator".to_owned(),
            }),
        }
    }

    #[test]
    fn the_set_that_began_last_is_in_force_unless_it_was_withdrawn() {
        let sets = RuleSets::of(vec![
            stored("later", "2026-07-01", false),
            stored("first", "2026-04-01", false),
            stored("withdrawn", "2026-05-01", true),
        ]);
        let in_force = |on: &str| {
            let stored = sets.in_force(on.parse().unwrap());
            stored.map(|stored| stored.version.as_str())
        };
        for (on, expected) in [
            ("2026-03-31", None),
            ("2026-04-01", Some("first")),
            ("2026-05-01", Some("first")),
            ("2026-06-30", Some("first")),
            ("2026-07-01", Some("later")),
            ("2027-01-01", Some("later")),
        ] {
            assert_eq!(in_force(on), expected, "{on}");
        }
        assert!(sets.named("withdrawn").is_some());
        assert!(sets.beginning("2026-05-01".parse().unwrap()).is_none());
        assert!(sets.beginning("2026-07-01".parse().unwrap()).is_some());
    }
}
