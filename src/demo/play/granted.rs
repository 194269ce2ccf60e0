//! A correct contract and a correct copy, to the extract. Neither is granted by the system: the head
//! signs.

use super::{Play, expect};
use crate::{
    demo::{DemoFault, agreement, client::ClientFault, letters::CaughtLetter, report::short, scan},
    pb::registry::v1::{self as pb, ApplicationStage, CheckOutcome, ExtractVerdict},
};

/// The share of the first contract, and that of the copy.
pub(super) const CONTRACT_SHARE: u32 = 45;
const COPY_SHARE: u32 = 46;

impl Play<'_> {
    /// A contract with nothing wrong, to the letter in the shareholder's mailbox.
    pub(super) async fn contract_is_granted(&mut self) -> Result<pb::RegisterEntry, DemoFault> {
        self.report.heading("A correct electronic contract")?;
        let clients = &self.on.clients;
        let agreement = agreement(&self.on.world, CONTRACT_SHARE);
        self.keep(&agreement)?;
        let filed = clients
            .cooperative
            .submit(agreement.electronic_contract()?)
            .await?;
        self.tell_filed(&filed)?;
        let id = &filed.application_id;
        let checked = clients
            .cooperative
            .reached(id, ApplicationStage::AwaitingSignature)
            .await?;
        self.report.findings(&checked)?;
        self.neighbour_sees_nothing(id).await?;

        let entry = self.head_grants(id).await?;
        let sent = clients
            .cooperative
            .reached(id, ApplicationStage::ExtractSent)
            .await?;
        let stages = [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "EXTRACT_SENT",
        ];
        self.tell_stages(&sent, &stages).await?;
        let pdf = self.fetch_extract(&entry.entry_id).await?;
        self.tell_letter(&pdf)?;
        Ok(entry)
    }

    /// A copy with nothing wrong, to the duty of the cooperative: its shareholder has no mailbox.
    pub(super) async fn copy_is_granted(&mut self) -> Result<pb::Application, DemoFault> {
        self.report
            .heading("A correct electronic copy; the shareholder has no e-mail")?;
        let clients = &self.on.clients;
        let world = &self.on.world;
        let agreement = agreement(world, COPY_SHARE).concluded_with(&world.offline);
        self.keep(&agreement)?;
        let scan = scan(COPY_SHARE);
        let document = clients
            .cooperative
            .upload("agreement-46.pdf", &scan)
            .await?;
        let size = document.size_bytes;
        self.report.line(
            "uploaded",
            &format!("{}, {size} bytes", document.content_type),
        )?;
        let request = agreement.electronic_copy(&document.document_id, &scan)?;
        let filed = clients.cooperative.submit(request).await?;
        self.tell_filed(&filed)?;

        let id = &filed.application_id;
        let checked = clients
            .officer
            .reached(id, ApplicationStage::InReview)
            .await?;
        self.report.findings(&checked)?;
        let taken = clients.officer.take(&checked).await?;
        self.report
            .line("taken", &format!("by the account {}", taken.officer))?;
        self.officer_compares(taken).await?;

        self.head_grants(id).await?;
        let owed = clients
            .cooperative
            .reached(id, ApplicationStage::HandoverPending)
            .await?;
        let stages = [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "HANDOVER_PENDING",
        ];
        self.tell_stages(&owed, &stages).await?;
        Ok(owed)
    }

    /// The officer compares the scan with the data wherever a machine cannot.
    pub(super) async fn officer_compares(
        &mut self,
        taken: pb::Application,
    ) -> Result<(), DemoFault> {
        let open: Vec<String> = taken
            .findings
            .iter()
            .filter(|finding| finding.outcome() == CheckOutcome::NeedsOfficer)
            .map(|finding| finding.check.clone())
            .collect();
        let officer = &self.on.clients.officer;
        let mut application = taken;
        for check in &open {
            application = officer
                .record(&application, check, CheckOutcome::Passed, None)
                .await?;
        }
        self.report
            .line("recorded", &format!("PASSED for {}", open.join(" ")))?;
        let stage = application.stage();
        expect(stage == ApplicationStage::AwaitingSignature, || {
            format!(
                "{} is at {stage:?} after all checks",
                application.application_number
            )
        })
    }

    async fn neighbour_sees_nothing(&mut self, id: &str) -> Result<(), DemoFault> {
        let answer = self.on.clients.neighbour.application(id).await;
        let reason = answer.err().and_then(|fault| fault.reason());
        expect(reason.as_deref() == Some("PERMISSION_DENIED"), || {
            format!("another cooperative was answered {reason:?}")
        })?;
        self.report.line(
            "neighbour",
            "another cooperative asks for it: PERMISSION_DENIED",
        )?;
        Ok(())
    }

    /// The head signs what enters the register.
    pub(super) async fn head_grants(&mut self, id: &str) -> Result<pb::RegisterEntry, DemoFault> {
        let signed_at = self.now().await?;
        let head = &self.on.clients.head;
        let prepared = head.prepare_grant(id).await?;
        let signature = self
            .on
            .world
            .provider
            .head
            .identity
            .sign_detached(&prepared.content, signed_at)?;
        let granted = head.grant_signed(id, &prepared.etag, signature).await?;
        let entry = granted.entry.ok_or(ClientFault::Missing("entry"))?;
        let text = format!(
            "{}, signed by the head over {} bytes with SHA-256 {}",
            entry.entry_number,
            prepared.content.len(),
            prepared.content_sha256,
        );
        self.report.line("granted", &text)?;
        Ok(entry)
    }

    /// The cooperative fetches the extract; anybody can tell that it is genuine.
    pub(super) async fn fetch_extract(&mut self, entry_id: &str) -> Result<Vec<u8>, DemoFault> {
        let clients = &self.on.clients;
        let extract = clients.cooperative.formed_extract(entry_id).await?;
        let (header, pdf) = clients.cooperative.download_extract(entry_id).await?;
        let file = self.on.folder.write("extracts", &header.file_name, &pdf)?;
        self.report.line(
            "extract",
            &format!("{}, {} bytes", self.relative(&file), pdf.len()),
        )?;

        let code = &extract.verification_code;
        let by_code = clients.anyone.verify_code(code).await?;
        let by_hash = clients.anyone.verify_sha256(&header.sha256).await?;
        let verdict = by_code.verdict();
        let text = format!(
            "by its code {code}: {}, entry {} version {}; the same by its SHA-256",
            short(verdict.as_str_name(), "EXTRACT_VERDICT_"),
            by_code.entry_number,
            by_code.entry_version,
        );
        expect(
            verdict == ExtractVerdict::Genuine && by_code == by_hash,
            || format!("the extract is {by_code:?} by its code and {by_hash:?} by its hash"),
        )?;
        self.report.line("verified", &text)?;
        Ok(pdf)
    }

    /// Shows the one letter that was caught, which must bring the extract.
    fn tell_letter(&mut self, pdf: &[u8]) -> Result<(), DemoFault> {
        let letters = self.on.catcher.letters().map_err(DemoFault::Catcher)?;
        let [file] = letters.as_slice() else {
            let text = format!("{} letters were caught", letters.len());
            return Err(DemoFault::NotAsExpected(text));
        };
        let letter = CaughtLetter::read(file)?;
        let name = self.relative(file);
        self.report.letter(&letter, &name)?;
        let address = self.on.world.shareholder.email.as_ref();
        expect(
            address.is_some_and(|address| letter.to == address.as_str()),
            || format!("the letter went to {}", letter.to),
        )?;
        expect(letter.attachment == pdf, || {
            "the attachment is not the extract".to_owned()
        })?;
        self.report
            .line("", "the attachment is the extract, byte for byte")?;
        Ok(())
    }
}
