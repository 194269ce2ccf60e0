//! The catcher's side of a connection: lines in, replies out, letters onto the disk.
//! It never takes a line or a letter longer than its limit.

use std::{io, sync::PoisonError};

use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
        BufStream,
    },
    net::TcpStream,
};

use super::{
    Post,
    session::{Envelope, Manners, Next, Session},
};

const LINE_BYTES_MAX: u64 = 2_048;
const LETTER_BYTES_MAX: usize = 32 << 20;

/// How a conversation ended.
enum Ended<S> {
    Left,
    Handshake(S),
}

/// Talks with a client to the end, over TLS once the client asks for it.
pub(super) async fn converse(stream: TcpStream, post: &Post) -> io::Result<()> {
    let mut stream = BufStream::new(stream);
    say(&mut stream, "220 catcher").await?;
    let stream = match talk(stream, post, false).await? {
        Ended::Left => return Ok(()),
        Ended::Handshake(stream) => stream.into_inner(),
    };
    if let Some(tls) = &post.tls {
        let stream = BufStream::new(tls.accept(stream).await?);
        talk(stream, post, true).await?;
    }
    Ok(())
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufStream<S>,
    post: &Post,
    is_secured: bool,
) -> io::Result<Ended<BufStream<S>>> {
    let mut session = Session::new(Manners {
        offers_tls: post.tls.is_some() && !is_secured,
        is_secured,
        credentials: post.credentials.as_ref(),
    });
    while let Some(line) = line(&mut stream).await? {
        let next = {
            let refusals = post.refusals.lock();
            let refusals = refusals.unwrap_or_else(PoisonError::into_inner);
            session.hear(&String::from_utf8_lossy(&line), &refusals)
        };
        match next {
            Next::Say(reply) => say(&mut stream, &reply).await?,
            Next::Handshake => {
                say(&mut stream, "220 2.0.0 ready").await?;
                return Ok(Ended::Handshake(stream));
            }
            Next::Letter(envelope) => {
                say(&mut stream, "354 end with a lone dot").await?;
                let reply = match letter(&mut stream).await? {
                    Some(letter) => keep(post, &envelope, &letter).await?,
                    None => "552 5.3.4 too long",
                };
                say(&mut stream, reply).await?;
            }
            Next::Farewell => {
                say(&mut stream, "221 2.0.0 farewell").await?;
                break;
            }
        }
    }
    Ok(Ended::Left)
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    reply: &str,
) -> io::Result<()> {
    stream.write_all(reply.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}

/// A line without its end; `None` when the client has left.
async fn line<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut bounded = stream.take(LINE_BYTES_MAX);
    if bounded.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

/// The letter up to the lone dot, without the dots that guard its lines; `None` if it is too long.
async fn letter<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
) -> io::Result<Option<Vec<u8>>> {
    let mut letter = Vec::new();
    let mut is_too_long = false;
    loop {
        let Some(line) = line(stream).await? else {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        };
        if line == b"." {
            return Ok((!is_too_long).then_some(letter));
        }
        is_too_long |= letter.len() > LETTER_BYTES_MAX;
        if !is_too_long {
            letter.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            letter.extend_from_slice(b"\r\n");
        }
    }
}

/// Stores the letter under the next number, below what its envelope said.
async fn keep(post: &Post, envelope: &Envelope, letter: &[u8]) -> io::Result<&'static str> {
    let head = format!(
        "Return-Path: <{}>\r\nDelivered-To: {}\r\n",
        envelope.sender,
        envelope.recipients.join("\r\nDelivered-To: ")
    );
    let mut caught = post.caught.lock().await;
    let number = caught.saturating_add(1);
    let unfinished = post.folder.join(format!("{number:04}.tmp"));
    tokio::fs::write(&unfinished, [head.as_bytes(), letter].concat()).await?;
    tokio::fs::rename(&unfinished, unfinished.with_extension("eml")).await?;
    *caught = number;
    Ok("250 2.0.0 caught")
}
