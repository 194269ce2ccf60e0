//! Why a rule does not let a command on an application through: a closed list.
//! It never holds personal data; a legal refusal of the service is something else (`refusal`).

use std::time::Duration;

use super::stage::Stage;
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
    OutsideTerritory,
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
    /// The check is not for an officer to record so.
    NotOfficersCheck,
    /// A ground does not rest on what was given.
    GroundNotSupported(Vec<FieldError>),
    /// The share has a live entry (I-2).
    ShareTaken,
    /// The same agreement has an entry (C21).
    AgreementRegistered,
    /// The extract is still being formed.
    ExtractNotReady,
    /// The signature does not count.
    SignatureInvalid(&'static str),
    /// The signature could not be verified now.
    SignatureUnverifiable,
    /// A field is wrong in the light of what is stored.
    Field(FieldError),
}

impl From<OutsideCalendar> for Objection {
    fn from(outside: OutsideCalendar) -> Self {
        Self::OutsideCalendar(outside)
    }
}

impl Refused for Objection {
    fn reason(&self) -> Reason {
        match self {
            Self::NotVisible => Reason::new(
                ErrorReason::PermissionDenied,
                "there is no such object, or it is not the caller's own",
            ),
            Self::WrongStage { stage, allowed } => wrong_stage(*stage, allowed),
            Self::StaleEtag => Reason::new(
                ErrorReason::StaleEtag,
                "the application changed since it was read; read it again",
            ),
            Self::ProviderUnknown => Reason::new(
                ErrorReason::ProviderUnknown,
                "there is no such provider; see ServiceInfoService.ListProviders",
            ),
            Self::OutsideTerritory => Reason::new(
                ErrorReason::OutsideTerritory,
                "the construction object lies outside the provider's territory",
            ),
            Self::DocumentUnknown => Reason::new(
                ErrorReason::DocumentUnknown,
                "there is no such document of this cooperative; upload it first",
            ),
            Self::NotRefused => Reason::new(
                ErrorReason::NotARefusedApplication,
                "the named application is no refused application of this cooperative",
            ),
            Self::OutsideCalendar(outside) => Reason::new(
                ErrorReason::OutsideCalendar,
                "the calendar does not cover a day needed",
            )
            .with("on", outside.on),
            Self::TakenByAnother => Reason::new(
                ErrorReason::TakenByAnother,
                "another account took the application",
            ),
            Self::NotTaken => Reason::new(ErrorReason::NotTaken, "take the application first"),
            Self::NotOfficersCheck => Reason::new(
                ErrorReason::CheckNotOfficers,
                "an officer may not record this outcome of this check",
            ),
            Self::GroundNotSupported(fields) => Reason::new(
                ErrorReason::GroundNotSupported,
                "a ground does not rest on what was given",
            )
            .violating(fields.iter().cloned()),
            Self::ShareTaken => Reason::new(
                ErrorReason::ShareTaken,
                "the share has a live entry in the register",
            ),
            Self::AgreementRegistered => Reason::new(
                ErrorReason::AgreementRegistered,
                "the same agreement has an entry in the register",
            ),
            Self::ExtractNotReady => Reason::new(
                ErrorReason::ExtractNotReady,
                "the extract is being formed; try again in a moment",
            )
            .retry_after(Duration::from_secs(1)),
            Self::SignatureInvalid(problem) => Reason::new(
                ErrorReason::SignatureInvalid,
                "the signature does not count",
            )
            .with("problem", problem),
            Self::SignatureUnverifiable => Reason::new(
                ErrorReason::SignatureUnverifiable,
                "the signature could not be verified now; try again",
            ),
            Self::Field(field) => Reason::new(ErrorReason::InvalidFields, "a field is wrong")
                .violating([field.clone()]),
        }
    }
}

fn wrong_stage(stage: Stage, allowed: &[Stage]) -> Reason {
    let names: Vec<_> = allowed.iter().map(|stage| stage.code()).collect();
    let names = names.join(",");
    Reason::new(
        ErrorReason::WrongStage,
        "the application's stage does not allow this",
    )
    .with("stage", stage.code())
    .with("allowed_stages", &names)
    .unless("STAGE", "Application", format!("must be one of {names}"))
}
