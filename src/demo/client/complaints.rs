//! What the parties do with complaints. Nobody files what was not signed.

use super::{ClientFault, CooperativeClient, Line, ProviderClient, line::Wire, new_request_id};
use crate::pb::registry::v1::{self as pb, complaint_service_client::ComplaintServiceClient};

fn complaints(line: &Line) -> ComplaintServiceClient<Wire> {
    ComplaintServiceClient::new(line.wire())
}

fn there(complaint: Option<pb::Complaint>) -> Result<pb::Complaint, ClientFault> {
    complaint.ok_or(ClientFault::Missing("complaint"))
}

impl Line {
    /// Reads a complaint.
    pub async fn complaint(&self, id: &str) -> Result<pb::Complaint, ClientFault> {
        let request = pb::GetComplaintRequest {
            complaint_id: id.to_owned(),
        };
        let answer = complaints(self).get_complaint(request).await?;
        there(answer.into_inner().complaint)
    }

    /// Lists complaints, the latest first, or those that wait, the next due first: the first page.
    pub async fn complaints(&self, waiting_only: bool) -> Result<Vec<pb::Complaint>, ClientFault> {
        let request = pb::ListComplaintsRequest {
            waiting_only,
            ..Default::default()
        };
        let answer = complaints(self).list_complaints(request).await?;
        Ok(answer.into_inner().complaints)
    }

    /// Decides on a complaint.
    pub async fn decide_complaint(
        &self,
        complaint: &pb::Complaint,
        outcome: pb::ComplaintOutcome,
        left_reason: pb::ComplaintLeftReason,
        reasons: pb::LocalizedText,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::DecideComplaintRequest {
            request_id: new_request_id(),
            complaint_id: complaint.complaint_id.clone(),
            etag: complaint.etag.clone(),
            outcome: outcome.into(),
            left_reason: left_reason.into(),
            reasons: Some(reasons),
            correction_id: String::new(),
        };
        let answer = complaints(self).decide_complaint(request).await?;
        there(answer.into_inner().complaint)
    }

    /// Extends the term of a complaint.
    pub async fn extend_complaint(
        &self,
        complaint: &pb::Complaint,
        working_days: i32,
        reasons: pb::LocalizedText,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::ExtendComplaintRequest {
            request_id: new_request_id(),
            complaint_id: complaint.complaint_id.clone(),
            etag: complaint.etag.clone(),
            working_days,
            reasons: Some(reasons),
        };
        let answer = complaints(self).extend_complaint(request).await?;
        there(answer.into_inner().complaint)
    }

    /// Confirms that whoever complains was told of the extension.
    pub async fn confirm_extension_told(
        &self,
        complaint: &pb::Complaint,
        on: &str,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::ConfirmExtensionToldRequest {
            request_id: new_request_id(),
            complaint_id: complaint.complaint_id.clone(),
            etag: complaint.etag.clone(),
            told_on: on.to_owned(),
        };
        let answer = complaints(self).confirm_extension_told(request).await?;
        there(answer.into_inner().complaint)
    }
}

impl ProviderClient {
    /// Forwards a complaint.
    pub async fn forward_complaint(
        &self,
        complaint: &pb::Complaint,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::ForwardComplaintRequest {
            request_id: new_request_id(),
            complaint_id: complaint.complaint_id.clone(),
            etag: complaint.etag.clone(),
        };
        let answer = complaints(self).forward_complaint(request).await?;
        there(answer.into_inner().complaint)
    }

    /// Satisfies a complaint; of an extract, by a correction.
    pub async fn satisfy_complaint(
        &self,
        complaint: &pb::Complaint,
        reasons: pb::LocalizedText,
        correction_id: &str,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::SatisfyComplaintRequest {
            request_id: new_request_id(),
            complaint_id: complaint.complaint_id.clone(),
            etag: complaint.etag.clone(),
            reasons: Some(reasons),
            correction_id: correction_id.to_owned(),
        };
        let answer = complaints(self).satisfy_complaint(request).await?;
        there(answer.into_inner().complaint)
    }
}

impl CooperativeClient {
    /// Files a complaint.
    pub async fn file_complaint(
        &self,
        content: Vec<u8>,
        signature: Vec<u8>,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::FileComplaintRequest {
            request_id: new_request_id(),
            validate_only: false,
            content,
            signature,
        };
        let answer = complaints(self).file_complaint(request).await?;
        there(answer.into_inner().complaint)
    }

    /// Withdraws a complaint.
    pub async fn withdraw_complaint(
        &self,
        complaint: &pb::Complaint,
    ) -> Result<pb::Complaint, ClientFault> {
        let request = pb::WithdrawComplaintRequest {
            request_id: new_request_id(),
            complaint_id: complaint.complaint_id.clone(),
            etag: complaint.etag.clone(),
        };
        let answer = complaints(self).withdraw_complaint(request).await?;
        there(answer.into_inner().complaint)
    }
}
