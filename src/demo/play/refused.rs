//! What ends without an entry: refusals on grounds of the closed list, and a refusal to accept.
//! The system proposes the grounds; it never refuses by itself.

use super::{Play, expect, granted::CONTRACT_SHARE};
use crate::{
    demo::{Agreement, DemoFault, agreement, client::ClientFault},
    pb::registry::v1::{self as pb, ApplicationStage, RefusalGroundCode, Shareholder},
};

const NO_CONSENT_SHARE: u32 = 47;
const WRONG_NUMBER_SHARE: u32 = 48;

/// The rival's number with another check digit.
const WRONG_IIN: &str = "060915300036";

impl Play<'_> {
    /// A contract on the share that the first one took.
    pub(super) async fn share_is_taken(&mut self) -> Result<pb::Application, DemoFault> {
        self.report
            .heading("A contract for the share that is already taken")?;
        let world = &self.on.world;
        let agreement = agreement(world, CONTRACT_SHARE)
            .concluded_with(&world.rival)
            .with(|agreement| agreement.agreement_number.push_str("-2"));
        let ground = RefusalGroundCode::NonComplianceWithHousingLaw;
        let refused = self.is_refused(&agreement, ground, "C14").await?;
        self.report.line(
            "in English",
            "the text for the cooperative; the same stands in Kazakh and Russian",
        )?;
        let refusal = refused.refusal.as_ref();
        let text = refusal.and_then(|refusal| refusal.text.clone());
        self.report.quote(&text.unwrap_or_default().en)?;
        Ok(refused)
    }

    /// A contract without consent to the processing of personal data.
    pub(super) async fn consent_is_missing(&mut self) -> Result<(), DemoFault> {
        self.report
            .heading("A contract without consent to the processing of personal data")?;
        let agreement =
            agreement(&self.on.world, NO_CONSENT_SHARE).with(|agreement| agreement.consent = None);
        self.is_refused(&agreement, RefusalGroundCode::NoConsent, "C19")
            .await?;
        Ok(())
    }

    /// A contract with a number that cannot exist: not accepted, and nothing is kept.
    pub(super) async fn number_is_wrong(&mut self) -> Result<(), DemoFault> {
        self.report.heading("A contract with a wrong IIN")?;
        let clients = &self.on.clients;
        let before = clients.operator.status().await?.journal_head;
        let agreement = agreement(&self.on.world, WRONG_NUMBER_SHARE).with(|agreement| {
            let shareholder = agreement
                .shareholder
                .get_or_insert_with(Shareholder::default);
            WRONG_IIN.clone_into(&mut shareholder.iin);
        });
        let answer = clients
            .cooperative
            .submit(agreement.electronic_contract()?)
            .await;
        let Err(fault) = answer else {
            return Err(DemoFault::NotAsExpected(
                "a wrong IIN was accepted".to_owned(),
            ));
        };
        let reason = fault.reason().unwrap_or_default();
        if let Some(status) = fault.status() {
            let text = format!("{:?} {reason}: {}", status.code(), status.message());
            self.report.line("not accepted", &text)?;
        }
        let violations = fault.violations();
        for (field, problem) in &violations {
            self.report.line("", &format!("{field}: {problem}"))?;
        }
        let is_only_iin = matches!(
            violations.as_slice(), [(field, _)] if field.ends_with("shareholder.iin")
        );
        expect(reason == "INVALID_FIELDS" && is_only_iin, || {
            format!("a wrong IIN was answered {reason} with {violations:?}")
        })?;
        let after = clients.operator.status().await?.journal_head;
        expect(before == after, || {
            "something was kept of a wrong contract".to_owned()
        })?;
        self.report.line(
            "journal",
            &format!("stands at {after}, as before: nothing was kept"),
        )?;
        Ok(())
    }

    /// Shows what the refusal rests on, and keeps its text in all languages.
    fn tell_refusal(&mut self, refused: &pb::Application) -> Result<(), DemoFault> {
        let refusal = refused
            .refusal
            .as_ref()
            .ok_or(ClientFault::Missing("refusal"))?;
        self.report.grounds(&refusal.grounds)?;
        let text = refusal.text.as_ref().ok_or(ClientFault::Missing("text"))?;
        for (language, text) in [("kk", &text.kk), ("ru", &text.ru), ("en", &text.en)] {
            expect(!text.is_empty(), || {
                format!("the refusal has no text in {language}")
            })?;
            let name = format!("{}.{language}.txt", refused.application_number);
            let file = self.on.folder.write("refusals", &name, text)?;
            self.report.line("", &self.relative(&file))?;
        }
        Ok(())
    }

    /// Files a contract whose checks support one ground, and refuses it on that.
    async fn is_refused(
        &mut self,
        agreement: &Agreement<'_>,
        ground: RefusalGroundCode,
        check: &str,
    ) -> Result<pb::Application, DemoFault> {
        self.keep(agreement)?;
        let clients = &self.on.clients;
        let filed = clients
            .cooperative
            .submit(agreement.electronic_contract()?)
            .await?;
        self.tell_filed(&filed)?;
        let id = &filed.application_id;
        let checked = clients.head.reached(id, ApplicationStage::InReview).await?;
        self.report.findings(&checked)?;
        let proposed = checked.proposed_grounds.clone();
        let is_right = matches!(
            proposed.as_slice(),
            [only] if only.code() == ground && only.failed_checks == [check]
        );
        expect(is_right, || {
            format!("not {ground:?} by {check} is proposed: {proposed:?}")
        })?;
        let refused = clients.head.refuse(&checked, proposed).await?;
        self.tell_refusal(&refused)?;
        let stages = ["RECEIVED", "REGISTERED", "IN_REVIEW", "REFUSED"];
        self.tell_stages(&refused, &stages).await?;
        Ok(refused)
    }
}
