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
        rows::{lane_of, lane_row},
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

/// A lane that goes on.
pub(in super::super) struct LetOn {
    cursor: Cursor,
    lane: Lane,
    seen: Lane,
    passed_over: Option<Update>,
    moment: Moment,
}

impl<A: LettingOn> Command for LaneCommand<A> {
    type Loaded = (Cursor, Option<Lane>, Option<Update>);
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
        let lane = lane_of(reads, sink, self.application.get()).await?;
        let passed_over = match &lane {
            Some(lane) if A::PASSES_OVER => lag::passed_over(reads, sink, lane.number).await?,
            Some(_) | None => None,
        };
        Ok((cursor, lane, passed_over))
    }

    fn decide(
        &self,
        (cursor, lane, passed_over): Self::Loaded,
        moment: Moment,
    ) -> Result<LetOn, Objection> {
        let open = lane.filter(|lane| lane.state != LaneState::Drained);
        let seen = open.ok_or(Objection::NotVisible)?;
        if seen.version != self.version {
            return Err(Objection::StaleEtag);
        }
        Ok(LetOn {
            cursor,
            lane: A::go_on(seen.clone()),
            seen,
            passed_over,
            moment,
        })
    }

    fn changes(&self, on: &LetOn) -> Result<Changes, StoreFault> {
        let seen = &on.seen;
        let of = serde_json::json!({
            "application_id": seen.application,
            "application_number": seen.application_number,
            "number": seen.number,
            "sequence": seen.sequence,
            "stage": seen.stage,
        });
        let (cursor, position) = (&on.cursor, on.cursor.position());
        let changes = self.act.changes(cursor, position, on.moment, A::FACT, &of);
        let changes = lane_row(&on.lane)?.onto(changes);
        let passed_over = on.passed_over.iter().cloned();
        Ok(passed_over.fold(changes, Changes::update))
    }

    fn answer(&self, on: LetOn) -> A::Answer {
        let told = Lane {
            state: on.lane.state,
            version: on.lane.version,
            ..on.seen
        };
        A::answer(wire::parked(told, 0))
    }
}
