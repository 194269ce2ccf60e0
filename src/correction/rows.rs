//! Corrections as rows. A row that breaks an invariant is a corrupt row, never a panic.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::model::{Correction, CorrectionOrigin, CorrectionState};
use crate::{
    application::rows::handover,
    kernel::{Bin, CorrectionId, EntryId, Personal},
    store::{
        StoreFault, during,
        waiting::{
            self, Place, Waiting, WaitingByProvider, WaitingPlace, Waking, is_waiting, of_ids,
        },
    },
};

pub(crate) mod correction {
    //! One row per correction. `waits_until` and `wakes_at` follow from the rest: the queues are
    //! indexes over them.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "correction")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: String,
        pub(crate) version: i64,
        pub(crate) state: String,
        pub(crate) origin: String,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) entry_id: Uuid,
        pub(crate) entry_number: String,
        pub(crate) application_id: Uuid,
        pub(crate) begun_by: String,
        pub(crate) received_at: DateTimeUtc,
        pub(crate) registered_at: DateTimeUtc,
        pub(crate) due_at: Option<DateTimeUtc>,
        pub(crate) calendar_version: String,
        pub(crate) overdue: bool,
        pub(crate) decided_at: Option<DateTimeUtc>,
        pub(crate) rejection: Option<String>,
        pub(crate) entry_version: Option<i32>,
        pub(crate) findings: String,
        pub(crate) former_share_key: Option<String>,
        pub(crate) sending_due_at: Option<DateTimeUtc>,
        pub(crate) sending_overdue: bool,
        pub(crate) sent_at: Option<DateTimeUtc>,
        pub(crate) handover_reason: Option<String>,
        pub(crate) handover_known_at: Option<DateTimeUtc>,
        pub(crate) handover_due_at: Option<DateTimeUtc>,
        pub(crate) handed_over_at: Option<DateTimeUtc>,
        pub(crate) waits_until: Option<DateTimeUtc>,
        pub(crate) wakes_at: Option<DateTimeUtc>,
        pub(crate) handover_overdue: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the rejection: its words may speak of persons.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Correction")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }
}

pub(crate) mod content {
    //! What a correction corrects: the parts that read otherwise, as a message of the document's
    //! procedure, and each field with what stood; never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "correction_content")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) correction_id: Uuid,
        pub(crate) corrected: Vec<u8>,
        pub(crate) fields: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows what it holds: it is personal data.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("CorrectionContent")
                .field("correction_id", &self.correction_id)
                .finish_non_exhaustive()
        }
    }
}

/// Finds a correction.
pub(crate) async fn correction_by_id(
    reads: &DatabaseConnection,
    id: CorrectionId,
) -> Result<Option<Correction>, StoreFault> {
    let row = correction::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read a correction"))?;
    row.map(from_row).transpose()
}

/// What a correction corrects.
pub(super) async fn content_of(
    reads: &DatabaseConnection,
    id: CorrectionId,
) -> Result<content::Model, StoreFault> {
    content::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read what a correction corrects"))?
        .ok_or_else(|| StoreFault::corrupt("correction", "has no content"))
}

impl Waking for correction::Entity {
    const WAKES_AT: correction::Column = correction::Column::WakesAt;
    const ID: correction::Column = correction::Column::Id;
}

impl Waiting for correction::Entity {
    const RECEIVED_AT: correction::Column = correction::Column::ReceivedAt;
    const WAITS_UNTIL: correction::Column = correction::Column::WaitsUntil;

    fn received(row: &correction::Model) -> Place {
        (row.received_at, row.id)
    }

    fn waits_until(row: &correction::Model) -> Option<DateTime<Utc>> {
        row.waits_until
    }
}

impl WaitingByProvider for correction::Entity {
    const PROVIDER_ID: correction::Column = correction::Column::ProviderId;

    fn provider_id(row: &correction::Model) -> &str {
        &row.provider_id
    }
}

/// The corrections in which something is due, from behind a place on, each with its own place.
pub(crate) async fn waiting_after(
    reads: &DatabaseConnection,
    after: Option<&WaitingPlace>,
    limit: u64,
) -> Result<Vec<(WaitingPlace, Correction)>, StoreFault> {
    let rows = waiting::waiting_after::<correction::Entity>(reads, after, limit).await?;
    let read = |(place, row)| Ok((place, from_row(row)?));
    rows.into_iter().map(read).collect()
}

/// The corrections of ids, as many as there are.
pub(crate) async fn corrections(
    reads: &DatabaseConnection,
    ids: &[CorrectionId],
) -> Result<Vec<Correction>, StoreFault> {
    let rows = of_ids::<correction::Entity>(reads, ids.iter().map(|id| id.get())).await?;
    rows.into_iter().map(from_row).collect()
}

/// How many corrections still wait for something.
pub(crate) async fn count_waiting(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    correction::Entity::find()
        .filter(is_waiting())
        .count(reads)
        .await
        .map_err(during("count corrections"))
}

/// How many wait past the moment at which it was due.
pub(crate) async fn count_overdue(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
) -> Result<u64, StoreFault> {
    correction::Entity::find()
        .filter(is_waiting())
        .filter(correction::Column::WaitsUntil.lt(now))
        .filter(Expr::cust("(origin = 'REQUEST' OR state <> 'REGISTERED')"))
        .count(reads)
        .await
        .map_err(during("count overdue corrections"))
}

