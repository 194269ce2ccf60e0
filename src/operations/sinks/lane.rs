//! Letting a parked stage go on: tried again, or passed over for good.
//! It never touches a lane that changed since the operator saw it.

use std::{marker::PhantomData, sync::Arc};

use sea_orm::DatabaseConnection;

use super::{
    act::{Act, Sent},
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
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// An act that lets a lane go on.
pub(in super::super) trait LettingOn: Action + Copy {
    /// What the caller is told.
    type Answer: prost::Message + Default + Send;
    /// The journal's kind of the fact.
    const FACT: &'static str;

    /// The lane from now on.
    fn go_on(lane: Lane) -> Lane;

    /// The answer.
    fn answer(message: pb::ParkedMessage) -> Self::Answer;
}

impl LettingOn for RetryParkedMessage {
    type Answer = pb::RetryParkedMessageResponse;
    const FACT: &'static str = "parked_stage_retried";

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
    type Answer = pb::SkipParkedMessageResponse;
    const FACT: &'static str = "parked_stage_skipped";

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

/// What names a parked stage, as it is sent.
struct Named<'a> {
    act: Sent<'a>,
    application_id: &'a str,
    etag: &'a str,
}

impl LaneCommand<RetryParkedMessage> {
    pub(in super::super) fn retry(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<RetryParkedMessage>,
        message: &pb::RetryParkedMessageRequest,
    ) -> Result<Self, Malformed> {
        let named = Named {
            act: Sent {
                request_id: &message.request_id,
                sink: &message.sink,
                reason: &message.reason,
            },
            application_id: &message.application_id,
            etag: &message.etag,
        };
        Self::parse(office, sinks, permit, message, &named)
    }
}

impl LaneCommand<SkipParkedMessage> {
    pub(in super::super) fn skip(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<SkipParkedMessage>,
        message: &pb::SkipParkedMessageRequest,
    ) -> Result<Self, Malformed> {
        let named = Named {
            act: Sent {
                request_id: &message.request_id,
                sink: &message.sink,
                reason: &message.reason,
            },
            application_id: &message.application_id,
            etag: &message.etag,
        };
        Self::parse(office, sinks, permit, message, &named)
    }
}

impl<A: LettingOn> LaneCommand<A> {
    fn parse(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<A>,
        message: &impl prost::Message,
        named: &Named<'_>,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let act = Act::parse(office, sinks, permit, message, &named.act, &mut errors);
        let application =
            errors.required("application_id", named.application_id, ApplicationId::parse);
        let version = errors.required("etag", named.etag, version_of);
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
    moment: Moment,
}

impl<A: LettingOn> Command for LaneCommand<A> {
    type Loaded = (Cursor, Option<Lane>);
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
        let lane = lane_of(reads, &self.act.sink, self.application.get()).await?;
        Ok((cursor, lane))
    }

    fn decide(&self, (cursor, lane): Self::Loaded, moment: Moment) -> Result<LetOn, Objection> {
        let open = lane.filter(|lane| lane.state != LaneState::Drained);
        let seen = open.ok_or(Objection::NotVisible)?;
        if seen.version != self.version {
            return Err(Objection::StaleEtag);
        }
        Ok(LetOn {
            cursor,
            lane: A::go_on(seen.clone()),
            seen,
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
        Ok(lane_row(&on.lane)?.onto(changes))
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
