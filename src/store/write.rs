//! Writes a batch in one transaction: guards first, the journal's head last, one statement for each table or, where
//! the engine can, one for all, which may then be the transaction. It writes all of a batch or nothing of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter as _, QueryResult, QuerySelect as _, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

mod at_once;

use super::{
    Fence, Guard, ReferenceMark, StoreFault,
    batch::Writing,
    changes::{Column, Key, KeyPart},
    fault::during,
    faults,
    head::{self, Head, is_outdated, move_head},
    pace::Pace,
    parts::{Guarded, Part, groups, numbered, parts},
    rows::lease,
    statement::{Statements, Telling},
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

/// How a batch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By one statement, which is a transaction of its own.
    Alone,
    /// By one statement within a transaction.
    AtOnce,
    /// By one for each table.
    ByTable,
}

/// Writes through the one connection for writes.
#[derive(Debug)]
pub(super) struct Writer {
    writes: DatabaseConnection,
    statements: Statements,
    reference: ReferenceMark,
    pace: Pace,
}

impl Writer {
    pub(super) fn of(writes: DatabaseConnection, reference: ReferenceMark) -> Self {
        Self {
            statements: Statements::of(writes.get_database_backend()),
            writes,
            reference,
            pace: Pace::default(),
        }
    }

    /// What the last commits took.
    pub(super) const fn pace(&self) -> Pace {
        self.pace
    }

    /// Commits a batch; gives the number of its last fact. Where one statement writes all of it, who loses a guard
    /// may break a constraint by another row as well: then one table after the other tells what it is.
    pub(super) async fn commit(&mut self, batch: &[&Writing]) -> Result<Option<i64>, Halt> {
        let way = self.way(batch);
        match self.commit_by(way, batch).await {
            Err(Halt::Fault(fault)) if way != Way::ByTable && !fault.is_transient() => {
                self.commit_by(Way::ByTable, batch).await
            }
            outcome => outcome,
        }
    }

    async fn commit_by(&mut self, way: Way, batch: &[&Writing]) -> Result<Option<i64>, Halt> {
        if way == Way::Alone {
            return self.commit_alone(batch).await.map(|head| Some(head.number));
        }
        let began = Instant::now();
        let (transaction, head) = self.written(way, batch).await?;
        faults::point("commit.before");
        let written = Instant::now();
        let committed = transaction.commit().await.map_err(during("commit"));
        faults::point("commit.after");
        committed?;
        self.pace
            .saw(written.duration_since(began), written.elapsed());
        if let Some(head) = head {
            self.reference.saw(head.reference);
        }
        Ok(head.map(|head| head.number))
    }

    /// A transaction in which a batch is written.
    async fn written(
        &mut self,
        way: Way,
        batch: &[&Writing],
    ) -> Result<(DatabaseTransaction, Option<Head>), Halt> {
        let transaction = begin(&self.writes).await?;
        match self.write(&transaction, batch, way).await {
            Ok(head) => Ok((transaction, head)),
            Err(Halt::Lost) => {
                roll_back(transaction).await?;
                Err(Halt::Lost)
            }
            Err(Halt::Fault(fault)) => {
                // The fault counts; SQLite has rolled back already if its disk is full.
                if let Err(rolling_back) = roll_back(transaction).await {
                    tracing::info!(fault = %rolling_back, "a roll-back failed");
                }
                Err(Halt::Fault(fault))
            }
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
        way: Way,
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
        if way == Way::AtOnce {
            return self.write_at_once(transaction, batch).await.map(Some);
        }
        for part in parts(batch) {
            let written = self.count(transaction, &part).await?;
            if written != part.rows.len() {
                return Err(Halt::Lost);
            }
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
        for group in groups(batch) {
            let mut won = self.keys(transaction, &group.part()).await?;
            for Guarded {
                change,
                guard,
                written,
            } in group.rows
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
        part: &Part<'_>,
    ) -> Result<usize, StoreFault> {
        let mut count: u64 = 0;
        for statement in self.statements.write(part, Telling::Count) {
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
        part: &Part<'_>,
    ) -> Result<BTreeSet<Key>, StoreFault> {
        let columns = self.statements.keys(part.table);
        let mut keys = BTreeSet::new();
        for statement in self.statements.write(part, Telling::Keys) {
            let returned = transaction.query_all_raw(statement).await;
            for row in returned.map_err(during("write rows"))? {
                let example = part.rows.first().map(|written| &written.row.key);
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
        let facts = numbered(batch, first);
        self.count(transaction, &Part::of_facts(&facts)).await?;
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
