//! Moves of due moments as rows: the old moment is kept beside the new one.

use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::moves::{Case, Move, Term};
use crate::{
    calendar::Act,
    kernel::Localized,
    reference::rows::{act, from_json, json},
    store::{Origin, StoreFault, during},
};

pub(super) mod due_moment_change {
    //! One row per move, under the version of the case that it made.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "due_moment_change")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) case_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) case_version: i64,
        pub(crate) registered_at_before: DateTimeUtc,
        pub(crate) registered_at_after: DateTimeUtc,
        pub(crate) due_at_before: DateTimeUtc,
        pub(crate) due_at_after: DateTimeUtc,
        pub(crate) calendar_version_before: String,
        pub(crate) calendar_version_after: String,
        pub(crate) act_title: String,
        pub(crate) act_number: String,
        pub(crate) act_on: String,
        pub(crate) reason: String,
        pub(crate) moved_at: DateTimeUtc,
        pub(crate) moved_by: String,
        pub(crate) term: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A move as it was made.
pub(super) struct Moved {
    pub(super) row: due_moment_change::Model,
    pub(super) act: Act,
    pub(super) reason: Localized,
    pub(super) term: Term,
}

/// The row of a move that makes a version of its case.
pub(super) fn to_row(
    moved: &Move,
    version: i64,
    act: &Act,
    reason: &Localized,
    origin: &Origin,
) -> Result<due_moment_change::Model, StoreFault> {
    let case = &moved.case;
    Ok(due_moment_change::Model {
        case_id: case.id(),
        case_version: version,
        registered_at_before: case.registered_at_before(),
        registered_at_after: case.registered_at(),
        due_at_before: case.due_at_before(),
        due_at_after: case.due_at(),
        calendar_version_before: version_before(moved),
        calendar_version_after: moved.calendar_version.clone(),
        act_title: json(&act.title)?,
        act_number: act.number.to_string(),
        act_on: act.dated_on.to_string(),
        reason: json(reason)?,
        moved_at: origin.at,
        moved_by: origin.caller.clone(),
        term: case.term().code().to_owned(),
    })
}

/// The calendar by which the moment was reckoned that moves; it is kept of decisions, and of
/// all terms of complaints.
pub(super) fn version_before(moved: &Move) -> String {
    match (&moved.case, moved.case.term()) {
        (Case::Application(application, _), Term::Decision) => application.calendar_version.clone(),
        (Case::Correction(correction, _), Term::Decision) => correction.calendar_version.clone(),
        (Case::Complaint(complaint, _), _) => complaint.calendar_version.clone(),
        (_, Term::Handover | Term::Sending | Term::Forwarding) => String::new(),
    }
}

/// The moves of a case, in order.
pub(super) async fn moves_of(
    reads: &DatabaseConnection,
    id: Uuid,
) -> Result<Vec<Moved>, StoreFault> {
    let rows = due_moment_change::Entity::find()
        .filter(due_moment_change::Column::CaseId.eq(id))
        .order_by_asc(due_moment_change::Column::CaseVersion)
        .all(reads)
        .await
        .map_err(during("read the moves of a due moment"))?;
    rows.into_iter().map(from_row).collect()
}

fn from_row(row: due_moment_change::Model) -> Result<Moved, StoreFault> {
    Ok(Moved {
        act: act(&row.act_title, &row.act_number, &row.act_on)?,
        reason: from_json(&row.reason)?,
        term: Term::from_code(&row.term)
            .ok_or_else(|| StoreFault::corrupt("move of a due moment", "is of no known term"))?,
        row,
    })
}
