//! Electronic contracts to be filed, each another one and signed by both parties before the clock
//! starts. None is ever filed twice.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use tizilim::{
    demo::{World, agreement},
    pb::registry::v1::SubmitApplicationRequest,
};

/// Signs contracts of a world on one share after another.
pub(crate) struct Contracts<'world> {
    world: &'world World,
    signed: u32,
}

/// Signed contracts that callers take one by one.
pub(crate) struct Batch {
    requests: Vec<SubmitApplicationRequest>,
    taken: AtomicUsize,
}

impl<'world> Contracts<'world> {
    pub(crate) const fn of(world: &'world World) -> Self {
        Self { world, signed: 0 }
    }

    /// Signs that many more, on all processors.
    pub(crate) fn sign(&mut self, count: u32) -> Batch {
        let workers = u32::try_from(thread::available_parallelism().unwrap().get()).unwrap();
        let from = self.signed;
        self.signed += count;
        let (world, to) = (self.world, self.signed);
        let requests = thread::scope(|scope| {
            let parts: Vec<_> = (1..=workers)
                .map(|worker| {
                    let shares = (from + worker..=to).step_by(usize::try_from(workers).unwrap());
                    let sign = |share| agreement(world, share).electronic_contract().unwrap();
                    scope.spawn(move || shares.map(sign).collect::<Vec<_>>())
                })
                .collect();
            let signed = parts.into_iter().flat_map(|part| part.join().unwrap());
            signed.collect()
        });
        Batch {
            requests,
            taken: AtomicUsize::new(0),
        }
    }
}

impl Batch {
    /// One that nobody took before.
    pub(crate) fn take(&self) -> Option<SubmitApplicationRequest> {
        let place = self.taken.fetch_add(1, Ordering::Relaxed);
        self.requests.get(place).cloned()
    }
}
