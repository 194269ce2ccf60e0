//! A thread of the writer's own. The service's threads have many calls to see to, each as urgent as the next: an
//! answer of the database to the one who writes for all would wait in their queue, several times for each commit.
//! It never does anything but write.

use std::{future::Future, io, sync::Arc, thread, time::Duration};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
    time::sleep,
};
use tracing::dispatcher;

use super::StoreFault;

/// How often, and how many times, it is looked whether all has ended.
const LOOK: Duration = Duration::from_millis(10);
const LOOKS_MAX: u32 = 200;

/// The thread; it ends with the last clone.
#[derive(Clone, Debug)]
pub(super) struct WriterThread {
    handle: Handle,
    _kept: Arc<oneshot::Sender<()>>,
}

/// A connection that is just being given back is let do so.
async fn ended(handle: &Handle) {
    for _ in 0..LOOKS_MAX {
        if handle.metrics().num_alive_tasks() == 0 {
            return;
        }
        sleep(LOOK).await;
    }
}

impl WriterThread {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (kept, gone) = oneshot::channel::<()>();
        // It tells of its work where whoever started it does.
        let told_to = dispatcher::get_default(Clone::clone);
        let run = move || {
            let _told = dispatcher::set_default(&told_to);
            // Nothing is ever sent: it ends when the sender is gone.
            drop(runtime.block_on(gone));
            runtime.block_on(ended(runtime.handle()));
            // What it still had to do is told there, too.
            drop(runtime);
        };
        thread::Builder::new()
            .name("writer".to_owned())
            .spawn(run)?;
        Ok(Self {
            handle,
            _kept: Arc::new(kept),
        })
    }

    pub(super) const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Makes something on the thread, so that what it waits for wakes the thread and no other.
    pub(super) async fn make<T: Send + 'static>(
        &self,
        making: impl Future<Output = Result<T, StoreFault>> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let made = self.handle.spawn(making).await;
        made.unwrap_or(Err(StoreFault::Panicked))
    }
}
