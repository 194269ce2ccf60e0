//! The store's own rows. They never leave it.

use sea_orm::{DatabaseConnection, EntityTrait};

use super::{StoreFault, fault::during};

pub(crate) mod journal_head {
    //! One row: the numbers of the last fact, and of the last one that changed reference data.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_head")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i32,
        pub(crate) number: i64,
        pub(crate) reference: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod journal {
    //! One row per fact, numbered without gaps, never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) number: i64,
        pub(crate) subject: Uuid,
        pub(crate) kind: String,
        pub(crate) body: String,
        pub(crate) at: DateTimeUtc,
        pub(crate) caller: String,
        pub(crate) method: String,
        pub(crate) request_id: Option<Uuid>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod request_memory {
    //! One row per answered request.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request_memory")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) caller: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) method: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) request_id: Uuid,
        pub(crate) fingerprint: Vec<u8>,
        pub(crate) answer: Vec<u8>,
        pub(crate) at: DateTimeUtc,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod lease {
    //! One row per lease: who holds it, under which number, since and until when by the database's clock.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lease")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) name: String,
        pub(crate) holder: String,
        pub(crate) fence: i64,
        pub(crate) since_ms: i64,
        pub(crate) expires_ms: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod secret {
    //! Keys that all processes on one database share.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "secret")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) name: String,
        pub(crate) value: Vec<u8>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The number of the last fact in the journal.
pub(crate) async fn read_journal_head(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    let row = journal_head::Entity::find_by_id(1)
        .one(reads)
        .await
        .map_err(during("read the journal's head"))?;
    row.map(|row| row.number)
        .ok_or_else(|| StoreFault::corrupt("journal head", "is missing"))
}
