//! All sinks of an installation, by name: each with a reader of its own that this process runs.
//! It never lets two of them share a cursor.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tokio_util::sync::CancellationToken;

use super::{Beginning, Mapping, Pusher, Sink, SinkStatus};
use crate::{
    kernel::SinkName,
    lag::LagBook,
    rpc::FieldErrors,
    store::{Lease, Leases, Store},
};

/// A sink as it is configured.
#[derive(Clone, Debug)]
pub struct SinkParts {
    /// Its name.
    pub name: SinkName,
    /// How it is reached.
    pub sink: Arc<dyn Sink>,
    /// What it calls our stages.
    pub mapping: Mapping,
    /// Where it begins if it is new.
    pub from: Beginning,
}

/// A sink to which this process pushes while it holds the lease.
#[derive(Clone, Debug)]
pub struct RunningSink {
    /// How it fares.
    pub status: SinkStatus,
    /// The name of its cursor and of its lease.
    pub reader: &'static str,
    /// Where it begins if it is new.
    pub from: Beginning,
    /// How it is reached.
    pub sink: Arc<dyn Sink>,
    /// What it calls our stages.
    pub mapping: Arc<Mapping>,
}

/// The sinks of a process; clones share how they fare.
#[derive(Clone, Debug, Default)]
pub struct Sinks(Arc<Vec<RunningSink>>);

impl Sinks {
    /// Starts a reader for each.
    pub fn start(
        store: &Store,
        sinks: Vec<SinkParts>,
        leases: &Leases,
        lag: &LagBook,
        stop: &CancellationToken,
    ) -> Self {
        let started = sinks.into_iter().map(|parts| {
            let tasks = store.tasks();
            // Kept for as long as the process lives: sinks are few, and named once.
            let reader: &'static str = parts.name.reader().leak();
            let (lease, guard) = leases.keep(reader, tasks);
            let pusher = Pusher::new(store.clone(), parts, reader, lease, lag.clone());
            let running = RunningSink {
                status: pusher.status.clone(),
                reader,
                from: pusher.from,
                sink: Arc::clone(&pusher.sink),
                mapping: Arc::clone(&pusher.mapping),
            };
            tasks.spawn(pusher.run(stop.clone(), guard));
            running
        });
        Self(Arc::new(started.collect()))
    }

    /// All of them, as they are configured.
    pub fn all(&self) -> impl Iterator<Item = &RunningSink> {
        self.0.iter()
    }

    /// The one of a name.
    pub fn named(&self, name: &str) -> Option<&RunningSink> {
        self.all().find(|sink| sink.status.name().as_str() == name)
    }

    /// The one that a request must name in its field `sink`.
    pub(crate) fn required(&self, name: &str, errors: &mut FieldErrors) -> Option<&RunningSink> {
        if name.is_empty() {
            errors.missing("sink");
            return None;
        }
        let found = self.named(name);
        if found.is_none() {
            errors.add("sink", "must be the name of a sink of the configuration");
        }
        found
    }
}

impl Pusher {
    /// A reader that does not run yet.
    pub(super) fn new(
        store: Store,
        parts: SinkParts,
        reader: &'static str,
        lease: Lease,
        lag: LagBook,
    ) -> Self {
        Self {
            store,
            status: SinkStatus::of(parts.name.clone(), reader),
            name: parts.name,
            reader,
            sink: parts.sink,
            mapping: Arc::new(parts.mapping),
            from: parts.from,
            lag,
            lease,
            view: None,
            doubts: BTreeMap::new(),
            refused: BTreeSet::new(),
        }
    }
}
