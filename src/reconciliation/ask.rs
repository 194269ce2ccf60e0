//! The command to compare a day with a sink.
//! It never asks the sink: the clerk does, once it acknowledged all of the day.

use std::{convert::Infallible, sync::Arc};

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{
    model::{Day, State},
    queues,
    rows::{self, ComparedRow},
    wire,
};
use crate::{
    application::Office,
    authz::{Action as _, Permit, ReconcileDay},
    delivery::Sinks,
    kernel::{Bin, Moment, RequestId, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, Reason},
    store::{Changes, Command, NewFact, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact.
const ASKED: &str = "reconciliation_asked";

/// What an operator's command changes before its rows: the fact that tells of it.
pub(super) fn commanded(
    office: &Office,
    origin: Origin,
    kind: &'static str,
    body: &serde_json::Value,
) -> Changes {
    let fact = NewFact {
        subject: office.store.ids().next(origin.at),
        kind,
        body: body.to_string(),
    };
    Changes::by(origin).facts([fact])
}

/// The command.
pub(super) struct Ask {
    office: Arc<Office>,
    caller: String,
    request: RequestKey,
    sink: String,
    day_on: NaiveDate,
    provider_bin: Option<Bin>,
}

/// Why a day is not compared.
pub(super) enum NotAsked {
    Malformed(Malformed),
    Reason(Box<Reason>),
}

impl From<Malformed> for NotAsked {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<NotAsked> for tonic::Status {
    fn from(not_asked: NotAsked) -> Self {
        match not_asked {
            NotAsked::Malformed(malformed) => malformed.into(),
            NotAsked::Reason(reason) => (*reason).into(),
        }
    }
}

impl Ask {
    pub(super) fn parse(
        office: Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<ReconcileDay>,
        message: &pb::ReconcileDayRequest,
    ) -> Result<Self, NotAsked> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let sink = sinks.required(&message.sink, &mut errors);
        let day_on = errors.required("day_on", &message.day_on, parse_date);
        let provider_bin = errors.optional("provider_bin", &message.provider_bin, Bin::parse);
        let (Some(request_id), Some(sink), Some(day_on), Some(provider_bin)) =
            (request_id, sink, day_on, provider_bin)
        else {
            return Err(errors.into_malformed().into());
        };
        let name = sink.status.name();
        if !sink.sink.tells_digests() {
            let text = "the sink is of a kind that does not tell what it has";
            let reason = Reason::new(pb::ErrorReason::SinkWithoutDigests, text);
            return Err(NotAsked::Reason(Box::new(reason.with("sink", name))));
        }
        let caller = permit.caller().name.to_string();
        Ok(Self {
            office,
            request: RequestKey::of(&caller, ReconcileDay::PATH, request_id, message),
            caller,
            sink: name.to_string(),
            day_on,
            provider_bin,
        })
    }
}

impl Command for Ask {
    type Loaded = Vec<ComparedRow>;
    type Decided = (Vec<ComparedRow>, Moment);
    type Refusal = Infallible;
    type Answer = pb::ReconcileDayResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Vec<ComparedRow>, StoreFault> {
        let bin = self.provider_bin.as_ref().map(Bin::as_str);
        let days = queues::seen_on(reads, &self.day_on.to_string(), bin).await?;
        let mut days: Vec<Day> = days.into_iter().map(|(day, _)| day).collect();
        if let (Some(bin), []) = (bin, days.as_slice()) {
            // The sink may have some of a provider that has none: they were never told to it.
            days.push(Day {
                on: self.day_on,
                provider_bin: bin.to_owned(),
            });
        }
        rows::comparisons(reads, &self.sink, &days).await
    }

    fn decide(
        &self,
        mut comparisons: Vec<ComparedRow>,
        moment: Moment,
    ) -> Result<Self::Decided, Infallible> {
        for row in &mut comparisons {
            State::Due.as_str().clone_into(&mut row.state);
            row.asked_by.clone_from(&self.caller);
        }
        Ok((comparisons, moment))
    }

    fn changes(&self, (comparisons, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.caller.clone(),
            method: ReconcileDay::PATH,
            at: moment.instant,
        };
        let body = serde_json::json!({
            "sink": self.sink,
            "day_on": self.day_on.to_string(),
            "provider_bin": self.provider_bin.as_ref().map(Bin::as_str),
        });
        let changes = commanded(&self.office, origin, ASKED, &body);
        Ok(comparisons.iter().cloned().fold(changes, rows::saved))
    }

    fn answer(&self, (comparisons, _): Self::Decided) -> pb::ReconcileDayResponse {
        pb::ReconcileDayResponse {
            reconciliations: comparisons.into_iter().map(wire::comparison).collect(),
            replayed: false,
        }
    }
}