/// The entries that were of a share until it was corrected.
pub(crate) async fn entries_formerly_on_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Vec<EntryId>, StoreFault> {
    let ids: Vec<Uuid> = formerly_on_share(share_key)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for entries that were of a share"))?;
    Ok(ids.into_iter().map(Into::into).collect())
}

fn formerly_on_share(share_key: &str) -> Select<correction::Entity> {
    correction::Entity::find()
        .select_only()
        .column(correction::Column::EntryId)
        .distinct()
        .filter(Expr::cust("former_share_key IS NOT NULL"))
        .filter(correction::Column::FormerShareKey.eq(share_key))
}

/// The row of a correction.
pub(super) fn to_row(correction: &Correction) -> Result<correction::Model, StoreFault> {
    let handover = correction.handover.as_ref();
    let json = |error: serde_json::Error| StoreFault::json("correction", error);
    let rejection = correction.rejection.as_ref().map(Personal::disclose);
    let rejection = rejection.map(serde_json::to_string).transpose();
    Ok(correction::Model {
        id: correction.id.get(),
        number: correction.number.clone(),
        version: correction.version,
        state: correction.state.code().to_owned(),
        origin: correction.origin.code().to_owned(),
        provider_id: correction.provider_id.clone(),
        cooperative_bin: correction.cooperative.to_string(),
        entry_id: correction.entry.get(),
        entry_number: correction.entry_number.clone(),
        application_id: correction.application.get(),
        begun_by: correction.begun_by.clone(),
        received_at: correction.received_at,
        registered_at: correction.registered_at,
        due_at: correction.due_at,
        calendar_version: correction.calendar_version.clone(),
        overdue: correction.overdue,
        decided_at: correction.decided_at,
        rejection: rejection.map_err(json)?,
        entry_version: correction.entry_version,
        findings: serde_json::to_string(&correction.findings).map_err(json)?,
        former_share_key: correction.former_share_key.clone(),
        sending_due_at: correction.sending_due_at,
        sending_overdue: correction.sending_overdue,
        sent_at: correction.sent_at,
        handover_reason: handover.map(|handover| handover.reason.code().to_owned()),
        handover_known_at: handover.map(|handover| handover.known_at),
        handover_due_at: handover.map(|handover| handover.due_at),
        handed_over_at: handover.and_then(|handover| handover.handed_over_at),
        waits_until: correction.waits_until(),
        wakes_at: correction.wakes_at(),
        handover_overdue: handover.is_some_and(|handover| handover.overdue),
    })
}

/// The correction of a row.
pub(super) fn from_row(row: correction::Model) -> Result<Correction, StoreFault> {
    let corrupt = |problem: &str| StoreFault::corrupt("correction", problem);
    let json = |error: serde_json::Error| StoreFault::json("correction", error);
    let rejection = row.rejection.as_deref().map(serde_json::from_str);
    Ok(Correction {
        id: row.id.into(),
        version: row.version,
        state: CorrectionState::from_code(&row.state)
            .ok_or_else(|| corrupt("has an unknown state"))?,
        origin: CorrectionOrigin::from_code(&row.origin)
            .ok_or_else(|| corrupt("has an unknown origin"))?,
        cooperative: Bin::parse(&row.cooperative_bin)
            .map_err(|problem| corrupt(&problem.to_string()))?,
        entry: row.entry_id.into(),
        application: row.application_id.into(),
        rejection: rejection.transpose().map_err(json)?.map(Personal::new),
        findings: serde_json::from_str(&row.findings).map_err(json)?,
        handover: handover(
            "correction",
            row.handover_reason.as_deref(),
            (row.handover_known_at, row.handover_due_at),
            (row.handed_over_at, row.handover_overdue),
        )?,
        number: row.number,
        provider_id: row.provider_id,
        entry_number: row.entry_number,
        begun_by: row.begun_by,
        received_at: row.received_at,
        registered_at: row.registered_at,
        due_at: row.due_at,
        calendar_version: row.calendar_version,
        overdue: row.overdue,
        decided_at: row.decided_at,
        entry_version: row.entry_version,
        former_share_key: row.former_share_key,
        sending_due_at: row.sending_due_at,
        sending_overdue: row.sending_overdue,
        sent_at: row.sent_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        test_support::{require_index, temporary},
        waiting::{to_wake_query, waiting_query},
    };

    #[tokio::test]
    async fn what_falls_due_and_what_was_of_a_share_is_found_by_the_indexes() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let query = to_wake_query::<correction::Entity>(now, 20);
        require_index(&temporary.store, &query, "ix_correction_to_wake").await;
        let place = WaitingPlace("koktobe".to_owned(), now, Uuid::nil());
        for after in [None, Some(&place)] {
            let query = waiting_query::<correction::Entity>(after, 20);
            require_index(&temporary.store, &query, "ix_correction_provider_waiting").await;
        }
        let query = formerly_on_share("a|b|c|d");
        require_index(&temporary.store, &query, "ix_correction_former_share").await;
    }
}
