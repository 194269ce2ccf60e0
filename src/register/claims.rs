//! What becomes of the claims on shares when a correction finds that an entry is of another share: the
//! one that it holds is freed, and the right one taken, under guards (I-2).
//! It never takes a share that another entry holds.

use chrono::{DateTime, Utc};

use super::{
    rows::{Claim, entry, share_claim},
    state::{ClaimState, EntryState},
};
use crate::{
    application::Objection,
    kernel::EntryId,
    store::{Changes, Guard, Insert, Update},
};

/// What becomes of the claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClaimMoves {
    /// The claim that the entry holds.
    own: Option<Claim>,
    takes: Takes,
    state: ClaimState,
}

/// The share that an entry shall be of, and the claim on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The share that it is of.
    Same,
    /// Another, that nobody ever claimed.
    Unclaimed,
    /// Another, with a claim.
    Claimed(Claim),
}

/// What is taken besides.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// A share that nobody ever claimed.
    New,
    /// One that is free again.
    Freed(Claim),
}

/// Of an entry that a court suspended nothing may be changed, and its share is given to nobody (cl. 16).
pub(crate) fn require_not_suspended(claim: Option<&Claim>) -> Result<(), Objection> {
    match claim.and_then(|claim| claim.suspended_by.as_ref()) {
        None => Ok(()),
        Some(number) => Err(Objection::EntrySuspended {
            court_case_number: number.clone(),
        }),
    }
}

/// A court suspends the entry of a claim, or does so no more. Whoever meant to change the entry, or to take
/// its share, decides again; and whoever waits for the share is looked at again.
pub(crate) fn claim_suspension(
    share_key: &str,
    claim: &Claim,
    suspended_by: Option<String>,
    at: DateTime<Utc>,
) -> Update {
    let row = share_claim::Model {
        share_key: share_key.to_owned(),
        entry_id: claim.entry.get(),
        state: claim.state.code().to_owned(),
        changed_at: at,
        version: claim.version.saturating_add(1),
        suspended_by,
    };
    Update::guarded(&row, claim.version, Guard::ShareClaim)
}

/// Another entry holds the share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShareTaken;

impl ClaimMoves {
    /// Of an entry, with the claim on the share that it is of: what a closed entry left free may be
    /// another's by now.
    pub(crate) fn of(
        entry: EntryId,
        state: EntryState,
        on_share: Option<Claim>,
        target: Target,
    ) -> Result<Self, ShareTaken> {
        let state = state.claim();
        let takes = match target {
            Target::Same => Takes::Nothing,
            _ if state.is_free() => Takes::Nothing,
            Target::Unclaimed => Takes::New,
            Target::Claimed(claim) if claim.state.is_free() => Takes::Freed(claim),
            Target::Claimed(_) => return Err(ShareTaken),
        };
        Ok(Self {
            own: on_share.filter(|claim| claim.entry == entry),
            takes,
            state,
        })
    }

    /// Adds the rows. The claim that the entry holds is written over even where it stays as it is:
    /// whoever else waits for the share is looked at again.
    pub(super) fn enter(
        &self,
        changes: Changes,
        before: &entry::Model,
        after: &entry::Model,
        at: DateTime<Utc>,
    ) -> Changes {
        let claim = |share_key: &str, state: ClaimState, version| share_claim::Model {
            share_key: share_key.to_owned(),
            entry_id: after.id,
            state: state.code().to_owned(),
            changed_at: at,
            version,
            suspended_by: None,
        };
        let over = |share_key: &str, state, was: &Claim| {
            let claim = claim(share_key, state, was.version.saturating_add(1));
            Update::guarded(&claim, was.version, Guard::ShareClaim)
        };
        let stays = before.share_key == after.share_key;
        let left = if stays { self.state } else { ClaimState::Free };
        let changes = match &self.own {
            Some(own) => changes.update(over(&before.share_key, left, own)),
            None => changes,
        };
        let taken = after.share_key.as_str();
        match &self.takes {
            Takes::Nothing => changes,
            Takes::New => {
                let claim = claim(taken, self.state, 1);
                changes.insert(Insert::guarded(&claim, Guard::ShareClaim))
            }
            Takes::Freed(was) => changes.update(over(taken, self.state, was)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: u128 = 1;
    const ANOTHER: u128 = 2;

    fn entry(id: u128) -> EntryId {
        uuid::Uuid::from_u128(id).into()
    }

    fn claim(of: u128, state: ClaimState) -> Claim {
        Claim {
            entry: entry(of),
            entry_number: "E-261125-4F7K2M9".to_owned(),
            state,
            version: 4,
            suspended_by: None,
        }
    }

    fn moves(state: EntryState, on_share: Claim, target: Target) -> Result<ClaimMoves, ShareTaken> {
        ClaimMoves::of(entry(OWN), state, Some(on_share), target)
    }

    #[test]
    fn a_share_that_another_entry_holds_is_not_taken_and_a_free_one_is() {
        let own = || claim(OWN, ClaimState::Live);
        for state in [ClaimState::Live, ClaimState::Owned] {
            let held = Target::Claimed(claim(ANOTHER, state));
            assert_eq!(moves(EntryState::Live, own(), held), Err(ShareTaken));
        }
        let free = claim(ANOTHER, ClaimState::Free);
        let taken = moves(EntryState::Live, own(), Target::Claimed(free.clone())).unwrap();
        assert_eq!(taken.takes, Takes::Freed(free));
        let new = moves(EntryState::OwnershipRegistered, own(), Target::Unclaimed).unwrap();
        assert_eq!((new.takes, new.state), (Takes::New, ClaimState::Owned));
    }

    #[test]
    fn what_a_closed_entry_left_free_and_another_took_is_not_touched() {
        let another = claim(ANOTHER, ClaimState::Live);
        let held = Target::Claimed(claim(ANOTHER, ClaimState::Owned));
        for target in [Target::Same, held] {
            let moved = moves(EntryState::Terminated, another.clone(), target).unwrap();
            assert_eq!((moved.own, moved.takes), (None, Takes::Nothing));
        }
    }
}
