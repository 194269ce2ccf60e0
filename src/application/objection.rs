//! Why a rule does not let a command on an application through: a closed list.
//! It never holds personal data; a legal refusal of the service is something else (`refusal`).

use std::time::Duration;

use super::{checks::CheckCode, stage::Stage};
use crate::{
    calendar::OutsideCalendar,
    pb::registry::v1::ErrorReason,
    rpc::{FieldError, Reason, Refused},
};

/// A rule says no; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Not the caller's own, or not there: the same answer for both (I-8).
    NotVisible,
    /// What the system meant to do is done, or fell away. No caller is ever told so.
    NothingToDo,
    /// The stage does not allow it.
    WrongStage {
        /// Where the application stands.
        stage: Stage,
        /// Where it would have to stand.
        allowed: &'static [Stage],
    },
    /// The application changed since it was read.
    StaleEtag,
    /// No such provider.
    ProviderUnknown,
    /// The object lies outside the provider's territory (D-12).
    OutsideTerritory {
        /// Who is competent, the most exact first.
        competent: Vec<String>,
    },
    /// The provider keeps no such entry of this cooperative.
    EntryUnknown,
    /// No such document of this cooperative.
    DocumentUnknown,
    /// The application to repeat was not refused (cl. 10).
    NotRefused,
    /// A day needed is outside the calendar.
    OutsideCalendar(OutsideCalendar),
    /// Another account took the application.
    TakenByAnother,
    /// Nobody took the application.
    NotTaken,
    /// No account of the provider that reviews has this name.
    OfficerUnknown,
    /// The account has the application already.
    OfficerHasIt,
    /// Checks are open or failed.
    ChecksNotPassed(Vec<CheckCode>),
    /// The checks have not run.
    NotChecked,
    /// There is no rule set of this version.
    RuleSetUnknown,
    /// The check is not for an officer to record so.
    NotOfficersCheck,
    /// A ground does not rest on what was given.
    GroundNotSupported(Vec<FieldError>),
    /// The share has a live entry (I-2).
    ShareTaken,
    /// The same agreement has an entry (C21).
    AgreementRegistered,
    /// The entry is closed, or its parties are others by now (C23).
    EntryChanged,
    /// A court suspended the entry.
    EntrySuspended {
        /// Number of a case that does.
        court_case_number: String,
    },
    /// The extract is still being formed.
    ExtractNotReady,
    /// The version was imported: its extract was signed elsewhere.
    ExtractElsewhere,
    /// Nothing of it was registered yet at the moment that is asked for.
    NotRegisteredThen,
    /// The signature does not count.
    SignatureInvalid(&'static str),
    /// The signature could not be verified now.
    SignatureUnverifiable,
    /// A field is wrong in the light of what is stored.
    Field(FieldError),
    /// Several are.
    Fields(Vec<FieldError>),
    /// What is to be corrected was signed as it stands.
    SignedAsItStands,
    /// What was to be corrected reads otherwise by now.
    CorrectionOutdated,
    /// Whom changes of the Rules are told beside the providers is not configured.
    AddresseesNotConfigured,
    /// Nothing of what is complained of has happened.
    NothingComplainedOf,
    /// The account decided, checked or has what is complained of.
    DecidedByCaller,
    /// The complaint is for another body.
    AddressedOtherwise,
    /// The reviewing body has no BIN here.
    ReviewingBodyUnknown,
    /// What would satisfy the complaint was not done yet.
    NotSatisfiedYet,
    /// The term was extended before.
    ExtendedAlready,
    /// The term passed.
    TermPassed,
    /// The state of the correction, complaint or court case does not allow it.
    WrongState {
        /// What of these.
        of: &'static str,
        /// Where it stands.
        state: &'static str,
        /// Where it would have to stand, separated by commas.
        allowed: String,
    },
}

impl From<OutsideCalendar> for Objection {
    fn from(outside: OutsideCalendar) -> Self {
        Self::OutsideCalendar(outside)
    }
}

