//! Why a call failed, as data: the reason of the closed list and what belongs to it.
//! It never holds personal data (I-7), and its code is never chosen by who makes it.

use std::{borrow::Cow, collections::BTreeMap, fmt::Display, time::Duration};

use tonic::Code;

use super::{FieldError, Malformed};
use crate::pb::registry::v1::ErrorReason;

/// A failure of the closed list `ErrorReason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub(super) name: ErrorReason,
    pub(super) code: Code,
    pub(super) message: Cow<'static, str>,
    pub(super) metadata: BTreeMap<&'static str, String>,
    pub(super) violations: Vec<FieldError>,
    pub(super) not_kept: usize,
    pub(super) preconditions: Vec<Precondition>,
    pub(super) resource: Option<Resource>,
    pub(super) retry_after: Option<Duration>,
    pub(super) call_id: Option<String>,
}

/// A condition that the object does not meet (`google.rpc.PreconditionFailure`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precondition {
    /// What kind: `STAGE`, `DEADLINE`, `SIGNATURE`.
    pub kind: &'static str,
    /// Of what.
    pub subject: String,
    /// What must be so.
    pub description: String,
}

/// The object that the failure is about (`google.rpc.ResourceInfo`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What it is: `RegisterEntry`.
    pub kind: &'static str,
    /// Its id.
    pub name: String,
}

impl Reason {
    /// States a reason; the text is for developers, and every changing word of it must also be in
    /// the metadata.
    pub fn new(name: ErrorReason, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name,
            code: code(name),
            message: message.into(),
            metadata: BTreeMap::new(),
            violations: Vec::new(),
            not_kept: 0,
            preconditions: Vec::new(),
            resource: None,
            retry_after: None,
            call_id: None,
        }
    }

    /// Adds a word for the client's program.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Display) -> Self {
        self.metadata.insert(key, value.to_string());
        self
    }

    /// Adds violations of fields.
    #[must_use]
    pub fn violating(mut self, fields: impl IntoIterator<Item = FieldError>) -> Self {
        self.violations.extend(fields);
        self
    }

    /// Adds a condition that is not met.
    #[must_use]
    pub fn unless(
        mut self,
        kind: &'static str,
        subject: impl Display,
        description: impl Display,
    ) -> Self {
        self.preconditions.push(Precondition {
            kind,
            subject: subject.to_string(),
            description: description.to_string(),
        });
        self
    }

    /// Names the object.
    #[must_use]
    pub fn about(mut self, kind: &'static str, name: impl Display) -> Self {
        self.resource = Some(Resource {
            kind,
            name: name.to_string(),
        });
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Says that nothing is broken, only full.
    #[must_use]
    pub(super) const fn for_want_of_room(mut self) -> Self {
        self.code = Code::ResourceExhausted;
        self
    }

    /// Names the call in the log.
    #[must_use]
    pub(super) fn in_call(mut self, call_id: &str) -> Self {
        self.call_id = Some(call_id.to_owned());
        self
    }

    /// The code that the contract gives the reason.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The reason's name in the contract, without the prefix of its enum.
    pub fn name(&self) -> &'static str {
        let name = self.name.as_str_name();
        name.strip_prefix("ERROR_REASON_").unwrap_or(name)
    }
}

impl From<Malformed> for Reason {
    fn from(malformed: Malformed) -> Self {
        let count = malformed.found.len().saturating_add(malformed.not_kept);
        let (name, what) = if malformed.incomplete {
            (ErrorReason::IncompleteApplication, "missing or wrong")
        } else {
            (ErrorReason::InvalidFields, "wrong")
        };
        let mut reason = Self::new(name, format!("fields are {what}: {count}"))
            .with("violation_count", count)
            .violating(malformed.found);
        reason.not_kept = malformed.not_kept;
        reason
    }
}

