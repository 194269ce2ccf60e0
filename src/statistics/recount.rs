//! The command to count anew: it sends the counter back before the first fact.
//! It never changes a number itself: the counter empties the cells before it begins.

use std::{convert::Infallible, sync::Arc};

use sea_orm::DatabaseConnection;

use super::counter::{ANEW, READER};
use crate::{
    application::Office,
    authz::{Action as _, Permit, RecountStatistics},
    journal::Cursor,
    kernel::{Moment, RequestId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, NewFact, Origin, RequestKey, StoreFault},
};

/// Kind of the fact that an operator had the statistics counted anew.
const RECOUNT: &str = "statistics_recount";

/// The command to count anew.
pub(super) struct Recount {
    office: Arc<Office>,
    caller: String,
    request: RequestKey,
}

impl Recount {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: &Permit<RecountStatistics>,
        message: &pb::RecountStatisticsRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let Some(request_id) = request_id else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.to_string();
        let request = RequestKey::of(&caller, RecountStatistics::PATH, request_id, message);
        Ok(Self {
            office,
            caller,
            request,
        })
    }
}

impl Command for Recount {
    type Loaded = Cursor;
    type Decided = (Cursor, Moment);
    type Refusal = Infallible;
    type Answer = pb::RecountStatisticsResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(&self, reads: &DatabaseConnection, _: Moment) -> Result<Cursor, StoreFault> {
        Cursor::load(reads, READER).await
    }

    fn decide(&self, cursor: Cursor, moment: Moment) -> Result<(Cursor, Moment), Infallible> {
        Ok((cursor, moment))
    }

    fn changes(&self, (cursor, moment): &(Cursor, Moment)) -> Result<Changes, StoreFault> {
        let at = moment.instant;
        let origin = Origin {
            caller: self.caller.clone(),
            method: RecountStatistics::PATH,
            at,
        };
        let fact = NewFact {
            subject: self.office.store.ids().next(at),
            kind: RECOUNT,
            body: serde_json::json!({ "counted_through": cursor.position() }).to_string(),
        };
        Ok(cursor.moved(ANEW, origin).facts([fact]))
    }

    fn answer(&self, _: (Cursor, Moment)) -> pb::RecountStatisticsResponse {
        pb::RecountStatisticsResponse { replayed: false }
    }
}
