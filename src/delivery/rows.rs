//! Sinks and their lanes as rows. They never say more of a stage than its place and code.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, Expr, ExprTrait as _, Func, Query},
};
use uuid::Uuid;

use super::lane::{Lane, LaneState};
use crate::{
    journal::STAGE,
    store::{Guard, Insert, StoreFault, Update, during, journal_row},
};

pub(crate) mod sink {
    //! One row for each sink of which an operator said something.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sink")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) name: String,
        pub(crate) paused: bool,
        pub(crate) reason: String,
        pub(crate) said_by: String,
        pub(crate) said_at: DateTimeUtc,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod sink_lane {
    //! One row for each application that was parked for a sink.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sink_lane")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sink: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        pub(crate) application_number: String,
        pub(crate) number: i64,
        pub(crate) sequence: i32,
        pub(crate) stage: String,
        pub(crate) state: String,
        pub(crate) reason: String,
        pub(crate) since_at: DateTimeUtc,
        pub(crate) tried_at: DateTimeUtc,
        pub(crate) tries: i32,
        pub(crate) skipped: String,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What an operator said of a sink last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// Whether nothing is pushed.
    pub paused: bool,
    /// Why.
    pub reason: String,
    /// The account that said so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What an operator said of a sink, with the version of its row.
pub(crate) async fn said(
    reads: &DatabaseConnection,
    sink: &str,
) -> Result<Option<(Said, i64)>, StoreFault> {
    let row = sink::Entity::find_by_id(sink).one(reads).await;
    let row = row.map_err(during("read what was said of a sink"))?;
    Ok(row.map(|row| {
        let said = Said {
            paused: row.paused,
            reason: row.reason,
            by: row.said_by,
            at: row.said_at,
        };
        (said, row.version)
    }))
}

/// The row of what is said, over the version that stood.
pub(crate) fn said_row(sink: &str, said: &Said, before: Option<i64>) -> SavedRow {
    let row = sink::Model {
        name: sink.to_owned(),
        paused: said.paused,
        reason: said.reason.clone(),
        said_by: said.by.clone(),
        said_at: said.at,
        version: before.unwrap_or_default().saturating_add(1),
    };
    match before {
        Some(before) => SavedRow::Update(Update::of(&row, before)),
        None => SavedRow::Insert(Insert::guarded(&row, Guard::Version)),
    }
}

/// A row that is new, or replaces another.
pub(crate) enum SavedRow {
    Insert(Insert),
    Update(Update),
}

impl SavedRow {
    /// Adds it to changes.
    pub(crate) fn onto(self, changes: crate::store::Changes) -> crate::store::Changes {
        match self {
            Self::Insert(insert) => changes.insert(insert),
            Self::Update(update) => changes.update(update),
        }
    }
}

/// The row of a lane, over its version before.
pub(crate) fn lane_row(lane: &Lane) -> Result<SavedRow, StoreFault> {
    let skipped = serde_json::to_string(&lane.skipped)
        .map_err(|error| StoreFault::json("lane of a sink", error))?;
    let row = sink_lane::Model {
        sink: lane.sink.clone(),
        application_id: lane.application,
        application_number: lane.application_number.clone(),
        number: lane.number,
        sequence: lane.sequence,
        stage: lane.stage.clone(),
        state: lane.state.as_str().to_owned(),
        reason: lane.reason.clone(),
        since_at: lane.since_at,
        tried_at: lane.tried_at,
        tries: lane.tries,
        skipped,
        version: lane.version,
    };
    Ok(if lane.version == 1 {
        SavedRow::Insert(Insert::guarded(&row, Guard::Version))
    } else {
        SavedRow::Update(Update::of(&row, lane.version.saturating_sub(1)))
    })
}

fn lane(row: sink_lane::Model) -> Result<Lane, StoreFault> {
    let state = LaneState::ALL
        .into_iter()
        .find(|state| state.as_str() == row.state)
        .ok_or_else(|| StoreFault::corrupt("lane of a sink", "is in an unknown state"))?;
    Ok(Lane {
        skipped: serde_json::from_str(&row.skipped)
            .map_err(|error| StoreFault::json("lane of a sink", error))?,
        sink: row.sink,
        application: row.application_id,
        application_number: row.application_number,
        number: row.number,
        sequence: row.sequence,
        stage: row.stage,
        state,
        reason: row.reason,
        since_at: row.since_at,
        tried_at: row.tried_at,
        tries: row.tries,
        version: row.version,
    })
}

fn lanes(rows: Vec<sink_lane::Model>) -> Result<Vec<Lane>, StoreFault> {
    rows.into_iter().map(lane).collect()
}

/// Lanes that are not drained, as their index has it.
fn is_open() -> Expr {
    Expr::cust("state <> 'DRAINED'")
}

/// The lanes of a sink in which anything waits, or of which operators passed something over; however many
/// were parked once. In no order.
pub(crate) async fn lanes_apart(
    reads: &DatabaseConnection,
    sink: &str,
) -> Result<Vec<Lane>, StoreFault> {
    let rows = sink_lane::Entity::find()
        .filter(sink_lane::Column::Sink.eq(sink))
        // As its index has it.
        .filter(Expr::cust("(state <> 'DRAINED' OR skipped <> '[]')"))
        .all(reads)
        .await
        .map_err(during("read the lanes of a sink"))?;
    lanes(rows)
}

/// At most so many of them, behind a place.
pub(crate) async fn open_lane_page(
    reads: &DatabaseConnection,
    sink: &str,
    after: i64,
    limit: u64,
) -> Result<Vec<Lane>, StoreFault> {
    let rows = sink_lane::Entity::find()
        .filter(sink_lane::Column::Sink.eq(sink))
        .filter(is_open())
        .filter(sink_lane::Column::Number.gt(after))
        .order_by_asc(sink_lane::Column::Number)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("read a page of the lanes of a sink"))?;
    lanes(rows)
}

/// The lane of an application, if it was ever parked.
pub(crate) async fn lane_of(
    reads: &DatabaseConnection,
    sink: &str,
    application: Uuid,
) -> Result<Option<Lane>, StoreFault> {
    let row = sink_lane::Entity::find_by_id((sink.to_owned(), application))
        .one(reads)
        .await
        .map_err(during("read the lane of an application"))?;
    row.map(lane).transpose()
}

/// The lanes of some applications.
pub(super) async fn lanes_of(
    reads: &DatabaseConnection,
    sink: &str,
    applications: Vec<Uuid>,
) -> Result<BTreeMap<Uuid, Lane>, StoreFault> {
    let rows = sink_lane::Entity::find()
        .filter(sink_lane::Column::Sink.eq(sink))
        .filter(sink_lane::Column::ApplicationId.is_in(applications))
        .all(reads)
        .await
        .map_err(during("read the lanes of applications"))?;
    let lanes = lanes(rows)?.into_iter();
    Ok(lanes.map(|lane| (lane.application, lane)).collect())
}

/// Whether operators paused a sink.
pub(crate) async fn is_paused(reads: &DatabaseConnection, sink: &str) -> Result<bool, StoreFault> {
    let said = said(reads, sink).await?;
    Ok(said.is_some_and(|(said, _)| said.paused))
}

/// How many lanes of each sink are open.
pub(crate) async fn count_open(
    reads: &DatabaseConnection,
) -> Result<BTreeMap<String, u64>, StoreFault> {
    let counting = "count the lanes of sinks";
    let counted: Vec<(String, i64)> = sink_lane::Entity::find()
        .select_only()
        .column(sink_lane::Column::Sink)
        .column_as(sink_lane::Column::ApplicationId.count(), "lanes")
        .filter(is_open())
        .group_by(sink_lane::Column::Sink)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during(counting))?;
    let counted = counted.into_iter();
    Ok(counted
        .map(|(sink, count)| (sink, u64::try_from(count).unwrap_or_default()))
        .collect())
}

