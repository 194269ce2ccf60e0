//! What the authorized body does to tell changes of the Rules, and what whoever is told does then.
//! No client ever speaks for another's organisation.

use std::ops::Deref;

use super::{
    ClientFault, Line, ProviderClient,
    line::{Wire, until_there},
    new_request_id,
};
use crate::pb::registry::v1::{self as pb, notice_service_client::NoticeServiceClient};

/// A caller of the party `authorized-body`.
#[derive(Clone, Debug)]
pub struct AuthorizedBodyClient(Line);

/// A caller of the party `addressee`.
#[derive(Clone, Debug)]
pub struct AddresseeClient(Line);

fn notices(line: &Line) -> NoticeServiceClient<Wire> {
    NoticeServiceClient::new(line.wire())
}

impl Deref for AuthorizedBodyClient {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.0
    }
}

impl AuthorizedBodyClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Tells a change of the Rules.
    pub async fn publish(
        &self,
        request: pb::PublishRulesChangeRequest,
    ) -> Result<pb::RulesChange, ClientFault> {
        let answer = notices(self).publish_rules_change(request).await?;
        let change = answer.into_inner().change;
        change.ok_or(ClientFault::Missing("change"))
    }

    /// Reminds whoever has not acknowledged a change.
    pub async fn remind(&self, id: &str) -> Result<pb::RemindAddresseesResponse, ClientFault> {
        let request = pb::RemindAddresseesRequest {
            request_id: new_request_id(),
            rules_change_id: id.to_owned(),
        };
        Ok(notices(self).remind_addressees(request).await?.into_inner())
    }

    /// What became of the notices of a change.
    pub async fn report(&self, id: &str) -> Result<pb::GetRulesChangeReportResponse, ClientFault> {
        let request = pb::GetRulesChangeReportRequest {
            rules_change_id: id.to_owned(),
        };
        let answer = notices(self).get_rules_change_report(request).await?;
        Ok(answer.into_inner())
    }

    /// Waits until no letter of a change is on its way, and gives the report then.
    pub async fn letters_settled(
        &self,
        id: &str,
    ) -> Result<pb::GetRulesChangeReportResponse, ClientFault> {
        until_there("the letters of the change", async || {
            let report = self.report(id).await?;
            let waits = |notice: &pb::Notice| notice.letter() == pb::NoticeLetterState::Waiting;
            Ok((!report.notices.iter().any(waits)).then_some(report))
        })
        .await
    }
}

impl AddresseeClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// The own notices, the latest first: the first page.
    pub async fn notices(&self, waiting_only: bool) -> Result<Vec<pb::Notice>, ClientFault> {
        self.0.own_notices(waiting_only).await
    }

    /// Acknowledges a notice.
    pub async fn acknowledge(&self, notice_id: &str) -> Result<pb::Notice, ClientFault> {
        self.0.acknowledged(notice_id).await
    }
}

impl ProviderClient {
    /// The provider's notices, the latest first: the first page.
    pub async fn notices(&self, waiting_only: bool) -> Result<Vec<pb::Notice>, ClientFault> {
        self.own_notices(waiting_only).await
    }

    /// Acknowledges a notice.
    pub async fn acknowledge(&self, notice_id: &str) -> Result<pb::Notice, ClientFault> {
        self.acknowledged(notice_id).await
    }
}

impl Line {
    /// Reads a notice.
    pub async fn notice(&self, notice_id: &str) -> Result<pb::Notice, ClientFault> {
        let request = pb::GetNoticeRequest {
            notice_id: notice_id.to_owned(),
        };
        let answer = notices(self).get_notice(request).await?;
        answer
            .into_inner()
            .notice
            .ok_or(ClientFault::Missing("notice"))
    }

    async fn own_notices(&self, waiting_only: bool) -> Result<Vec<pb::Notice>, ClientFault> {
        let request = pb::ListNoticesRequest {
            waiting_only,
            ..Default::default()
        };
        let answer = notices(self).list_notices(request).await?;
        Ok(answer.into_inner().notices)
    }

    async fn acknowledged(&self, notice_id: &str) -> Result<pb::Notice, ClientFault> {
        let request = pb::AcknowledgeNoticeRequest {
            request_id: new_request_id(),
            notice_id: notice_id.to_owned(),
        };
        let answer = notices(self).acknowledge_notice(request).await?;
        answer
            .into_inner()
            .notice
            .ok_or(ClientFault::Missing("notice"))
    }
}
