//! The committer: the only writer of a process, and what has queued up while it wrote is its next commit.
//! A lone change never waits for company, and only who decided can decide again.

use std::{
    collections::{BTreeMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

use super::{
    Changes, CommitMeter, Connections, Guard, ReferenceMark, StoreFault,
    batch::{self, Writing},
    connect::Patience,
    write::{Halt, Writer},
    writer_thread::WriterThread,
};

/// How many changes wait at most; more are told to try again.
const QUEUE_MAX: usize = 1024;
/// How many of them the committer looks at for one batch.
const WAITING_MAX: usize = 512;
/// How often a batch is tried again whose losers win when they are looked for.
const ROUNDS_MAX: u32 = 3;

/// Why changes were not committed.
#[derive(Clone, Debug)]
pub(crate) enum CommitStop {
    /// A guard no longer holds; nothing was changed.
    Lost(Guard),
    /// The queue is full; nothing was changed.
    Full,
    /// The database failed; it is not known whether anything has changed.
    Fault(StoreFault),
}

/// A change that waits to be committed, and who waits for it.
struct Commit {
    writing: Writing,
    done: oneshot::Sender<Result<(), CommitStop>>,
}

impl AsRef<Writing> for Commit {
    fn as_ref(&self) -> &Writing {
        &self.writing
    }
}

impl Commit {
    /// The asker may be gone; what was committed stays.
    fn tell(self, outcome: Result<(), CommitStop>) {
        drop(self.done.send(outcome));
    }
}

/// The way in to the committer's task.
#[derive(Clone, Debug)]
pub(super) struct Committer {
    queue: mpsc::Sender<Commit>,
    head: watch::Receiver<i64>,
    meter: CommitMeter,
    claims: Arc<AtomicU64>,
}

impl Committer {
    pub(super) fn start(
        connections: &Connections,
        head: i64,
        reference: &ReferenceMark,
        tasks: &TaskTracker,
    ) -> Self {
        let (queue, queued) = mpsc::channel(QUEUE_MAX);
        let (moved, head) = watch::channel(head);
        let meter = CommitMeter::default();
        let claims = Arc::<AtomicU64>::default();
        let work = Work {
            writer: Writer::of(connections.writes.clone(), reference.clone()),
            patience: connections.patience,
            _thread: connections.writer.clone(),
            queued,
            moved,
            meter: meter.clone(),
            claims: Arc::clone(&claims),
        };
        tasks.spawn_on(work.run(), connections.writer.handle());
        Self {
            queue,
            head,
            meter,
            claims,
        }
    }

    pub(super) async fn commit(&self, changes: Changes) -> Result<(), CommitStop> {
        let (done, answer) = oneshot::channel();
        let writing = changes.into();
        self.queue
            .try_send(Commit { writing, done })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => CommitStop::Full,
                mpsc::error::TrySendError::Closed(_) => CommitStop::Fault(StoreFault::Closing),
            })?;
        self.meter.waiting.inc();
        let outcome = answer.await;
        self.meter.waiting.dec();
        outcome.unwrap_or(Err(CommitStop::Fault(StoreFault::Closing)))
    }

    pub(super) const fn meter(&self) -> &CommitMeter {
        &self.meter
    }

    pub(super) fn claims(&self) -> u64 {
        self.claims.load(Ordering::Acquire)
    }

    pub(super) fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }
}

/// A fault that passes and took this long to be told is no answer: a lock that another holds, a server that is gone.
const UNANSWERED: Duration = Duration::from_secs(1);

/// Whether the database answered at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    Yes,
    No,
}

/// The committer's task.
struct Work {
    writer: Writer,
    patience: Patience,
    /// Kept until all that waited is committed.
    _thread: WriterThread,
    queued: mpsc::Receiver<Commit>,
    moved: watch::Sender<i64>,
    meter: CommitMeter,
    claims: Arc<AtomicU64>,
}

impl Work {
    async fn run(mut self) {
        let mut waiting = VecDeque::new();
        while let Some(first) = self.next(&mut waiting).await {
            waiting.push_front(first);
            self.gather(&mut waiting);
            let most = self.writer.pace().most(waiting.len());
            if self.settle(batch::take(&mut waiting, most)).await == Answered::No {
                self.give_up(&mut waiting);
            }
        }
    }

