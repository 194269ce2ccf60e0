//! The command to send stages to a sink again.
//! It never sends them itself, and never orders what the journal does not have.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc};

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::{
    ask::commanded,
    model::{Handling, Kind},
    queues,
    rows::{self, DifferenceRow},
    wire,
};
use crate::{
    application::Office,
    authz::{Action as _, Permit, ResendStages},
    delivery::Sinks,
    kernel::{EventId, Moment, RequestId, Text, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact.
const ORDERED: &str = "stages_resent";
/// How many stages one command names at most.
const STAGES_MAX: usize = 1_000;
/// How long a reason is at most.
const REASON_CHARACTERS_MAX: usize = 300;

/// The command.
pub(super) struct Order {
    office: Arc<Office>,
    caller: String,
    request: RequestKey,
    sink: String,
    day_on: String,
    /// None for all that are open.
    ids: Option<BTreeSet<Uuid>>,
    reason: String,
}

impl Order {
    pub(super) fn parse(
        office: Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<ResendStages>,
        message: &pb::ResendStagesRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let sink = sinks.required(&message.sink, &mut errors);
        let day_on = errors.required("day_on", &message.day_on, parse_date);
        let ids = ids(&message.event_ids, &mut errors);
        let reason = errors.required(
            "reason",
            &message.reason,
            Text::<REASON_CHARACTERS_MAX>::parse,
        );
        let (Some(request_id), Some(sink), Some(day_on), Some(reason), true) =
            (request_id, sink, day_on, reason, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.to_string();
        Ok(Self {
            office,
            request: RequestKey::of(&caller, ResendStages::PATH, request_id, message),
            caller,
            sink: sink.status.name().to_string(),
            day_on: day_on.to_string(),
            ids: Some(ids).filter(|ids| !ids.is_empty()),
            reason: reason.into(),
        })
    }

    /// Those that can be sent and are wanted; what is on its way is left so.
    fn is_wanted(&self, row: &DifferenceRow) -> Result<bool, StoreFault> {
        let handling = match row.handling()? {
            Handling::Open => true,
            // Refused once, it is sent again only if it is named.
            Handling::Refused | Handling::Resent => self.ids.is_some(),
            Handling::Resending | Handling::Healed => false,
        };
        let is_named = self.ids.as_ref();
        let is_named = is_named.is_none_or(|ids| ids.contains(&row.event_id));
        Ok(handling && is_named && row.kind()? != Kind::Unknown)
    }
}

fn ids(given: &[String], errors: &mut FieldErrors) -> BTreeSet<Uuid> {
    if given.len() > STAGES_MAX {
        errors.add("event_ids", format_args!("must be at most {STAGES_MAX}"));
        return BTreeSet::new();
    }
    let mut ids = BTreeSet::new();
    for (index, id) in given.iter().enumerate() {
        errors.item("event_ids", index, |errors| {
            let Some(id) = errors.required("", id, EventId::parse) else {
                return;
            };
            if !ids.insert(id.get()) {
                errors.add("", "must be named only once");
            }
        });
    }
    ids
}

impl Command for Order {
    type Loaded = Vec<DifferenceRow>;
    type Decided = (Vec<DifferenceRow>, Moment);
    type Refusal = Infallible;
    type Answer = pb::ResendStagesResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Vec<DifferenceRow>, StoreFault> {
        let mut wanted = Vec::new();
        for row in queues::of_day(reads, &self.sink, &self.day_on).await? {
            if wanted.len() < STAGES_MAX && self.is_wanted(&row)? {
                wanted.push(row);
            }
        }
        Ok(wanted)
    }

    fn decide(
        &self,
        wanted: Vec<DifferenceRow>,
        moment: Moment,
    ) -> Result<Self::Decided, Infallible> {
        let wanted = wanted.into_iter().map(|row| DifferenceRow {
            reason: String::new(),
            ..row.handled(Handling::Resending, moment.instant)
        });
        Ok((wanted.collect(), moment))
    }

    fn changes(&self, (wanted, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.caller.clone(),
            method: ResendStages::PATH,
            at: moment.instant,
        };
        let ids: Vec<_> = wanted.iter().map(|row| row.event_id).collect();
        let body = serde_json::json!({
            "sink": self.sink,
            "day_on": self.day_on,
            "event_ids": ids,
            "reason": self.reason,
        });
        let changes = commanded(&self.office, origin, ORDERED, &body);
        let rows = wanted.iter().cloned();
        Ok(rows.fold(changes, rows::saved_difference))
    }

    fn answer(&self, (wanted, _): Self::Decided) -> pb::ResendStagesResponse {
        pb::ResendStagesResponse {
            differences: wanted.into_iter().map(wire::difference).collect(),
            replayed: false,
        }
    }
}
