//! Applications of which one can complain, and complaints about them, in a town.

use tizilim::{
    demo::{client::ClientFault, complaint},
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, ComplaintAddressee, ComplaintSubject,
    },
};

use super::Town;

impl Town {
    /// An application that was refused by the officer: its shareholder gave no consent.
    pub(crate) async fn refused(&self, share_no: u32) -> pb::Application {
        let agreement = self.agreement(share_no).with(|agreement| {
            agreement.consent = None;
        });
        let application = self.filed(&agreement, Stage::InReview).await;
        let grounds = application.proposed_grounds.clone();
        let refused = self.officer().refuse(&application, grounds).await;
        refused.unwrap()
    }

    /// Files a complaint of the cooperative, as changed.
    pub(crate) async fn complain_with(
        &self,
        application: &pb::Application,
        subject: ComplaintSubject,
        addressee: ComplaintAddressee,
        change: impl FnOnce(&mut pb::ComplaintContent),
    ) -> Result<pb::Complaint, ClientFault> {
        let today = tizilim::kernel::local(self.now().await).date();
        let change = |content: &mut pb::ComplaintContent| {
            content.drawn_up_on = today.to_string();
            change(content);
        };
        let (content, signature) =
            complaint(&self.world, application, subject, addressee, change).unwrap();
        self.portal().file_complaint(content, signature).await
    }

    /// Files a complaint of the cooperative.
    pub(crate) async fn complain(
        &self,
        application: &pb::Application,
        subject: ComplaintSubject,
        addressee: ComplaintAddressee,
    ) -> pb::Complaint {
        let filed = self.complain_with(application, subject, addressee, |_| {});
        filed.await.unwrap()
    }
}

/// The reasons of an act, in the three languages.
pub(crate) fn reasons() -> pb::LocalizedText {
    pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    }
}
