//! Letting a parked stage go on: tried again, or passed over for good.
//! It never touches a lane that changed since the operator saw it.

use std::{marker::PhantomData, sync::Arc};

use sea_orm::DatabaseConnection;

use super::{
    act::{Act, Asked},
    wire,
};
use crate::{
    application::{Objection, Office, etag::version_of},
    authz::{Action, Permit, RetryParkedMessage, SkipParkedMessage},
    delivery::{
        Lane, LaneState, Sinks,
        rows::{count_behind, lane_of, lane_row},
    },
    journal::Cursor,
    kernel::{ApplicationId, Moment},
    lag,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault, Update},
};

/// An act that lets a lane go on.
pub(in super::super) trait LettingOn: Action + Copy {
    /// How it is asked for.
    type Asked: Asked;
    /// What the caller is told.
    type Answer: prost::Message + Default + Send;
    /// The journal's kind of the fact.
    const FACT: &'static str;
    /// Whether the first stage of the lane is not told any more.
    const PASSES_OVER: bool;

    /// The application whose lane it is, and the lane's etag, as they are sent.
    fn named(asked: &Self::Asked) -> (&str, &str);

    /// The lane from now on.
    fn go_on(lane: Lane) -> Lane;

    /// The answer.
    fn answer(message: pb::ParkedMessage) -> Self::Answer;
}

impl LettingOn for RetryParkedMessage {
    type Asked = pb::RetryParkedMessageRequest;
    type Answer = pb::RetryParkedMessageResponse;
    const FACT: &'static str = "parked_stage_retried";
    const PASSES_OVER: bool = false;

    fn named(asked: &pb::RetryParkedMessageRequest) -> (&str, &str) {
        (&asked.application_id, &asked.etag)
    }

    fn go_on(lane: Lane) -> Lane {
        lane.retried()
    }

    fn answer(message: pb::ParkedMessage) -> pb::RetryParkedMessageResponse {
        pb::RetryParkedMessageResponse {
            message: Some(message),
            replayed: false,
        }
    }
}

impl LettingOn for SkipParkedMessage {
    type Asked = pb::SkipParkedMessageRequest;
    type Answer = pb::SkipParkedMessageResponse;
    const FACT: &'static str = "parked_stage_skipped";
    const PASSES_OVER: bool = true;

    fn named(asked: &pb::SkipParkedMessageRequest) -> (&str, &str) {
        (&asked.application_id, &asked.etag)
    }

    fn go_on(lane: Lane) -> Lane {
        lane.past()
    }

    fn answer(message: pb::ParkedMessage) -> pb::SkipParkedMessageResponse {
        pb::SkipParkedMessageResponse {
            message: Some(message),
            replayed: false,
        }
    }
}

/// The command.
pub(in super::super) struct LaneCommand<A> {
    act: Act,
    application: ApplicationId,
    version: i64,
    kind: PhantomData<A>,
}

impl<A: LettingOn> LaneCommand<A> {
    pub(in super::super) fn parse(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<A>,
        message: &A::Asked,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let act = Act::parse(office, sinks, permit, message, &mut errors);
        let (application_id, etag) = A::named(message);
        let application = errors.required("application_id", application_id, ApplicationId::parse);
        let version = errors.required("etag", etag, version_of);
        match (act, application, version) {
            (Some(act), Some(application), Some(version)) => errors.into_result(Self {
                act,
                application,
                version,
                kind: PhantomData,
            }),
            _ => Err(errors.into_malformed()),
        }
    }
}

/// What the decision is made upon.
pub(in super::super) struct Loaded {
    cursor: Cursor,
    lane: Option<Lane>,
    /// How many stages wait behind the first of the lane.
    waiting: i64,
    passed_over: Option<Update>,
}

/// A lane that goes on.
pub(in super::super) struct LetOn {
    cursor: Cursor,
    lane: Lane,
    waiting: i64,
    passed_over: Option<Update>,
    moment: Moment,
}

impl<A: LettingOn> Command for LaneCommand<A> {
    type Loaded = Loaded;
    type Decided = LetOn;
    type Refusal = Objection;
    type Answer = A::Answer;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.act.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let cursor = self.act.cursor(reads).await?;
        let sink = self.act.sink.as_str();
        let application = self.application.get();
        let lane = lane_of(reads, sink, application).await?;
        let passed_over = match &lane {
            Some(lane) if A::PASSES_OVER => lag::passed_over(reads, sink, lane.number).await?,
            Some(_) | None => None,
        };
        let behind = count_behind(reads, sink, vec![application]).await?;
        Ok(Loaded {
            cursor,
            lane,
            waiting: behind.get(&application).copied().unwrap_or_default(),
            passed_over,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<LetOn, Objection> {
        // What was passed over already cannot be once more: behind it is what nobody refused.
        let may_go_on = |lane: &Lane| {
            lane.state != LaneState::Drained && !(A::PASSES_OVER && lane.has_skipped(lane.number))
        };
        let seen = loaded.lane.filter(may_go_on);
        let seen = seen.ok_or(Objection::NotVisible)?;
        if seen.version != self.version {
            return Err(Objection::StaleEtag);
        }
        Ok(LetOn {
            cursor: loaded.cursor,
            lane: A::go_on(seen),
            waiting: loaded.waiting,
            passed_over: loaded.passed_over,
            moment,
        })
    }

    fn changes(&self, on: &LetOn) -> Result<Changes, StoreFault> {
        let lane = &on.lane;
        let of = serde_json::json!({
            "application_id": lane.application,
            "application_number": lane.application_number,
            "number": lane.number,
            "sequence": lane.sequence,
            "stage": lane.stage,
        });
        let (cursor, position) = (&on.cursor, on.cursor.position());
        let changes = self.act.changes(cursor, position, on.moment, A::FACT, &of);
        let changes = lane_row(lane)?.onto(changes);
        let passed_over = on.passed_over.iter().cloned();
        Ok(passed_over.fold(changes, Changes::update))
    }

    fn answer(&self, on: LetOn) -> A::Answer {
        A::answer(wire::parked(on.lane, on.waiting))
    }
}