impl Refused for Objection {
    fn reason(&self) -> Reason {
        let reason = Reason::new(self.code(), self.text());
        match self {
            Self::WrongStage { stage, allowed } => wrong_stage(reason, *stage, allowed),
            Self::OutsideTerritory { competent } => {
                reason.with("competent_provider_ids", competent.join(","))
            }
            Self::OutsideCalendar(outside) => reason.with("on", outside.on),
            Self::ChecksNotPassed(checks) => {
                let codes: Vec<_> = checks.iter().map(|check| check.code()).collect();
                reason.with("checks", codes.join(","))
            }
            Self::GroundNotSupported(fields) | Self::Fields(fields) => {
                reason.violating(fields.iter().cloned())
            }
            Self::EntrySuspended { court_case_number } => {
                reason.with("court_case_number", court_case_number)
            }
            Self::ExtractNotReady => reason.retry_after(Duration::from_secs(1)),
            Self::SignatureInvalid(problem) => reason.with("problem", problem),
            Self::Field(field) => reason.violating([field.clone()]),
            Self::WrongState {
                of,
                state,
                allowed: names,
            } => reason
                .with("state", state)
                .with("allowed_states", names)
                .unless("STATE", of, format!("must be one of {names}")),
            Self::NotVisible
            | Self::NothingToDo
            | Self::StaleEtag
            | Self::ProviderUnknown
            | Self::EntryUnknown
            | Self::DocumentUnknown
            | Self::NotRefused
            | Self::TakenByAnother
            | Self::NotTaken
            | Self::OfficerUnknown
            | Self::OfficerHasIt
            | Self::NotChecked
            | Self::RuleSetUnknown
            | Self::NotOfficersCheck
            | Self::ShareTaken
            | Self::AgreementRegistered
            | Self::EntryChanged
            | Self::ExtractElsewhere
            | Self::NotRegisteredThen
            | Self::SignedAsItStands
            | Self::CorrectionOutdated
            | Self::NothingComplainedOf
            | Self::DecidedByCaller
            | Self::AddressedOtherwise
            | Self::ReviewingBodyUnknown
            | Self::NotSatisfiedYet
            | Self::ExtendedAlready
            | Self::TermPassed
            | Self::AddresseesNotConfigured
            | Self::SignatureUnverifiable => reason,
        }
    }
}

impl Objection {
    const fn code(&self) -> ErrorReason {
        match self {
            Self::NotVisible => ErrorReason::PermissionDenied,
            Self::NothingToDo => ErrorReason::Internal,
            Self::WrongStage { .. } => ErrorReason::WrongStage,
            Self::StaleEtag => ErrorReason::StaleEtag,
            Self::ProviderUnknown => ErrorReason::ProviderUnknown,
            Self::OutsideTerritory { .. } => ErrorReason::OutsideTerritory,
            Self::EntryUnknown => ErrorReason::EntryUnknown,
            Self::DocumentUnknown => ErrorReason::DocumentUnknown,
            Self::NotRefused => ErrorReason::NotARefusedApplication,
            Self::OutsideCalendar(_) => ErrorReason::OutsideCalendar,
            Self::TakenByAnother => ErrorReason::TakenByAnother,
            Self::NotTaken => ErrorReason::NotTaken,
            Self::OfficerUnknown => ErrorReason::OfficerUnknown,
            Self::OfficerHasIt => ErrorReason::OfficerHasIt,
            Self::ChecksNotPassed(_) => ErrorReason::ChecksNotPassed,
            Self::NotChecked => ErrorReason::NotChecked,
            Self::RuleSetUnknown => ErrorReason::RuleSetUnknown,
            Self::NotOfficersCheck => ErrorReason::CheckNotOfficers,
            Self::GroundNotSupported(_) => ErrorReason::GroundNotSupported,
            Self::ShareTaken => ErrorReason::ShareTaken,
            Self::AgreementRegistered => ErrorReason::AgreementRegistered,
            Self::EntryChanged => ErrorReason::EntryChanged,
            Self::EntrySuspended { .. } => ErrorReason::EntrySuspended,
            Self::ExtractNotReady => ErrorReason::ExtractNotReady,
            Self::ExtractElsewhere => ErrorReason::ExtractElsewhere,
            Self::NotRegisteredThen => ErrorReason::NotRegisteredThen,
            Self::SignatureInvalid(_) => ErrorReason::SignatureInvalid,
            Self::SignatureUnverifiable => ErrorReason::SignatureUnverifiable,
            Self::Field(_) | Self::Fields(_) => ErrorReason::InvalidFields,
            Self::SignedAsItStands => ErrorReason::SignedAsItStands,
            Self::CorrectionOutdated => ErrorReason::CorrectionOutdated,
            Self::NothingComplainedOf => ErrorReason::NothingComplainedOf,
            Self::DecidedByCaller => ErrorReason::DecidedByCaller,
            Self::AddressedOtherwise => ErrorReason::AddressedOtherwise,
            Self::ReviewingBodyUnknown => ErrorReason::ReviewingBodyUnknown,
            Self::NotSatisfiedYet => ErrorReason::NotSatisfiedYet,
            Self::ExtendedAlready => ErrorReason::ExtendedAlready,
            Self::TermPassed => ErrorReason::TermPassed,
            Self::AddresseesNotConfigured => ErrorReason::AddresseesNotConfigured,
            Self::WrongState { .. } => ErrorReason::WrongState,
        }
    }

