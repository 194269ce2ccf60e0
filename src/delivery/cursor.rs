//! How far the monitoring system has acknowledged the journal; durable.
//! It never moves back.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, EntityTrait};

use super::push::READER;
use crate::store::{Changes, Insert, Origin, StoreFault, Update, during};

pub(super) mod reader_cursor {
    //! One row per reader of the journal.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reader_cursor")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) reader: String,
        pub(crate) position: i64,
        pub(crate) moved_at: DateTimeUtc,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The number of the last fact that the monitoring system acknowledged; 0 before the first.
pub async fn monitoring_cursor(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    Ok(load(reads).await?.map_or(0, |cursor| cursor.position))
}

pub(super) async fn load(
    reads: &DatabaseConnection,
) -> Result<Option<reader_cursor::Model>, StoreFault> {
    reader_cursor::Entity::find_by_id(READER)
        .one(reads)
        .await
        .map_err(during("read a reader's cursor"))
}

/// The change that moves the cursor; lost if another process moved it meanwhile.
pub(super) fn moved(
    before: Option<&reader_cursor::Model>,
    position: i64,
    at: DateTime<Utc>,
) -> Changes {
    let origin = Origin {
        caller: "system".to_owned(),
        method: READER,
        at,
    };
    let version = before.map_or(0, |cursor| cursor.version);
    let after = reader_cursor::Model {
        reader: READER.to_owned(),
        position,
        moved_at: at,
        version: version.saturating_add(1),
    };
    match before {
        Some(before) => Changes::by(origin).update(Update::of(&after, before.version)),
        None => Changes::by(origin).insert(Insert::guarded(&after, crate::store::Guard::Version)),
    }
}
