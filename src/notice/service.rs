//! `NoticeService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    acknowledge::Acknowledge,
    download::{FileQuery, FileStream},
    policy::NoticePolicy,
    publish::Publish,
    queries::{self, ChangesQuery, NoticesQuery},
    remind::Remind,
    report::report,
    wire,
};
use crate::{
    application::{Office, addressed::named},
    authz,
    pb::registry::v1::{self as pb, notice_service_server::NoticeService},
    rpc::{self, answer, status},
};

/// Answers for changes of the Rules and their notices.
#[derive(Clone, Debug)]
pub struct NoticeEndpoint {
    office: Arc<Office>,
    policy: Arc<NoticePolicy>,
}

impl NoticeEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>, policy: Arc<NoticePolicy>) -> Self {
        Self { office, policy }
    }
}

#[tonic::async_trait]
impl NoticeService for NoticeEndpoint {
    type DownloadRulesChangeFileStream = FileStream;

    async fn publish_rules_change(
        &self,
        request: Request<pb::PublishRulesChangeRequest>,
    ) -> Result<Response<pb::PublishRulesChangeResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::PublishRulesChange>(&caller)?;
        let (office, policy) = (Arc::clone(&self.office), Arc::clone(&self.policy));
        let command = Publish::parse(office, policy, permit, &message)?;
        let answered = answer(&self.office.store, command).await?;
        // A rule set that it carried is known to this process when it says so; guards hold anyway.
        if message.rule_set.is_some() {
            drop(self.office.references.reload().await);
        }
        Ok(answered)
    }

    async fn list_rules_changes(
        &self,
        request: Request<pb::ListRulesChangesRequest>,
    ) -> Result<Response<pb::ListRulesChangesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::ListRulesChanges>(&caller)?;
        let query = ChangesQuery::parse(&self.office, &message)?;
        let page = query.page(&self.office).await;
        let (changes, next_page_token) = page.map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListRulesChangesResponse {
            changes,
            next_page_token,
        }))
    }

    async fn get_rules_change(
        &self,
        request: Request<pb::GetRulesChangeRequest>,
    ) -> Result<Response<pb::GetRulesChangeResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetRulesChange>(&caller)?;
        let id = named(&message.rules_change_id)?;
        let change = queries::change(&self.office, id).await;
        let change = Some(wire::change(change.map_err(status::from_stop)?));
        Ok(Response::new(pb::GetRulesChangeResponse { change }))
    }

    async fn download_rules_change_file(
        &self,
        request: Request<pb::DownloadRulesChangeFileRequest>,
    ) -> Result<Response<FileStream>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::DownloadRulesChangeFile>(&caller)?;
        let query = FileQuery::parse(&message)?;
        let stream = query.download(&self.office).await;
        Ok(Response::new(stream.map_err(status::from_stop)?))
    }

    async fn list_notices(
        &self,
        request: Request<pb::ListNoticesRequest>,
    ) -> Result<Response<pb::ListNoticesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListNotices>(&caller)?;
        let query = NoticesQuery::parse(&self.office, &self.policy, &permit.scope(), &message)?;
        let page = query.page(&self.office).await;
        let (notices, next_page_token) = page.map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListNoticesResponse {
            notices,
            next_page_token,
        }))
    }

    async fn get_notice(
        &self,
        request: Request<pb::GetNoticeRequest>,
    ) -> Result<Response<pb::GetNoticeResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetNotice>(&caller)?;
        let id = named(&message.notice_id)?;
        let notice = queries::notice(&self.office, &self.policy, &permit.scope(), id).await;
        let notice = Some(notice.map_err(status::from_stop)?);
        Ok(Response::new(pb::GetNoticeResponse { notice }))
    }

    async fn acknowledge_notice(
        &self,
        request: Request<pb::AcknowledgeNoticeRequest>,
    ) -> Result<Response<pb::AcknowledgeNoticeResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::AcknowledgeNotice>(&caller)?;
        let (office, policy) = (Arc::clone(&self.office), Arc::clone(&self.policy));
        let command = Acknowledge::parse(office, policy, permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn remind_addressees(
        &self,
        request: Request<pb::RemindAddresseesRequest>,
    ) -> Result<Response<pb::RemindAddresseesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RemindAddressees>(&caller)?;
        let (office, policy) = (Arc::clone(&self.office), Arc::clone(&self.policy));
        let command = Remind::parse(office, policy, permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn get_rules_change_report(
        &self,
        request: Request<pb::GetRulesChangeReportRequest>,
    ) -> Result<Response<pb::GetRulesChangeReportResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetRulesChangeReport>(&caller)?;
        let id = named(&message.rules_change_id)?;
        let report = report(&self.office, id).await;
        Ok(Response::new(report.map_err(status::from_stop)?))
    }
}
