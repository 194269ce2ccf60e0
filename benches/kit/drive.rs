//! Callers that call one call after another for a bounded time. They never wait for each other.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// How one turn of a caller ended.
pub(crate) enum Turn<T> {
    Answered(T),
    /// The service said no.
    Failed,
    /// There is nothing left to call for.
    Over,
}

/// What all callers got.
#[derive(Debug)]
pub(crate) struct Driven<T> {
    pub(crate) answers: Vec<T>,
    pub(crate) latencies: Vec<Duration>,
    pub(crate) failed: usize,
}

/// Lets so many callers call at once; each call is told which caller makes it.
pub(crate) async fn drive<T, F>(
    callers: u16,
    limit: Duration,
    call: impl Fn(usize) -> F + Clone + Send + 'static,
) -> Driven<T>
where
    T: Send + 'static,
    F: Future<Output = Turn<T>> + Send,
{
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for caller in 0..usize::from(callers) {
        let call = call.clone();
        tasks.spawn(async move {
            let mut own = Driven::nothing();
            while begun.elapsed() < limit {
                let asked = Instant::now();
                match call(caller).await {
                    Turn::Answered(answer) => {
                        own.latencies.push(asked.elapsed());
                        own.answers.push(answer);
                    }
                    Turn::Failed => own.failed += 1,
                    Turn::Over => break,
                }
            }
            own
        });
    }
    let mut all = Driven::nothing();
    while let Some(own) = tasks.join_next().await {
        let own = own.unwrap();
        all.answers.extend(own.answers);
        all.latencies.extend(own.latencies);
        all.failed += own.failed;
    }
    all
}

impl<T> Driven<T> {
    const fn nothing() -> Self {
        Self {
            answers: Vec::new(),
            latencies: Vec::new(),
            failed: 0,
        }
    }
}
