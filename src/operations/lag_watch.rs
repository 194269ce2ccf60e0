//! Notices that a sink has become late, or is so no more, and says each once.
//! A sink is never called late for a moment: an acceptance clock that is moved makes all that waits late.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::Instant;

use super::Unacknowledged;

/// For how long a sink must have been late, by the machine, before it is said.
const SETTLED: Duration = Duration::from_secs(4);

/// The sinks that are late.
#[derive(Clone, Debug, Default)]
pub(super) struct LagWatch(BTreeMap<String, Late>);

#[derive(Clone, Copy, Debug)]
struct Late {
    since: Instant,
    is_told: bool,
}

/// What is new.
#[derive(Clone, Debug, PartialEq, Eq)]
enum News<'a> {
    Late(&'a Unacknowledged),
    LateNoMore(&'a str),
}

impl LagWatch {
    /// Logs what is new since the last look.
    pub(super) fn tell(&mut self, sinks: &[Unacknowledged], now: Instant) {
        for news in self.news(sinks, now) {
            match news {
                News::Late(sink) => tracing::warn!(
                    sink = sink.sink,
                    stage = sink.oldest.as_ref().map(|oldest| oldest.number),
                    seconds = sink.age.as_secs(),
                    seconds_max = sink.limit.as_secs(),
                    "a stage waits for its acknowledgement for longer than it may"
                ),
                News::LateNoMore(sink) => {
                    tracing::info!(sink, "no stage waits for longer than it may any more");
                }
            }
        }
    }

    fn news<'a>(&mut self, sinks: &'a [Unacknowledged], now: Instant) -> Vec<News<'a>> {
        let mut news = Vec::new();
        for sink in sinks {
            if !sink.is_late() {
                let before = self.0.remove(&sink.sink);
                if before.is_some_and(|late| late.is_told) {
                    news.push(News::LateNoMore(&sink.sink));
                }
                continue;
            }
            let late = self.0.entry(sink.sink.clone()).or_insert(Late {
                since: now,
                is_told: false,
            });
            if !late.is_told && now.saturating_duration_since(late.since) >= SETTLED {
                late.is_told = true;
                news.push(News::Late(sink));
            }
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sink_that_stays_late_is_told_once_and_its_recovery_once() {
        let sink = |seconds| {
            [Unacknowledged {
                sink: "monitoring".to_owned(),
                limit: Duration::from_mins(15),
                oldest: None,
                age: Duration::from_secs(seconds),
            }]
        };
        let (in_time, late) = (sink(900), sink(901));
        let mut watch = LagWatch::default();
        let began = Instant::now();
        let mut look = |seconds, sinks| {
            let news = watch.news(sinks, began + Duration::from_secs(seconds));
            news.first().map(|news| matches!(news, News::Late(_)))
        };
        // Late for a moment only.
        assert_eq!(
            [look(0, &late), look(3, &late), look(4, &in_time)],
            [None; 3]
        );
        // Late from here on.
        assert_eq!([look(5, &late), look(8, &late)], [None; 2]);
        assert_eq!(look(9, &late), Some(true));
        assert_eq!([look(10, &late), look(90, &late)], [None; 2]);
        assert_eq!(look(91, &in_time), Some(false));
        assert_eq!(look(92, &in_time), None);
    }
}
