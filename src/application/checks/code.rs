//! The checks and the ways in which each can fail, by name (cl. 8).
//! It never says how grave a failure is: that is for the rule set.

use serde::{Deserialize, Serialize};

use crate::kernel::Problem;

macro_rules! check_codes {
    ($($(#[doc = $meaning:literal])+ $name:ident,)+) => {
        /// Names a check; the table of them stands in the rule set.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub enum CheckCode {
            $($(#[doc = $meaning])+ $name,)+
        }

        impl CheckCode {
            /// Every check, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name in the store, in messages and in the rule set.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

check_codes! {
    /// Number and date of the document that is to be registered.
    C01,
    /// Data on the cooperative.
    C02,
    /// The cooperative's only activity is the building of an apartment building.
    C03,
    /// The cooperative's executive body signed for it.
    C04,
    /// Data on the shareholder, a natural person.
    C05,
    /// The shareholder was of full age on the agreement's date.
    C06,
    /// The admission protocol, not later than the agreement.
    C07,
    /// The sketch design was agreed before the admission.
    C08,
    /// Members at the registration, and not more members than shares.
    C09,
    /// The construction object.
    C10,
    /// The construction starts not after its end.
    C11,
    /// The kind of share.
    C12,
    /// The share can be identified.
    C13,
    /// No live entry of another's right to the same share.
    C14,
    /// The contribution is money, in tenge, above zero.
    C15,
    /// The contribution is in proportion to the area.
    C16,
    /// The payments add up, the last not after the planned acceptance.
    C17,
    /// The share is not transferred before the construction ends.
    C18,
    /// The consent to the use of personal data.
    C19,
    /// The signatures of the parties.
    C20,
    /// Not a repeat of a registered agreement.
    C21,
    /// Court decisions; only an officer can know of one.
    C22,
    /// Reference to a live entry; for procedures that change one.
    C23,
    /// Filed within 5 working days of the agreement's date.
    C24,
    /// No other open application for the same share.
    C25,
}

impl CheckCode {
    /// Reads the code of a check.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        Self::ALL
            .iter()
            .copied()
            .find(|check| check.code() == code)
            .ok_or(Problem::new("must be the code of a check, C01 to C25"))
    }

    /// Whether the data may leave the check open, whatever the form of filing (O-23).
    pub(super) const fn can_stay_open(self) -> bool {
        matches!(self, Self::C01 | Self::C04 | Self::C08 | Self::C20)
    }

    /// Whether it looks at nothing but the register and the other applications (D-23).
    pub(super) const fn is_about_the_register(self) -> bool {
        matches!(self, Self::C14 | Self::C21 | Self::C23 | Self::C25)
    }
}

macro_rules! failures {
    ($($check:ident { $($(#[doc = $meaning:literal])+ $name:ident,)+ })+) => {
        /// One way in which a check can fail; the rule set says what it means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Failure {
            $($($(#[doc = $meaning])+ $name,)+)+
        }

        impl Failure {
            /// Every failure, in the order of the checks.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// The check that can fail so.
            pub const fn check(self) -> CheckCode {
                match self {
                    $($(Self::$name)|+ => CheckCode::$check,)+
                }
            }

            /// The name in the rule set: `share_recorded`.
            pub fn code(self) -> String {
                match self {
                    $($(Self::$name => snake_case(stringify!($name)),)+)+
                }
            }
        }
    };
}

fn snake_case(name: &str) -> String {
    let mut code = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.extend(letter.to_lowercase());
    }
    code
}

failures! {
    C01 {
        /// The document is older than the agreement that it changes.
        DocumentBeforeAgreement,
    }
    C02 {
        /// The agreement is older than the cooperative.
        RegisteredAfterAgreement,
    }
    C03 {
        /// The cooperative does something else, too.
        OtherActivity,
    }
    C04 {
        /// No signature of the cooperative counts.
        SignerUnknown,
        /// The signer may not sign for this cooperative.
        SignerNotExecutive,
    }
    C05 {
        /// The identity document is older than the person.
        DocumentBeforeBirth,
    }
    C06 {
        /// The shareholder was a minor.
        UnderAge,
    }
    C07 {
        /// No admission protocol is named.
        AdmissionNotStated,
        /// The protocol is later than the agreement.
        AdmissionAfterAgreement,
    }
    C08 {
        /// The member was admitted too early.
        AdmissionBeforeSketchDesign,
    }
    C09 {
        /// Too few members at the cooperative's registration.
        FewFounders,
        /// Two members would have one share.
        MoreMembersThanShares,
    }
    C11 {
        /// The construction ends before it starts.
        EndsBeforeStart,
    }
    C12 {
        /// The share is a storage room (D-11).
        StorageRoom,
    }
    C14 {
        /// The share has a live entry.
        ShareRecorded,
        /// The share is somebody's own (D-24).
        ShareOwned,
    }
    C15 {
        /// Nothing, or less, is to be paid.
        ContributionNotAboveZero,
        /// The contribution is not in tenge.
        ContributionInOtherCurrency,
    }
    C16 {
        /// The contribution is out of proportion.
        ContributionNotProportional,
    }
    C17 {
        /// The payments are not the contribution.
        PaymentsDoNotAddUp,
        /// A payment comes after the planned acceptance.
        PaymentAfterAcceptance,
    }
    C18 {
        /// The share is transferred before it is built.
        TransferBeforeCompletion,
    }
    C19 {
        /// The operator is not named.
        ConsentWithoutOperator,
        /// The subject is not named.
        ConsentWithoutSubject,
        /// The term is not stated.
        ConsentWithoutTerm,
        /// The term has passed.
        ConsentExpired,
        /// Transfer to third parties is not allowed.
        ConsentWithoutThirdParties,
        /// Cross-border transfer is not spoken of.
        ConsentWithoutCrossBorder,
        /// Publication is not spoken of.
        ConsentWithoutPublication,
        /// The data are not listed.
        ConsentWithoutDataList,
    }
    C20 {
        /// The cooperative's signature does not count.
        CooperativeSignatureInvalid,
        /// Another signed in the cooperative's place.
        CooperativeSignatureOfAnother,
        /// The shareholder did not sign.
        ShareholderSignatureMissing,
        /// The shareholder's signature does not count.
        ShareholderSignatureInvalid,
        /// Another signed in the shareholder's place.
        ShareholderSignatureOfAnother,
        /// Who assigns the right did not sign.
        FormerShareholderSignatureMissing,
        /// The signature of who assigns the right does not count.
        FormerShareholderSignatureInvalid,
        /// Another signed in the place of who assigns the right.
        FormerShareholderSignatureOfAnother,
    }
    C21 {
        /// The agreement has an entry.
        AgreementRegistered,
    }
    C23 {
        /// The entry does not stand any more.
        EntryClosed,
        /// The right is not the shareholder's whom the application names.
        OtherShareholder,
        /// With the change the entry would be of another share.
        OtherShare,
    }
    C24 {
        /// Filed later than 5 working days after the agreement's date (D-8).
        FiledLate,
    }
    C25 {
        /// Another application for the share is open (D-23).
        OtherApplicationOpen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_found_by_its_code() {
        assert_eq!(CheckCode::ALL.len(), 25);
        for check in CheckCode::ALL {
            assert_eq!(CheckCode::parse(check.code()).unwrap(), *check);
            assert_eq!(serde_json::to_value(check).unwrap(), check.code());
        }
        for unknown in ["", "C00", "C26", "c01", "C1"] {
            assert!(CheckCode::parse(unknown).is_err(), "{unknown}");
        }
    }
}
