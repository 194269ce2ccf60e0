//! Lines to go on by hand while everything runs, and files for them. They never hold a token: the
//! shell reads it from its file.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use prost::Message as _;
use serde_json::json;

use super::Play;
use crate::{
    demo::{Agreement, DemoFault, agreement},
    pb::registry::v1::{self as pb, submit_application_request::Form},
};

/// A share that nobody has applied for yet.
const FREE_SHARE: u32 = 50;

impl Play<'_> {
    /// Keeps an agreement for people to look at.
    pub(super) fn keep(&self, agreement: &Agreement<'_>) -> Result<(), DemoFault> {
        let message = agreement.message();
        let name = format!("{}.binpb", message.agreement_number);
        self.on
            .folder
            .write("agreements", &name, message.encode_to_vec())?;
        Ok(())
    }

    /// Prints lines with the real addresses, paths and ids.
    pub(super) fn tell_how_to_go_on(
        &mut self,
        granted: &pb::RegisterEntry,
        waiting: &pb::Application,
    ) -> Result<(), DemoFault> {
        self.write_contract_to_file()?;
        let folder = self.on.folder.path().display();
        let (service, stub) = (self.on.service_address(), self.on.stub_address());
        let id = &waiting.application_id;
        let number = &waiting.application_number;
        let entry = &granted.entry_id;
        self.report.heading("Go on by hand")?;
        self.report.plain(&format!(
            r#"
cd '{folder}'
call() {{ grpcurl -plaintext -H "authorization: Bearer $(cat tokens/$1.token)" -d "${{4:-@}}" $2 $3; }}

# What the service offers, and a message of it with its manual.
grpcurl -plaintext {service} list tizilim.registry.v1.ReviewService
grpcurl -plaintext {service} describe tizilim.registry.v1.PrepareGrantResponse

# {number} waits for the head: read the queue, fetch the bytes, sign them, grant.
call officer {service} tizilim.registry.v1.ReviewService/ListReviewQueue '{{}}'
call head {service} tizilim.registry.v1.ReviewService/PrepareGrant '{{"application_id":"{id}"}}' > prepared.json
jq -r .content prepared.json | base64 -d > content.json
jq --arg id {id} --arg request $(uuidgen) --arg cms "$(tizilim sign --certificate keys/head.pem --key keys/head.key.pem content.json)" \
  '{{request_id: $request, application_id: $id, etag: .etag, head_signature: $cms}}' prepared.json \
  | call head {service} tizilim.registry.v1.ReviewService/GrantApplication

# Its stages at the monitoring system; the letter lies under mail/.
call monitoring {stub} tizilim.monitoring.v1.StageIngestService/ListReceivedStages '{{"application_number":"{number}"}}'

# File another contract, signed by both parties; send it again and see that it is the same answer.
call cooperative {service} tizilim.registry.v1.ApplicationService/SubmitApplication < agreements/contract.json

# Move the clock; see how the installation runs.
call operator {service} tizilim.registry.v1.OperationsService/AdvanceClock '{{"to_at":"2026-11-27T04:00:00Z"}}'
call operator {service} tizilim.registry.v1.OperationsService/GetStatus '{{}}'

# Is the first extract genuine? Anybody may ask.
call cooperative {service} tizilim.registry.v1.RegisterService/GetExtract '{{"entry_id":"{entry}"}}' | tee extract.json
jq '{{sha256: .extract.sha256}}' extract.json | grpcurl -plaintext -d @ {service} tizilim.registry.v1.RegisterService/VerifyExtract"#
        ))?;
        Ok(())
    }

    /// A request as JSON, where bytes are base64.
    fn write_contract_to_file(&self) -> Result<(), DemoFault> {
        let agreement = agreement(&self.on.world, FREE_SHARE);
        self.keep(&agreement)?;
        let request = agreement.electronic_contract()?;
        let Some(Form::ElectronicContract(contract)) = request.form else {
            return Ok(());
        };
        let content = json!({
            "request_id": request.request_id,
            "procedure": "PROCEDURE_PARTICIPATION_AGREEMENT",
            "provider_id": request.provider_id,
            "electronic_contract": {
                "agreement": BASE64_STANDARD.encode(contract.agreement),
                "cooperative_signature": BASE64_STANDARD.encode(contract.cooperative_signature),
                "shareholder_signature": BASE64_STANDARD.encode(contract.shareholder_signature),
            },
        });
        self.on
            .folder
            .write("agreements", "contract.json", format!("{content:#}\n"))?;
        Ok(())
    }
}
