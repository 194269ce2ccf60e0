//! Batched lookup: reads by key that queue up while others run are answered by one statement.
//! It never answers from what was read before it was asked, and nobody waits for others to ask.
//!
//! ```text
//! find(key) ─┐                 ┌─ reader ─ SELECT … WHERE key IN (k₁ … k₆₄) ─ answers, next batch
//! find(key) ─┼─ waiting: k₃ … ─┤
//! find(key) ─┘                 └─ reader ─ …              at most two, none while nobody asks
//! ```

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::FutureExt as _;
use sea_orm::{DatabaseConnection, DbErr};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use tracing::{Instrument as _, Span};

use super::{Store, StoreFault, connect::Patience, fault::during};

/// How many statements of one lookup run at once: two, so that a slow one does not stop all.
const READERS_MAX: usize = 2;

/// How many keys a statement may name. Few sizes make few texts, which stay prepared; what is over
/// is filled with the last key.
const SIZES: [usize; 4] = [1, 4, 16, 64];

/// How many keys one statement answers at most.
const BATCH_MAX: usize = 64;

/// How one statement finds many by their keys.
pub(crate) trait Lookup: Send + Sync + 'static {
    /// What is looked for.
    type Key: Copy + Ord + Send + Sync;
    /// What is found under a key.
    type Found: Clone + Send;
    /// What is being done, for a fault.
    const OPERATION: &'static str;

    /// Finds what there is under `keys`, of which the last may be repeated.
    fn find(
        &self,
        reads: &DatabaseConnection,
        keys: &[Self::Key],
    ) -> impl Future<Output = Rows<Self>> + Send;
}

/// What a statement found, each under its key.
type Rows<L> = Result<Vec<(<L as Lookup>::Key, <L as Lookup>::Found)>, DbErr>;

/// A lookup with its queue; clones share both.
pub(crate) struct Batched<L: Lookup> {
    shared: Arc<Shared<L>>,
    tasks: TaskTracker,
}

struct Shared<L: Lookup> {
    lookup: L,
    reads: DatabaseConnection,
    patience: Patience,
    queue: Mutex<Queue<L>>,
}

/// The room for calls bounds how many wait.
struct Queue<L: Lookup> {
    waiting: VecDeque<Asked<L>>,
    readers: usize,
}

struct Asked<L: Lookup> {
    key: L::Key,
    answer: oneshot::Sender<Answer<L>>,
    /// The call that asks: the statement is logged in that of the first.
    span: Span,
}

type Answer<L> = Result<Option<<L as Lookup>::Found>, StoreFault>;

impl<L: Lookup> Batched<L> {
    pub(crate) fn over(store: &Store, lookup: L) -> Self {
        let queue = Mutex::new(Queue {
            waiting: VecDeque::new(),
            readers: 0,
        });
        Self {
            shared: Arc::new(Shared {
                lookup,
                reads: store.reads().clone(),
                patience: store.patience,
                queue,
            }),
            tasks: store.tasks().clone(),
        }
    }

    /// Finds one, as it is after every commit that was acknowledged before.
    pub(crate) async fn find(&self, key: L::Key) -> Result<Option<L::Found>, StoreFault> {
        let (answer, answered) = oneshot::channel();
        let span = Span::current();
        if self.shared.ask(Asked { key, answer, span }) {
            self.tasks.spawn(read(Arc::clone(&self.shared)));
        }
        match answered.await {
            Ok(answer) => answer,
            Err(_unanswered) => Err(StoreFault::ReadPanicked),
        }
    }
}

impl<L: Lookup> Shared<L> {
    fn queue(&self) -> MutexGuard<'_, Queue<L>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a read, and says whether a reader must be started for it.
    fn ask(&self, asked: Asked<L>) -> bool {
        let mut queue = self.queue();
        queue.waiting.push_back(asked);
        let has_room = queue.readers < READERS_MAX;
        if has_room {
            queue.readers = queue.readers.saturating_add(1);
        }
        has_room
    }

    /// Lets whoever is just about to ask do so, without a timer: those that were answered together ask
    /// again together.
    async fn gather(&self) {
        let mut before = 0;
        loop {
            let waiting = self.queue().waiting.len();
            if waiting == before || waiting >= BATCH_MAX {
                return;
            }
            before = waiting;
            tokio::task::yield_now().await;
        }
    }

    /// Takes what waits; with nothing left the reader that asks is one no more, decided under the
    /// lock so that no read is left behind.
    fn next_batch(&self) -> Vec<Asked<L>> {
        let mut queue = self.queue();
        let count = queue.waiting.len().min(BATCH_MAX);
        let batch: Vec<_> = queue.waiting.drain(..count).collect();
        if batch.is_empty() {
            queue.readers = queue.readers.saturating_sub(1);
        }
        batch
    }

    /// Reads for all of a batch that still wait. A statement begins after all of them asked.
    async fn answer(&self, batch: Vec<Asked<L>>) {
        let mut asked: BTreeMap<L::Key, Vec<oneshot::Sender<Answer<L>>>> = BTreeMap::new();
        for Asked { key, answer, .. } in batch {
            if !answer.is_closed() {
                asked.entry(key).or_default().push(answer);
            }
        }
        if asked.is_empty() {
            return;
        }
        let keys = padded(asked.keys().copied().collect());
        let finding = self.lookup.find(&self.reads, &keys);
        let finding = async { finding.await.map_err(during(L::OPERATION)) };
        match self.patience.with(L::OPERATION, finding).await {
            Ok(found) => {
                for (key, found) in found {
                    let mut answers = asked.remove(&key).unwrap_or_default();
                    let last = answers.pop();
                    for answer in answers {
                        // The asker may be gone.
                        drop(answer.send(Ok(Some(found.clone()))));
                    }
                    drop(last.map(|answer| answer.send(Ok(Some(found)))));
                }
                for answer in asked.into_values().flatten() {
                    drop(answer.send(Ok(None)));
                }
            }
            Err(fault) => {
                for answer in asked.into_values().flatten() {
                    drop(answer.send(Err(fault.clone())));
                }
            }
        }
    }
}

/// Reads batch after batch until nobody waits.
async fn read<L: Lookup>(shared: Arc<Shared<L>>) {
    loop {
        shared.gather().await;
        let batch = shared.next_batch();
        let Some(first) = batch.first() else {
            return;
        };
        let span = first.span.clone();
        // A panic drops the senders of its batch, which tells their askers; the reader goes on.
        let answered = AssertUnwindSafe(shared.answer(batch)).catch_unwind();
        drop(answered.instrument(span).await);
    }
}

/// Fills keys up to the next size.
fn padded<K: Copy>(mut keys: Vec<K>) -> Vec<K> {
    let size = SIZES.into_iter().find(|size| *size >= keys.len());
    if let (Some(size), Some(last)) = (size, keys.last().copied()) {
        keys.resize(size, last);
    }
    keys
}

impl<L: Lookup> Clone for Batched<L> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            tasks: self.tasks.clone(),
        }
    }
}

impl<L: Lookup> fmt::Debug for Batched<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batched").finish_non_exhaustive()
    }
}
