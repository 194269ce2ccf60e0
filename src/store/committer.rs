//! The committer: the only writer of a process, one transaction per change for now.
//! It never retries a lost guard: only who decided can decide again.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, IsolationLevel, SqlErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

use super::{
    Changes, Guard, Insert, NewFact, Origin, StoreFault,
    fault::during,
    faults,
    rows::{journal, journal_head, request_memory},
};

/// How many changes wait at most; more are told to try again.
const QUEUE_MAX: usize = 1024;

/// Why changes were not committed.
#[derive(Debug)]
pub(crate) enum CommitStop {
    /// A guard no longer holds; nothing was changed.
    Lost(Guard),
    /// The queue is full; nothing was changed.
    Full,
    /// The database failed; nothing is known to have changed.
    Fault(StoreFault),
}

struct Commit {
    changes: Changes,
    done: oneshot::Sender<Result<(), CommitStop>>,
}

/// The way in to the committer's task.
#[derive(Clone, Debug)]
pub(super) struct Committer {
    queue: mpsc::Sender<Commit>,
    head: watch::Receiver<i64>,
}

impl Committer {
    pub(super) fn start(writes: DatabaseConnection, head: i64, tasks: &TaskTracker) -> Self {
        let (queue, mut queued) = mpsc::channel::<Commit>(QUEUE_MAX);
        let (moved, head) = watch::channel(head);
        tasks.spawn(async move {
            while let Some(Commit { changes, done }) = queued.recv().await {
                // A panic concerns one change; the committer serves all the others.
                let outcome = AssertUnwindSafe(commit(&writes, changes))
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_panic| Err(CommitStop::Fault(StoreFault::Panicked)));
                if let Ok(Some(number)) = &outcome {
                    moved.send_replace(*number);
                }
                // The asker may be gone; what was committed stays.
                drop(done.send(outcome.map(|_| ())));
            }
        });
        Self { queue, head }
    }

    pub(super) async fn commit(&self, changes: Changes) -> Result<(), CommitStop> {
        let (done, answer) = oneshot::channel();
        self.queue
            .try_send(Commit { changes, done })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => CommitStop::Full,
                mpsc::error::TrySendError::Closed(_) => CommitStop::Fault(StoreFault::Closing),
            })?;
        answer
            .await
            .unwrap_or(Err(CommitStop::Fault(StoreFault::Closing)))
    }

    pub(super) fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }
}

/// Commits one change and gives the number of its last fact.
async fn commit(writes: &DatabaseConnection, changes: Changes) -> Result<Option<i64>, CommitStop> {
    let transaction = begin(writes).await.map_err(CommitStop::Fault)?;
    match write(&transaction, changes).await {
        Ok(number) => {
            faults::point("commit.before");
            let committed = transaction.commit().await.map_err(during("commit"));
            faults::point("commit.after");
            committed.map_err(CommitStop::Fault).map(|()| number)
        }
        Err(stop) => {
            transaction
                .rollback()
                .await
                .map_err(during("roll back"))
                .map_err(CommitStop::Fault)?;
            Err(stop)
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that begins a transaction"
)]
async fn begin(writes: &DatabaseConnection) -> Result<DatabaseTransaction, StoreFault> {
    // SQLite has one isolation level only, and SeaORM warns at each attempt to choose.
    let can_choose = writes.get_database_backend() != DbBackend::Sqlite;
    writes
        .begin_with_options(TransactionOptions {
            isolation_level: can_choose.then_some(IsolationLevel::ReadCommitted),
            access_mode: can_choose.then_some(AccessMode::ReadWrite),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        })
        .await
        .map_err(during("begin"))
}

/// Guards first, so that a loser learns it before anything is written; the head last, so that it is
/// locked for as short as can be.
async fn write(
    transaction: &DatabaseTransaction,
    changes: Changes,
) -> Result<Option<i64>, CommitStop> {
    let Changes {
        origin,
        request,
        mut inserts,
        updates,
        facts,
    } = changes;
    let request_id = request.as_ref().map(|(key, _)| key.request_id.get());
    if let Some((key, answer)) = request {
        let row = request_memory::Model {
            caller: key.caller,
            method: key.method.to_owned(),
            request_id: key.request_id.get(),
            fingerprint: key.fingerprint.to_vec(),
            answer,
            at: origin.at,
        };
        insert(transaction, Insert::guarded(&row, Guard::Request)).await?;
    }
    for update in updates {
        let done = transaction
            .execute(&update.statement)
            .await
            .map_err(during("update a row"))
            .map_err(CommitStop::Fault)?;
        if done.rows_affected() != 1 {
            return Err(CommitStop::Lost(Guard::Version));
        }
    }
    inserts.sort_by_key(|insert| insert.guard.is_none());
    for row in inserts {
        insert(transaction, row).await?;
    }
    faults::point("commit.rows");
    number_facts(transaction, &origin, request_id, facts)
        .await
        .map_err(CommitStop::Fault)
}

async fn insert(transaction: &DatabaseTransaction, insert: Insert) -> Result<(), CommitStop> {
    let Err(error) = transaction.execute(&insert.statement).await else {
        return Ok(());
    };
    match (insert.guard, is_duplicate(&error)) {
        (Some(guard), true) => Err(CommitStop::Lost(guard)),
        (Some(_) | None, _) => Err(CommitStop::Fault(StoreFault::database(
            "insert a row",
            error,
        ))),
    }
}

fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Takes the next numbers from the head and writes the facts under them (I-9).
async fn number_facts(
    transaction: &DatabaseTransaction,
    origin: &Origin,
    request_id: Option<uuid::Uuid>,
    facts: Vec<NewFact>,
) -> Result<Option<i64>, StoreFault> {
    if facts.is_empty() {
        return Ok(None);
    }
    let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
    let head = Query::update()
        .table(journal_head::Entity)
        .value(
            journal_head::Column::Number,
            Expr::col(journal_head::Column::Number).add(count),
        )
        .and_where(Expr::col(journal_head::Column::Id).eq(1))
        .returning_col(journal_head::Column::Number)
        .to_owned();
    let row = transaction
        .query_one(&head)
        .await
        .map_err(during("move the journal's head"))?;
    let last: i64 = row
        .ok_or_else(|| StoreFault::corrupt("journal head", "is missing"))?
        .try_get_by_index(0)
        .map_err(during("move the journal's head"))?;
    let first = last.saturating_sub(count).saturating_add(1);
    let rows = (first..).zip(facts).map(|(number, fact)| {
        sea_orm::IntoActiveModel::into_active_model(journal::Model {
            number,
            subject: fact.subject,
            kind: fact.kind.to_owned(),
            body: fact.body,
            at: origin.at,
            caller: origin.caller.clone(),
            method: origin.method.to_owned(),
            request_id,
        })
    });
    journal::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map_err(during("append to the journal"))?;
    Ok(Some(last))
}