    const fn text(&self) -> &'static str {
        match self {
            Self::NotVisible => "there is no such object, or it is not the caller's own",
            Self::NothingToDo => "there is nothing to do",
            Self::WrongStage { .. } => "the application's stage does not allow this",
            Self::StaleEtag => "it changed since it was read; read it again",
            Self::ProviderUnknown => {
                "there is no such provider; see ServiceInfoService.ListProviders"
            }
            Self::OutsideTerritory { .. } => {
                "the construction object lies outside the provider's territory"
            }
            Self::EntryUnknown => "the provider keeps no such entry of this cooperative",
            Self::DocumentUnknown => {
                "there is no such document of this cooperative; upload it first"
            }
            Self::NotRefused => {
                "the named application is no refused application of this cooperative"
            }
            Self::OutsideCalendar(_) => "the calendar does not cover a day needed",
            Self::TakenByAnother => "another account took the application",
            Self::NotTaken => "take the application first",
            Self::OfficerUnknown => "no account of the provider that reviews has this name",
            Self::OfficerHasIt => "the account has the application already",
            Self::ChecksNotPassed(_) => "checks are open or failed",
            Self::NotChecked => "the checks of the application have not run",
            Self::RuleSetUnknown => "there is no rule set of this version",
            Self::NotOfficersCheck => "an officer may not record this outcome of this check",
            Self::GroundNotSupported(_) => "a ground does not rest on what was given",
            Self::ShareTaken => "the share has an entry in the register",
            Self::AgreementRegistered => "the same document has an entry in the register",
            Self::EntryChanged => "the entry is closed, or does not fit the application any more",
            Self::EntrySuspended { .. } => {
                "a court suspended the entry: nothing may be changed in it"
            }
            Self::ExtractNotReady => "the extract is being formed; try again in a moment",
            Self::ExtractElsewhere => {
                "this version of the entry was imported; its extract was signed elsewhere"
            }
            Self::NotRegisteredThen => "nothing was registered yet at that moment",
            Self::SignatureInvalid(_) => "the signature does not count",
            Self::SignatureUnverifiable => "the signature could not be verified now; try again",
            Self::Field(_) | Self::Fields(_) => "a field is wrong",
            Self::SignedAsItStands => {
                "the parties signed what is to be corrected; it takes an additional agreement"
            }
            Self::CorrectionOutdated => "what was to be corrected reads otherwise by now",
            Self::AddresseesNotConfigured => {
                "whom notices are for beside the providers is not configured; see [notice]"
            }
            Self::NothingComplainedOf => "nothing of what is complained of has happened",
            Self::DecidedByCaller => "the account decided or checked what is complained of",
            Self::AddressedOtherwise => "the complaint is addressed to another body",
            Self::ReviewingBodyUnknown => "the reviewing body has no BIN here",
            Self::NotSatisfiedYet => "what would satisfy the complaint was not done yet",
            Self::ExtendedAlready => "the term was extended already",
            Self::TermPassed => "the term passed",
            Self::WrongState { .. } => "the state does not allow this",
        }
    }
}

fn wrong_stage(reason: Reason, stage: Stage, allowed: &[Stage]) -> Reason {
    let names: Vec<_> = allowed.iter().map(|stage| stage.code()).collect();
    let names = names.join(",");
    reason
        .with("stage", stage.code())
        .with("allowed_stages", &names)
        .unless("STAGE", "Application", format!("must be one of {names}"))
}
