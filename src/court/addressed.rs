//! A command that changes one case: who, which, and in which version it was read.
//! It never decides; it only says whether the caller sees the case and read it last.

use super::{
    act::Act,
    fact::fact,
    model::{CourtCase, Moved},
    rows,
};
use crate::{
    application::{
        Objection, Office,
        addressed::{self, AddressId},
    },
    authz::{Action, Scope},
    document::Document,
    kernel::{CourtCaseId, Problem},
    rpc::FieldError,
    store::{Changes, Origin, Update},
};

pub(super) use crate::application::addressed::Address;

/// The address of a change of a case.
pub(super) type Addressed<A> = addressed::Addressed<A, CourtCaseId>;

impl AddressId for CourtCaseId {
    const FIELD: &'static str = "court_case_id";

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl<A: Action> Addressed<A> {
    /// Gives the case if the caller may see it and read it last.
    pub(super) fn checked(&self, loaded: Option<CourtCase>) -> Result<CourtCase, Objection> {
        let case = visible(loaded, &self.permit.scope(), &self.office)?;
        self.check_version(case.version)?;
        Ok(case)
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

    /// The row and the fact of a change that no act of a court brought.
    pub(super) fn changes(&self, moved: &Moved) -> Changes {
        moved_changes(moved, self.origin(moved.at))
    }
}

/// The row and the fact of a change that no act of a court brought.
pub(crate) fn moved_changes(moved: &Moved, origin: Origin) -> Changes {
    moved.enter(Changes::by(origin), None)
}

impl Moved {
    /// Adds the row, over the version it was made of, and the fact to what else is changed.
    pub(super) fn enter(&self, changes: Changes, act: Option<&Act>) -> Changes {
        let row = rows::to_row(&self.case);
        changes
            .update(Update::of(&row, self.version_before))
            .facts([fact(self, act)])
    }
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

/// A field that only what is stored shows to be wrong.
pub(super) fn wrong(path: &str, problem: &str) -> Objection {
    Objection::Field(FieldError::wrong(path, problem))
}
