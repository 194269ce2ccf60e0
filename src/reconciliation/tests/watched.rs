//! A receiver that can be told to answer otherwise, or later. It never changes what it was told.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::{
    delivery::{Answer, DayDigest, DayRange, GrpcSink, Sink, SinkFault, Verdict},
    pb::monitoring::v1::Stage,
};

/// How it answers.
#[derive(Debug, Default)]
pub(super) struct Manners {
    /// The application of which it takes no stage.
    pub(super) refuses: Option<String>,
    /// Whether it tells nothing of days.
    pub(super) offers_nothing: bool,
    /// The days of which it does not say what it has.
    pub(super) fails_on: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Watched {
    sink: GrpcSink,
    manners: Mutex<Manners>,
    is_held: AtomicBool,
    asked: Notify,
    go_on: Notify,
}

impl Watched {
    pub(super) fn new(sink: GrpcSink) -> Self {
        Self {
            sink,
            manners: Mutex::default(),
            is_held: AtomicBool::new(false),
            asked: Notify::new(),
            go_on: Notify::new(),
        }
    }

    /// From now on it answers otherwise.
    pub(super) fn behaves(&self, manners: Manners) {
        *self.manners.lock().unwrap() = manners;
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
        let refuses = self.manners.lock().unwrap().refuses.clone();
        let is_refused = |stage: &Stage| refuses.as_ref() == Some(&stage.application_number);
        let taken: Vec<&Stage> = stages
            .iter()
            .copied()
            .filter(|it| !is_refused(it))
            .collect();
        let mut answer = match taken.as_slice() {
            [] => Answer::default(),
            taken => self.sink.push(taken).await,
        };
        for (place, stage) in stages.iter().enumerate() {
            if is_refused(stage) && place <= answer.verdicts.len() {
                let verdict = Verdict::Refused("not now".to_owned());
                answer.verdicts.insert(place, verdict);
            }
        }
        answer
    }

    fn tells_digests(&self) -> bool {
        self.sink.tells_digests()
    }

    async fn day_digest(&self, asked: &DayRange) -> Result<Option<DayDigest>, SinkFault> {
        if self.is_held.swap(false, Ordering::SeqCst) {
            self.asked.notify_one();
            self.go_on.notified().await;
        }
        let (offers_nothing, fails_on) = {
            let manners = self.manners.lock().unwrap();
            (manners.offers_nothing, manners.fails_on)
        };
        if offers_nothing {
            return Ok(None);
        }
        if fails_on.contains(&asked.day_on.to_string().as_str()) {
            return Err(SinkFault::unfit());
        }
        self.sink.day_digest(asked).await
    }
}
