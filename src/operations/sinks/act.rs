//! An act on a sink: who, on which, and why; and the fact that tells of it.
//! It never lets an act pass unseen by who pushes: it moves on the version of the cursor.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use crate::{
    application::Office,
    authz::{Action, Permit},
    delivery::{Beginning, Sinks},
    journal::Cursor,
    kernel::{Moment, RequestId, Text},
    lag,
    pb::registry::v1 as pb,
    rpc::FieldErrors,
    store::{Changes, NewFact, Origin, RequestKey, StoreFault},
};

/// How long a reason is at most.
const REASON_CHARACTERS_MAX: usize = 300;

/// The fields that every act has, as they are sent.
pub(in super::super) struct Sent<'a> {
    request_id: &'a str,
    sink: &'a str,
    reason: &'a str,
}

/// A message that asks for an act.
pub(in super::super) trait Asked: prost::Message {
    /// The fields of every act.
    fn sent(&self) -> Sent<'_>;
}

macro_rules! asked {
    ($($message:ident),+ $(,)?) => {$(
        impl Asked for pb::$message {
            fn sent(&self) -> Sent<'_> {
                Sent {
                    request_id: &self.request_id,
                    sink: &self.sink,
                    reason: &self.reason,
                }
            }
        }
    )+};
}

asked!(
    RetryParkedMessageRequest,
    SkipParkedMessageRequest,
    MoveCursorRequest,
    PauseSinkRequest,
    ResumeSinkRequest,
);

/// An act.
pub(super) struct Act {
    office: Arc<Office>,
    by: String,
    method: &'static str,
    pub(super) request: RequestKey,
    pub(super) sink: String,
    reader: &'static str,
    from: Beginning,
    pub(super) reason: String,
}

impl Act {
    /// Reads an act; the whole message is the fingerprint of the request.
    pub(super) fn parse<A: Action>(
        office: &Arc<Office>,
        sinks: &Sinks,
        permit: &Permit<A>,
        message: &impl Asked,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let sent = message.sent();
        let request_id = errors.required("request_id", sent.request_id, RequestId::parse);
        let sink = sinks.required(sent.sink, errors);
        let reason = errors.required("reason", sent.reason, Text::<REASON_CHARACTERS_MAX>::parse);
        let by = permit.caller().name.to_string();
        let (sink, reason) = (sink?, reason?);
        Some(Self {
            office: Arc::clone(office),
            request: RequestKey::of(&by, A::PATH, request_id?, message),
            by,
            method: A::PATH,
            sink: sink.status.name().to_string(),
            reader: sink.reader,
            from: sink.from,
            reason: reason.into(),
        })
    }

    /// The account.
    pub(super) fn by(&self) -> String {
        self.by.clone()
    }

    /// Where the sink stands.
    pub(super) async fn cursor(&self, reads: &DatabaseConnection) -> Result<Cursor, StoreFault> {
        self.from.cursor(reads, self.reader).await
    }

    /// The change that moves the cursor, if only in its version, with the fact of the act.
    pub(super) fn changes(
        &self,
        cursor: &Cursor,
        position: i64,
        moment: Moment,
        kind: &'static str,
        more: &serde_json::Value,
    ) -> Changes {
        let origin = Origin {
            caller: self.by.clone(),
            method: self.method,
            at: moment.instant,
        };
        let body = serde_json::json!({
            "sink": self.sink,
            "reason": self.reason,
            "of": more,
        });
        let fact = NewFact {
            subject: self.office.store.ids().next(moment.instant),
            kind,
            body: body.to_string(),
        };
        let changes = cursor.moved(position, origin).facts([fact]);
        if cursor.is_new() {
            return lag::begun(&self.sink, cursor.position(), changes);
        }
        changes
    }
}
