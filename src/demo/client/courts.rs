//! What a provider records of cases in court, and who reads it.

use chrono::{DateTime, Utc};

use super::{
    ClientFault, CooperativeClient, Line, ProviderClient,
    line::{Wire, until_there},
    new_request_id,
};
use crate::{
    pb::registry::v1::{self as pb, court_service_client::CourtServiceClient},
    signature::SigningIdentity,
};

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

    /// Waits until the extract on the annulment by a case has left, or is to be handed over.
    pub async fn annulment_told(&self, id: &str) -> Result<pb::CourtCase, ClientFault> {
        until_there("the extract on the annulment", async || {
            let case = self.court_case(id).await?;
            let made = case.annulment.as_ref();
            let is_told =
                made.is_some_and(|made| made.sent_at.is_some() || made.handover.is_some());
            Ok(is_told.then_some(case))
        })
        .await
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

    /// Asks for the bytes that the head signs to annul an entry.
    pub async fn prepare_annulment(
        &self,
        id: &str,
    ) -> Result<pb::PrepareAnnulmentResponse, ClientFault> {
        let request = pb::PrepareAnnulmentRequest {
            court_case_id: id.to_owned(),
        };
        Ok(courts(self).prepare_annulment(request).await?.into_inner())
    }

    /// Annuls with a signature over what was prepared.
    pub async fn annul_signed(
        &self,
        id: &str,
        etag: &str,
        head_signature: Vec<u8>,
    ) -> Result<pb::AnnulRegisterEntryResponse, ClientFault> {
        let request = pb::AnnulRegisterEntryRequest {
            request_id: new_request_id(),
            court_case_id: id.to_owned(),
            etag: etag.to_owned(),
            head_signature,
        };
        let answer = courts(self).annul_register_entry(request).await?;
        Ok(answer.into_inner())
    }

    /// Annuls: asks for the bytes, signs them, and sends the signature.
    pub async fn annul(
        &self,
        id: &str,
        head: &SigningIdentity,
        at: DateTime<Utc>,
    ) -> Result<pb::AnnulRegisterEntryResponse, ClientFault> {
        let prepared = self.prepare_annulment(id).await?;
        let signature = head.sign_detached(&prepared.content, at)?;
        self.annul_signed(id, &prepared.etag, signature).await
    }
}

impl CooperativeClient {
    /// Confirms that the extract on an annulment was handed over on a day.
    pub async fn confirm_annulment_handover(
        &self,
        case: &pb::CourtCase,
        on: &str,
    ) -> Result<pb::CourtCase, ClientFault> {
        let request = pb::ConfirmAnnulmentHandoverRequest {
            request_id: new_request_id(),
            court_case_id: case.court_case_id.clone(),
            etag: case.etag.clone(),
            handed_over_on: on.to_owned(),
        };
        let answer = courts(self).confirm_annulment_handover(request).await?;
        there(answer.into_inner().court_case)
    }
}
