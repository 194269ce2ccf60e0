//! An application checked once more, on what was known when it was checked: under the rule set that judged
//! it, or under another one (D-20). It never changes anything, and never looks at what came to be known later.

mod compare;
mod known;
pub(crate) mod queries;
mod rows;

pub(crate) use compare::{Compared, Outcomes, compared};
pub(crate) use queries::{Filed, Period};

use chrono::{DateTime, Utc};

use super::{
    agreement::Agreement,
    checks::{self, CheckInput, Finding, Recorded, RegisterFacts, RuleSet, Signatures},
    entry_change::EntryChange,
    model::Application,
};
use crate::kernel::{SYSTEM, local};

/// An application that was checked, with all that was known when it was.
pub(crate) struct Checked {
    pub(crate) application: Application,
    pub(crate) as_of: AsOf,
    change: Option<EntryChange>,
    agreement: Agreement,
    signatures: Signatures,
    register: RegisterFacts,
}

/// When it was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AsOf {
    /// When all checks ran: the agreement that a change meets is that of then.
    pub(crate) agreement: DateTime<Utc>,
    /// When the register was looked at last (D-23).
    pub(crate) register: DateTime<Utc>,
}

impl AsOf {
    /// None if the checks have not run.
    fn of(application: &Application) -> Option<Self> {
        let register = application.checked_at?;
        let by_system = application.findings.iter();
        let by_system = by_system.filter(|finding| finding.recorded_by == SYSTEM);
        let first = by_system.map(|finding| finding.recorded_at).min();
        Some(Self {
            agreement: first.unwrap_or(register),
            register,
        })
    }
}

impl Checked {
    /// What comes out under a rule set, with what officers recorded, as far as it lets them.
    pub(crate) fn under(&self, rules: &RuleSet) -> Vec<Finding> {
        let application = &self.application;
        let input = CheckInput {
            form: application.form,
            change: self.change.as_ref(),
            agreement: &self.agreement,
            registered_on: local(application.registered_at).date(),
            filed_late: application.filed_late,
            signatures: &self.signatures,
            register: &self.register,
            at: self.as_of.register,
        };
        let found = checks::run(&input, rules);
        let by_officers = application.findings.iter();
        by_officers
            .filter(|finding| finding.recorded_by != SYSTEM)
            .fold(found, |found, finding| {
                let record = self.record(finding);
                checks::recorded(&found, &record, rules).unwrap_or(found)
            })
    }

    fn record(&self, finding: &Finding) -> Recorded {
        Recorded {
            procedure: self.application.procedure,
            form: self.application.form,
            check: finding.check,
            outcome: finding.outcome,
            note: finding.text.clone(),
            officer: finding.recorded_by.clone(),
            at: finding.recorded_at,
        }
    }
}
