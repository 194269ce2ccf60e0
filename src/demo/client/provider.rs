//! What the officers and the head of a provider do. It never grants without a signature over exactly
//! the bytes that the service prepared.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use prost_types::Timestamp;

use super::{ClientFault, Line, line::Wire, new_request_id};
use crate::{
    pb::registry::v1::{
        self as pb, get_share_rights_request::Key, list_share_history_request::Key as HistoryKey,
        register_service_client::RegisterServiceClient, review_service_client::ReviewServiceClient,
    },
    signature::SigningIdentity,
};

/// A caller of the party `provider`.
#[derive(Clone, Debug)]
pub struct ProviderClient(Line);

impl Deref for ProviderClient {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.0
    }
}

impl ProviderClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Lists the undecided applications, the next due first: the first page.
    pub async fn queue(&self) -> Result<Vec<pb::Application>, ClientFault> {
        let request = pb::ListReviewQueueRequest::default();
        Ok(self
            .review()
            .list_review_queue(request)
            .await?
            .into_inner()
            .applications)
    }

    /// Takes an application.
    pub async fn take(
        &self,
        application: &pb::Application,
    ) -> Result<pb::Application, ClientFault> {
        let request = pb::TakeApplicationRequest {
            request_id: new_request_id(),
            application_id: application.application_id.clone(),
            etag: application.etag.clone(),
        };
        let answer = self.review().take_application(request).await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Records what came out of a check; a failure needs a note.
    pub async fn record(
        &self,
        application: &pb::Application,
        check: &str,
        outcome: pb::CheckOutcome,
        note: Option<pb::LocalizedText>,
    ) -> Result<pb::Application, ClientFault> {
        let request = pb::RecordCheckRequest {
            request_id: new_request_id(),
            application_id: application.application_id.clone(),
            etag: application.etag.clone(),
            check: check.to_owned(),
            outcome: outcome.into(),
            note,
        };
        let answer = self.review().record_check(request).await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Asks for the bytes that the head signs.
    pub async fn prepare_grant(&self, id: &str) -> Result<pb::PrepareGrantResponse, ClientFault> {
        let request = pb::PrepareGrantRequest {
            application_id: id.to_owned(),
        };
        Ok(self.review().prepare_grant(request).await?.into_inner())
    }

    /// Grants with a signature over what was prepared.
    pub async fn grant_signed(
        &self,
        id: &str,
        etag: &str,
        head_signature: Vec<u8>,
    ) -> Result<pb::GrantApplicationResponse, ClientFault> {
        let request = pb::GrantApplicationRequest {
            request_id: new_request_id(),
            application_id: id.to_owned(),
            etag: etag.to_owned(),
            head_signature,
        };
        Ok(self.review().grant_application(request).await?.into_inner())
    }

    /// Grants: asks for the bytes, signs them, and sends the signature.
    pub async fn grant(
        &self,
        id: &str,
        head: &SigningIdentity,
        at: DateTime<Utc>,
    ) -> Result<pb::GrantApplicationResponse, ClientFault> {
        let prepared = self.prepare_grant(id).await?;
        let signature = head.sign_detached(&prepared.content, at)?;
        self.grant_signed(id, &prepared.etag, signature).await
    }

    /// Refuses on grounds.
    pub async fn refuse(
        &self,
        application: &pb::Application,
        grounds: Vec<pb::RefusalGround>,
    ) -> Result<pb::Application, ClientFault> {
        let request = pb::RefuseApplicationRequest {
            request_id: new_request_id(),
            application_id: application.application_id.clone(),
            etag: application.etag.clone(),
            grounds,
        };
        let answer = self.review().refuse_application(request).await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Who had which right to a share at a moment.
    pub async fn share_rights(
        &self,
        key: Key,
        at: Timestamp,
    ) -> Result<pb::ShareRights, ClientFault> {
        let request = pb::GetShareRightsRequest {
            key: Some(key),
            as_of_at: Some(at),
        };
        let answer = self.register().get_share_rights(request).await?;
        let rights = answer.into_inner().rights;
        rights.ok_or(ClientFault::Missing("rights"))
    }

    /// All that became of the share of an entry.
    pub async fn share_history(
        &self,
        entry_number: &str,
    ) -> Result<Vec<pb::ShareHistoryRecord>, ClientFault> {
        let key = HistoryKey::EntryNumber(entry_number.to_owned());
        let mut request = pb::ListShareHistoryRequest {
            key: Some(key),
            ..Default::default()
        };
        let mut records = Vec::new();
        loop {
            let answer = self.register().list_share_history(request.clone()).await?;
            let page = answer.into_inner();
            records.extend(page.records);
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return Ok(records);
            }
        }
    }

    fn register(&self) -> RegisterServiceClient<Wire> {
        RegisterServiceClient::new(self.wire())
    }

    fn review(&self) -> ReviewServiceClient<Wire> {
        ReviewServiceClient::new(self.wire())
    }
}
