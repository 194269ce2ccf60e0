//! Entries with slips, and their corrections, in a town.

use tizilim::{
    demo::{Agreement, scan},
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CorrectionState, correction_content::Corrected,
    },
};

use super::{Account, Town};

/// A part of what a document says.
pub(crate) type Part = pb::ParticipationAgreement;

impl Town {
    /// An entry on a scanned copy, as somebody typed it, granted; with its application.
    pub(crate) async fn typed(
        &self,
        agreement: &Agreement<'_>,
        scan_no: u32,
    ) -> (pb::Application, pb::RegisterEntry) {
        let scan = scan(scan_no);
        let document = self.portal().upload("scan.pdf", &scan).await.unwrap();
        let request = agreement.electronic_copy(&document.document_id, &scan);
        let filed = self.portal().submit(request.unwrap()).await.unwrap();
        let filed = self.reached(&filed, Stage::InReview).await;
        let passed = self.looked_at(&filed).await;
        let entry = self.granted(&passed).await.entry.unwrap();
        (passed, entry)
    }

    /// The entry on a share whose floor was typed wrongly: 17 for 7.
    pub(crate) async fn mistyped(&self, share_no: u32) -> (pb::Application, pb::RegisterEntry) {
        let agreement = self.agreement(share_no).with(|agreement| {
            agreement.share.as_mut().unwrap().floor = Some(17);
        });
        let (application, entry) = self.typed(&agreement, share_no).await;
        let application = self.reached(&application, Stage::ExtractSent).await;
        (application, entry)
    }

    /// What the scan says of the floor.
    pub(crate) fn floor(&self, share_no: u32) -> Part {
        Part {
            share: self.agreement(share_no).message().share.clone(),
            ..Part::default()
        }
    }

    /// Makes a correction with the head's signature.
    pub(crate) async fn corrected(
        &self,
        correction: &pb::Correction,
    ) -> pb::CorrectRegisterEntryResponse {
        let (head, now) = (&self.world.provider.head.identity, self.now().await);
        self.provider(Account::Head)
            .correct(&correction.correction_id, head, now)
            .await
            .unwrap()
    }

    /// Asks for a correction, makes it, and waits until its extract has left.
    pub(crate) async fn correct(&self, content: pb::CorrectionContent) -> pb::RegisterEntry {
        let asked = self.portal().request_correction(content).await.unwrap();
        let made = self.corrected(&asked).await;
        self.corrected_extract_sent(&asked).await;
        made.entry.unwrap()
    }

    /// Waits until the corrected extract has left.
    pub(crate) async fn corrected_extract_sent(&self, asked: &pb::Correction) -> pb::Correction {
        self.portal()
            .correction_reached(&asked.correction_id, CorrectionState::Sent)
            .await
            .unwrap()
    }
}

/// What is to be corrected in the agreement of an entry.
pub(crate) fn content(
    (application, entry): &(pb::Application, pb::RegisterEntry),
    part: Part,
    paths: &[&str],
) -> pb::CorrectionContent {
    content_of(application, entry, Corrected::Agreement(part), paths)
}

/// What is to be corrected in a document of an entry.
pub(crate) fn content_of(
    application: &pb::Application,
    entry: &pb::RegisterEntry,
    corrected: Corrected,
    paths: &[&str],
) -> pb::CorrectionContent {
    pb::CorrectionContent {
        entry_number: entry.entry_number.clone(),
        application_id: application.application_id.clone(),
        corrected: Some(corrected),
        slips: paths.iter().map(|path| slip(path)).collect(),
    }
}

/// A slip that can be seen on the first page.
pub(crate) fn slip(path: &str) -> pb::Slip {
    pb::Slip {
        path: path.to_owned(),
        why: "теру кезіндегі қате".to_owned(),
        place: "1-бет, 2.1-тармақ".to_owned(),
    }
}
