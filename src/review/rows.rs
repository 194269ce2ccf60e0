//! Acts of reviews and notes as rows. They are only added to.

use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};
use uuid::Uuid;

use crate::{
    kernel::ApplicationId,
    store::{StoreFault, during},
};

pub(super) mod review_act {
    //! One row per act, under the version of the application that it made.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_act")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_version: i64,
        pub(crate) kind: String,
        /// Who has the application since then.
        pub(crate) officer: Option<String>,
        pub(crate) reason: Option<String>,
        pub(crate) check_code: Option<String>,
        pub(crate) outcome: Option<String>,
        pub(crate) note: Option<String>,
        pub(crate) acted_at: DateTimeUtc,
        pub(crate) acted_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the words of a person.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("ReviewAct")
                .field("application_id", &self.application_id)
                .field("application_version", &self.application_version)
                .finish_non_exhaustive()
        }
    }
}

pub(super) mod review_note {
    //! One row per note; its id grows with the moment.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_note")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) text: String,
        pub(crate) written_at: DateTimeUtc,
        pub(crate) written_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the words of a person.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("ReviewNote")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }
}

/// Which page of what stands beside an application, and one row more, which tells of a next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<K> {
    pub(super) application: ApplicationId,
    pub(super) after: Option<K>,
    pub(super) size: u32,
}

impl<K> Beside<K> {
    fn limit(&self) -> u64 {
        u64::from(self.size).saturating_add(1)
    }
}

/// Acts, the first one first.
pub(super) async fn acts(
    reads: &DatabaseConnection,
    page: &Beside<i64>,
) -> Result<Vec<review_act::Model>, StoreFault> {
    acts_query(page)
        .all(reads)
        .await
        .map_err(during("read acts of a review"))
}

fn acts_query(page: &Beside<i64>) -> Select<review_act::Entity> {
    use review_act::Column;
    let mut query = review_act::Entity::find()
        .filter(Column::ApplicationId.eq(page.application.get()))
        .order_by_asc(Column::ApplicationVersion)
        .limit(page.limit());
    if let Some(version) = page.after {
        query = query.filter(Column::ApplicationVersion.gt(version));
    }
    query
}

/// Notes, the first one first.
pub(super) async fn notes(
    reads: &DatabaseConnection,
    page: &Beside<Uuid>,
) -> Result<Vec<review_note::Model>, StoreFault> {
    notes_query(page)
        .all(reads)
        .await
        .map_err(during("read notes of a review"))
}

fn notes_query(page: &Beside<Uuid>) -> Select<review_note::Entity> {
    use review_note::Column;
    let mut query = review_note::Entity::find()
        .filter(Column::ApplicationId.eq(page.application.get()))
        .order_by_asc(Column::Id)
        .limit(page.limit());
    if let Some(id) = page.after {
        query = query.filter(Column::Id.gt(id));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    fn page<K>(after: Option<K>) -> Beside<K> {
        Beside {
            application: Uuid::nil().into(),
            after,
            size: 50,
        }
    }

    #[tokio::test]
    async fn pages_beside_an_application_are_read_in_the_order_of_their_keys() {
        let temporary = temporary().await;
        let store = &temporary.store;
        let acts = primary_key(store, "review_act");
        let notes = primary_key(store, "review_note");
        for after in [None, Some(7)] {
            require_index(store, &acts_query(&page(after)), &acts).await;
        }
        for after in [None, Some(Uuid::nil())] {
            require_index(store, &notes_query(&page(after)), &notes).await;
        }
    }
}
