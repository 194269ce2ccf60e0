//! Applications with what was filed with them, found by their ids.
//! It never says what they mean.

use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect as _, Select, sea_query::CaseStatement,
};
use uuid::Uuid;

use crate::{
    application::rows::{application, content},
    court::restraint::{has_acts_on_entry, has_acts_on_share},
    store::Lookup,
};

/// An application with what was filed, as it is read.
#[derive(Clone, FromQueryResult)]
pub(super) struct FoundWhole {
    #[sea_orm(nested)]
    pub(super) application: application::Model,
    pub(super) agreement: Vec<u8>,
    pub(super) has_court_acts: bool,
}

/// Finds applications with what was filed with them.
pub(super) struct ByIds;

impl Lookup for ByIds {
    type Key = Uuid;
    type Found = FoundWhole;
    const OPERATION: &'static str = "read an application with its content";

    async fn find(
        &self,
        reads: &DatabaseConnection,
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, FoundWhole)>, DbErr> {
        let rows = whole(ids).into_model::<FoundWhole>().all(reads).await?;
        let with_id = |found: FoundWhole| (found.application.id, found);
        Ok(rows.into_iter().map(with_id).collect())
    }
}

fn whole(ids: &[Uuid]) -> Select<application::Entity> {
    let filed = application::Entity::belongs_to(content::Entity)
        .from(application::Column::Id)
        .to(content::Column::ApplicationId)
        .into();
    let entry = (application::Entity, application::Column::EntryId);
    let share = (application::Entity, application::Column::ShareKey);
    let has_court_acts = CaseStatement::new()
        .case(
            application::Column::EntryId.is_null(),
            has_acts_on_share(share),
        )
        .finally(has_acts_on_entry(entry));
    application::Entity::find()
        .filter(application::Column::Id.is_in(ids.iter().copied()))
        .join(JoinType::InnerJoin, filed)
        .column(content::Column::Agreement)
        .expr_as(has_court_acts, "has_court_acts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    #[tokio::test]
    async fn whole_applications_are_found_by_their_ids() {
        let temporary = temporary().await;
        let index = primary_key(&temporary.store, "application");
        for count in [1, 64] {
            let query = whole(&vec![Uuid::nil(); count]);
            require_index(&temporary.store, &query, &index).await;
        }
    }
}
