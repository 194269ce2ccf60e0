//! Setting days by an act (D-3): what days become from now on, for every term that is not fixed yet.
//! It never moves a due moment.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{request::Change, wire};
use crate::{
    administration::act,
    application::Office,
    authz::{Action as _, Permit, SetDay as SetDayAction},
    calendar::{Calendar, ChangeProblem},
    kernel::{Moment, RequestId},
    pb::registry::v1::{self as pb, ErrorReason},
    reference::rows::{StoredChange, last_sequence, to_rows},
    rpc::{FieldError, FieldErrors, Malformed, Reason, Refused},
    store::{Changes, Command, Guard, Insert, NewFact, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact.
const CALENDAR_CHANGED: &str = "calendar_changed";

/// The command to set days.
pub(super) struct SetDay {
    office: Arc<Office>,
    permit: Permit<SetDayAction>,
    request: RequestKey,
    change: Change,
}

/// A change that cannot be, with all that is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unsettable(Vec<FieldError>);

impl Refused for Unsettable {
    fn reason(&self) -> Reason {
        Reason::new(ErrorReason::InvalidFields, "the calendar cannot become so")
            .violating(self.0.iter().cloned())
    }
}

impl Change {
    /// The calendar under the change.
    pub(super) fn upon(&self, calendar: &Calendar) -> Result<Calendar, Unsettable> {
        calendar
            .changed(&self.change)
            .map_err(|problems| Unsettable(self.paths(problems)))
    }

    fn paths(&self, problems: Vec<ChangeProblem>) -> Vec<FieldError> {
        let places: BTreeMap<NaiveDate, usize> = self.order.iter().copied().zip(0..).collect();
        let field = |problem| match problem {
            ChangeProblem::Day(on, problem) => {
                let place = places.get(&on).copied().unwrap_or_default();
                (format!("change.days[{place}]"), problem)
            }
            ChangeProblem::CoversTo(problem) => ("change.covers_to_on".to_owned(), problem),
        };
        let fields = problems.into_iter().map(field);
        fields
            .map(|(path, problem)| FieldError::wrong(path, problem.to_string()))
            .collect()
    }
}

impl SetDay {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<SetDayAction>,
        message: &pb::SetDayRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let change = errors
            .present("change", message.change.as_ref())
            .and_then(|change| errors.at("change", |errors| Change::parse(change, errors)));
        let (Some(request_id), Some(change), true) = (request_id, change, errors.is_empty()) else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.as_str();
        let request = RequestKey::of(caller, SetDayAction::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            change,
        })
    }
}

/// A change with the calendar that it makes.
pub(super) struct Settled {
    stored: StoredChange,
    calendar: Calendar,
    moment: Moment,
}

impl Command for SetDay {
    type Loaded = i64;
    type Decided = Settled;
    type Refusal = Unsettable;
    type Answer = pb::SetDayResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(&self, reads: &DatabaseConnection, _moment: Moment) -> Result<i64, StoreFault> {
        last_sequence(reads).await
    }

    fn decide(&self, last: i64, moment: Moment) -> Result<Settled, Unsettable> {
        let calendar = self.change.upon(&self.office.calendar())?;
        let stored = StoredChange {
            sequence: last.saturating_add(1),
            change: self.change.change.clone(),
            calendar_version: calendar.version().to_owned(),
            set_at: moment.instant,
            set_by: self.permit.caller().name.to_string(),
        };
        Ok(Settled {
            stored,
            calendar,
            moment,
        })
    }

    fn changes(&self, settled: &Settled) -> Result<Changes, StoreFault> {
        let stored = &settled.stored;
        let origin = Origin {
            caller: stored.set_by.clone(),
            method: SetDayAction::PATH,
            at: stored.set_at,
        };
        let (change, days) = to_rows(stored)?;
        let body = serde_json::json!({
            "sequence": change.sequence,
            "days": days.iter().map(|day| (&day.day, &day.kind)).collect::<BTreeMap<_, _>>(),
            "covers_to": change.covers_to,
            "act": act::to_body(&stored.change.act),
            "reason": stored.change.reason,
            "calendar_version": change.calendar_version,
        });
        let ids = self.office.store.ids();
        let fact = NewFact {
            subject: ids.next(settled.moment.instant),
            kind: CALENDAR_CHANGED,
            body: body.to_string(),
        };
        let changes = Changes::by(origin)
            .renewing_reference()
            .insert(Insert::guarded(&change, Guard::Version))
            .facts([fact]);
        let days = days.iter().map(Insert::of);
        Ok(days.fold(changes, Changes::insert))
    }

    fn answer(&self, settled: Settled) -> pb::SetDayResponse {
        let days = settled.stored.change.days.keys();
        let days = days.filter_map(|on| settled.calendar.day(*on).ok());
        pb::SetDayResponse {
            days: days.map(wire::calendar_day).collect(),
            calendar_to_on: settled.calendar.span().end().to_string(),
            calendar_version: settled.calendar.version().to_owned(),
            replayed: false,
        }
    }
}
