//! What a finding rests on in each way to fail, by name: what its text may show in braces.
//! It never holds a value.

use super::Failure;

impl Failure {
    /// The fields of evidence that are there whenever a check fails so.
    pub(super) const fn evidence(self) -> &'static [&'static str] {
        const SIGNED: &[&str] = &["cooperative_signature"];
        match self {
            Self::DocumentBeforeAgreement => &["document_on", "concluded_on"],
            Self::RegisteredAfterAgreement => &["registered_on", "concluded_on"],
            Self::OtherActivity => &["activity_codes"],
            Self::SignerUnknown
            | Self::SignerNotExecutive
            | Self::CooperativeSignatureInvalid
            | Self::CooperativeSignatureOfAnother => SIGNED,
            Self::UnderAge => &["adult_age"],
            Self::AdmissionAfterAgreement => &["protocol_on", "concluded_on"],
            Self::AdmissionBeforeSketchDesign => &["sketch_design_agreed_on", "protocol_on"],
            Self::FewFounders | Self::MoreMembersThanShares => &[
                "founding_members_min",
                "founding_member_count",
                "member_count",
                "share_count",
            ],
            Self::EndsBeforeStart => &["starts_on", "ends_on"],
            Self::StorageRoom => &["kind"],
            Self::ShareRecorded
            | Self::ShareOwned
            | Self::AgreementRegistered
            | Self::EntryClosed
            | Self::OtherShareholder
            | Self::OtherShare => &["entry_number"],
            Self::ContributionNotAboveZero | Self::ContributionInOtherCurrency => {
                &["contribution", "currency", "contribution_currency"]
            }
            Self::ContributionNotProportional => &[
                "contribution",
                "proportional_cost",
                "contribution_tolerance_per_mille",
            ],
            Self::PaymentsDoNotAddUp => &["payments", "contribution"],
            Self::PaymentAfterAcceptance => &[
                "payments",
                "contribution",
                "planned_acceptance_on",
                "last_payment_on",
            ],
            Self::TransferBeforeCompletion => &["transfer_on", "ends_on"],
            Self::ConsentExpired => &["valid_until_on"],
            Self::ShareholderSignatureInvalid | Self::ShareholderSignatureOfAnother => {
                &["shareholder_signature"]
            }
            Self::FormerShareholderSignatureInvalid | Self::FormerShareholderSignatureOfAnother => {
                &["former_shareholder_signature"]
            }
            Self::FiledLate => &["concluded_on"],
            Self::OtherApplicationOpen => &["application_numbers"],
            Self::DocumentBeforeBirth
            | Self::AdmissionNotStated
            | Self::ConsentWithoutOperator
            | Self::ConsentWithoutSubject
            | Self::ConsentWithoutTerm
            | Self::ConsentWithoutThirdParties
            | Self::ConsentWithoutCrossBorder
            | Self::ConsentWithoutPublication
            | Self::ConsentWithoutDataList
            | Self::ShareholderSignatureMissing
            | Self::FormerShareholderSignatureMissing => &[],
        }
    }
}
