//! The body of an answer, watched to its end: only there is a stream's code known.
//! It never changes a frame; a panic in the stream becomes its last one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::{Code, Status, body::Body};

use super::{call::Call, complete::complete, panicked};

/// Ends its call when it ends.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) body: Body,
    pub(super) call: Call,
    pub(super) is_over: bool,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let span = self.call.span.clone();
        let _entered = span.enter();
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.body).poll_frame(cx)));
        let mut frame = match polled {
            Ok(polled) => ready!(polled),
            // Without this the panic would take all calls of the connection with it.
            Err(_panic) => {
                self.is_over = true;
                let trailers = panicked(&self.call)
                    .into_http::<()>()
                    .into_parts()
                    .0
                    .headers;
                Some(Ok(Frame::trailers(trailers)))
            }
        };
        let code = match &mut frame {
            Some(Ok(frame)) => frame
                .trailers_mut()
                .and_then(|trailers| complete(trailers, &self.call.id)),
            Some(Err(status)) => Some(status.code()),
            None => Some(Code::Ok),
        };
        if let Some(code) = code {
            self.call.end(code);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
