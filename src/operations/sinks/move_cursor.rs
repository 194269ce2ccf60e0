//! Moving the cursor of a sink back, so that it is told again what it may have lost.
//! It never moves one forward: what is passed over so would never be told.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::act::Act;
use crate::{
    application::Office,
    authz::{MoveCursor as MoveCursorAction, Permit},
    delivery::Sinks,
    journal::{self, Cursor},
    kernel::{Moment, Problem},
    pb::registry::v1::{self as pb, ErrorReason, move_cursor_request},
    rpc::{FieldError, FieldErrors, Malformed, Reason, Refused, instant},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The journal's kind of the fact.
const CURSOR_MOVED: &str = "sink_cursor_moved";

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    Number(i64),
    Moment(DateTime<Utc>),
}

/// The command.
pub(in super::super) struct MoveCursor {
    act: Act,
    to: To,
}

/// A number that lies beyond the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Forward;

impl Refused for Forward {
    fn reason(&self) -> Reason {
        let field = FieldError::wrong("number", "must not be beyond the cursor");
        let text = "the cursor moves back only";
        Reason::new(ErrorReason::InvalidFields, text).violating([field])
    }
}

impl MoveCursor {
    pub(in super::super) fn parse(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<MoveCursorAction>,
        message: &pb::MoveCursorRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let act = Act::parse(office, sinks, permit, message, &mut errors);
        let to = match message.to {
            Some(move_cursor_request::To::Number(number)) => {
                let number = Some(number).filter(|number| *number >= 0);
                let number = number.ok_or(Problem::new("must not be negative"));
                errors.read("number", number).map(To::Number)
            }
            Some(move_cursor_request::To::RecordedAt(at)) => {
                errors.read("recorded_at", instant(at)).map(To::Moment)
            }
            None => {
                errors.missing("to");
                None
            }
        };
        match (act, to) {
            (Some(act), Some(to)) => errors.into_result(Self { act, to }),
            _ => Err(errors.into_malformed()),
        }
    }
}

/// A cursor, and where it goes.
pub(in super::super) struct Move {
    cursor: Cursor,
    to: i64,
    moment: Moment,
}

impl Command for MoveCursor {
    type Loaded = (Cursor, i64);
    type Decided = Move;
    type Refusal = Forward;
    type Answer = pb::MoveCursorResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.act.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<(Cursor, i64), StoreFault> {
        let cursor = self.act.cursor(reads).await?;
        let to = match self.to {
            To::Number(number) => number,
            // What was recorded since the cursor last moved is told anyway.
            To::Moment(at) => {
                let before = journal::position_before(reads, at).await?;
                before.min(cursor.position())
            }
        };
        Ok((cursor, to))
    }

    fn decide(&self, (cursor, to): (Cursor, i64), moment: Moment) -> Result<Move, Forward> {
        if to > cursor.position() {
            return Err(Forward);
        }
        Ok(Move { cursor, to, moment })
    }

    fn changes(&self, move_: &Move) -> Result<Changes, StoreFault> {
        let Move { cursor, to, moment } = move_;
        let of = serde_json::json!({ "from": cursor.position(), "to": to });
        Ok(self.act.changes(cursor, *to, *moment, CURSOR_MOVED, &of))
    }

    fn answer(&self, move_: Move) -> pb::MoveCursorResponse {
        pb::MoveCursorResponse {
            cursor_before: move_.cursor.position(),
            cursor: move_.to,
            replayed: false,
        }
    }
}
