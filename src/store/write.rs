//! Writes a batch in one transaction: guards first, the journal's head last, one statement for each table.
//! It writes all of a batch or nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, QueryFilter as _, QueryResult, QuerySelect as _, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use super::{
    Fence, Guard, Insert, ReferenceMark, StoreFault,
    batch::Writing,
    changes::{Column, Key, KeyPart, Table},
    fault::during,
    faults,
    head::{self, Head, is_outdated, move_head},
    rows::{journal, lease},
    statement::{Purpose, Statements, Telling, Written},
};

/// Why a batch was not written.
#[derive(Debug)]
pub(super) enum Halt {
    /// At least one of its changes lost a guard.
    Lost,
    /// The database failed.
    Fault(StoreFault),
}

impl From<StoreFault> for Halt {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

/// Writes through the one connection for writes.
#[derive(Debug)]
pub(super) struct Writer {
    writes: DatabaseConnection,
    statements: Statements,
    reference: ReferenceMark,
}

/// A row whose writing is a guard, and of which change of the batch it is.
#[derive(Clone, Copy, Debug)]
struct Guarded<'a> {
    change: usize,
    guard: Guard,
    written: Written<'a>,
}

/// The guarded rows of one table, in the order of their keys: all processes lock in the same order.
struct Group<'a> {
    table: Table,
    purpose: Purpose,
    rows: Vec<Guarded<'a>>,
}

impl Writer {
    pub(super) fn of(writes: DatabaseConnection, reference: ReferenceMark) -> Self {
        Self {
            statements: Statements::of(writes.get_database_backend()),
            writes,
            reference,
        }
    }

    /// Commits a batch; gives the number of its last fact.
    pub(super) async fn commit(&mut self, batch: &[&Writing]) -> Result<Option<i64>, Halt> {
        let transaction = begin(&self.writes).await?;
        match self.write(&transaction, batch).await {
            Ok(head) => {
                faults::point("commit.before");
                let committed = transaction.commit().await.map_err(during("commit"));
                faults::point("commit.after");
                if let Err(fault) = committed {
                    self.renew().await;
                    return Err(fault.into());
                }
                if let Some(head) = head {
                    self.reference.saw(head.reference);
                }
                Ok(head.map(|head| head.number))
            }
            Err(Halt::Lost) => {
                roll_back(transaction).await?;
                Err(Halt::Lost)
            }
            Err(Halt::Fault(fault)) => {
                // The fault counts; SQLite has rolled back already if its disk is full.
                if let Err(rolling_back) = roll_back(transaction).await {
                    tracing::info!(fault = %rolling_back, "a roll-back failed");
                }
                self.renew().await;
                Err(Halt::Fault(fault))
            }
        }
    }

    /// After a fault the driver may believe a transaction of SQLite open that the engine has ended, and
    /// would begin savepoints in the place of immediate transactions from then on: the connection is
    /// closed, and the pool opens the next.
    async fn renew(&self) {
        if self.writes.get_database_backend() != DbBackend::Sqlite {
            return;
        }
        let pool = self.writes.get_sqlite_connection_pool();
        let closed = match pool.acquire().await {
            Ok(connection) => connection.close().await,
            Err(error) => Err(error),
        };
        if closed.is_err() {
            tracing::info!("the connection for writes could not be closed");
        }
    }

    /// Which changes of a batch lose a guard, and which; nothing is written.
    pub(super) async fn losers(
        &mut self,
        batch: &[&Writing],
    ) -> Result<BTreeMap<usize, Guard>, StoreFault> {
        let transaction = begin(&self.writes).await?;
        let losers = self.find_losers(&transaction, batch).await;
        roll_back(transaction).await?;
        losers
    }

