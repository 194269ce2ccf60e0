//! A small real SMTP server that catches letters into a folder, for the demonstration and for tests.
//! It never sends a letter on.

mod session;
mod wire;

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// A catcher that is not running yet.
pub struct Catcher {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder for letters, `0001.eml` and on; made if it is not there.
    pub folder: PathBuf,
    /// With it STARTTLS is offered, and no letter is taken before it.
    pub tls: Option<TlsAcceptor>,
    /// Name and password without which no letter is taken.
    pub credentials: Option<(String, String)>,
}

/// A catcher that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningCatcher {
    address: SocketAddr,
    post: Arc<Post>,
    tasks: TaskTracker,
    stopping: DropGuard,
}

/// What the connections of a catcher share.
struct Post {
    folder: PathBuf,
    tls: Option<TlsAcceptor>,
    credentials: Option<(String, String)>,
    /// Replies to give instead of taking a sender or recipient.
    refusals: Mutex<BTreeMap<String, String>>,
    caught: tokio::sync::Mutex<usize>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Catcher {
    /// Listens, and catches from then on.
    pub async fn start(self) -> io::Result<RunningCatcher> {
        std::fs::create_dir_all(&self.folder)?;
        let listener = TcpListener::bind(self.listen).await?;
        let address = listener.local_addr()?;
        let post = Arc::new(Post {
            caught: tokio::sync::Mutex::new(letters(&self.folder)?.len()),
            folder: self.folder,
            tls: self.tls,
            credentials: self.credentials,
            refusals: Mutex::default(),
        });
        let stopping = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(accept(
            listener,
            Arc::clone(&post),
            tasks.clone(),
            stopping.clone(),
        ));
        tracing::info!(%address, folder = %post.folder.display(), "the catcher of letters listens");
        Ok(RunningCatcher {
            address,
            post,
            tasks,
            stopping: stopping.drop_guard(),
        })
    }
}

impl RunningCatcher {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The letters that were caught, oldest first.
    pub fn letters(&self) -> io::Result<Vec<PathBuf>> {
        letters(&self.post.folder)
    }

    /// From now on answers `MAIL` or `RCPT` with this address by a reply such as `450 4.2.0 later`.
    pub fn refuse(&self, address: &str, reply: &str) {
        self.refusals().insert(address.to_owned(), reply.to_owned());
    }

    /// Takes back what [`refuse`](Self::refuse) said.
    pub fn welcome(&self, address: &str) {
        self.refusals().remove(address);
    }

    /// Ends all conversations and stops listening.
    pub async fn stop(self) {
        drop(self.stopping);
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn refusals(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.post
            .refusals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(
    listener: TcpListener,
    post: Arc<Post>,
    tasks: TaskTracker,
    stopping: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        let post = Arc::clone(&post);
        let stopping = stopping.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                // A client that breaks off is the client's affair.
                ended = wire::converse(stream, &post) => drop(ended),
            }
        });
    }
}

fn letters(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<_>> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    let mut letters = entries?;
    letters.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    letters.sort();
    Ok(letters)
}
