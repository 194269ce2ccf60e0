//! A stop between a correction that was acknowledged and its extract and letter: neither is lost, and the
//! entry is corrected once.

use tizilim::{
    demo::{
        agreement,
        client::{Line, ProviderClient},
        scan,
    },
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, CorrectionState,
        correction_content::Corrected,
    },
};

use super::site::{Site, answered};
use crate::harness::{Account, Part, content_of};

const SHARE: u32 = 191;

impl Site {
    fn provider(&self, account: Account) -> ProviderClient {
        let token = self.installation.accounts.token(account);
        ProviderClient::new(Line::new(self.channel(), token).unwrap())
    }

    /// An entry whose floor was typed wrongly from a scan.
    async fn mistyped(&self) -> (pb::Application, pb::RegisterEntry) {
        let (portal, officer) = (self.portal(), self.provider(Account::Officer));
        let agreement = agreement(&self.world, SHARE).with(|agreement| {
            agreement.share.as_mut().unwrap().floor = Some(17);
        });
        let scan = scan(SHARE);
        let document = portal.upload("scan.pdf", &scan).await.unwrap();
        let request = agreement.electronic_copy(&document.document_id, &scan);
        let filed = portal.submit(request.unwrap()).await.unwrap();
        let id = &filed.application_id;
        let checked = portal.reached(id, Stage::InReview).await.unwrap();
        let mut taken = officer.take(&checked).await.unwrap();
        for finding in taken.findings.clone() {
            if finding.outcome() == CheckOutcome::NeedsOfficer {
                let passed = officer.record(&taken, &finding.check, CheckOutcome::Passed, None);
                taken = passed.await.unwrap();
            }
        }
        let (head, at) = (&self.world.provider.head.identity, self.world.begins_at);
        let granted = self.provider(Account::Head).grant(id, head, at).await;
        let granted = granted.unwrap();
        portal.reached(id, Stage::ExtractSent).await.unwrap();
        (filed, granted.entry.unwrap())
    }

    /// Corrects the floor, and waits for the letter with the corrected extract.
    async fn corrects(&mut self) -> pb::RegisterEntry {
        let (application, entry) = self.mistyped().await;
        let part = Part {
            share: agreement(&self.world, SHARE).message().share.clone(),
            ..Part::default()
        };
        let corrected = Corrected::Agreement(part);
        let content = content_of(&application, &entry, corrected, &["share.floor"]);
        let asked = self.portal().request_correction(content).await.unwrap();
        let id = asked.correction_id;
        let (head, at) = (&self.world.provider.head.identity, self.world.begins_at);
        let made = self.provider(Account::Head).correct(&id, head, at).await;
        let made = made.unwrap().entry.unwrap();
        self.died().await;
        self.insist(async |site| {
            let portal = site.portal();
            answered(portal.correction_reached(&id, CorrectionState::Sent).await)
        })
        .await;
        made
    }
}

#[tokio::test]
async fn a_stop_before_the_corrected_extract_is_kept_forms_it_anew() {
    for point in ["extract.rendered:2", "extract.kept:2"] {
        let mut site = Site::open(Some(point)).await;
        let made = site.corrects().await;
        assert_eq!((made.version, site.deaths), (2, 1), "at {point}");
        let portal = site.portal();
        let extract = portal.formed_extract(&made.entry_id).await.unwrap();
        assert_eq!(extract.entry_version, 2);
        assert_eq!(site.catcher.letters().unwrap().len(), 2, "at {point}");
    }
}

#[tokio::test]
async fn a_stop_before_the_letter_is_on_record_repeats_it_and_it_can_be_told() {
    let mut site = Site::open(Some("letter.sent:2")).await;
    site.corrects().await;
    let mut letters: Vec<String> = site
        .catcher
        .letters()
        .unwrap()
        .iter()
        .map(|letter| std::fs::read_to_string(letter).unwrap())
        .filter_map(|letter| {
            let line = letter.lines().find(|line| line.starts_with("Message-ID:"));
            line.map(ToOwned::to_owned)
        })
        .collect();
    assert_eq!(letters.len(), 3);
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), 2, "the repeat is told by its name");
}
