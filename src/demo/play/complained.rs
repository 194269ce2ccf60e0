//! What complaints come to (cl. 14, 15): one that the provider satisfies, and one that goes on to the higher
//! body, which rejects it. Nobody who complains ends with less than before.

use super::{Play, expect};
use crate::{
    case_file::verify::{VerifyArgs, verify},
    demo::{
        DemoFault, agreement,
        complaints::complaint,
        report::{moment, short},
    },
    pb::registry::v1::{
        self as pb, ApplicationStage, ComplaintAddressee, ComplaintLeftReason, ComplaintOutcome,
        ComplaintSubject, RefusalGroundCode,
    },
};

const WRONGLY_REFUSED_SHARE: u32 = 44;

impl Play<'_> {
    /// The head takes a refusal back that nothing supports, and grants what was refused.
    pub(super) async fn complaint_is_satisfied(&mut self) -> Result<(), DemoFault> {
        self.report
            .heading("A complaint that the provider satisfies")?;
        let (clients, world) = (&self.on.clients, &self.on.world);
        let agreement = agreement(world, WRONGLY_REFUSED_SHARE);
        self.keep(&agreement)?;
        let request = agreement.electronic_contract()?;
        let filed = clients.cooperative.submit(request).await?;
        self.tell_filed(&filed)?;
        let id = &filed.application_id;
        let passed = clients
            .head
            .reached(id, ApplicationStage::AwaitingSignature);
        let passed = passed.await?;
        self.report.findings(&passed)?;
        let refused = clients.head.refuse(&passed, vec![mistaken()]).await?;
        let text = "UNRELIABLE_DATA, by an officer's mistake";
        self.report.line("refused", text)?;

        let complaint = self.complained(&refused).await?;
        let reasons = text_of(
            "Құжат дұрыс; бас тартудың күші жойылды.",
            "Документ верен; отказ отменён.",
            "The document is right; the refusal is annulled.",
        );
        let satisfied = clients.head.satisfy_complaint(&complaint, reasons, "");
        self.tell_outcome(&satisfied.await?)?;
        clients
            .head
            .reached(id, ApplicationStage::AwaitingSignature)
            .await?;
        self.head_grants(id).await?;
        let sent = clients
            .cooperative
            .reached(id, ApplicationStage::ExtractSent);
        let stages = [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "REFUSED",
            "COMPLAINT_FILED",
            "COMPLAINT_SATISFIED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "EXTRACT_SENT",
        ];
        self.tell_stages(&sent.await?, &stages).await
    }

    /// The refusal was right: the provider forwards the complaint with the case, and the higher body rejects it.
    pub(super) async fn complaint_is_rejected(
        &mut self,
        refused: &pb::Application,
    ) -> Result<(), DemoFault> {
        self.report
            .heading("A complaint that goes on to the higher body and is rejected")?;
        let complaint = self.complained(refused).await?;
        let clients = &self.on.clients;
        let forwarded = clients.head.forward_complaint(&complaint).await?;
        let forwarding = forwarded.forwarding.clone().unwrap_or_default();
        let text = format!(
            "to {} with the case; its decision is due {}",
            forwarding.reviewing_body_bin,
            moment(forwarded.due_at.as_ref()),
        );
        self.report.line("forwarded", &text)?;
        self.case_is_looked_through(&forwarding).await?;
        let body = &self.on.clients.higher_body;
        let own = body.complaints(true).await?;
        expect(own.len() == 1, || {
            format!("it sees {} complaints", own.len())
        })?;
        let reasons = text_of(
            "Пайды басқа тұлға бұрын есепке қойған (C14).",
            "Пай ранее поставлен на учёт другим лицом (C14).",
            "The share was registered by another person before (C14).",
        );
        let outcome = ComplaintOutcome::Rejected;
        let none = ComplaintLeftReason::Unspecified;
        let decided = body.decide_complaint(&forwarded, outcome, none, reasons);
        self.tell_outcome(&decided.await?)?;
        let stages = [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "REFUSED",
            "COMPLAINT_FILED",
            "COMPLAINT_FORWARDED",
            "COMPLAINT_DECIDED",
        ];
        self.tell_stages(refused, &stages).await
    }

    /// The body gets the case that went to it, and looks through it without the service.
    async fn case_is_looked_through(
        &mut self,
        forwarding: &pb::ComplaintForwarding,
    ) -> Result<(), DemoFault> {
        let sha256 = &forwarding.case_file_sha256;
        let body = &self.on.clients.higher_body;
        let (header, bytes) = body.download_case_file(sha256).await?;
        let folder = &self.on.folder;
        let file = folder.write("case-files", &header.file_name, &bytes)?;
        let case_file = header.case_file.unwrap_or_default();
        let text = format!(
            "{}, {} files, {} bytes",
            self.relative(&file),
            case_file.file_count,
            bytes.len(),
        );
        self.report.line("case file", &text)?;
        let arguments = VerifyArgs {
            file,
            anchor: vec![folder.path().join("trust/anchor.pem")],
            sha256: Some(sha256.clone()),
            sealed_by: Some(self.on.world.provider.bin.to_string()),
        };
        let mut said = Vec::new();
        let outcome = verify(&arguments, &mut said).await;
        let said = String::from_utf8_lossy(&said);
        if outcome.is_err() {
            self.report.quote(&said)?;
        }
        outcome?;
        let good = said.lines().filter(|line| line.starts_with("ok ")).count();
        let text =
            format!("by tizilim verify, without the service: {good} checks, all of them passed");
        Ok(self.report.line("verified", &text)?)
    }

    /// The cooperative complains of a refusal to the higher body.
    async fn complained(&mut self, refused: &pb::Application) -> Result<pb::Complaint, DemoFault> {
        let addressee = ComplaintAddressee::HigherBody;
        let subject = ComplaintSubject::Refusal;
        let (content, signature) = complaint(&self.on.world, refused, subject, addressee, |_| ())?;
        let cooperative = &self.on.clients.cooperative;
        let filed = cooperative.file_complaint(content, signature).await?;
        let text = format!(
            "{} of the refusal of {}; to be satisfied or forwarded by {}",
            filed.complaint_number,
            filed.application_number,
            moment(filed.due_at.as_ref()),
        );
        self.report.line("complaint", &text)?;
        Ok(filed)
    }

    fn tell_outcome(&mut self, complaint: &pb::Complaint) -> Result<(), DemoFault> {
        let decision = complaint.decision.clone().unwrap_or_default();
        let outcome = short(decision.outcome().as_str_name(), "COMPLAINT_OUTCOME_");
        let text = format!("{outcome}, {}", moment(decision.decided_at.as_ref()));
        Ok(self.report.line("outcome", &text)?)
    }
}

/// A ground that an officer saw where there is none.
fn mistaken() -> pb::RefusalGround {
    pb::RefusalGround {
        code: RefusalGroundCode::UnreliableData.into(),
        subject: "agreement".to_owned(),
        reasoning: Some(text_of(
            "Шарт анық емес.",
            "Договор недостоверен.",
            "The agreement is not reliable.",
        )),
        ..Default::default()
    }
}

fn text_of(kk: &str, ru: &str, en: &str) -> pb::LocalizedText {
    pb::LocalizedText {
        kk: kk.to_owned(),
        ru: ru.to_owned(),
        en: en.to_owned(),
    }
}
