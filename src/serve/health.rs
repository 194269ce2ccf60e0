//! What the service says to probes: it serves while its database answers, until the drain begins.
//! It never needs a restart to say yes again, and never says yes once the drain has begun.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{
    sync::Mutex,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

use super::{Parts, routes::service_names};
use crate::operations::Lookout;

/// How often the database is asked.
const PERIOD: Duration = Duration::from_secs(5);
/// How long it may take to answer: 90 % of the period, so that looks never overlap.
const ANSWER_MAX: Duration = Duration::from_millis(4_500);
/// How many misses in a row make an outage; one may be a hiccup.
const MISSES_MAX: u32 = 2;

/// Whatever the service is of no use without.
#[async_trait]
trait Mainstay: Send + Sync {
    /// Whether it answers now; never waits much longer than it may.
    async fn answers(&self) -> bool;
}

#[async_trait]
impl Mainstay for Lookout {
    async fn answers(&self) -> bool {
        let seen = self.look(ANSWER_MAX).await;
        if let Some(fault) = &seen.fault {
            tracing::debug!(answers = seen.answers, fault, "a look at the database");
        }
        seen.answers
    }
}

/// What probes are told; clones tell the same.
#[derive(Clone, Debug)]
pub(super) struct Health {
    reporter: HealthReporter,
    is_over: Arc<Mutex<bool>>,
}

impl Health {
    /// Says no until it is told otherwise.
    pub(super) async fn new(reporter: HealthReporter) -> Self {
        let health = Self {
            reporter,
            is_over: Arc::default(),
        };
        health.say(ServingStatus::NotServing).await;
        health
    }

    /// Says yes, and goes on looking at the database until the drain begins.
    pub(super) async fn begin(&self, lookout: Lookout, parts: &Parts) {
        lookout.look(ANSWER_MAX).await;
        self.set(true).await;
        let watching = self.clone().watch(lookout, PERIOD, parts.stopping.clone());
        parts.tasks.spawn(watching);
    }

    /// Says whether the service serves, unless the drain has begun.
    async fn set(&self, serves: bool) {
        let is_over = self.is_over.lock().await;
        if !*is_over {
            self.say(if serves {
                ServingStatus::Serving
            } else {
                ServingStatus::NotServing
            })
            .await;
        }
    }

    /// Says no from now on.
    pub(super) async fn end(&self) {
        let mut is_over = self.is_over.lock().await;
        *is_over = true;
        self.say(ServingStatus::NotServing).await;
    }

    async fn say(&self, status: ServingStatus) {
        for service in service_names().into_iter().chain([""]) {
            self.reporter.set_service_status(service, status).await;
        }
    }

    /// Asks again and again, and says no after two misses in a row, yes after an answer.
    async fn watch(self, mainstay: impl Mainstay, period: Duration, stop: CancellationToken) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut misses: u32 = 0;
        loop {
            let answers = async {
                ticks.tick().await;
                mainstay.answers().await
            };
            let answers = tokio::select! {
                () = stop.cancelled() => return,
                answers = answers => answers,
            };
            let was_out = misses >= MISSES_MAX;
            misses = if answers { 0 } else { misses.saturating_add(1) };
            let is_out = misses >= MISSES_MAX;
            if is_out != was_out {
                if is_out {
                    tracing::error!("the database does not answer; health says no");
                } else {
                    tracing::warn!("the database answers again; health says yes");
                }
                self.set(!is_out).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tonic_health::pb::HealthCheckRequest;

    use super::*;

    /// Answers, but for the asks whose numbers are in the outage.
    struct Flaky {
        asked: AtomicU32,
        out: std::ops::Range<u32>,
        asked_enough: CancellationToken,
        enough: u32,
    }

    #[async_trait]
    impl Mainstay for Arc<Flaky> {
        async fn answers(&self) -> bool {
            let number = self.asked.fetch_add(1, Ordering::SeqCst);
            if number == self.enough {
                // What was answered before has been told by now.
                self.asked_enough.cancel();
                std::future::pending::<()>().await;
            }
            !self.out.contains(&number)
        }
    }

    async fn serves(service: &impl tonic_health::pb::health_server::Health, name: &str) -> bool {
        let request = HealthCheckRequest {
            service: name.to_owned(),
        };
        let answer = service.check(tonic::Request::new(request)).await.unwrap();
        answer.into_inner().status()
            == tonic_health::pb::health_check_response::ServingStatus::Serving
    }

    /// Whether each service is said to serve after so many asks.
    async fn after(enough: u32, out: std::ops::Range<u32>) -> bool {
        let reporter = HealthReporter::new();
        let service = tonic_health::server::HealthService::from_health_reporter(reporter.clone());
        let health = Health::new(reporter).await;
        health.set(true).await;
        let flaky = Arc::new(Flaky {
            asked: AtomicU32::new(0),
            out,
            asked_enough: CancellationToken::new(),
            enough,
        });
        let watching = health.clone().watch(
            Arc::clone(&flaky),
            Duration::from_millis(1),
            CancellationToken::new(),
        );
        tokio::select! {
            () = watching => {}
            () = flaky.asked_enough.cancelled() => {}
        }
        let names = service_names();
        let mut all = Vec::new();
        for name in names.into_iter().chain([""]) {
            all.push(serves(&service, name).await);
        }
        assert!(all.iter().all(|one| *one == all[0]), "all say the same");
        all[0]
    }

    #[tokio::test]
    async fn one_miss_is_no_outage_two_are_and_an_answer_ends_it() {
        assert!(after(3, 1..2).await, "one miss");
        assert!(!after(3, 1..9).await, "two misses");
        assert!(!after(6, 1..9).await, "it stays out");
        assert!(after(4, 1..3).await, "it is back");
    }

    #[tokio::test]
    async fn after_the_drain_has_begun_it_says_no_for_good() {
        let reporter = HealthReporter::new();
        let service = tonic_health::server::HealthService::from_health_reporter(reporter.clone());
        let health = Health::new(reporter).await;
        health.end().await;
        health.set(true).await;
        assert!(!serves(&service, "").await);
    }
}
