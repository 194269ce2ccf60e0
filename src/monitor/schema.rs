//! The tables of the stub's file, and how a file of an earlier release is brought up to date.
//! It never touches a file of a later one.

use prost::Message as _;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, Statement,
};

use super::{MonitorFault, shape};
use crate::pb::monitoring::v1 as pb;

const VERSION: i32 = 2;
const TABLE: &str = "
    CREATE TABLE received_stage (
        arrival INTEGER PRIMARY KEY,
        event_id BLOB NOT NULL,
        application_number TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        received_at TEXT NOT NULL,
        duplicate_count INTEGER NOT NULL,
        stage BLOB NOT NULL,
        CONSTRAINT uq_received_stage_event UNIQUE (event_id),
        CONSTRAINT uq_received_stage_sequence UNIQUE (application_number, sequence)
    );";
const DIGESTS: &str = "
    ALTER TABLE received_stage ADD COLUMN day_on TEXT NOT NULL DEFAULT '';
    ALTER TABLE received_stage ADD COLUMN provider_bin TEXT NOT NULL DEFAULT '';
    ALTER TABLE received_stage ADD COLUMN digest BLOB NOT NULL DEFAULT X'';
    CREATE INDEX ix_received_stage_day ON received_stage (day_on, provider_bin, event_id);
    PRAGMA user_version = 2;";

pub(super) mod received_stage {
    //! One row per stage; its number is its place in the order of arrival.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "received_stage")]
    pub(in crate::monitor) struct Model {
        #[sea_orm(primary_key)]
        pub(in crate::monitor) arrival: i64,
        pub(in crate::monitor) event_id: Uuid,
        pub(in crate::monitor) application_number: String,
        pub(in crate::monitor) sequence: i32,
        pub(in crate::monitor) received_at: DateTimeUtc,
        pub(in crate::monitor) duplicate_count: i32,
        pub(in crate::monitor) stage: Vec<u8>,
        /// The legal day on which it happened.
        pub(in crate::monitor) day_on: String,
        pub(in crate::monitor) provider_bin: String,
        /// SHA-256 of the stage.
        pub(in crate::monitor) digest: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::monitor) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes the tables, or those that are missing.
pub(super) async fn make(transaction: &DatabaseTransaction) -> Result<(), MonitorFault> {
    let found = version(transaction).await?;
    if !(0..=VERSION).contains(&found) {
        return Err(MonitorFault::Schema { found });
    }
    if found < 1 {
        transaction.execute_unprepared(TABLE).await?;
    }
    if found < VERSION {
        transaction.execute_unprepared(DIGESTS).await?;
        fill(transaction).await?;
    }
    Ok(())
}

async fn version(transaction: &DatabaseTransaction) -> Result<i32, DbErr> {
    let question =
        Statement::from_string(transaction.get_database_backend(), "PRAGMA user_version");
    match transaction.query_one_raw(question).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(0),
    }
}

/// Fills in what a release before did not write.
async fn fill(transaction: &DatabaseTransaction) -> Result<(), MonitorFault> {
    for row in received_stage::Entity::find().all(transaction).await? {
        let stage = decoded(&row)?;
        let incoming = shape::read(&stage).map_err(|_problem| MonitorFault::Unfit {
            arrival: row.arrival,
        })?;
        let filled = received_stage::ActiveModel {
            arrival: Unchanged(row.arrival),
            day_on: Set(incoming.occurred_on.to_string()),
            provider_bin: Set(incoming.provider_bin.clone()),
            digest: Set(incoming.digest().to_vec()),
            ..Default::default()
        };
        received_stage::Entity::update(filled)
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// The stage of a row.
pub(super) fn decoded(row: &received_stage::Model) -> Result<pb::Stage, MonitorFault> {
    pb::Stage::decode(row.stage.as_slice()).map_err(|source| MonitorFault::Corrupt {
        arrival: row.arrival,
        source,
    })
}
