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
                .and_then(|trailers| complete(trailers, &self.call)),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::StreamExt as _;
    use http::HeaderMap;
    use http_body_util::{BodyExt as _, StreamBody};
    use tonic_types::StatusExt as _;

    use super::*;
    use crate::{kernel::Language, rpc::layers::Counters};

    fn watched(frames: Vec<fn() -> Frame<Bytes>>) -> (Watched, Arc<Counters>) {
        let counters = Arc::new(Counters::default());
        let frames = tokio_stream::iter(frames).map(|frame| Ok::<_, Status>(frame()));
        let watched = Watched {
            body: Body::new(StreamBody::new(frames)),
            call: Call::begin(
                "7".to_owned(),
                "/a.B/C",
                Language::Kazakh,
                Arc::clone(&counters),
            ),
            is_over: false,
        };
        (watched, counters)
    }

    fn data() -> Frame<Bytes> {
        Frame::data(Bytes::from_static(b"x"))
    }

    fn aborted() -> Frame<Bytes> {
        let trailers = Status::aborted("").into_http::<()>().into_parts().0.headers;
        Frame::trailers(trailers)
    }

    fn panicking() -> Frame<Bytes> {
        panic!("on demand")
    }

    async fn trailers(watched: Watched) -> HeaderMap {
        let collected = watched.collect().await.unwrap();
        collected.trailers().unwrap().clone()
    }

    #[tokio::test]
    async fn a_stream_ends_its_call_with_the_code_of_its_trailers() {
        let (watched, counters) = watched(vec![data, aborted]);
        trailers(watched).await;
        assert_eq!(counters.count("/a.B/C", Code::Aborted), 1);
        assert_eq!((counters.ended(), counters.gone()), (1, 0));
    }

    #[tokio::test]
    async fn a_panic_in_a_stream_becomes_its_last_frame() {
        let (watched, counters) = watched(vec![data, panicking, data]);
        let status = Status::from_header_map(&trailers(watched).await).unwrap();
        assert_eq!(status.code(), Code::Internal);
        assert_eq!(status.get_details_request_info().unwrap().request_id, "7");
        let message = status.get_details_localized_message().unwrap();
        assert_eq!(message.locale, "kk");
        assert_eq!(counters.count("/a.B/C", Code::Internal), 1);
        assert_eq!((counters.ended(), counters.panics()), (1, 1));
    }

    #[tokio::test]
    async fn a_stream_that_its_client_leaves_is_counted_as_gone() {
        let (mut watched, counters) = watched(vec![data, aborted]);
        assert!(watched.frame().await.unwrap().unwrap().is_data());
        drop(watched);
        assert_eq!((counters.ended(), counters.gone()), (0, 1));
    }
}
