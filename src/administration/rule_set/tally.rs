//! What a trial counts: how often what came out otherwise, and in which way.
//! It never holds an application.

use std::collections::BTreeMap;

use super::wire;
use crate::{
    application::{
        checks::{CheckCode, Outcome, Severity},
        replay::{Compared, Outcomes},
    },
    pb::registry::v1 as pb,
};

/// What a finding means.
type Meaning = (Outcome, Option<Severity>);

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) applications: i32,
    pub(super) differences: i32,
    verdict_differences: i32,
    skipped: i32,
    checks: BTreeMap<(CheckCode, Meaning, Meaning), (pb::CheckChange, i32)>,
    verdicts: BTreeMap<(Outcomes, Outcomes), i32>,
}

impl Tally {
    /// Counts an application that could not be checked again.
    pub(super) const fn skip(&mut self) {
        self.skipped = self.skipped.saturating_add(1);
    }

    /// Counts an application, with the checks that differ and what its findings come to.
    pub(super) fn count(&mut self, differing: &[Compared], verdicts: (Outcomes, Outcomes)) {
        add(&mut self.applications);
        if !differing.is_empty() {
            add(&mut self.differences);
        }
        if verdicts.0 != verdicts.1 {
            add(&mut self.verdict_differences);
            add(self.verdicts.entry(verdicts).or_default());
        }
        for compared in differing {
            let (before, after) = (&compared.before, &compared.after);
            let meaning = |outcome, severity| {
                (
                    outcome,
                    Some(severity).filter(|_| outcome == Outcome::Failed),
                )
            };
            let key = (
                before.check,
                meaning(before.outcome, before.severity),
                meaning(after.outcome, after.severity),
            );
            let change = || (wire::change(compared), 0);
            add(&mut self.checks.entry(key).or_insert_with(change).1);
        }
    }

    /// What it comes to.
    pub(super) fn summary(&self, rule_set: &str) -> pb::TrySummary {
        let checks = self.checks.values();
        let verdicts = self.verdicts.iter();
        pb::TrySummary {
            rule_set: rule_set.to_owned(),
            application_count: self.applications,
            difference_count: self.differences,
            verdict_difference_count: self.verdict_differences,
            skipped_count: self.skipped,
            checks: checks
                .map(|(change, count)| pb::CheckChangeCount {
                    change: Some(change.clone()),
                    application_count: *count,
                })
                .collect(),
            verdicts: verdicts
                .map(|((before, after), count)| pb::VerdictChangeCount {
                    verdict: wire::verdict(*before).into(),
                    tried_verdict: wire::verdict(*after).into(),
                    application_count: *count,
                })
                .collect(),
        }
    }
}

const fn add(count: &mut i32) {
    *count = count.saturating_add(1);
}
