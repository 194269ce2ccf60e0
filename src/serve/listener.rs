//! Accepts connections, no more than may be, and hangs up on those that keep silent.
//! It never spins when the system has no more files to give, and never waits for a mute client.
//!
//! tonic 0.14 alone holds a connection that never sends the HTTP/2 preface for ever, and tries again
//! without pause when accepting fails. A live connection is never silent for long: it answers pings.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{Stream, stream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::{Connected, TcpConnectInfo};

/// The length of the HTTP/2 preface; a TLS greeting is longer.
const PREFACE_BYTES: usize = 24;

/// Pause after a failed accept: most often there are no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a connection may keep silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Until its first bytes.
    pub(super) at_first: Duration,
    /// From then on; longer than the interval of pings.
    pub(super) later: Duration,
}

/// The connections of a listener, each for as long as `cut` is not cancelled.
pub(super) fn accepted(
    listener: TcpListener,
    places: Arc<Semaphore>,
    patience: Patience,
    cut: CancellationToken,
) -> impl Stream<Item = io::Result<Connection>> {
    stream::unfold(listener, move |listener| {
        let places = Arc::clone(&places);
        let cut = cut.clone();
        async move {
            let place = places.acquire_owned().await.ok()?;
            let socket = accept(&listener).await;
            let connection = Connection::new(socket, place, patience, cut);
            Some((Ok(connection), listener))
        }
    })
}

/// One line when accepting begins to fail and one when it works again: there are twenty tries a second.
async fn accept(listener: &TcpListener) -> TcpStream {
    let mut failures: u64 = 0;
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                if failures > 0 {
                    tracing::warn!(failures, "connections are accepted again");
                }
                return socket;
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(%error, "connections are not accepted");
                }
                failures = failures.saturating_add(1);
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// A connection that ends when it is silent for too long, or cut.
#[derive(Debug)]
pub(super) struct Connection {
    socket: TcpStream,
    patience: Patience,
    heard_bytes: usize,
    heard_at: Instant,
    alarm: Pin<Box<Sleep>>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    fn new(
        socket: TcpStream,
        place: OwnedSemaphorePermit,
        patience: Patience,
        cut: CancellationToken,
    ) -> Self {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's algorithm");
        }
        Self {
            socket,
            patience,
            heard_bytes: 0,
            heard_at: Instant::now(),
            alarm: Box::pin(sleep(patience.at_first)),
            cut: Box::pin(cut.cancelled_owned()),
            _place: place,
        }
    }

    fn hear(&mut self, bytes: usize) {
        let is_greeting = self.heard_bytes < PREFACE_BYTES;
        self.heard_bytes = self.heard_bytes.saturating_add(bytes);
        // A greeting that trickles in gets no more time for each of its bytes.
        if !is_greeting || self.heard_bytes >= PREFACE_BYTES {
            self.heard_at = Instant::now();
        }
    }

    /// Whether patience is at its end; the alarm is not moved by each read, but looks when it rings.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            let patience = if self.heard_bytes < PREFACE_BYTES {
                self.patience.at_first
            } else {
                self.patience.later
            };
            let end = self.heard_at.checked_add(patience);
            match end {
                Some(end) if end > Instant::now() => self.alarm.as_mut().reset(end),
                _ => return Poll::Ready(()),
            }
        }
        self.cut.as_mut().poll(cx)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.socket).poll_read(cx, buffer) {
            this.hear(buffer.filled().len().saturating_sub(before));
            return Poll::Ready(result);
        }
        this.poll_patience(cx)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.socket.connect_info()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const PATIENCE: Patience = Patience {
        at_first: Duration::from_millis(60),
        later: Duration::from_millis(120),
    };

    struct Pair {
        client: TcpStream,
        server: Connection,
        cut: CancellationToken,
    }

    async fn pair(patience: Patience) -> Pair {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let cut = CancellationToken::new();
        let accepted = accepted(listener, Arc::new(Semaphore::new(1)), patience, cut.clone());
        let mut accepted = Box::pin(accepted);
        let client = TcpStream::connect(address).await.unwrap();
        let server = accepted.next().await.unwrap().unwrap();
        Pair {
            client,
            server,
            cut,
        }
    }

    async fn read(server: &mut Connection) -> io::Result<usize> {
        server.read(&mut [0; 100]).await
    }

    #[tokio::test]
    async fn a_client_that_says_nothing_is_hung_up_on() {
        let mut pair = pair(PATIENCE).await;
        let error = read(&mut pair.server).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_greeting_that_trickles_in_gets_no_more_time() {
        const TRICKLE: usize = PREFACE_BYTES - 1;
        let Pair {
            mut client,
            mut server,
            cut: _cut,
        } = pair(PATIENCE).await;
        let trickling = async {
            for _ in 0..TRICKLE {
                client.write_all(b"P").await.unwrap();
                sleep(Duration::from_millis(10)).await;
            }
            client
        };
        let listening = async {
            loop {
                if let Err(error) = read(&mut server).await {
                    break error;
                }
            }
        };
        let (_client, error) = tokio::join!(trickling, listening);
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(server.heard_bytes < TRICKLE, "{}", server.heard_bytes);
    }

    #[tokio::test]
    async fn a_client_that_speaks_is_kept_and_one_that_falls_silent_is_not() {
        let mut pair = pair(PATIENCE).await;
        for _ in 0..4 {
            pair.client.write_all(&[0; PREFACE_BYTES]).await.unwrap();
            assert_eq!(read(&mut pair.server).await.unwrap(), PREFACE_BYTES);
            sleep(PATIENCE.at_first).await;
        }
        let error = read(&mut pair.server).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_cut_ends_a_connection_at_once() {
        let endless = Patience {
            at_first: Duration::from_hours(1),
            later: Duration::from_hours(1),
        };
        let mut pair = pair(endless).await;
        pair.cut.cancel();
        assert!(read(&mut pair.server).await.is_err());
    }

    #[tokio::test]
    async fn beyond_the_limit_a_connection_waits_until_one_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Arc::new(Semaphore::new(1));
        let accepted = accepted(listener, places, PATIENCE, CancellationToken::new());
        let mut accepted = Box::pin(accepted);
        let _first_client = TcpStream::connect(address).await.unwrap();
        let _second_client = TcpStream::connect(address).await.unwrap();
        let first = accepted.next().await.unwrap().unwrap();
        let second = tokio::time::timeout(Duration::from_millis(50), accepted.next()).await;
        assert!(second.is_err());
        drop(first);
        assert!(accepted.next().await.unwrap().is_ok());
    }
}
