//! What becomes of a share after its agreement: an additional agreement, the correction of a slip, an
//! assignment, the end. Each is granted or made by the head's signature, and none writes over what stood
//! before.

use super::{Play, expect};
use crate::{
    demo::{Change, DemoFault, agreement, report::short, scan},
    pb::registry::v1::{self as pb, ApplicationStage, ExtractVerdict, RegisterEntryState},
};

const CHANGED_SHARE: u32 = 51;

/// On which floor the share is, and on which an operator of the cooperative typed it.
pub(super) const FLOOR: i32 = 7;
const TYPED_FLOOR: i32 = 17;

impl Play<'_> {
    /// One share from its agreement to the end of it, and the next agreement on it.
    pub(super) async fn share_changes_hands(&mut self) -> Result<pb::RegisterEntry, DemoFault> {
        let world = &self.on.world;
        let (member, rival) = (&world.shareholder, &world.rival);
        self.report
            .heading("One share from its agreement to the end of it")?;
        let (application, first) = Box::pin(self.share_is_mistyped()).await?;
        let number = &first.entry_number;
        let old = self.code_of(&first).await?;

        self.next_day().await?;
        let amendment = Change::amendment(world, number, member);
        self.is_entered(amendment.electronic_contract()?, RegisterEntryState::Live)
            .await?;
        self.slip_is_corrected(&application, &first).await?;

        self.next_day().await?;
        let assignment = Change::assignment(world, number, member, rival);
        self.is_entered(assignment.electronic_contract()?, RegisterEntryState::Live)
            .await?;
        let end = Change::termination(world, number, rival);
        let closed = self
            .is_entered(end.electronic_contract()?, RegisterEntryState::Terminated)
            .await?;
        expect(closed.version == 5 && closed.amendments.len() == 2, || {
            format!("the entry ends as {closed:?}")
        })?;
        self.fetch_extract(&closed.entry_id).await?;
        let verdict = self.on.clients.anyone.verify_code(&old).await?.verdict();
        expect(verdict == ExtractVerdict::Superseded, || {
            format!("the first extract is {verdict:?}")
        })?;
        self.report.line(
            "verified",
            "the extract on the first version, by its code: SUPERSEDED",
        )?;

        let next = agreement(world, CHANGED_SHARE)
            .concluded_with(rival)
            .with(|agreement| agreement.agreement_number.push_str("/2"));
        let next = self
            .is_entered(next.electronic_contract()?, RegisterEntryState::Live)
            .await?;
        self.report.line(
            "",
            &format!("the share was free again: {} takes it", next.entry_number),
        )?;
        Ok(first)
    }

    /// An entry on a scanned copy, in which somebody typed the floor wrongly.
    async fn share_is_mistyped(
        &mut self,
    ) -> Result<(pb::Application, pb::RegisterEntry), DemoFault> {
        let clients = &self.on.clients;
        let agreement = agreement(&self.on.world, CHANGED_SHARE).with(|agreement| {
            if let Some(share) = &mut agreement.share {
                share.floor = Some(TYPED_FLOOR);
            }
        });
        let scan = scan(CHANGED_SHARE);
        let uploaded = clients
            .cooperative
            .upload("agreement-51.pdf", &scan)
            .await?;
        let request = agreement.electronic_copy(&uploaded.document_id, &scan)?;
        let filed = clients.cooperative.submit(request).await?;
        self.tell_filed(&filed)?;
        let id = &filed.application_id;
        let checked = clients
            .officer
            .reached(id, ApplicationStage::InReview)
            .await?;
        let taken = clients.officer.take(&checked).await?;
        self.officer_compares(taken).await?;
        let entry = self.head_grants(id).await?;
        clients
            .cooperative
            .reached(id, ApplicationStage::ExtractSent)
            .await?;
        Ok((filed, entry))
    }

    /// Files what is right, grants it, and shows the version that it made.
    async fn is_entered(
        &mut self,
        request: pb::SubmitApplicationRequest,
        state: RegisterEntryState,
    ) -> Result<pb::RegisterEntry, DemoFault> {
        let clients = &self.on.clients;
        let filed = clients.cooperative.submit(request).await?;
        self.tell_filed(&filed)?;
        let id = &filed.application_id;
        clients
            .cooperative
            .reached(id, ApplicationStage::AwaitingSignature)
            .await?;
        let entry = self.head_grants(id).await?;
        clients
            .cooperative
            .reached(id, ApplicationStage::ExtractSent)
            .await?;
        let procedure = short(filed.procedure().as_str_name(), "PROCEDURE_");
        let shown = short(entry.state().as_str_name(), "REGISTER_ENTRY_STATE_");
        let mut text = format!("{procedure}: version {}, {shown}", entry.version);
        if let Some(line) = entry.amendments.last() {
            text = format!("{text}; column 7 ends with No. {}", line.number);
        }
        if let Some(end) = &entry.termination {
            text = format!("{text}; column 8: No. {}, {}", end.number, end.ground);
        }
        self.report.line("entered", &text)?;
        expect(entry.state() == state, || format!("the entry is {shown}"))?;
        Ok(entry)
    }

    /// The code on the newest extract of an entry.
    async fn code_of(&self, entry: &pb::RegisterEntry) -> Result<String, DemoFault> {
        let cooperative = &self.on.clients.cooperative;
        let extract = cooperative.formed_extract(&entry.entry_id).await?;
        Ok(extract.verification_code)
    }
}
