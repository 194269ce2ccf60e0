//! Applications as rows. A row that breaks an invariant is a corrupt row, never a panic.

use super::{
    form::Form,
    model::{Application, Handover, HandoverReason},
    procedure::Procedure,
    stage::Stage,
};
use crate::{
    kernel::{ApplicationId, Bin, DocumentId, EntryId},
    store::{StoreFault, during},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, Iterable as _, QueryFilter, QuerySelect as _,
    Select, sea_query::Expr,
};

pub(crate) mod application {
    //! One row per application; columns up to `filed_late` never change after insert, but for
    //! `version`, `stage`, `stage_count` and the marks, and when due moments are recalculated.
    use sea_orm::entity::prelude::*;

    #[expect(
        clippy::struct_excessive_bools,
        reason = "a row is as its table, and each mark is a column"
    )]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: String,
        pub(crate) version: i64,
        pub(crate) stage: String,
        pub(crate) stage_count: i32,
        pub(crate) procedure: String,
        pub(crate) form: String,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) filed_by: String,
        pub(crate) share_key: String,
        pub(crate) agreement_key: String,
        pub(crate) agreement_sha256: String,
        pub(crate) document_id: Option<Uuid>,
        pub(crate) refused_application_id: Option<Uuid>,
        pub(crate) received_at: DateTimeUtc,
        pub(crate) registered_at: DateTimeUtc,
        pub(crate) due_at: DateTimeUtc,
        pub(crate) calendar_version: String,
        pub(crate) overdue: bool,
        pub(crate) filed_late: bool,
        pub(crate) officer: Option<String>,
        pub(crate) checked_at: Option<DateTimeUtc>,
        pub(crate) findings: String,
        pub(crate) refusal: Option<String>,
        pub(crate) decided_at: Option<DateTimeUtc>,
        pub(crate) entry_id: Option<Uuid>,
        pub(crate) handover_reason: Option<String>,
        pub(crate) handover_known_at: Option<DateTimeUtc>,
        pub(crate) handover_due_at: Option<DateTimeUtc>,
        pub(crate) handed_over_at: Option<DateTimeUtc>,
        pub(crate) near_due_at: DateTimeUtc,
        pub(crate) near_due: bool,
        /// Written for the queue of marks, never read back: the other moments say it.
        pub(crate) next_mark_at: Option<DateTimeUtc>,
        pub(crate) handover_overdue: bool,
        pub(crate) reopened_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod content {
    //! What was filed, byte for byte, with its signatures; never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_content")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        pub(crate) agreement: Vec<u8>,
        pub(crate) cooperative_signature: Vec<u8>,
        pub(crate) shareholder_signature: Option<Vec<u8>>,
        pub(crate) former_shareholder_signature: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows what it holds: it is personal data.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Content")
                .field("application_id", &self.application_id)
                .finish_non_exhaustive()
        }
    }
}

/// Finds an application.
pub(crate) async fn application_by_id(
    reads: &DatabaseConnection,
    id: ApplicationId,
) -> Result<Option<Application>, StoreFault> {
    let row = application::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read an application"))?;
    row.map(from_row).transpose()
}

/// Applications without their findings and refusals, which no list shows.
pub(crate) fn summaries() -> Select<application::Entity> {
    let shown = application::Column::iter().filter(|column| {
        !matches!(
            column,
            application::Column::Findings | application::Column::Refusal
        )
    });
    application::Entity::find()
        .select_only()
        .columns(shown)
        .expr_as(Expr::cust("'[]'"), "findings")
        .expr_as(Expr::cust("NULL"), "refusal")
}

/// Reads what was filed with an application.
pub(crate) async fn content_of(
    reads: &DatabaseConnection,
    id: ApplicationId,
) -> Result<content::Model, StoreFault> {
    content::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read what was filed"))?
        .ok_or_else(|| StoreFault::corrupt("application", "has no content"))
}

/// Undecided: the condition of `ix_application_open_share`.
///
/// An engine uses a partial index only for a query that says its condition in the same words; a bound
/// value is no word, and without the index a queue costs as much as the whole register.
pub(crate) fn is_undecided() -> Expr {
    Expr::cust("stage IN ('RECEIVED', 'REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')")
}

/// Registered and undecided: the condition of the queue of reviews and of what falls due.
pub(crate) fn is_running() -> Expr {
    Expr::cust("stage IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')")
}

/// The cooperative owes the hand-over: the condition of `ix_application_handover`.
pub(crate) fn is_handover_owed() -> Expr {
    Expr::cust("stage = 'HANDOVER_PENDING'")
}

/// Numbers of the undecided applications for a share (C25).
pub(crate) async fn open_applications_for_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Vec<(ApplicationId, String)>, StoreFault> {
    let rows = open_for_share(share_key)
        .all(reads)
        .await
        .map_err(during("look for open applications for a share"))?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), row.number))
        .collect())
}

