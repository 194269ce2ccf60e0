//! The statements of leases, the same for both engines but for how each tells the time.
//! None of them ever looks at the clock of the process.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, QueryResult, Statement, Value};

use super::{Fence, TERM_MAX};
use crate::store::{StoreFault, during};

/// A lease as the database has it, by the database's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseState {
    /// What it is for.
    pub name: String,
    /// The process that took it last.
    pub holder: String,
    /// When that one took it.
    pub since_at: DateTime<Utc>,
    /// Until when, unless it is renewed.
    pub until_at: DateTime<Utc>,
    /// Whether that is later than now.
    pub is_held: bool,
}

/// Milliseconds by the clock of the database, as it is when the row is looked at.
const fn now(backend: DbBackend) -> &'static str {
    if matches!(backend, DbBackend::Postgres) {
        "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
    } else {
        "CAST(unixepoch('subsec') * 1000 AS integer)"
    }
}

fn statement(
    database: &DatabaseConnection,
    text: impl Fn(&str) -> String,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    let backend = database.get_database_backend();
    Statement::from_sql_and_values(backend, text(now(backend)), values)
}

/// Renews the lease if it is ours, takes it if it is free; nothing if another holds it.
pub(super) async fn hold(
    writes: &DatabaseConnection,
    name: &'static str,
    holder: &str,
    ours: Option<Fence>,
    term: Duration,
) -> Result<Option<Fence>, StoreFault> {
    let text = |now: &str| {
        format!(
            "INSERT INTO lease (name, holder, fence, since_ms, expires_ms) \
             VALUES ($1, $2, 1, {now}, {now} + $3) \
             ON CONFLICT (name) DO UPDATE SET \
               holder = excluded.holder, \
               fence = CASE WHEN lease.fence = $4 THEN lease.fence ELSE lease.fence + 1 END, \
               since_ms = CASE WHEN lease.fence = $4 THEN lease.since_ms ELSE excluded.since_ms END, \
               expires_ms = excluded.expires_ms \
             WHERE lease.fence = $4 OR lease.expires_ms NOT BETWEEN {now} AND {now} + $5 \
             RETURNING fence"
        )
    };
    let values: [Value; 5] = [
        name.into(),
        holder.into(),
        milliseconds(term).into(),
        // Fences begin at one.
        ours.map_or(0, |fence| fence.number).into(),
        milliseconds(TERM_MAX).into(),
    ];
    let held = writes.query_one_raw(statement(writes, text, values)).await;
    let Some(row) = held.map_err(during("hold a lease"))? else {
        return Ok(None);
    };
    let number = read(&row, "fence")?;
    Ok(Some(Fence {
        lease: name,
        number,
    }))
}

/// Gives the lease back: whoever looks next takes it.
pub(super) async fn release(writes: &DatabaseConnection, fence: Fence) -> Result<(), StoreFault> {
    let text =
        |_: &str| "UPDATE lease SET expires_ms = 0 WHERE name = $1 AND fence = $2".to_owned();
    let values: [Value; 2] = [fence.lease.into(), fence.number.into()];
    let released = writes.execute_raw(statement(writes, text, values)).await;
    released.map(drop).map_err(during("give a lease back"))
}

/// Lets every lease expire.
pub(super) async fn expire_all(writes: &DatabaseConnection) -> Result<(), StoreFault> {
    let expired = writes
        .execute_unprepared("UPDATE lease SET expires_ms = 0")
        .await;
    expired.map(drop).map_err(during("let leases expire"))
}

/// How long another process still holds the lease, unless it is renewed; none if it can be taken.
pub(super) async fn left(
    reads: &DatabaseConnection,
    name: &str,
) -> Result<Option<Duration>, StoreFault> {
    let text =
        |now: &str| format!("SELECT expires_ms - {now} AS left_ms FROM lease WHERE name = $1");
    let row = reads
        .query_one_raw(statement(reads, text, [name.into()]))
        .await;
    let Some(row) = row.map_err(during("look at a lease"))? else {
        return Ok(None);
    };
    let left_ms: i64 = read(&row, "left_ms")?;
    let left = u64::try_from(left_ms).map(Duration::from_millis);
    Ok(left
        .ok()
        .filter(|left| !left.is_zero() && *left <= TERM_MAX))
}

/// All leases, by name.
pub(super) async fn all(reads: &DatabaseConnection) -> Result<Vec<LeaseState>, StoreFault> {
    let text = |now: &str| {
        format!(
            "SELECT name, holder, since_ms, expires_ms, {now} AS now_ms FROM lease ORDER BY name"
        )
    };
    let rows = reads.query_all_raw(statement(reads, text, [])).await;
    let rows = rows.map_err(during("read the leases"))?;
    rows.iter().map(state).collect()
}

fn state(row: &QueryResult) -> Result<LeaseState, StoreFault> {
    let expires_ms: i64 = read(row, "expires_ms")?;
    let now_ms: i64 = read(row, "now_ms")?;
    Ok(LeaseState {
        name: row.try_get("", "name").map_err(during("read a lease"))?,
        holder: row.try_get("", "holder").map_err(during("read a lease"))?,
        since_at: instant(read(row, "since_ms")?)?,
        until_at: instant(expires_ms)?,
        is_held: expires_ms > now_ms,
    })
}

fn read(row: &QueryResult, column: &str) -> Result<i64, StoreFault> {
    row.try_get("", column).map_err(during("read a lease"))
}

fn instant(ms: i64) -> Result<DateTime<Utc>, StoreFault> {
    DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| StoreFault::corrupt("lease", "is of no moment"))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A statement did not end within a term.
pub(super) fn too_long() -> StoreFault {
    StoreFault::Database {
        operation: "hold a lease",
        problem: "took too long".to_owned(),
        transient: true,
    }
}
