//! A command that changes one application, or another resource: who, which, and in which version it was read.
//! It never decides; it only says whether the caller sees the application and read it last.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::{
    Office,
    etag::version_of,
    fact::stage_facts,
    model::{Application, Step},
    objection::Objection,
    rows,
    stage::Stage,
};
use crate::{
    authz::{Action, Permit, Scope},
    kernel::{ApplicationId, Problem, RequestId},
    rpc::{FieldErrors, Malformed},
    store::{Changes, Origin, RequestKey, StoreFault, Update},
};

/// The address of a change of an application, or of what else has an id and a version.
pub(crate) struct Addressed<A, I = ApplicationId> {
    pub(crate) office: Arc<Office>,
    pub(crate) permit: Permit<A>,
    pub(crate) request: RequestKey,
    pub(crate) id: I,
    version: i64,
}

/// An id by which requests name something.
pub(crate) trait AddressId: Sized {
    /// The field that holds it.
    const FIELD: &'static str;

    /// Reads it.
    fn read(text: &str) -> Result<Self, Problem>;
}

/// Reads the one field of a request that only names something.
pub(crate) fn named<I: AddressId>(text: &str) -> Result<I, Malformed> {
    let mut errors = FieldErrors::new();
    let id = errors.required(I::FIELD, text, I::read);
    id.ok_or_else(|| errors.into_malformed())
}

impl AddressId for ApplicationId {
    const FIELD: &'static str = "application_id";

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

/// The three fields that address a change, as they are sent.
pub(crate) struct Address<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) id: &'a str,
    pub(crate) etag: &'a str,
}

impl<A: Action, I: AddressId> Addressed<A, I> {
    /// Reads the address; the whole message is the fingerprint of the request.
    pub(crate) fn parse(
        office: Arc<Office>,
        permit: Permit<A>,
        message: &impl prost::Message,
        address: &Address<'_>,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let request_id = errors.required("request_id", address.request_id, RequestId::parse);
        let id = errors.required(I::FIELD, address.id, I::read);
        let version = errors.required("etag", address.etag, version_of);
        let request = RequestKey::of(permit.caller().name.as_str(), A::PATH, request_id?, message);
        Some(Self {
            office,
            permit,
            request,
            id: id?,
            version: version?,
        })
    }

    /// Reads a request that says nothing but its address.
    pub(crate) fn only(
        office: Arc<Office>,
        permit: Permit<A>,
        message: &impl prost::Message,
        address: &Address<'_>,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        match Self::parse(office, permit, message, address, &mut errors) {
            Some(addressed) => errors.into_result(addressed),
            None => Err(errors.into_malformed()),
        }
    }

    /// The version must be the one that the caller read.
    pub(crate) const fn check_version(&self, version: i64) -> Result<(), Objection> {
        if version == self.version {
            Ok(())
        } else {
            Err(Objection::StaleEtag)
        }
    }

    /// On whose behalf the change is made.
    pub(crate) fn origin(&self, at: DateTime<Utc>) -> Origin {
        Origin {
            caller: self.permit.caller().name.to_string(),
            method: A::PATH,
            at,
        }
    }
}

impl<A: Action> Addressed<A> {
    /// Loads the application.
    pub(crate) async fn load(
        &self,
        reads: &DatabaseConnection,
    ) -> Result<Option<Application>, StoreFault> {
        rows::application_by_id(reads, self.id).await
    }

    /// Gives the application if the caller may see it and read it last.
    pub(crate) fn checked(&self, loaded: Option<Application>) -> Result<Application, Objection> {
        let application = visible(loaded, &self.permit.scope(), &self.office)?;
        self.check_version(application.version)?;
        Ok(application)
    }

    /// The row and the stage facts of a step.
    pub(crate) fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        step_changes(&self.office, step, self.origin(step.at))
    }
}

/// The row and the stage facts of a step, over the version it was made of.
pub(crate) fn step_changes(
    office: &Office,
    step: &Step,
    origin: Origin,
) -> Result<Changes, StoreFault> {
    let provider = office.provider(&step.application.provider_id)?;
    Ok(Changes::by(origin)
        .update(Update::of(
            &rows::to_row(&step.application)?,
            step.version_before,
        ))
        .facts(stage_facts(step, &provider, office.store.ids())?))
}

/// Gives the application if it is the caller's own; "not there" and "not yours" are one answer (I-8).
pub(crate) fn visible(
    loaded: Option<Application>,
    scope: &Scope,
    office: &Office,
) -> Result<Application, Objection> {
    loaded
        .filter(|application| {
            office.shows(scope, &application.cooperative, &application.provider_id)
        })
        .ok_or(Objection::NotVisible)
}

/// The application's stage must be one of `allowed`.
pub(crate) fn require_stage(
    application: &Application,
    allowed: &'static [Stage],
) -> Result<(), Objection> {
    if allowed.contains(&application.stage) {
        Ok(())
    } else {
        Err(Objection::WrongStage {
            stage: application.stage,
            allowed,
        })
    }
}