fn open_for_share(share_key: &str) -> Select<application::Entity> {
    application::Entity::find()
        .filter(application::Column::ShareKey.eq(share_key))
        .filter(is_undecided())
}

/// The row of an application.
pub(crate) fn to_row(application: &Application) -> Result<application::Model, StoreFault> {
    let handover = application.handover.as_ref();
    let json = |error: serde_json::Error| StoreFault::json("application", error);
    Ok(application::Model {
        id: application.id.get(),
        number: application.number.clone(),
        version: application.version,
        stage: application.stage.code().to_owned(),
        stage_count: application.stage_count,
        procedure: application.procedure.code().to_owned(),
        form: application.form.code().to_owned(),
        provider_id: application.provider_id.clone(),
        cooperative_bin: application.cooperative.to_string(),
        filed_by: application.filed_by.clone(),
        share_key: application.share_key.clone(),
        agreement_key: application.agreement_key.clone(),
        agreement_sha256: application.agreement_sha256.clone(),
        document_id: application.document.map(DocumentId::get),
        refused_application_id: application.refused_application.map(ApplicationId::get),
        received_at: application.received_at,
        registered_at: application.registered_at,
        due_at: application.due_at,
        calendar_version: application.calendar_version.clone(),
        overdue: application.overdue,
        filed_late: application.filed_late,
        officer: application.officer.clone(),
        checked_at: application.checked_at,
        findings: serde_json::to_string(&application.findings).map_err(json)?,
        refusal: application
            .refusal
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(json)?,
        decided_at: application.decided_at,
        entry_id: application.entry.map(EntryId::get),
        handover_reason: handover.map(|handover| handover.reason.code().to_owned()),
        handover_known_at: handover.map(|handover| handover.known_at),
        handover_due_at: handover.map(|handover| handover.due_at),
        handed_over_at: handover.and_then(|handover| handover.handed_over_at),
        near_due_at: application.near_due_at,
        near_due: application.near_due,
        next_mark_at: application.next_mark_at(),
        handover_overdue: handover.is_some_and(|handover| handover.overdue),
        reopened_at: application.reopened_at,
    })
}

/// The application of a row.
pub(crate) fn from_row(row: application::Model) -> Result<Application, StoreFault> {
    let corrupt = |problem: &str| StoreFault::corrupt("application", problem);
    let json = |error: serde_json::Error| StoreFault::json("application", error);
    Ok(Application {
        id: row.id.into(),
        version: row.version,
        stage: Stage::from_code(&row.stage).ok_or_else(|| corrupt("has an unknown stage"))?,
        stage_count: row.stage_count,
        procedure: Procedure::from_code(&row.procedure)
            .ok_or_else(|| corrupt("has an unknown procedure"))?,
        form: Form::from_code(&row.form).ok_or_else(|| corrupt("has an unknown form"))?,
        cooperative: Bin::parse(&row.cooperative_bin)
            .map_err(|problem| corrupt(&problem.to_string()))?,
        document: row.document_id.map(Into::into),
        refused_application: row.refused_application_id.map(Into::into),
        findings: serde_json::from_str(&row.findings).map_err(json)?,
        refusal: row
            .refusal
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(json)?,
        entry: row.entry_id.map(Into::into),
        handover: handover(
            "application",
            row.handover_reason.as_deref(),
            (row.handover_known_at, row.handover_due_at),
            (row.handed_over_at, row.handover_overdue),
        )?,
        number: row.number,
        provider_id: row.provider_id,
        filed_by: row.filed_by,
        share_key: row.share_key,
        agreement_key: row.agreement_key,
        agreement_sha256: row.agreement_sha256,
        received_at: row.received_at,
        registered_at: row.registered_at,
        reopened_at: row.reopened_at,
        due_at: row.due_at,
        near_due_at: row.near_due_at,
        calendar_version: row.calendar_version,
        near_due: row.near_due,
        overdue: row.overdue,
        filed_late: row.filed_late,
        officer: row.officer,
        checked_at: row.checked_at,
        decided_at: row.decided_at,
    })
}

/// A hand-over as a row of `table` has it.
pub(crate) fn handover(
    table: &'static str,
    reason: Option<&str>,
    term: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    (handed_over_at, overdue): (Option<DateTime<Utc>>, bool),
) -> Result<Option<Handover>, StoreFault> {
    let Some(code) = reason else {
        return Ok(None);
    };
    let corrupt = |problem: &str| StoreFault::corrupt(table, problem);
    let reason = HandoverReason::from_code(code).ok_or_else(|| corrupt("has an unknown reason"))?;
    let (Some(known_at), Some(due_at)) = term else {
        return Err(corrupt("owes a hand-over without a term"));
    };
    Ok(Some(Handover {
        reason,
        known_at,
        due_at,
        handed_over_at,
        overdue,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn the_open_applications_for_a_share_are_found_by_their_index() {
        let temporary = temporary().await;
        let query = open_for_share("a|b|c|d");
        require_index(&temporary.store, &query, "ix_application_open_share").await;
    }
}
