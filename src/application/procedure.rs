//! The four procedures of the service, with one name each for the store, the messages and people
//! (Annex 2, items 3 and 8).
//! It never says what a procedure needs: that is for what is filed, and for the rule set.

use serde::{Deserialize, Serialize};

use crate::kernel::Localized;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Procedure {
    /// Registration of a participation agreement: a new entry (cl. 5).
    ParticipationAgreement,
    /// An additional agreement: a new version of the entry (A2-8(2)).
    Amendment,
    /// An assignment of the right of claim: a new version with another shareholder (A2-8(3)).
    Assignment,
    /// Removal from record: the last version (A2-8(4)).
    Deregistration,
}

impl Procedure {
    /// Every procedure.
    pub const ALL: [Self; 4] = [
        Self::ParticipationAgreement,
        Self::Amendment,
        Self::Assignment,
        Self::Deregistration,
    ];

    /// The name in the store and in messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ParticipationAgreement => "PARTICIPATION_AGREEMENT",
            Self::Amendment => "AMENDMENT",
            Self::Assignment => "ASSIGNMENT",
            Self::Deregistration => "DEREGISTRATION",
        }
    }

    /// Finds the procedure of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|procedure| procedure.code() == code)
    }

    /// Whether it is about an entry that stands already.
    pub const fn changes_an_entry(self) -> bool {
        match self {
            Self::ParticipationAgreement => false,
            Self::Amendment | Self::Assignment | Self::Deregistration => true,
        }
    }

    /// The name for people.
    pub fn label(self) -> Localized {
        match self {
            Self::ParticipationAgreement => Localized::of(
                "қатысу шартын тіркеу",
                "регистрация договора участия",
                "registration of a participation agreement",
            ),
            Self::Amendment => Localized::of(
                "қосымша келісімді тіркеу",
                "регистрация дополнительного соглашения",
                "registration of an additional agreement",
            ),
            Self::Assignment => Localized::of(
                "талап ету құқығын беру шартын тіркеу",
                "регистрация договора уступки права требования",
                "registration of an assignment of the right of claim",
            ),
            Self::Deregistration => Localized::of(
                "шартты есептен шығару",
                "снятие договора с учёта",
                "removal of an agreement from record",
            ),
        }
    }

    /// What its grant is called.
    pub fn granted(self) -> Localized {
        match self {
            Self::ParticipationAgreement => Localized::of(
                "Шарт есепке қойылды",
                "Договор поставлен на учёт",
                "Agreement entered in the register",
            ),
            Self::Amendment => Localized::of(
                "Қосымша келісім есепке қойылды",
                "Дополнительное соглашение поставлено на учёт",
                "Additional agreement entered in the register",
            ),
            Self::Assignment => Localized::of(
                "Талап ету құқығын беру есепке қойылды",
                "Уступка права требования поставлена на учёт",
                "Assignment of the right of claim entered in the register",
            ),
            Self::Deregistration => Localized::of(
                "Шарт есептен шығарылды",
                "Договор снят с учёта",
                "Agreement removed from the register",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_procedure_is_stored_under_its_code() {
        for procedure in Procedure::ALL {
            assert_eq!(Procedure::from_code(procedure.code()), Some(procedure));
            let stored = serde_json::to_value(procedure).unwrap();
            assert_eq!(stored, procedure.code());
            assert!(procedure.granted().is_complete());
            assert!(procedure.label().is_complete());
        }
        assert_eq!(Procedure::from_code("CORRECTION"), None);
    }
}
