//! What the parties do to correct slips in entries. The head never signs but what was prepared.

use chrono::{DateTime, Utc};

use super::{
    ClientFault, CooperativeClient, Line, ProviderClient,
    line::{Wire, until_there},
    new_request_id,
};
use crate::{
    pb::registry::v1::{self as pb, correction_service_client::CorrectionServiceClient},
    signature::SigningIdentity,
};

fn corrections(line: &Line) -> CorrectionServiceClient<Wire> {
    CorrectionServiceClient::new(line.wire())
}

fn there(correction: Option<pb::Correction>) -> Result<pb::Correction, ClientFault> {
    correction.ok_or(ClientFault::Missing("correction"))
}

impl Line {
    /// Reads a correction.
    pub async fn correction(&self, id: &str) -> Result<pb::Correction, ClientFault> {
        let request = pb::GetCorrectionRequest {
            correction_id: id.to_owned(),
        };
        let answer = corrections(self).get_correction(request).await?;
        there(answer.into_inner().correction)
    }

    /// Waits until a correction comes to a state.
    pub async fn correction_reached(
        &self,
        id: &str,
        wanted: pb::CorrectionState,
    ) -> Result<pb::Correction, ClientFault> {
        until_there("the state of the correction", async || {
            let correction = self.correction(id).await?;
            Ok((correction.state() == wanted).then_some(correction))
        })
        .await
    }

    /// Lists corrections, the latest first, or those that wait, the next due first: the first page.
    pub async fn corrections(
        &self,
        waiting_only: bool,
    ) -> Result<Vec<pb::Correction>, ClientFault> {
        let request = pb::ListCorrectionsRequest {
            waiting_only,
            ..Default::default()
        };
        let answer = corrections(self).list_corrections(request).await?;
        Ok(answer.into_inner().corrections)
    }
}

impl CooperativeClient {
    /// Asks for a correction.
    pub async fn request_correction(
        &self,
        content: pb::CorrectionContent,
    ) -> Result<pb::Correction, ClientFault> {
        let request = pb::RequestCorrectionRequest {
            request_id: new_request_id(),
            validate_only: false,
            content: Some(content),
        };
        let answer = corrections(self).request_correction(request).await?;
        there(answer.into_inner().correction)
    }

    /// Confirms that the corrected extract was handed over on a day.
    pub async fn confirm_correction_handover(
        &self,
        correction: &pb::Correction,
        on: &str,
    ) -> Result<pb::Correction, ClientFault> {
        let request = pb::ConfirmCorrectionHandoverRequest {
            request_id: new_request_id(),
            correction_id: correction.correction_id.clone(),
            etag: correction.etag.clone(),
            handed_over_on: on.to_owned(),
        };
        let answer = corrections(self)
            .confirm_correction_handover(request)
            .await?;
        there(answer.into_inner().correction)
    }
}

impl ProviderClient {
    /// Begins a correction on the provider's own initiative.
    pub async fn begin_correction(
        &self,
        content: pb::CorrectionContent,
    ) -> Result<pb::Correction, ClientFault> {
        let request = pb::BeginCorrectionRequest {
            request_id: new_request_id(),
            validate_only: false,
            content: Some(content),
        };
        let answer = corrections(self).begin_correction(request).await?;
        there(answer.into_inner().correction)
    }

    /// Rejects a correction.
    pub async fn reject_correction(
        &self,
        correction: &pb::Correction,
        reasons: pb::LocalizedText,
    ) -> Result<pb::Correction, ClientFault> {
        let request = pb::RejectCorrectionRequest {
            request_id: new_request_id(),
            correction_id: correction.correction_id.clone(),
            etag: correction.etag.clone(),
            reasons: Some(reasons),
        };
        let answer = corrections(self).reject_correction(request).await?;
        there(answer.into_inner().correction)
    }

    /// Asks for the bytes that the head signs.
    pub async fn prepare_correction(
        &self,
        id: &str,
    ) -> Result<pb::PrepareCorrectionResponse, ClientFault> {
        let request = pb::PrepareCorrectionRequest {
            correction_id: id.to_owned(),
        };
        let answer = corrections(self).prepare_correction(request).await?;
        Ok(answer.into_inner())
    }

    /// Corrects with a signature over what was prepared.
    pub async fn correct_signed(
        &self,
        id: &str,
        etag: &str,
        head_signature: Vec<u8>,
    ) -> Result<pb::CorrectRegisterEntryResponse, ClientFault> {
        let request = pb::CorrectRegisterEntryRequest {
            request_id: new_request_id(),
            correction_id: id.to_owned(),
            etag: etag.to_owned(),
            head_signature,
        };
        let answer = corrections(self).correct_register_entry(request).await?;
        Ok(answer.into_inner())
    }

    /// Corrects: asks for the bytes, signs them, and sends the signature.
    pub async fn correct(
        &self,
        id: &str,
        head: &SigningIdentity,
        at: DateTime<Utc>,
    ) -> Result<pb::CorrectRegisterEntryResponse, ClientFault> {
        let prepared = self.prepare_correction(id).await?;
        let signature = head.sign_detached(&prepared.content, at)?;
        self.correct_signed(id, &prepared.etag, signature).await
    }
}
