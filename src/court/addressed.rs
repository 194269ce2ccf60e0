//! A command that changes one case: who, which, and in which version it was read.
//! It never decides; it only says whether the caller sees the case and read it last.

use std::sync::Arc;

use super::{
    act::Act,
    fact::fact,
    model::{CourtCase, Moved},
    rows,
};
use crate::{
    application::{Objection, Office, etag::version_of},
    authz::{self, Permit, Scope},
    document::Document,
    kernel::{CourtCaseId, RequestId},
    rpc::FieldErrors,
    store::{Changes, Origin, RequestKey, Update},
};

/// The address of a change.
pub(super) struct Addressed<A> {
    pub(super) office: Arc<Office>,
    pub(super) permit: Permit<A>,
    pub(super) request: RequestKey,
    pub(super) id: CourtCaseId,
    version: i64,
}

/// The three fields that address a change, as they are sent.
pub(super) struct Address<'a> {
    pub(super) request_id: &'a str,
    pub(super) court_case_id: &'a str,
    pub(super) etag: &'a str,
}

impl<A: authz::Action> Addressed<A> {
    /// Reads the address; the whole message is the fingerprint of the request.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<A>,
        message: &impl prost::Message,
        address: &Address<'_>,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let request_id = errors.required("request_id", address.request_id, RequestId::parse);
        let id = errors.required("court_case_id", address.court_case_id, CourtCaseId::parse);
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

    /// Gives the case if the caller may see it and read it last.
    pub(super) fn checked(&self, loaded: Option<CourtCase>) -> Result<CourtCase, Objection> {
        let case = visible(loaded, &self.permit.scope(), &self.office)?;
        if case.version == self.version {
            Ok(case)
        } else {
            Err(Objection::StaleEtag)
        }
    }

    /// The paper must be one that the provider uploaded: "not there" and "another's" are one answer.
    pub(super) fn own_document(&self, loaded: Option<Document>) -> Result<Document, Objection> {
        loaded
            .filter(|document| document.cooperative == self.permit.caller().organisation)
            .ok_or(Objection::DocumentUnknown)
    }

    /// Name of the caller.
    pub(super) fn caller(&self) -> String {
        self.permit.caller().name.to_string()
    }

    /// The row and the fact of a change, over the version it was made of.
    pub(super) fn changes(&self, moved: &Moved, act: Option<&Act>) -> Changes {
        let origin = Origin {
            caller: self.caller(),
            method: A::PATH,
            at: moved.at,
        };
        changed(moved, act, origin)
    }
}

/// The row and the fact of a change that no act of a court brought.
pub(crate) fn moved_changes(moved: &Moved, origin: Origin) -> Changes {
    changed(moved, None, origin)
}

fn changed(moved: &Moved, act: Option<&Act>, origin: Origin) -> Changes {
    let row = rows::to_row(&moved.case);
    Changes::by(origin)
        .update(Update::of(&row, moved.version_before))
        .facts([fact(moved, act)])
}

/// Gives the case if it is the caller's own; "not there" and "not yours" are one answer (I-8).
pub(super) fn visible(
    loaded: Option<CourtCase>,
    scope: &Scope,
    office: &Office,
) -> Result<CourtCase, Objection> {
    loaded
        .filter(|case| office.shows(scope, &case.cooperative, &case.provider_id))
        .ok_or(Objection::NotVisible)
}
