//! What a complaint says and what was done with it, as rows. They are only added to.

use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use crate::{
    kernel::ComplaintId,
    store::{StoreFault, during},
};

pub(crate) mod content {
    //! What a complaint says, byte for byte, with its signature; never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "complaint_content")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) complaint_id: Uuid,
        pub(crate) content: Vec<u8>,
        pub(crate) signature: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows what it holds: it is personal data.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("ComplaintContent")
                .field("complaint_id", &self.complaint_id)
                .finish_non_exhaustive()
        }
    }
}

pub(crate) mod act {
    //! One row per act, under the version of the complaint that it made; never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "complaint_act")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) complaint_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) complaint_version: i64,
        pub(crate) kind: String,
        pub(crate) acted_at: DateTimeUtc,
        pub(crate) acted_by: String,
        pub(crate) text: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the words of a person.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("ComplaintAct")
                .field("complaint_id", &self.complaint_id)
                .field("complaint_version", &self.complaint_version)
                .finish_non_exhaustive()
        }
    }
}

/// What a complaint says, with its signature.
pub(crate) async fn content_of(
    reads: &DatabaseConnection,
    id: ComplaintId,
) -> Result<content::Model, StoreFault> {
    content::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read what a complaint says"))?
        .ok_or_else(|| StoreFault::corrupt("complaint", "has no content"))
}

/// All that was done with a complaint, in order: as often as it was changed, which is a few times.
pub(crate) async fn acts_of(
    reads: &DatabaseConnection,
    id: ComplaintId,
) -> Result<Vec<act::Model>, StoreFault> {
    act::Entity::find()
        .filter(act::Column::ComplaintId.eq(id.get()))
        .order_by_asc(act::Column::ComplaintVersion)
        .all(reads)
        .await
        .map_err(during("read the acts of a complaint"))
}
