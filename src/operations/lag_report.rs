//! Answers how long stages took to each sink, from what was counted as they were acknowledged.
//! The report never counts stages anew: its cost is a row for each day.

use std::{collections::BTreeMap, time::Duration};

use chrono::NaiveDate;
use tonic::Status;

use super::{situation::unacknowledged, wire};
use crate::{
    application::Office,
    kernel::Text,
    lag::{DayLag, LagBook, lag_of_days},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, period, status},
};

/// How long the name of a sink may be.
const SINK_CHARACTERS_MAX: usize = 40;

/// What is asked for.
struct Asked {
    from: NaiveDate,
    to: NaiveDate,
    sink: Option<String>,
}

impl Asked {
    fn parse(message: &pb::GetLagReportRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let period = period(&message.from_on, &message.to_on, &mut errors);
        let sink = errors.optional("sink", &message.sink, Text::<SINK_CHARACTERS_MAX>::parse);
        let (Some((from, to)), Some(sink), true) = (period, sink, errors.is_empty()) else {
            return Err(errors.into_malformed());
        };
        let sink = sink.map(String::from);
        Ok(Self { from, to, sink })
    }

    fn is_for(&self, sink: &str) -> bool {
        self.sink.as_deref().is_none_or(|asked| asked == sink)
    }
}

/// Answers `GetLagReport`.
pub(super) async fn of(
    office: &Office,
    lag: &LagBook,
    message: &pb::GetLagReportRequest,
) -> Result<pb::GetLagReportResponse, Status> {
    let asked = Asked::parse(message)?;
    let (reads, now) = (office.store.reads(), office.now().instant);
    let reading = async {
        let days = lag_of_days(reads, asked.sink.as_deref(), asked.from, asked.to).await?;
        Ok((days, unacknowledged(reads, lag, now).await?))
    };
    let (mut days, waiting) = office
        .store
        .in_time("read the lag of days", reading)
        .await
        .map_err(|fault| status::from_store(&fault))?;
    let mut sinks = Vec::new();
    for sink in waiting.iter().filter(|waiting| asked.is_for(&waiting.sink)) {
        let days = days.remove(&sink.sink).unwrap_or_default();
        sinks.push(pb::SinkLag {
            oldest: sink.oldest.as_ref().map(|_| wire::unacknowledged(sink)),
            ..sink_lag(sink.sink.clone(), Some(sink.limit), &days)
        });
    }
    let former = days.iter();
    sinks.extend(former.map(|(sink, days)| sink_lag(sink.clone(), None, days)));
    Ok(pb::GetLagReportResponse { sinks })
}

fn sink_lag(sink: String, limit: Option<Duration>, days: &BTreeMap<String, DayLag>) -> pb::SinkLag {
    let mut total = DayLag::default();
    for day in days.values() {
        total.merge(day);
    }
    let days = days.iter().map(|(on, day)| pb::DayLag {
        on: on.clone(),
        figures: Some(wire::lag_figures(day)),
    });
    pb::SinkLag {
        sink,
        limit_seconds: limit.map(wire::seconds),
        total: Some(wire::lag_figures(&total)),
        days: days.collect(),
        oldest: None,
    }
}
