//! An addressee acknowledges a notice. What was acknowledged stays as it is, whoever comes second.
//! It never lets one addressee speak for another.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    fact,
    model::Notice,
    moved::Moved,
    policy::NoticePolicy,
    queries::visible,
    rows::{notice_by_id, notice_to_row},
    wire,
};
use crate::{
    application::{Objection, Office},
    authz::{AcknowledgeNotice, Action as _, Permit},
    kernel::{Moment, NoticeId, RequestId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Origin, RequestKey, StoreFault, Update},
};

/// The command to acknowledge a notice.
pub(super) struct Acknowledge {
    office: Arc<Office>,
    policy: Arc<NoticePolicy>,
    permit: Permit<AcknowledgeNotice>,
    request: RequestKey,
    id: NoticeId,
}

/// What became of it.
pub(super) struct Acknowledged {
    /// None if it was acknowledged before.
    moved: Option<Moved>,
    notice: Notice,
    moment: Moment,
}

impl Acknowledge {
    pub(super) fn parse(
        office: Arc<Office>,
        policy: Arc<NoticePolicy>,
        permit: Permit<AcknowledgeNotice>,
        message: &pb::AcknowledgeNoticeRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let id = errors.required("notice_id", &message.notice_id, NoticeId::parse);
        let (Some(request_id), Some(id)) = (request_id, id) else {
            return Err(errors.into_malformed());
        };
        let by = permit.caller().name.as_str();
        let request = RequestKey::of(by, AcknowledgeNotice::PATH, request_id, message);
        Ok(Self {
            office,
            policy,
            permit,
            request,
            id,
        })
    }
}

impl Command for Acknowledge {
    type Loaded = Option<Notice>;
    type Decided = Acknowledged;
    type Refusal = Objection;
    type Answer = pb::AcknowledgeNoticeResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        notice_by_id(reads, self.id).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Acknowledged, Objection> {
        let scope = self.permit.scope();
        let notice = visible(loaded, &scope, &self.office, &self.policy)?;
        if notice.acknowledged.is_some() {
            return Ok(Acknowledged {
                moved: None,
                notice,
                moment,
            });
        }
        let by = self.permit.caller().name.as_str();
        let moved = Moved::acknowledged(notice, by, moment.instant);
        Ok(Acknowledged {
            notice: moved.notice.clone(),
            moved: Some(moved),
            moment,
        })
    }

    fn changes(&self, acknowledged: &Acknowledged) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: AcknowledgeNotice::PATH,
            at: acknowledged.moment.instant,
        };
        match &acknowledged.moved {
            Some(moved) => moved_changes(moved, origin),
            None => Ok(Changes::by(origin)),
        }
    }

    fn answer(&self, acknowledged: Acknowledged) -> pb::AcknowledgeNoticeResponse {
        pb::AcknowledgeNoticeResponse {
            notice: Some(wire::notice(
                acknowledged.notice,
                acknowledged.moment.instant,
            )),
            replayed: false,
        }
    }
}

/// The row and the facts of a change, over the version it was made of.
pub(super) fn moved_changes(moved: &Moved, origin: Origin) -> Result<Changes, StoreFault> {
    let row = notice_to_row(&moved.notice)?;
    Ok(Changes::by(origin)
        .update(Update::of(&row, moved.version_before))
        .facts(fact::moved(moved)))
}