/// How many stages wait in some lanes of a sink behind the first.
pub(crate) async fn count_behind(
    reads: &DatabaseConnection,
    sink: &str,
    applications: Vec<Uuid>,
) -> Result<BTreeMap<Uuid, i64>, StoreFault> {
    let counting = "count what waits in the lanes of a sink";
    let (lane, fact) = (Alias::new("lane"), Alias::new("fact"));
    let of_lane = |column| Expr::col((lane.clone(), column));
    let of_fact = |column| Expr::col((fact.clone(), column));
    let mut query = Query::select();
    query
        .column((lane.clone(), sink_lane::Column::ApplicationId))
        .expr(Func::count(of_fact(journal_row::Column::Number)))
        .from_as(sink_lane::Entity, lane.clone())
        .join_as(
            sea_orm::sea_query::JoinType::InnerJoin,
            journal_row::Entity,
            fact.clone(),
            of_fact(journal_row::Column::Subject)
                .eq(of_lane(sink_lane::Column::ApplicationId))
                .and(of_fact(journal_row::Column::Number).gt(of_lane(sink_lane::Column::Number)))
                .and(of_fact(journal_row::Column::Kind).eq(STAGE)),
        )
        .and_where(of_lane(sink_lane::Column::Sink).eq(sink))
        .and_where(of_lane(sink_lane::Column::ApplicationId).is_in(applications))
        .group_by_col((lane.clone(), sink_lane::Column::ApplicationId));
    let rows = reads.query_all(&query).await.map_err(during(counting))?;
    rows.into_iter()
        .map(|row| {
            let application = row.try_get_by_index(0).map_err(during(counting))?;
            let count = row.try_get_by_index(1).map_err(during(counting))?;
            Ok((application, count))
        })
        .collect()
}
