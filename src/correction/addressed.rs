//! A command that changes one correction: who, which, and in which version it was read.
//! It never decides; it only says whether the caller sees the correction and read it last.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    fact::fact,
    model::{Correction, CorrectionState, Moved},
    rows,
};
use crate::{
    application::{Objection, Office, etag::version_of},
    authz::{Action, Permit, Scope},
    kernel::{CorrectionId, RequestId},
    rpc::FieldErrors,
    store::{Changes, Origin, RequestKey, StoreFault, Update},
};

/// The address of a change.
pub(super) struct Addressed<A> {
    pub(super) office: Arc<Office>,
    pub(super) permit: Permit<A>,
    pub(super) request: RequestKey,
    pub(super) id: CorrectionId,
    version: i64,
}

/// The three fields that address a change, as they are sent.
pub(super) struct Address<'a> {
    pub(super) request_id: &'a str,
    pub(super) correction_id: &'a str,
    pub(super) etag: &'a str,
}

impl<A: Action> Addressed<A> {
    /// Reads the address; the whole message is the fingerprint of the request.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<A>,
        message: &impl prost::Message,
        address: &Address<'_>,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let request_id = errors.required("request_id", address.request_id, RequestId::parse);
        let id = errors.required("correction_id", address.correction_id, CorrectionId::parse);
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

    /// Loads the correction.
    pub(super) async fn load(
        &self,
        reads: &DatabaseConnection,
    ) -> Result<Option<Correction>, StoreFault> {
        rows::correction_by_id(reads, self.id).await
    }

    /// Gives the correction if the caller may see it and read it last.
    pub(super) fn checked(&self, loaded: Option<Correction>) -> Result<Correction, Objection> {
        let correction = visible(loaded, &self.permit.scope(), &self.office)?;
        if correction.version == self.version {
            Ok(correction)
        } else {
            Err(Objection::StaleEtag)
        }
    }

    /// The row and the fact of a change.
    pub(super) fn changes(&self, moved: &Moved) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: A::PATH,
            at: moved.at,
        };
        moved_changes(moved, origin)
    }
}

/// The row and the fact of a change, over the version it was made of.
pub(crate) fn moved_changes(moved: &Moved, origin: Origin) -> Result<Changes, StoreFault> {
    moved.enter(Changes::by(origin))
}

impl Moved {
    /// Adds the row and the fact to what else is changed.
    pub(crate) fn enter(&self, changes: Changes) -> Result<Changes, StoreFault> {
        let row = rows::to_row(&self.correction)?;
        Ok(changes
            .update(Update::of(&row, self.version_before))
            .facts([fact(self)]))
    }
}

/// Gives the correction if it is the caller's own; "not there" and "not yours" are one answer (I-8).
pub(crate) fn visible(
    loaded: Option<Correction>,
    scope: &Scope,
    office: &Office,
) -> Result<Correction, Objection> {
    loaded
        .filter(|correction| office.shows(scope, &correction.cooperative, &correction.provider_id))
        .ok_or(Objection::NotVisible)
}

/// The correction's state must be one of `allowed`.
pub(super) fn require_state(
    correction: &Correction,
    allowed: &'static [CorrectionState],
) -> Result<(), Objection> {
    if allowed.contains(&correction.state) {
        return Ok(());
    }
    let names: Vec<_> = allowed.iter().map(|state| state.code()).collect();
    Err(Objection::WrongState {
        of: "Correction",
        state: correction.state.code(),
        allowed: names.join(","),
    })
}