    async fn write(
        &mut self,
        transaction: &DatabaseTransaction,
        batch: &[&Writing],
    ) -> Result<Option<Head>, Halt> {
        for fence in batch
            .iter()
            .filter_map(|writing| writing.fence)
            .collect::<BTreeSet<_>>()
        {
            if !holds(transaction, fence).await? {
                return Err(Halt::Lost);
            }
        }
        for Group {
            table,
            purpose,
            rows,
        } in groups(batch)
        {
            let written: Vec<_> = rows.iter().map(|row| row.written).collect();
            if self.count(transaction, table, purpose, &written).await? != rows.len() {
                return Err(Halt::Lost);
            }
        }
        for (table, rows) in unguarded(batch) {
            self.count(transaction, table, Purpose::Insert, &rows)
                .await?;
        }
        faults::point("commit.rows");
        self.number_facts(transaction, batch).await
    }

    async fn find_losers(
        &mut self,
        transaction: &DatabaseTransaction,
        batch: &[&Writing],
    ) -> Result<BTreeMap<usize, Guard>, StoreFault> {
        let mut losers = BTreeMap::new();
        for (change, writing) in batch.iter().enumerate() {
            if let Some(fence) = writing.fence
                && !holds(transaction, fence).await?
            {
                losers.insert(change, Guard::Lease);
            }
        }
        for Group {
            table,
            purpose,
            rows,
        } in groups(batch)
        {
            let written: Vec<_> = rows.iter().map(|row| row.written).collect();
            let mut won = self.keys(transaction, table, purpose, &written).await?;
            for Guarded {
                change,
                guard,
                written,
            } in rows
            {
                if !won.remove(&written.row.key) {
                    losers.entry(change).or_insert(guard);
                }
            }
        }
        let reference = head::reference(transaction).await?;
        self.reference.saw(reference);
        for (change, writing) in batch.iter().enumerate() {
            if is_outdated(writing, reference) {
                losers.entry(change).or_insert(Guard::Reference);
            }
        }
        Ok(losers)
    }

    /// Writes rows of one table; tells how many.
    async fn count(
        &mut self,
        transaction: &DatabaseTransaction,
        table: Table,
        purpose: Purpose,
        rows: &[Written<'_>],
    ) -> Result<usize, StoreFault> {
        let mut count: u64 = 0;
        for statement in self.statements.write(table, purpose, Telling::Count, rows) {
            let done = transaction.execute_raw(statement).await;
            let done = done.map_err(during("write rows"))?;
            count = count.saturating_add(done.rows_affected());
        }
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Writes rows of one table; tells which.
    async fn keys(
        &mut self,
        transaction: &DatabaseTransaction,
        table: Table,
        purpose: Purpose,
        rows: &[Written<'_>],
    ) -> Result<BTreeSet<Key>, StoreFault> {
        let columns = self.statements.keys(table);
        let mut keys = BTreeSet::new();
        for statement in self.statements.write(table, purpose, Telling::Keys, rows) {
            let returned = transaction.query_all_raw(statement).await;
            for row in returned.map_err(during("write rows"))? {
                let example = rows.first().map(|written| &written.row.key);
                keys.insert(key(&row, &columns, example.map_or(&[], Vec::as_slice))?);
            }
        }
        Ok(keys)
    }

    /// Takes the next numbers from the head and writes the facts under them (I-9).
    async fn number_facts(
        &mut self,
        transaction: &DatabaseTransaction,
        batch: &[&Writing],
    ) -> Result<Option<Head>, Halt> {
        let count: usize = batch.iter().map(|writing| writing.facts.len()).sum();
        if count == 0 {
            return Ok(None);
        }
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let Some(head) = move_head(transaction, count, batch).await? else {
            return Err(Halt::Lost);
        };
        let first = head.number.saturating_sub(count).saturating_add(1);
        let facts = batch
            .iter()
            .flat_map(|writing| writing.facts.iter().map(move |fact| (writing, fact)));
        let rows = (first..).zip(facts).map(|(number, (writing, fact))| {
            Insert::of(&journal::Model {
                number,
                subject: fact.subject,
                kind: fact.kind.to_owned(),
                body: fact.body.clone(),
                at: writing.origin.at,
                caller: writing.origin.caller.clone(),
                method: writing.origin.method.to_owned(),
                request_id: writing.request_id,
            })
        });
        let rows: Vec<Insert> = rows.collect();
        let written: Vec<_> = rows.iter().map(new).collect();
        if let Some(row) = rows.first() {
            self.count(transaction, row.row.table, Purpose::Insert, &written)
                .await?;
        }
        Ok(Some(head))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that begins a transaction"
)]
async fn begin(writes: &DatabaseConnection) -> Result<DatabaseTransaction, StoreFault> {
    writes
        .begin_with_options(TransactionOptions {
            // SQLite has one level only; PostgreSQL's sessions are told theirs when they begin.
            isolation_level: None,
            // Asking a standby to write is refused as if it could never do so; writing is not.
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        })
        .await
        .map_err(during("begin"))
}

async fn roll_back(transaction: DatabaseTransaction) -> Result<(), StoreFault> {
    transaction.rollback().await.map_err(during("roll back"))
}

/// Whether a lease is still held; where processes share the database, no other takes it before the
/// transaction ends.
async fn holds(transaction: &DatabaseTransaction, fence: Fence) -> Result<bool, StoreFault> {
    let row = lease::Entity::find_by_id(fence.lease)
        .filter(lease::Column::Fence.eq(fence.number))
        .lock_shared()
        .one(transaction)
        .await
        .map_err(during("look at a lease"))?;
    Ok(row.is_some())
}

/// The guarded rows by table. The memory of requests comes first: most losers lose there.
fn groups<'a>(batch: &[&'a Writing]) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(bool, &str, Purpose), Group<'a>> = BTreeMap::new();
    for (change, writing) in batch.iter().enumerate() {
        let updates = writing.updates.iter().map(|update| {
            let written = Written {
                row: &update.row,
                version_before: Some(update.version_before),
            };
            (Purpose::Replace, update.guard, written)
        });
        let inserts = writing.inserts.iter().filter_map(|insert| {
            let guard = insert.guard?;
            Some((Purpose::InsertFree, guard, new(insert)))
        });
        for (purpose, guard, written) in updates.chain(inserts) {
            let table = written.row.table;
            let group = groups
                .entry((guard != Guard::Request, table.name, purpose))
                .or_insert_with(|| Group {
                    table,
                    purpose,
                    rows: Vec::new(),
                });
            group.rows.push(Guarded {
                change,
                guard,
                written,
            });
        }
    }
    let mut groups: Vec<Group<'a>> = groups.into_values().collect();
    for group in &mut groups {
        group
            .rows
            .sort_by(|a, b| a.written.row.key.cmp(&b.written.row.key));
    }
    groups
}

