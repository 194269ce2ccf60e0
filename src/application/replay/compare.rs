//! Findings of one application side by side: which of them mean something else, and what that comes to.
//! It never says which of two rule sets is right.

use crate::application::{
    checks::{Finding, Verdict, verdict},
    refusal::Ground,
};

/// Two findings of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) before: Finding,
    pub(crate) after: Finding,
}

/// What the findings of an application come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcomes {
    AllPassed,
    NeedsOfficer,
    Failed,
}

impl Outcomes {
    /// What they come to, with the grounds for a refusal that they support.
    pub(crate) fn of(findings: &[Finding]) -> (Self, Vec<Ground>) {
        match verdict(findings) {
            Verdict::AllPassed => (Self::AllPassed, Vec::new()),
            Verdict::Open(_) => (Self::NeedsOfficer, Vec::new()),
            Verdict::Failed(grounds) => {
                let grounds = grounds.into_iter().map(|ground| ground.code);
                (Self::Failed, grounds.collect())
            }
        }
    }
}

impl Compared {
    /// Whether the two mean something else.
    pub(crate) fn differs(&self) -> bool {
        !self.before.means_the_same_as(&self.after)
    }
}

/// Puts findings side by side; what only one of them has is left out, since nothing is known of the other.
pub(crate) fn compared(before: &[Finding], after: Vec<Finding>) -> Vec<Compared> {
    let pair = |after: Finding| {
        let before = before.iter().find(|before| before.check == after.check)?;
        Some(Compared {
            before: before.clone(),
            after,
        })
    };
    after.into_iter().filter_map(pair).collect()
}
