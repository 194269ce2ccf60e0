//! What an application is about: a share that is to be taken, or an entry that is to be changed.
//! It never tells whether another cooperative has such an entry (I-8).

use super::{entry_change::EntryChange, objection::Objection, subject::Subject};
use crate::{
    kernel::{Bin, EntryId},
    provider::Provider,
    register::rows::entry,
};

/// What an application is about.
pub(super) struct Target {
    pub(super) share_key: String,
    /// The entry that is to be changed.
    pub(super) entry: Option<EntryId>,
}

impl Target {
    /// The share of a new agreement, or the entry of that number if the provider keeps one of the
    /// cooperative's.
    pub(super) fn of(
        subject: &Subject,
        entry: Option<entry::Model>,
        cooperative: &Bin,
        provider: &Provider,
    ) -> Result<Self, Objection> {
        match subject {
            Subject::Agreement(agreement) => {
                if !agreement.construction_object.kato.lies_in(&provider.kato) {
                    return Err(Objection::OutsideTerritory);
                }
                Ok(Self {
                    share_key: agreement.share_key().to_string(),
                    entry: None,
                })
            }
            Subject::Change(change) => {
                require_territory(change, provider)?;
                let is_kept = |entry: &entry::Model| {
                    entry.cooperative_bin == cooperative.as_str()
                        && entry.provider_id == provider.id
                };
                let entry = entry.filter(is_kept).ok_or(Objection::EntryUnknown)?;
                Ok(Self {
                    share_key: entry.share_key,
                    entry: Some(entry.id.into()),
                })
            }
        }
    }
}

/// Only a cooperative files what is its own (O-13).
pub(super) fn require_own(subject: &Subject, caller: &Bin) -> Result<(), Objection> {
    let cooperative = match subject {
        Subject::Agreement(agreement) => Some(&agreement.cooperative),
        Subject::Change(EntryChange::Amendment(amendment)) => amendment.cooperative.as_ref(),
        Subject::Change(EntryChange::Assignment(_) | EntryChange::Deregistration(_)) => None,
    };
    if cooperative.is_none_or(|cooperative| cooperative.bin == *caller) {
        Ok(())
    } else {
        Err(Objection::NotVisible)
    }
}

/// An additional agreement leaves the building in the provider's territory (D-12).
fn require_territory(change: &EntryChange, provider: &Provider) -> Result<(), Objection> {
    let EntryChange::Amendment(amendment) = change else {
        return Ok(());
    };
    let object = amendment.construction_object.as_ref();
    if object.is_none_or(|object| object.kato.lies_in(&provider.kato)) {
        Ok(())
    } else {
        Err(Objection::OutsideTerritory)
    }
}