/// The new rows that nothing is in the way of, by table.
fn unguarded<'a>(batch: &[&'a Writing]) -> Vec<(Table, Vec<Written<'a>>)> {
    let mut tables: BTreeMap<&str, (Table, Vec<Written<'a>>)> = BTreeMap::new();
    let inserts = batch.iter().flat_map(|writing| &writing.inserts);
    for insert in inserts.filter(|insert| insert.guard.is_none()) {
        let table = insert.row.table;
        let (_, rows) = tables.entry(table.name).or_insert((table, Vec::new()));
        rows.push(new(insert));
    }
    tables.into_values().collect()
}

const fn new(insert: &Insert) -> Written<'_> {
    Written {
        row: &insert.row,
        version_before: None,
    }
}

/// The key of a returned row, whose parts are of the kinds of another key of the same table.
fn key(row: &QueryResult, columns: &[Column], example: &[KeyPart]) -> Result<Key, StoreFault> {
    let parts = columns.iter().zip(example);
    parts
        .map(|(column, part)| {
            let name = column.name;
            match part {
                KeyPart::Number(_) => number(row, name).map(KeyPart::Number),
                KeyPart::Text(_) => row.try_get("", name).map(KeyPart::Text),
                KeyPart::Id(_) => row.try_get("", name).map(KeyPart::Id),
            }
        })
        .collect::<Result<_, _>>()
        .map_err(during("read a key"))
}

/// PostgreSQL has columns of 4 bytes and of 8, and its driver takes neither for the other.
fn number(row: &QueryResult, name: &str) -> Result<i64, DbErr> {
    row.try_get("", name)
        .or_else(|_other_size| row.try_get::<i32>("", name).map(i64::from))
}
