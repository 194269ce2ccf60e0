//! What a provider records of cases in court, and who reads it.

use super::{ClientFault, Line, ProviderClient, line::Wire, new_request_id};
use crate::pb::registry::v1::{self as pb, court_service_client::CourtServiceClient};

fn courts(line: &Line) -> CourtServiceClient<Wire> {
    CourtServiceClient::new(line.wire())
}

fn there(case: Option<pb::CourtCase>) -> Result<pb::CourtCase, ClientFault> {
    case.ok_or(ClientFault::Missing("court case"))
}

impl Line {
    /// Reads a case.
    pub async fn court_case(&self, id: &str) -> Result<pb::CourtCase, ClientFault> {
        let request = pb::GetCourtCaseRequest {
            court_case_id: id.to_owned(),
        };
        let answer = courts(self).get_court_case(request).await?;
        there(answer.into_inner().court_case)
    }

    /// Lists cases, the latest recorded first.
    pub async fn court_cases(
        &self,
        request: pb::ListCourtCasesRequest,
    ) -> Result<pb::ListCourtCasesResponse, ClientFault> {
        Ok(courts(self).list_court_cases(request).await?.into_inner())
    }
}

impl ProviderClient {
    /// Records that an action was filed with a court.
    pub async fn record_court_action(
        &self,
        action: pb::CourtAction,
    ) -> Result<pb::CourtCase, ClientFault> {
        let request = pb::RecordCourtActionRequest {
            request_id: new_request_id(),
            action: Some(action),
        };
        let answer = courts(self).record_court_action(request).await?;
        there(answer.into_inner().court_case)
    }

    /// Records what was filed with the court.
    pub async fn file_court_response(
        &self,
        case: &pb::CourtCase,
        response: pb::CourtResponse,
    ) -> Result<pb::CourtCase, ClientFault> {
        let request = pb::FileCourtResponseRequest {
            request_id: new_request_id(),
            court_case_id: case.court_case_id.clone(),
            etag: case.etag.clone(),
            response: Some(response),
        };
        let answer = courts(self).file_court_response(request).await?;
        there(answer.into_inner().court_case)
    }

    /// Records an act of a court.
    pub async fn record_court_act(
        &self,
        case: &pb::CourtCase,
        act: pb::CourtAct,
    ) -> Result<pb::CourtCase, ClientFault> {
        let request = pb::RecordCourtActRequest {
            request_id: new_request_id(),
            court_case_id: case.court_case_id.clone(),
            etag: case.etag.clone(),
            act: Some(act),
        };
        let answer = courts(self).record_court_act(request).await?;
        there(answer.into_inner().court_case)
    }
}
