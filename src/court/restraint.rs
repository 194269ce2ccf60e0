//! What acts of courts mean for an entry, now or at a moment: read from the acts, which never change.
//! It never decides anything: that an entry is suspended, whoever changes it is told by the claim on its share.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::effect::Restraint;
use crate::{
    kernel::{CourtCaseId, EntryId},
    register::EntryState,
    store::StoreFault,
};

mod rows;

pub(crate) use rows::{EntryAct, acts_on, has_acts_on_entry, has_acts_on_share};
use rows::{acts_of_entry, acts_of_share};

/// What a case means for an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restrained {
    pub(crate) case: CourtCaseId,
    /// Number of the case here.
    pub(crate) case_number: String,
    /// Whose entry it is, and who keeps it.
    pub(crate) cooperative_bin: String,
    pub(crate) provider_id: String,
    pub(crate) restraint: Restraint,
    /// Since when the register says so.
    pub(crate) since: DateTime<Utc>,
}

impl Restrained {
    /// Whether nothing may be changed in the entry by it: an annulment that was made holds nothing any more.
    pub(crate) fn suspends(&self, entry: EntryState) -> bool {
        match self.restraint {
            Restraint::Noted => false,
            Restraint::Suspended => true,
            Restraint::Annulment => entry == EntryState::Live,
        }
    }

    /// Whether the entry was annulled by it.
    pub(crate) fn annulled(&self, entry: EntryState) -> bool {
        self.restraint == Restraint::Annulment && entry != EntryState::Live
    }
}

/// What the cases mean for an entry, now or at a moment; what began first is told first.
pub(crate) async fn restraints_of_entry(
    reads: &DatabaseConnection,
    entry: EntryId,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Restrained>, StoreFault> {
    restraints(acts_of_entry(reads, entry).await?, as_of)
}

/// What the cases mean for the entry that made the claim on a share.
pub(crate) async fn restraints_on_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Vec<Restrained>, StoreFault> {
    restraints(acts_of_share(reads, share_key).await?, None)
}

/// What acts on one entry come to. Those of one case follow each other by number and not by moment:
/// whatever the clock did, the later one counts.
fn restraints(
    mut acts: Vec<EntryAct>,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Restrained>, StoreFault> {
    acts.sort_by_key(|one| (one.act.court_case_id, one.act.case_version));
    if let Some(at) = as_of {
        let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
        for EntryAct { act, .. } in acts.iter().filter(|one| one.act.recorded_at <= at) {
            last.insert(act.court_case_id, act.case_version);
        }
        acts.retain(|EntryAct { act, .. }| {
            let last = last.get(&act.court_case_id);
            last.is_some_and(|last| act.case_version <= *last)
        });
    }
    let mut cases: BTreeMap<Uuid, Restrained> = BTreeMap::new();
    for one in acts {
        let id = one.case.id;
        let before = cases.get(&id).map(|restrained| restrained.restraint);
        let after = one.effect()?.after(before);
        match after.ok_or_else(|| StoreFault::corrupt("court act", "follows no such act"))? {
            None => {
                cases.remove(&id);
            }
            Some(restraint) if before == Some(restraint) => {}
            Some(restraint) => {
                let restrained = Restrained {
                    case: id.into(),
                    case_number: one.case.number,
                    cooperative_bin: one.case.cooperative_bin,
                    provider_id: one.case.provider_id,
                    restraint,
                    since: one.act.recorded_at,
                };
                cases.insert(id, restrained);
            }
        }
    }
    let mut restraints: Vec<Restrained> = cases.into_values().collect();
    restraints.sort_by_key(|restrained| restrained.since);
    Ok(restraints)
}

#[cfg(test)]
mod tests;
