//! What changes an entry, filed and granted in a town.

use tizilim::{
    demo::{Change, Person, scan},
    pb::registry::v1::{self as pb, ApplicationStage as Stage, CheckOutcome},
};

use super::Town;

impl Town {
    /// An entry on a contract about a share, with the extract sent.
    pub(crate) async fn entry(&self, share_no: u32) -> pb::RegisterEntry {
        let application = self
            .filed(&self.agreement(share_no), Stage::AwaitingSignature)
            .await;
        let entry = self.granted(&application).await.entry.unwrap();
        self.reached(&application, Stage::ExtractSent).await;
        entry
    }

    /// An additional agreement of the shareholder of an entry.
    pub(crate) fn amendment(&self, entry: &pb::RegisterEntry) -> Change<'_> {
        Change::amendment(&self.world, &entry.entry_number, &self.world.shareholder)
    }

    /// An assignment by the shareholder of an entry.
    pub(crate) fn assignment<'a>(
        &'a self,
        entry: &pb::RegisterEntry,
        to: &'a Person,
    ) -> Change<'a> {
        let from = &self.world.shareholder;
        Change::assignment(&self.world, &entry.entry_number, from, to)
    }

    /// The end of the agreement of an entry by its parties.
    pub(crate) fn termination(&self, entry: &pb::RegisterEntry) -> Change<'_> {
        Change::termination(&self.world, &entry.entry_number, &self.world.shareholder)
    }

    /// The removal of an entry whose shareholder owns the share.
    pub(crate) fn ownership(&self, entry: &pb::RegisterEntry) -> Change<'_> {
        Change::ownership(&self.world, &entry.entry_number, &self.world.shareholder)
    }

    /// Files a change as a contract and waits for its checks.
    pub(crate) async fn filed_change(&self, change: &Change<'_>, stage: Stage) -> pb::Application {
        let request = change.electronic_contract().unwrap();
        let filed = self.portal().submit(request).await.unwrap();
        self.reached(&filed, stage).await
    }

    /// Uploads a scan of its own and files a change as a copy; waits for its checks.
    pub(crate) async fn filed_change_copy(
        &self,
        change: &Change<'_>,
        scan_no: u32,
    ) -> pb::Application {
        let scan = scan(scan_no);
        let document = self.portal().upload("scan.pdf", &scan).await.unwrap();
        let request = change.electronic_copy(&document.document_id, &scan);
        let filed = self.portal().submit(request.unwrap()).await.unwrap();
        self.reached(&filed, Stage::InReview).await
    }

    /// An officer takes an application and lets pass what is open.
    pub(crate) async fn looked_at(&self, application: &pb::Application) -> pb::Application {
        let officer = self.officer();
        let mut taken = officer.take(application).await.unwrap();
        let open = |finding: &&pb::Finding| finding.outcome() == CheckOutcome::NeedsOfficer;
        let open: Vec<String> = taken
            .findings
            .iter()
            .filter(open)
            .map(|finding| finding.check.clone())
            .collect();
        for check in open {
            let passed = officer.record(&taken, &check, CheckOutcome::Passed, None);
            taken = passed.await.unwrap();
        }
        taken
    }

    /// Grants a change and waits until its extract has left.
    pub(crate) async fn changed(&self, application: &pb::Application) -> pb::RegisterEntry {
        let entry = self.granted(application).await.entry.unwrap();
        self.reached(application, Stage::ExtractSent).await;
        entry
    }

    /// Files a change as a contract, grants it and waits until its extract has left.
    pub(crate) async fn change(&self, change: &Change<'_>) -> pb::RegisterEntry {
        let application = self.filed_change(change, Stage::AwaitingSignature).await;
        self.changed(&application).await
    }
}

/// The finding of a check.
pub(crate) fn finding<'a>(application: &'a pb::Application, check: &str) -> &'a pb::Finding {
    let mut findings = application.findings.iter();
    findings.find(|finding| finding.check == check).unwrap()
}
