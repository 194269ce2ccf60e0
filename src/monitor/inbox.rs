//! The file of received stages. A batch is stored wholly before it is answered, and nothing stored
//! is ever changed but the count of its repeats; it is lost only if the stub is told to lose it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
    sea_query::Expr,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use super::{
    MonitorFault,
    judge::{Known, Verdict, judge},
    schema::{
        self, decoded,
        received_stage::{self, Column, Entity},
    },
    shape::{self, Incoming},
};
use crate::{kernel::EventId, pb::monitoring::v1 as pb};

const BUSY_SECONDS_MAX: u64 = 5;

/// The file of received stages.
#[derive(Clone, Debug)]
pub(super) struct Inbox(DatabaseConnection);

impl Inbox {
    /// Opens the file, and makes it if it is not there.
    pub(super) async fn open(path: &Path) -> Result<Self, MonitorFault> {
        let file = path.to_owned();
        let mut options = ConnectOptions::new("sqlite:");
        // One connection: whoever counts on a sequence sees what the one before it stored.
        options.max_connections(1).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .filename(&file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(BUSY_SECONDS_MAX))
        });
        let database = Database::connect(options)
            .await
            .map_err(|source| MonitorFault::Open {
                path: path.to_owned(),
                source,
            })?;
        let inbox = Self(database);
        let transaction = inbox.begin().await?;
        schema::make(&transaction).await?;
        transaction.commit().await?;
        Ok(inbox)
    }

    /// The file, to be read.
    pub(super) const fn database(&self) -> &DatabaseConnection {
        &self.0
    }

    /// Takes a batch in, but for stages of applications that are refused, and tells what became of each,
    /// after it is stored.
    pub(super) async fn receive(
        &self,
        stages: Vec<pb::Stage>,
        received_at: DateTime<Utc>,
        refused: &BTreeSet<String>,
    ) -> Result<Vec<pb::StageResult>, MonitorFault> {
        let read = |stage: &pb::Stage| {
            if refused.contains(&stage.application_number) {
                return Err("the application is refused, as the stub was told".to_owned());
            }
            shape::read(stage)
        };
        let batch: Vec<_> = stages.iter().map(read).collect();
        let transaction = self.begin().await?;
        let known = load(&transaction, batch.iter().flatten()).await?;
        let verdicts = judge(batch, known);
        save(&transaction, &verdicts, received_at).await?;
        transaction.commit().await?;
        Ok(stages
            .into_iter()
            .zip(verdicts)
            .map(|(stage, verdict)| result(stage.event_id, verdict))
            .collect())
    }

    /// Loses what arrived of late, as a database that was rolled back does, and tells how much it was.
    pub(super) async fn lose(
        &self,
        now: DateTime<Utc>,
        of_late: TimeDelta,
    ) -> Result<u64, MonitorFault> {
        let since = now.checked_sub_signed(of_late).unwrap_or(now);
        let transaction = self.begin().await?;
        let first: Option<Option<i64>> = Entity::find()
            .select_only()
            .column_as(Column::Arrival.min(), "first")
            .filter(Column::ReceivedAt.gt(since))
            .filter(Column::ReceivedAt.lte(now))
            .into_tuple()
            .one(&transaction)
            .await?;
        let Some(first) = first.flatten() else {
            return Ok(0);
        };
        // All that came after it, whatever clock it was stored by: nothing is lost from the middle.
        let lost = Entity::delete_many()
            .filter(Column::Arrival.gte(first))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(lost.rows_affected)
    }

    /// Lists what arrived after a given number; an empty application number means all.
    pub(super) async fn list(
        &self,
        application_number: &str,
        after_arrival: i64,
        limit: u64,
    ) -> Result<Vec<pb::ReceivedStage>, MonitorFault> {
        let mut rows = Entity::find()
            .filter(Column::Arrival.gt(after_arrival))
            .order_by_asc(Column::Arrival)
            .limit(limit);
        if !application_number.is_empty() {
            rows = rows.filter(Column::ApplicationNumber.eq(application_number));
        }
        let rows = rows.all(&self.0).await?;
        rows.iter().map(received).collect()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the stub is another system with a file of its own, not a part of the store"
    )]
    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.0
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await
    }
}

async fn load(
    transaction: &DatabaseTransaction,
    batch: impl Iterator<Item = &Incoming>,
) -> Result<Known, DbErr> {
    let (events, applications): (Vec<Uuid>, Vec<&str>) = batch
        .map(|stage| (stage.event_id.get(), stage.application_number.as_str()))
        .unzip();
    let repeated = Entity::find()
        .filter(Column::EventId.is_in(events))
        .all(transaction)
        .await?;
    let heads: Vec<(String, i32)> = Entity::find()
        .select_only()
        .column(Column::ApplicationNumber)
        .column_as(Column::Sequence.max(), "head")
        .filter(Column::ApplicationNumber.is_in(applications))
        .group_by(Column::ApplicationNumber)
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(Known {
        contents: repeated
            .into_iter()
            .map(|row| (EventId::from(row.event_id), row.stage))
            .collect(),
        heads: BTreeMap::from_iter(heads),
    })
}

async fn save(
    transaction: &DatabaseTransaction,
    verdicts: &[Verdict],
    received_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut accepted = Vec::new();
    let mut repeats = Vec::new();
    for verdict in verdicts {
        match verdict {
            Verdict::Accepted(stage) => accepted.push(received_stage::ActiveModel {
                arrival: NotSet,
                event_id: Set(stage.event_id.get()),
                application_number: Set(stage.application_number.clone()),
                sequence: Set(stage.sequence),
                received_at: Set(received_at),
                duplicate_count: Set(0),
                stage: Set(stage.content.clone()),
                day_on: Set(stage.occurred_on.to_string()),
                provider_bin: Set(stage.provider_bin.clone()),
                digest: Set(stage.digest().to_vec()),
            }),
            Verdict::Duplicate(event_id) => repeats.push(event_id.get()),
            Verdict::OutOfOrder | Verdict::Rejected(_) => {}
        }
    }
    Entity::insert_many(accepted)
        .exec_without_returning(transaction)
        .await?;
    for event_id in repeats {
        Entity::update_many()
            .col_expr(
                Column::DuplicateCount,
                Expr::col(Column::DuplicateCount).add(1),
            )
            .filter(Column::EventId.eq(event_id))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

fn result(event_id: String, verdict: Verdict) -> pb::StageResult {
    let (outcome, reason) = match verdict {
        Verdict::Accepted(_) => (pb::StageOutcome::Accepted, String::new()),
        Verdict::Duplicate(_) => (pb::StageOutcome::Duplicate, String::new()),
        Verdict::OutOfOrder => (pb::StageOutcome::OutOfOrder, String::new()),
        Verdict::Rejected(reason) => (pb::StageOutcome::Rejected, reason),
    };
    pb::StageResult {
        event_id,
        outcome: outcome.into(),
        reason,
    }
}

fn received(row: &received_stage::Model) -> Result<pb::ReceivedStage, MonitorFault> {
    Ok(pb::ReceivedStage {
        arrival: row.arrival,
        received_at: Some(std::time::SystemTime::from(row.received_at).into()),
        duplicate_count: row.duplicate_count,
        stage: Some(decoded(row)?),
    })
}