/// The code of each reason, as `error_reason.proto` says it.
const fn code(name: ErrorReason) -> Code {
    match name {
        ErrorReason::InvalidFields
        | ErrorReason::IncompleteApplication
        | ErrorReason::RequestIdReused
        | ErrorReason::PageTokenInvalid
        | ErrorReason::MalformedMessage
        | ErrorReason::ProviderUnknown
        | ErrorReason::DocumentTooLarge
        | ErrorReason::DocumentTypeNotAccepted => Code::InvalidArgument,
        ErrorReason::Unauthenticated => Code::Unauthenticated,
        ErrorReason::PermissionDenied => Code::PermissionDenied,
        ErrorReason::WrongStage
        | ErrorReason::OutsideTerritory
        | ErrorReason::DocumentUnknown
        | ErrorReason::EntrySuspended
        | ErrorReason::NotARefusedApplication
        | ErrorReason::OutsideCalendar
        | ErrorReason::TakenByAnother
        | ErrorReason::NotTaken
        | ErrorReason::OfficerUnknown
        | ErrorReason::OfficerHasIt
        | ErrorReason::ChecksNotPassed
        | ErrorReason::CheckNotOfficers
        | ErrorReason::GroundNotSupported
        | ErrorReason::ShareTaken
        | ErrorReason::AgreementRegistered
        | ErrorReason::SignatureInvalid
        | ErrorReason::ExtractNotReady
        | ErrorReason::ExtractElsewhere
        | ErrorReason::NoTestClock
        | ErrorReason::LeaseElsewhere
        | ErrorReason::EntryUnknown
        | ErrorReason::EntryChanged
        | ErrorReason::SignedAsItStands
        | ErrorReason::CorrectionOutdated
        | ErrorReason::NothingComplainedOf
        | ErrorReason::DecidedByCaller
        | ErrorReason::AddressedOtherwise
        | ErrorReason::ReviewingBodyUnknown
        | ErrorReason::NotSatisfiedYet
        | ErrorReason::ExtendedAlready
        | ErrorReason::TermPassed
        | ErrorReason::AddresseesNotConfigured
        | ErrorReason::WrongState
        | ErrorReason::SinkWithoutDigests
        | ErrorReason::RuleSetInForce
        | ErrorReason::NotChecked => Code::FailedPrecondition,
        ErrorReason::NotRegisteredThen | ErrorReason::RuleSetUnknown => Code::NotFound,
        ErrorReason::StaleEtag => Code::Aborted,
        ErrorReason::ProviderExists => Code::AlreadyExists,
        ErrorReason::FeedTokenAhead => Code::OutOfRange,
        ErrorReason::SignatureUnverifiable | ErrorReason::TryAgain => Code::Unavailable,
        ErrorReason::MessageTooLarge => Code::ResourceExhausted,
        ErrorReason::DeadlineExceeded => Code::DeadlineExceeded,
        ErrorReason::NoSuchMethod | ErrorReason::CompressionNotAccepted => Code::Unimplemented,
        ErrorReason::Unspecified | ErrorReason::Internal => Code::Internal,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;

    /// Each reason's comment in the contract, by its full name.
    fn comments() -> BTreeMap<String, String> {
        const ENUM: i32 = 5;
        const VALUE: i32 = 2;
        let set = FileDescriptorSet::decode(crate::pb::CONTRACT).unwrap();
        let file = set
            .file
            .iter()
            .find(|file| file.name() == "tizilim/registry/v1/error_reason.proto")
            .unwrap();
        let values = &file.enum_type[0].value;
        let info = file.source_code_info.as_ref().unwrap();
        info.location
            .iter()
            .filter_map(|location| match location.path.as_slice() {
                [ENUM, 0, VALUE, index] => {
                    let value = &values[usize::try_from(*index).unwrap()];
                    let comment = location.leading_comments().trim().to_owned();
                    Some((value.name().to_owned(), comment))
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn each_reason_has_the_code_that_its_comment_promises() {
        let comments = comments();
        assert!(comments.len() > 30, "the comments are found");
        for (name, comment) in comments {
            let reason = ErrorReason::from_str_name(&name).unwrap();
            if reason == ErrorReason::Unspecified {
                continue;
            }
            let code = format!("{:?}", code(reason)).to_uppercase();
            let promised = comment.split(':').next().unwrap().replace('_', "");
            assert!(
                promised.split(" or ").any(|promise| promise == code),
                "{name}: {code} is not {promised}"
            );
        }
    }

    #[test]
    fn reasons_are_named_as_in_the_contract_without_the_prefix() {
        let reason = Reason::new(ErrorReason::WrongStage, "the stage does not allow this");
        assert_eq!(reason.name(), "WRONG_STAGE");
    }
}
