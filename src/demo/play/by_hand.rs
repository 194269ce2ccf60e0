//! Lines to go on by hand while everything runs, and files for them. They never hold a token: the
//! shell reads it from its file.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use prost::Message as _;
use serde_json::json;

use super::{Play, instant_of_answer};
use crate::{
    demo::{Agreement, DemoFault, agreement, client::new_request_id},
    pb::registry::v1::{self as pb, submit_application_request::Form},
};

/// The file of names for the shell.
const SHELL_NAMES: &str = "names.sh";

/// A share that nobody has applied for yet.
const FREE_SHARE: u32 = 50;

/// Longer than the term of a contract, wherever days off lie.
const UNTIL_OVERDUE: TimeDelta = TimeDelta::days(6);

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
        self.report.heading("Go on by hand")?;
        self.write_shell_names()?;
        self.report.plain(&format!(
            "cd '{}' && . ./{SHELL_NAMES}   # SERVICE={} MONITORING={}",
            self.on.folder.path().display(),
            self.on.service_address(),
            self.on.stub_address(),
        ))?;
        self.report.plain(
            "\n# What the service offers, and the manual of one message.\n\
             grpcurl -plaintext $SERVICE list tizilim.registry.v1.ReviewService\n\
             grpcurl -plaintext $SERVICE describe tizilim.registry.v1.PrepareGrantResponse",
        )?;
        self.tell_how_to_grant(waiting)?;
        self.tell_how_to_file(waiting)?;
        self.report.plain(&format!(
            "\n# Is the first extract genuine? Anybody may ask, without a token.\n{} > extract.json\n\
             jq '{{sha256: .extract.sha256}}' extract.json | \
             grpcurl -plaintext -d @ $SERVICE tizilim.registry.v1.RegisterService/VerifyExtract",
            call(
                "cooperative",
                "RegisterService/GetExtract",
                &format!("'{{\"entry_id\":\"{}\"}}'", granted.entry_id),
            ),
        ))?;
        Ok(())
    }

    fn tell_how_to_grant(&mut self, waiting: &pb::Application) -> Result<(), DemoFault> {
        let (id, number) = (&waiting.application_id, &waiting.application_number);
        let named = format!("'{{\"application_id\":\"{id}\"}}'");
        let request = new_request_id();
        self.report.plain(&format!(
            "\n# {number} waits for the head: see the queue, fetch the bytes, sign them, grant.\n{}\n\
             {} > prepared.json\n\
             jq -r .content prepared.json | base64 -d > content.json\n\
             tizilim sign --certificate keys/head.pem --key keys/head.key.pem content.json > signature.txt\n\
             jq --rawfile cms signature.txt '{{request_id: \"{request}\", application_id: \"{id}\", \
             etag, head_signature: ($cms | rtrimstr(\"\\n\"))}}' prepared.json > grant.json\n\
             {} < grant.json",
            call("officer", "ReviewService/ListReviewQueue", "'{}'"),
            call("head", "ReviewService/PrepareGrant", &named),
            call("head", "ReviewService/GrantApplication", "@"),
        ))?;
        self.report.plain(&format!(
            "\n# Its stages at the monitoring system; the letter with the extract lies under mail/.\n\
             grpcurl -plaintext -H \"authorization: Bearer $(cat tokens/monitoring.token)\" \
             -d '{{\"application_number\":\"{number}\"}}' \
             $MONITORING tizilim.monitoring.v1.StageIngestService/ListReceivedStages"
        ))?;
        Ok(())
    }

    fn tell_how_to_file(&mut self, waiting: &pb::Application) -> Result<(), DemoFault> {
        let now = instant_of_answer(waiting.registered_at.as_ref())?;
        let later = now.checked_add_signed(UNTIL_OVERDUE).unwrap_or(now);
        self.report.plain(&format!(
            "\n# File another contract, signed by both parties. Sent again, it gets the same answer.\n\
             {} < agreements/contract.json\n\
             \n# Let its term pass: OVERDUE, and still open. See how the installation runs.\n{}\n{}",
            call("cooperative", "ApplicationService/SubmitApplication", "@"),
            call(
                "operator",
                "OperationsService/AdvanceClock",
                &format!("'{{\"to_at\":\"{}\"}}'", later.format("%Y-%m-%dT%H:%M:%SZ")),
            ),
            call("operator", "OperationsService/GetStatus", "'{}'"),
        ))?;
        Ok(())
    }

    /// Names for the shell: where everything listens, the program, and how to call as somebody.
    fn write_shell_names(&self) -> Result<(), DemoFault> {
        let program = std::env::current_exe()?;
        let names = format!(
            "SERVICE={}\nMONITORING={}\ntizilim() {{ '{}' \"$@\"; }}\n\
             # call ACCOUNT SERVICE/METHOD [BODY]; without a body it is read from standard input.\n\
             call() {{ {}; }}\n",
            self.on.service_address(),
            self.on.stub_address(),
            program.display(),
            call("$1", "$2", "\"${3:-@}\""),
        );
        self.on.folder.write("", SHELL_NAMES, names)?;
        Ok(())
    }

    /// A request as JSON, where bytes are base64.
    fn write_contract_to_file(&self) -> Result<(), DemoFault> {
        let agreement = agreement(&self.on.world, FREE_SHARE);
        self.keep(&agreement)?;
        let request = agreement.electronic_contract()?;
        let Some(Form::ElectronicContract(contract)) = request.form else {
            return Err(DemoFault::NotAsExpected(
                "a contract has another form".to_owned(),
            ));
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
        let content = format!("{content:#}\n");
        self.on
            .folder
            .write("agreements", "contract.json", content)?;
        Ok(())
    }
}

/// A line that calls the service as somebody.
fn call(account: &str, method: &str, body: &str) -> String {
    format!(
        "grpcurl -plaintext -H \"authorization: Bearer $(cat tokens/{account}.token)\" -d {body} \
         $SERVICE tizilim.registry.v1.{method}"
    )
}
