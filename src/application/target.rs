//! What an application is about: a share that is to be taken, or an entry that is to be changed.
//! It never tells whether another cooperative has such an entry (I-8).

use super::{entry_change::EntryChange, objection::Objection, subject::Subject};
use crate::{
    kernel::{Bin, EntryId},
    provider::{Provider, Providers},
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
            Subject::Agreement(agreement) => Ok(Self {
                share_key: agreement.share_key().to_string(),
                entry: None,
            }),
            Subject::Change(_) => {
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

/// The building lies in the provider's territory, and an additional agreement leaves it there (D-12).
pub(crate) fn require_territory(
    subject: &Subject,
    provider: &Provider,
    providers: &Providers,
) -> Result<(), Objection> {
    let object = match subject {
        Subject::Agreement(agreement) => Some(&agreement.construction_object),
        Subject::Change(EntryChange::Amendment(amendment)) => {
            amendment.construction_object.as_ref()
        }
        Subject::Change(EntryChange::Assignment(_) | EntryChange::Deregistration(_)) => None,
    };
    let Some(object) = object.filter(|object| provider.competence(&object.kato).is_none()) else {
        return Ok(());
    };
    let competent = providers.competent(&object.kato).into_iter();
    Err(Objection::OutsideTerritory {
        competent: competent.map(|provider| provider.id.clone()).collect(),
    })
}
