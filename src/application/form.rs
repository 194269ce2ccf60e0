//! The two forms in which an agreement is filed; the form fixes the term (cl. 8).
//! It never says what was filed.

use serde::{Deserialize, Serialize};

use crate::kernel::Localized;

/// In which form an agreement was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Form {
    /// A scan, reviewed by an officer in 3 working days (cl. 8(1)).
    ElectronicCopy,
    /// Data with the parties' signatures, checked by the system in 1 working day (cl. 8(2)).
    ElectronicContract,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::ElectronicCopy, Self::ElectronicContract];

    /// The name in the store and in messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ElectronicCopy => "ELECTRONIC_COPY",
            Self::ElectronicContract => "ELECTRONIC_CONTRACT",
        }
    }

    /// Finds the form of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    /// The term of the service, counted from registration (cl. 8, D-2).
    pub const fn working_days(self) -> u32 {
        match self {
            Self::ElectronicCopy => 3,
            Self::ElectronicContract => 1,
        }
    }

    /// The name for people.
    pub fn label(self) -> Localized {
        match self {
            Self::ElectronicCopy => Localized::of(
                "шарттың электрондық көшірмесі",
                "электронная копия договора",
                "electronic copy of the agreement",
            ),
            Self::ElectronicContract => Localized::of(
                "электрондық шарт",
                "электронный договор",
                "electronic contract",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_stored_under_its_code() {
        for form in Form::ALL {
            assert_eq!(Form::from_code(form.code()), Some(form));
            let stored = serde_json::to_value(form).unwrap();
            assert_eq!(stored, form.code());
            assert!(form.label().is_complete());
        }
        assert_eq!(Form::from_code("PAPER"), None);
    }

    #[test]
    fn a_copy_takes_three_working_days_and_a_contract_one() {
        assert_eq!(Form::ElectronicCopy.working_days(), 3);
        assert_eq!(Form::ElectronicContract.working_days(), 1);
    }
}
