//! Pausing and resuming a sink, on whichever process pushes to it.
//! What is on its way when a sink is paused is never called back.

use std::{convert::Infallible, marker::PhantomData, sync::Arc};

use sea_orm::DatabaseConnection;

use super::{
    act::{Act, Asked},
    wire,
};
use crate::{
    application::Office,
    authz::{Action, PauseSink, Permit, ResumeSink},
    delivery::{
        Sinks,
        rows::{Said, said, said_row},
    },
    journal::Cursor,
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// An act that pauses a sink, or lets it go on.
pub(in super::super) trait Pausing: Action + Copy {
    /// How it is asked for.
    type Asked: Asked;
    /// What the caller is told.
    type Answer: prost::Message + Default + Send;
    /// Whether nothing is pushed from now on.
    const PAUSES: bool;
    /// The journal's kind of the fact.
    const FACT: &'static str;

    /// The answer.
    fn answer(said: pb::SinkSaying) -> Self::Answer;
}

impl Pausing for PauseSink {
    type Asked = pb::PauseSinkRequest;
    type Answer = pb::PauseSinkResponse;
    const PAUSES: bool = true;
    const FACT: &'static str = "sink_paused";

    fn answer(said: pb::SinkSaying) -> pb::PauseSinkResponse {
        pb::PauseSinkResponse {
            said: Some(said),
            replayed: false,
        }
    }
}

impl Pausing for ResumeSink {
    type Asked = pb::ResumeSinkRequest;
    type Answer = pb::ResumeSinkResponse;
    const PAUSES: bool = false;
    const FACT: &'static str = "sink_resumed";

    fn answer(said: pb::SinkSaying) -> pb::ResumeSinkResponse {
        pb::ResumeSinkResponse {
            said: Some(said),
            replayed: false,
        }
    }
}

/// The command.
pub(in super::super) struct PauseCommand<A> {
    act: Act,
    kind: PhantomData<A>,
}

impl<A: Pausing> PauseCommand<A> {
    pub(in super::super) fn parse(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<A>,
        message: &A::Asked,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        match Act::parse(office, sinks, permit, message, &mut errors) {
            Some(act) => errors.into_result(Self {
                act,
                kind: PhantomData,
            }),
            None => Err(errors.into_malformed()),
        }
    }
}

/// Where the sink stands, and the version of what was said of it.
pub(in super::super) struct Standing {
    cursor: Cursor,
    said: Option<i64>,
}

/// What is said from now on.
pub(in super::super) struct Saying {
    before: Standing,
    said: Said,
    moment: Moment,
}

impl<A: Pausing> Command for PauseCommand<A> {
    type Loaded = Standing;
    type Decided = Saying;
    type Refusal = Infallible;
    type Answer = A::Answer;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.act.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Standing, StoreFault> {
        Ok(Standing {
            cursor: self.act.cursor(reads).await?,
            said: said(reads, &self.act.sink)
                .await?
                .map(|(_, version)| version),
        })
    }

    fn decide(&self, before: Standing, moment: Moment) -> Result<Saying, Infallible> {
        let said = Said {
            paused: A::PAUSES,
            reason: self.act.reason.clone(),
            by: self.act.by(),
            at: moment.instant,
        };
        Ok(Saying {
            before,
            said,
            moment,
        })
    }

    fn changes(&self, saying: &Saying) -> Result<Changes, StoreFault> {
        let Standing { cursor, said } = &saying.before;
        let nothing = serde_json::Value::Null;
        let (position, moment) = (cursor.position(), saying.moment);
        let changes = self
            .act
            .changes(cursor, position, moment, A::FACT, &nothing);
        Ok(said_row(&self.act.sink, &saying.said, *said).onto(changes))
    }

    fn answer(&self, saying: Saying) -> A::Answer {
        A::answer(wire::said(saying.said))
    }
}
