//! Numbers of applications that are alike, and how groups of them are told apart.
//! They always add up: whatever is counted is of one result, and of one timeliness.

use std::collections::BTreeMap;

use super::{
    model::{Outcome, Timeliness},
    rows::Sum,
};
use crate::application::refusal::Ground;

/// What groups are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dimension {
    Provider,
    Month,
    Day,
    Procedure,
    Form,
    Result,
    Ground,
    Timeliness,
}

/// Numbers of applications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    results: BTreeMap<Outcome, i64>,
    timeliness: BTreeMap<Timeliness, i64>,
    pub(super) filed_late: i64,
    /// Refusals; one of two grounds counts for each.
    pub(super) grounds: BTreeMap<Ground, i64>,
    /// What was decided, by how many working days it took.
    took: BTreeMap<i32, i64>,
}

/// The codes of a group, in the order of its dimensions.
pub(super) type Key = Vec<String>;

impl Figures {
    /// Counts a sum; none if it is of a result or timeliness that is not known.
    pub(super) fn add(&mut self, sum: &Sum) -> Option<()> {
        let add = |to: &mut i64| *to = to.saturating_add(sum.applications);
        let outcome = Outcome::from_code(&sum.result)?;
        let timeliness = Timeliness::from_code(&sum.timeliness)?;
        add(self.results.entry(outcome).or_default());
        add(self.timeliness.entry(timeliness).or_default());
        if sum.filed_late {
            add(&mut self.filed_late);
        }
        for code in sum.grounds.split_whitespace() {
            add(self.grounds.entry(Ground::from_code(code)?).or_default());
        }
        if let Some(days) = sum.working_days {
            add(self.took.entry(days).or_default());
        }
        Some(())
    }

    pub(super) fn all(&self) -> i64 {
        self.results
            .values()
            .fold(0, |all, of| all.saturating_add(*of))
    }

    pub(super) fn of(&self, outcome: Outcome) -> i64 {
        self.results.get(&outcome).copied().unwrap_or_default()
    }

    pub(super) fn of_timeliness(&self, timeliness: Timeliness) -> i64 {
        self.timeliness
            .get(&timeliness)
            .copied()
            .unwrap_or_default()
    }

    /// In how many working days at most so many of a hundred were decided.
    pub(super) fn decided_within(&self, percent: i64) -> Option<i32> {
        let counts = self.took.values();
        let all = counts.fold(0_i64, |all, of| all.saturating_add(*of));
        let mut left = all.saturating_mul(percent);
        self.took.iter().find_map(|(days, count)| {
            left = left.saturating_sub(count.saturating_mul(100));
            (left <= 0).then_some(*days)
        })
    }
}

/// The groups that a sum belongs to: more than one if it was refused on more than one ground.
pub(super) fn keys_of(sum: &Sum, dimensions: &[Dimension]) -> Vec<Key> {
    let mut keys = vec![Key::new()];
    for dimension in dimensions {
        let codes = match dimension {
            Dimension::Provider => vec![sum.provider_id.as_str()],
            Dimension::Month => vec![sum.period.get(..7).unwrap_or(&sum.period)],
            Dimension::Day => vec![sum.period.as_str()],
            Dimension::Procedure => vec![sum.procedure.as_str()],
            Dimension::Form => vec![sum.form.as_str()],
            Dimension::Result => vec![sum.result.as_str()],
            Dimension::Ground if sum.grounds.is_empty() => vec![""],
            Dimension::Ground => sum.grounds.split_whitespace().collect(),
            Dimension::Timeliness => vec![sum.timeliness.as_str()],
        };
        let longer = |key: Key| {
            let codes = codes.iter();
            codes.map(move |code| [key.as_slice(), &[(*code).to_owned()]].concat())
        };
        keys = keys.into_iter().flat_map(longer).collect();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(grounds: &str, days: i32, applications: i64) -> Sum {
        Sum {
            provider_id: "a".to_owned(),
            period: "2026-11-24".to_owned(),
            procedure: "AMENDMENT".to_owned(),
            form: "ELECTRONIC_COPY".to_owned(),
            result: if grounds.is_empty() {
                "GRANTED"
            } else {
                "REFUSED"
            }
            .to_owned(),
            grounds: grounds.to_owned(),
            timeliness: "IN_TIME".to_owned(),
            filed_late: false,
            working_days: Some(days),
            applications,
        }
    }

    #[test]
    fn a_refusal_of_two_grounds_is_in_the_group_of_each_and_once_in_all() {
        let refused = sum("G2 G5", 1, 3);
        let dimensions = [Dimension::Month, Dimension::Ground];
        assert_eq!(
            keys_of(&refused, &dimensions),
            [["2026-11", "G2"], ["2026-11", "G5"]]
        );
        assert_eq!(keys_of(&sum("", 1, 3), &dimensions), [["2026-11", ""]]);
        assert_eq!(keys_of(&refused, &[]), [Key::new()]);
        let mut figures = Figures::default();
        figures.add(&refused).unwrap();
        assert_eq!((figures.all(), figures.of(Outcome::Refused)), (3, 3));
        assert_eq!(figures.grounds.values().sum::<i64>(), 6);
    }

    #[test]
    fn half_and_nine_of_ten_are_the_days_that_so_many_took_at_most() {
        let within = |took: &[(i32, i64)]| {
            let mut figures = Figures::default();
            for (days, applications) in took {
                figures.add(&sum("", *days, *applications)).unwrap();
            }
            (figures.decided_within(50), figures.decided_within(90))
        };
        assert_eq!(within(&[]), (None, None));
        assert_eq!(within(&[(3, 1)]), (Some(3), Some(3)));
        assert_eq!(within(&[(0, 5), (1, 5)]), (Some(0), Some(1)));
        assert_eq!(within(&[(0, 4), (1, 5), (7, 1)]), (Some(1), Some(1)));
        assert_eq!(within(&[(0, 4), (1, 4), (7, 2)]), (Some(1), Some(7)));
    }

    #[test]
    fn what_is_not_known_is_not_counted() {
        let mut figures = Figures::default();
        let unknown = Sum {
            result: "LOST".to_owned(),
            ..sum("", 1, 1)
        };
        assert_eq!(figures.add(&unknown), None);
        assert_eq!(figures, Figures::default());
    }
}
