//! For whom a letter is: of an assignment there are two shareholders, and both are told.
//! It never says who that is.

use uuid::Uuid;

use super::Debtor;

/// For whom a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// The shareholder whose right stands now: the service ends with this letter (cl. 11).
    Shareholder,
    /// Who assigned the right: told as well, and of no effect on the stages.
    FormerShareholder,
}

impl Recipient {
    /// The name in the store.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Shareholder => "SHAREHOLDER",
            Self::FormerShareholder => "FORMER_SHAREHOLDER",
        }
    }

    /// Finds the recipient of a code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Self::Shareholder, Self::FormerShareholder]
            .into_iter()
            .find(|recipient| recipient.code() == code)
    }

    /// Identifies the letter, the same whenever it is sent: the id of what owes it, or for a former
    /// shareholder the one that differs from it in its last bit.
    pub(super) fn letter_id(self, debtor: Debtor) -> Uuid {
        match self {
            Self::Shareholder => debtor.id(),
            Self::FormerShareholder => Uuid::from_u128(debtor.id().as_u128() ^ 1),
        }
    }

    /// The version of the entry by which the recipient is the shareholder.
    pub(super) const fn version(self, entry_version: i32) -> i32 {
        match self {
            Self::Shareholder => entry_version,
            Self::FormerShareholder => entry_version.saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_letters_of_an_assignment_are_told_apart() {
        let application = Debtor::Application(Uuid::from_u128(7).into());
        let (new, former) = (Recipient::Shareholder, Recipient::FormerShareholder);
        assert_ne!(new.letter_id(application), former.letter_id(application));
        assert_eq!(former.letter_id(application), former.letter_id(application));
        for recipient in [new, former] {
            assert_eq!(Recipient::from_code(recipient.code()), Some(recipient));
        }
        assert_eq!(Recipient::from_code("HEIR"), None);
    }
}
