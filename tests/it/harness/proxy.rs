//! A stretch of network that can be cut, frozen, slowed and restored, before anything that listens.
//! It never looks into what passes.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};
use tokio_util::task::TaskTracker;

/// How the stretch fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Fair,
    /// Each piece is late by this much.
    Slow(Duration),
    /// Connections stand, and nothing passes.
    Frozen,
    /// Connections are hung up on, and so is everyone who connects.
    Cut,
}

/// The stretch; it ends with the test's runtime.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    /// Begins to listen before `server`, in fair weather.
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (weather, seen) = watch::channel(Weather::Fair);
        let tasks = TaskTracker::new();
        let connections = tasks.clone();
        tasks.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if *seen.borrow() == Weather::Cut {
                    continue;
                }
                let Ok(far) = TcpStream::connect(server).await else {
                    continue;
                };
                let (near_in, near_out) = near.into_split();
                let (far_in, far_out) = far.into_split();
                connections.spawn(pass(near_in, far_out, seen.clone()));
                connections.spawn(pass(far_in, near_out, seen.clone()));
            }
        });
        Self { address, weather }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hangs up on everyone, now and from now on.
    pub(crate) fn cut(&self) {
        self.weather.send_replace(Weather::Cut);
    }

    /// Lets nothing pass any more, and hangs up on nobody.
    pub(crate) fn freeze(&self) {
        self.weather.send_replace(Weather::Frozen);
    }

    /// Lets each piece pass after a while.
    pub(crate) fn slow(&self, by: Duration) {
        self.weather.send_replace(Weather::Slow(by));
    }

    /// Lets everything pass again, what was held back first.
    pub(crate) fn restore(&self) {
        self.weather.send_replace(Weather::Fair);
    }
}

/// Passes on what comes until an end hangs up or the stretch is cut.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut seen: watch::Receiver<Weather>) {
    let mut piece = vec![0; 64 * 1024];
    let mut cut = seen.clone();
    let passing = async {
        loop {
            let count = from.read(&mut piece).await.unwrap_or_default();
            if count == 0 {
                return;
            }
            let thawed = seen.wait_for(|now| *now != Weather::Frozen).await;
            let Ok(weather) = thawed.map(|now| *now) else {
                return;
            };
            if let Weather::Slow(by) = weather {
                tokio::time::sleep(by).await;
            }
            if to.write_all(&piece[..count]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = passing => {}
        _ = cut.wait_for(|now| *now == Weather::Cut) => {}
    }
}
