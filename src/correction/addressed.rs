//! A command that changes one correction.
//! It never decides; it only says whether the caller sees the correction and read it last.

use sea_orm::DatabaseConnection;

use super::{
    fact::fact,
    model::{Correction, CorrectionState, Moved},
    rows,
};
use crate::{
    application::{
        Objection, Office,
        addressed::{self, AddressId},
    },
    authz::{Action, Scope},
    kernel::{CorrectionId, Problem},
    store::{Changes, Origin, StoreFault, Update},
};

pub(super) use crate::application::addressed::Address;

/// The address of a change of a correction.
pub(super) type Addressed<A> = addressed::Addressed<A, CorrectionId>;

impl AddressId for CorrectionId {
    const FIELD: &'static str = "correction_id";

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl<A: Action> Addressed<A> {
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
        self.check_version(correction.version)?;
        Ok(correction)
    }

    /// The row and the fact of a change.
    pub(super) fn changes(&self, moved: &Moved) -> Result<Changes, StoreFault> {
        moved_changes(moved, self.origin(moved.at))
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
