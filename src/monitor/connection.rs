//! A connection that can be cut while a call is under way, as a receiver that dies would.
//! It never cuts itself.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::Connected;

/// A connection to the stub.
#[derive(Debug)]
pub(super) struct Connection {
    tcp: TcpStream,
    scissors: Scissors,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// Cuts one connection; every call on it has them among its extensions.
#[derive(Clone, Debug)]
pub(super) struct Scissors(CancellationToken);

impl Scissors {
    /// From now on nothing is read or written: what was not sent yet never is.
    pub(super) fn cut(&self) {
        self.0.cancel();
    }
}

impl Connection {
    pub(super) fn new(tcp: TcpStream) -> Self {
        let token = CancellationToken::new();
        Self {
            tcp,
            cut: Box::pin(token.clone().cancelled_owned()),
            scissors: Scissors(token),
        }
    }

    fn whole(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.scissors.0.is_cancelled() {
            Err(ErrorKind::ConnectionReset.into())
        } else {
            Ok(Pin::new(&mut self.tcp))
        }
    }
}

impl Connected for Connection {
    type ConnectInfo = Scissors;

    fn connect_info(&self) -> Scissors {
        self.scissors.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let connection = self.get_mut();
        // Asked as a future, so that whoever waits for bytes is woken by the cut.
        if connection.cut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut connection.tcp).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().whole()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().whole()?.poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().whole()?.poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().whole()?.poll_shutdown(context)
    }
}
