//! A thread of the writer's own. The service's threads have many calls to see to, each as urgent as the next: an
//! answer of the database to the one who writes for all would wait in their queue, several times for each commit.
//! It never does anything but write, and never ends before its connections.

use std::{io, sync::Arc, thread, time::Duration};

use sea_orm::{ConnectOptions, DatabaseConnection};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::oneshot,
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;
use tracing::dispatcher;

use super::{StoreFault, connect::connect};

/// How long connections that somebody still has are waited for: longer than a silent one is that is given back.
const GIVEN_BACK: Duration = Duration::from_secs(5);

/// The thread; it ends with the last clone.
#[derive(Clone, Debug)]
pub(super) struct WriterThread {
    handle: Handle,
    _kept: Arc<oneshot::Sender<()>>,
}

impl WriterThread {
    /// Starts it, and connects on it: what is waited for of the connections wakes the thread and no other.
    pub(super) async fn connected(
        options: ConnectOptions,
    ) -> Result<(Self, DatabaseConnection), StoreFault> {
        let (connects, connected) = oneshot::channel();
        let (kept, gone) = oneshot::channel::<()>();
        let handle = started(async move {
            let made = connect(options).await;
            let connection = made.as_ref().ok().cloned();
            // Nobody may be there any more to have it, and nothing is ever sent that they are gone.
            drop(connects.send(made));
            drop(gone.await);
            if let Some(connection) = connection {
                close(&connection).await;
            }
        });
        let handle = handle.map_err(|error| StoreFault::NoThread {
            problem: error.kind().to_string(),
        })?;
        let connection = connected.await.unwrap_or(Err(StoreFault::Panicked))?;
        let thread = Self {
            handle,
            _kept: Arc::new(kept),
        };
        Ok((thread, connection))
    }

    pub(super) const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Has something written on the thread, and gives it up when nobody waits for it any more: a connection
    /// that was opened elsewhere would be waited for there, and be of no use once nobody does.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreFault>> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let running = AbortOnDropHandle::new(self.handle.spawn(work));
        running.await.unwrap_or(Err(StoreFault::Panicked))
    }
}

/// What somebody still does with one is let come to its end first.
async fn close(connection: &DatabaseConnection) {
    if timeout(GIVEN_BACK, connection.close_by_ref())
        .await
        .is_err()
    {
        tracing::info!("a connection for writes was not given back");
    }
}

/// Starts a thread that does all of that.
fn started(work: impl Future<Output = ()> + Send + 'static) -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    // It tells of its work where whoever started it does.
    let told_to = dispatcher::get_default(Clone::clone);
    let run = move || {
        let _told = dispatcher::set_default(&told_to);
        runtime.block_on(work);
        // What it still had to do is told there, too.
        drop::<Runtime>(runtime);
    };
    thread::Builder::new()
        .name("writer".to_owned())
        .spawn(run)?;
    Ok(handle)
}
