//! A receiver whose answers about days can be kept back. It never changes what it was told.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::{
    delivery::{Answer, DayDigest, DayRange, GrpcSink, Sink, SinkFault},
    pb::monitoring::v1::Stage,
};

#[derive(Debug)]
pub(super) struct Watched {
    sink: GrpcSink,
    is_held: AtomicBool,
    asked: Notify,
    go_on: Notify,
}

impl Watched {
    pub(super) fn new(sink: GrpcSink) -> Self {
        Self {
            sink,
            is_held: AtomicBool::new(false),
            asked: Notify::new(),
            go_on: Notify::new(),
        }
    }

    /// The next answer about a day is kept back.
    pub(super) fn hold(&self) {
        self.is_held.store(true, Ordering::SeqCst);
    }

    /// Waits until somebody waits for that answer.
    pub(super) async fn is_asked(&self) {
        self.asked.notified().await;
    }

    /// Lets the answer be given, as it is by now.
    pub(super) fn go_on(&self) {
        self.go_on.notify_one();
    }
}

#[async_trait]
impl Sink for Watched {
    async fn push(&self, stages: &[&Stage]) -> Answer {
        self.sink.push(stages).await
    }

    fn tells_digests(&self) -> bool {
        self.sink.tells_digests()
    }

    async fn day_digest(&self, asked: &DayRange) -> Result<Option<DayDigest>, SinkFault> {
        if self.is_held.swap(false, Ordering::SeqCst) {
            self.asked.notify_one();
            self.go_on.notified().await;
        }
        self.sink.day_digest(asked).await
    }
}
