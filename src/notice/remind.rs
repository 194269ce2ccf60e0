//! The authorized body reminds whoever has not acknowledged a change by one more letter each.
//! It never sends two letters at once, and never to an address that is no longer the addressee's.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    change::rows::change_by_id,
    fact,
    model::Notice,
    moved::Moved,
    policy::NoticePolicy,
    queries::change_id,
    rows::{notice_to_row, notices_of},
    wire,
};
use crate::{
    application::{Objection, Office},
    authz::{Action as _, Permit, RemindAddressees},
    kernel::{Moment, RequestId, RulesChangeId},
    pb::registry::v1 as pb,
    reference::Reference,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Origin, RequestKey, StoreFault, Update},
};

/// The command to remind.
pub(super) struct Remind {
    office: Arc<Office>,
    policy: Arc<NoticePolicy>,
    permit: Permit<RemindAddressees>,
    request: RequestKey,
    id: RulesChangeId,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    known: Arc<Reference>,
    /// None if there is no such change.
    notices: Option<Vec<Notice>>,
}

/// Who is reminded, and who cannot be.
pub(super) struct Reminded {
    moved: Vec<Moved>,
    without_address: Vec<Notice>,
    moment: Moment,
}

impl Remind {
    pub(super) fn parse(
        office: Arc<Office>,
        policy: Arc<NoticePolicy>,
        permit: Permit<RemindAddressees>,
        message: &pb::RemindAddresseesRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let id = change_id(&message.rules_change_id, &mut errors);
        let (Some(request_id), Some(id)) = (request_id, id) else {
            return Err(errors.into_malformed());
        };
        let by = permit.caller().name.as_str();
        let request = RequestKey::of(by, RemindAddressees::PATH, request_id, message);
        Ok(Self {
            office,
            policy,
            permit,
            request,
            id,
        })
    }
}

impl Command for Remind {
    type Loaded = Loaded;
    type Decided = Reminded;
    type Refusal = Objection;
    type Answer = pb::RemindAddresseesResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Loaded, StoreFault> {
        let known = self.office.references.fresh().await?;
        let notices = match change_by_id(reads, self.id).await? {
            Some(_) => Some(notices_of(reads, self.id).await?),
            None => None,
        };
        Ok(Loaded { known, notices })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Reminded, Objection> {
        let notices = loaded.notices.ok_or(Objection::NotVisible)?;
        let mut reminded = Reminded {
            moved: Vec::new(),
            without_address: Vec::new(),
            moment,
        };
        for notice in notices {
            if notice.acknowledged.is_some() || notice.next_attempt_at().is_some() {
                continue;
            }
            let email = self
                .policy
                .email(&notice.addressee, &loaded.known.providers);
            if email.is_none() {
                reminded.without_address.push(notice);
            } else {
                reminded
                    .moved
                    .extend(Moved::reminded(notice, email, moment.instant));
            }
        }
        Ok(reminded)
    }

    fn changes(&self, reminded: &Reminded) -> Result<Changes, StoreFault> {
        let mut changes = Changes::by(Origin {
            caller: self.permit.caller().name.to_string(),
            method: RemindAddressees::PATH,
            at: reminded.moment.instant,
        });
        for moved in &reminded.moved {
            let row = notice_to_row(&moved.notice)?;
            changes = changes
                .update(Update::of(&row, moved.version_before))
                .facts(fact::moved(moved));
        }
        Ok(changes)
    }

    fn answer(&self, reminded: Reminded) -> pb::RemindAddresseesResponse {
        let addressee = |notice: Notice| wire::addressee_of(&notice);
        let moved = reminded.moved.into_iter().map(|moved| moved.notice);
        let without = reminded.without_address.into_iter();
        pb::RemindAddresseesResponse {
            reminded: moved.map(addressee).collect(),
            without_address: without.map(addressee).collect(),
            replayed: false,
        }
    }
}