    /// Takes what is queued.
    fn gather(&mut self, waiting: &mut VecDeque<Commit>) {
        while waiting.len() < WAITING_MAX
            && let Ok(commit) = self.queued.try_recv()
        {
            waiting.push_back(commit);
        }
    }

    /// A database that does not answer would keep all who wait as long, one batch after the other.
    fn give_up(&mut self, waiting: &mut VecDeque<Commit>) {
        while let Ok(commit) = self.queued.try_recv() {
            waiting.push_back(commit);
        }
        let fault = StoreFault::Late {
            operation: "wait for a commit",
        };
        tell_all(waiting.drain(..).collect(), &Err(CommitStop::Fault(fault)));
    }

    async fn next(&mut self, waiting: &mut VecDeque<Commit>) -> Option<Commit> {
        match waiting.pop_front() {
            Some(commit) => Some(commit),
            None => self.queued.recv().await,
        }
    }

    /// Commits what can be committed of a batch, and tells everyone how it went. A batch that fails is
    /// halved until who is to blame stands alone.
    async fn settle(&mut self, batch: Vec<Commit>) -> Answered {
        let mut answered = Answered::Yes;
        let mut parts = vec![(batch, 0)];
        while let Some((part, round)) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            let began = Instant::now();
            let fault = match self.commit(&part).await {
                Ok(number) => {
                    let claims = part.iter().filter(|commit| commit.writing.claims_share());
                    let claims = u64::try_from(claims.count()).unwrap_or(u64::MAX);
                    self.claims.fetch_add(claims, Ordering::AcqRel);
                    if let Some(number) = number {
                        self.moved.send_replace(number);
                    }
                    tell_all(part, &Ok(()));
                    continue;
                }
                Err(Halt::Lost) => match self.losers(&part).await {
                    Ok(losers) => {
                        let rest = self.without(part, &losers, round);
                        parts.push((rest, round.saturating_add(1)));
                        continue;
                    }
                    Err(fault) => fault,
                },
                Err(Halt::Fault(fault)) => fault,
            };
            if part.len() > 1 && !fault.is_transient() {
                let mut first = part;
                let second = first.split_off(first.len().div_euclid(2));
                parts.extend([(second, 0), (first, 0)]);
                continue;
            }
            if fault.is_transient() && began.elapsed() >= UNANSWERED {
                answered = Answered::No;
            }
            tell_all(part, &Err(CommitStop::Fault(fault)));
        }
        answered
    }

    async fn commit(&mut self, part: &[Commit]) -> Result<Option<i64>, Halt> {
        let writings: Vec<_> = part.iter().map(AsRef::as_ref).collect();
        let began = Instant::now();
        // A panic concerns one change; the committer serves all the others.
        let committing = AssertUnwindSafe(self.writer.commit(&writings)).catch_unwind();
        let committing = committing.map(|committed| {
            committed.unwrap_or_else(|_panic| Err(Halt::Fault(StoreFault::Panicked)))
        });
        let committed = self.patience.with("commit", committing).await;
        match &committed {
            Ok(_) => self.meter.committed(part.len(), began.elapsed()),
            Err(Halt::Lost) => {}
            Err(Halt::Fault(_)) => {
                self.meter.failed.inc();
            }
        }
        committed
    }

    /// Which of a part lose a guard.
    async fn losers(&mut self, part: &[Commit]) -> Result<Losers, StoreFault> {
        let writings: Vec<_> = part.iter().map(AsRef::as_ref).collect();
        let finding = self.writer.losers(&writings);
        self.patience.with("look for losers", finding).await
    }

    /// Tells the losers, and gives the others. Where nobody is found in the end, all are told to decide again.
    fn without(&self, part: Vec<Commit>, losers: &Losers, round: u32) -> Vec<Commit> {
        if losers.is_empty() && round >= ROUNDS_MAX {
            tell_all(part, &Err(CommitStop::Lost(Guard::Version)));
            return Vec::new();
        }
        let mut rest = Vec::new();
        for (index, commit) in part.into_iter().enumerate() {
            match losers.get(&index) {
                Some(guard) => {
                    self.meter.lost.inc();
                    commit.tell(Err(CommitStop::Lost(*guard)));
                }
                None => rest.push(commit),
            }
        }
        rest
    }
}

/// The guards that were lost, by the place of who lost them.
type Losers = BTreeMap<usize, Guard>;

fn tell_all(part: Vec<Commit>, outcome: &Result<(), CommitStop>) {
    for commit in part {
        commit.tell(outcome.clone());
    }
}
