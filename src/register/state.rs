//! How an entry and the claim on its share stand, with one name each for the store (D-24).
//! They never say why.

use super::columns::{Closure, Columns};

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It stands.
    Live,
    /// The agreement ended.
    Terminated,
    /// The shareholder's ownership is registered.
    OwnershipRegistered,
}

/// How the claim on a share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimState {
    /// The entry that made it stands.
    Live,
    /// Nobody's: the next agreement may take the share.
    Free,
    /// Somebody's own: no agreement takes the share any more.
    Owned,
}

impl EntryState {
    pub(crate) const ALL: [Self; 3] = [Self::Live, Self::Terminated, Self::OwnershipRegistered];

    /// How an entry stands of which this is recorded.
    pub(crate) fn of(columns: &Columns) -> Self {
        let closure = columns.termination.as_ref().map(|end| end.closure);
        match closure {
            None => Self::Live,
            Some(Closure::Terminated) => Self::Terminated,
            Some(Closure::OwnershipRegistered) => Self::OwnershipRegistered,
        }
    }

    /// The name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Live => "LIVE",
            Self::Terminated => "TERMINATED",
            Self::OwnershipRegistered => "OWNERSHIP_REGISTERED",
        }
    }

    /// What that means for the share.
    pub(crate) const fn claim(self) -> ClaimState {
        match self {
            Self::Live => ClaimState::Live,
            Self::Terminated => ClaimState::Free,
            Self::OwnershipRegistered => ClaimState::Owned,
        }
    }

    /// Finds the state of a code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl ClaimState {
    /// Whether the next agreement may take the share.
    pub(crate) const fn is_free(self) -> bool {
        matches!(self, Self::Free)
    }

    const ALL: [Self; 3] = [Self::Live, Self::Free, Self::Owned];

    /// The name in the store.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Live => "LIVE",
            Self::Free => "FREE",
            Self::Owned => "OWNED",
        }
    }

    /// Finds the state of a code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_stored_under_its_code_and_settles_the_claim() {
        for (state, claim) in [
            (EntryState::Live, ClaimState::Live),
            (EntryState::Terminated, ClaimState::Free),
            (EntryState::OwnershipRegistered, ClaimState::Owned),
        ] {
            assert_eq!(EntryState::from_code(state.code()), Some(state));
            assert_eq!(state.claim(), claim);
            assert_eq!(ClaimState::from_code(claim.code()), Some(claim));
        }
        assert_eq!(EntryState::from_code("FREE"), None);
        assert_eq!(ClaimState::from_code("TERMINATED"), None);
    }
}
