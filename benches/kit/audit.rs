//! What was found after a measurement, and what is wrong with it. It never believes a counter of the
//! service.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

const TOLD_MAX: usize = 20;

/// What was found, and what is wrong with it.
#[derive(Debug, Serialize)]
pub(crate) struct Audit {
    what: &'static str,
    #[serde(flatten)]
    found: BTreeMap<&'static str, usize>,
    pub(crate) wrong: Vec<String>,
}

impl Audit {
    pub(crate) fn of<const N: usize>(
        what: &'static str,
        found: [(&'static str, usize); N],
    ) -> Self {
        Self {
            what,
            found: found.into(),
            wrong: Vec::new(),
        }
    }

    /// Keeps what is wrong, if something is.
    pub(crate) fn require(&mut self, holds: bool, wrong: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(wrong());
        }
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, found, wrong } = self;
        let found = found
            .iter()
            .map(|(name, count)| format!("{} {count}", name.replace('_', " ")));
        writeln!(f, "{what}: {}", found.collect::<Vec<_>>().join(", "))?;
        if wrong.is_empty() {
            return writeln!(
                f,
                "  all that was acknowledged is there once, without a gap"
            );
        }
        let told = wrong.iter().take(TOLD_MAX);
        told.clone()
            .try_for_each(|wrong| writeln!(f, "  WRONG: {wrong}"))
    }
}
