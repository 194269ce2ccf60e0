//! Whether two tell the same stages, each once and in order. It never takes a count for an answer.

use std::collections::{BTreeMap, BTreeSet};

/// A stage, as somebody has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Told {
    pub(super) application: String,
    pub(super) sequence: i32,
    pub(super) stage: String,
    pub(super) event: String,
}

/// What of an order is not 1, 2, 3 … for each application.
pub(super) fn disorder(who: &str, told: &[Told]) -> Vec<String> {
    let mut last = BTreeMap::<&str, i32>::new();
    let mut wrong = Vec::new();
    for one in told {
        let before = last.insert(&one.application, one.sequence).unwrap_or(0);
        if one.sequence != before + 1 {
            wrong.push(format!("{who} has after stage {before}: {one:?}"));
        }
    }
    wrong
}

/// What the journal has and another has not, or the other way round, or twice.
pub(super) fn differences(who: &str, journal: &[Told], told: &[Told]) -> Vec<String> {
    let (wanted, found): (BTreeSet<_>, BTreeSet<_>) =
        (journal.iter().collect(), told.iter().collect());
    let missing = wanted.difference(&found);
    let missing = missing.map(|one| format!("{who} has not {one:?}"));
    let strange = found.difference(&wanted);
    let strange = strange.map(|one| format!("{who} has made up {one:?}"));
    let mut wrong: Vec<_> = missing.chain(strange).collect();
    if found.len() != told.len() {
        let more = told.len() - found.len();
        wrong.push(format!("{who} has {more} more than once"));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{Told, differences, disorder};

    fn told(application: &str, sequence: i32) -> Told {
        Told {
            application: application.to_owned(),
            sequence,
            stage: "REGISTERED".to_owned(),
            event: format!("{application}/{sequence}"),
        }
    }

    #[test]
    fn applications_may_take_turns_but_each_counts_its_own_stages() {
        let mixed = [told("a", 1), told("b", 1), told("b", 2), told("a", 2)];
        assert!(disorder("it", &mixed).is_empty());
        assert!(differences("it", &mixed, &mixed).is_empty());
        let swapped = [told("a", 2), told("a", 1)];
        assert_eq!(disorder("it", &swapped).len(), 2);
        assert_eq!(disorder("it", &[told("a", 1), told("a", 3)]).len(), 1);
    }

    #[test]
    fn what_is_missing_made_up_changed_or_there_twice_is_told() {
        let journal = [told("a", 1), told("a", 2)];
        let missing = differences("it", &journal, &journal[..1]);
        assert_eq!(missing.len(), 1, "{missing:?}");
        let strange = differences("it", &journal[..1], &journal);
        assert_eq!(strange.len(), 1, "{strange:?}");
        let twice = [told("a", 1), told("a", 2), told("a", 2)];
        assert_eq!(differences("it", &journal, &twice).len(), 1);
        let mut changed = journal.clone();
        changed[1].stage = "GRANTED".to_owned();
        assert_eq!(differences("it", &journal, &changed).len(), 2);
    }
}
