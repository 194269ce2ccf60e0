//! Cases in court, in a town.

use tizilim::{
    demo::scan,
    pb::registry::v1::{self as pb, CourtActKind, CourtChallenge, CourtClaimant, CourtEffect},
};

use super::{Account, Town, instant};

impl Town {
    /// A paper that the provider uploaded.
    pub(crate) async fn court_document(&self, scan_no: u32) -> String {
        let upload = self.officer().upload("paper.pdf", &scan(scan_no)).await;
        upload.unwrap().document_id
    }

    /// A case about an application, that reached the court after a complaint.
    pub(crate) async fn court_case(&self, application_id: &str) -> pb::CourtCase {
        let action = court_action(application_id);
        self.officer().record_court_action(action).await.unwrap()
    }

    /// Records an act with its effect, on a case as it stands.
    pub(crate) async fn court_acts(&self, case_id: &str, effect: CourtEffect) -> pb::CourtCase {
        let document = self.court_document(901).await;
        let head = self.provider(Account::Head);
        let case = head.court_case(case_id).await.unwrap();
        let act = court_act(&document, effect);
        head.record_court_act(&case, act).await.unwrap()
    }

    /// Records that a court annuls the entry of an application.
    pub(crate) async fn annulment_ordered(&self, application_id: &str) -> pb::CourtCase {
        let case = self.court_case(application_id).await;
        self.court_acts(&case.court_case_id, CourtEffect::Annulment)
            .await
    }

    /// Annuls with the head's signature.
    pub(crate) async fn annulled(&self, case: &pb::CourtCase) -> pb::AnnulRegisterEntryResponse {
        let (head, now) = (&self.world.provider.head.identity, self.now().await);
        let annulled = self.provider(Account::Head);
        annulled
            .annul(&case.court_case_id, head, now)
            .await
            .unwrap()
    }
}

/// An action against what was done with an application.
pub(crate) fn court_action(application_id: &str) -> pb::CourtAction {
    pb::CourtAction {
        application_id: application_id.to_owned(),
        complaint_id: String::new(),
        claimant: CourtClaimant::Another.into(),
        challenge: CourtChallenge::Entry.into(),
        court: "Мамандандырылған ауданаралық әкімшілік сот".to_owned(),
        case_number: "7594-26-00-4/118".to_owned(),
        filed_on: "2026-11-23".to_owned(),
        served_on: "2026-11-24".to_owned(),
        reached_directly: false,
    }
}

/// An action against the refusal of an application, filed on the day of it.
pub(crate) fn action_against_refusal(refused: &pb::Application) -> pb::CourtAction {
    let refused_at = refused.refusal.as_ref().unwrap().refused_at;
    let day = tizilim::kernel::local(instant(refused_at))
        .date()
        .to_string();
    pb::CourtAction {
        claimant: CourtClaimant::Cooperative.into(),
        challenge: CourtChallenge::Refusal.into(),
        filed_on: day.clone(),
        served_on: day,
        ..court_action(&refused.application_id)
    }
}

/// A paper that was filed with a court.
pub(crate) fn court_paper(document_id: &str, number: &str) -> pb::CourtPaper {
    pb::CourtPaper {
        document_id: document_id.to_owned(),
        number: number.to_owned(),
        signed_on: "2026-11-24".to_owned(),
        body: "Көктөбе ауданының әкімдігі".to_owned(),
        signed_by_post: "басшы".to_owned(),
        sha256: String::new(),
    }
}

/// What is filed with the court, with the position of the higher body if there is a paper of it.
pub(crate) fn court_response(response: &str, position: Option<&str>) -> pb::CourtResponse {
    pb::CourtResponse {
        response: Some(court_paper(response, "04-12/901")),
        position: position.map(|document| court_paper(document, "01-07/33")),
        filed_on: "2026-11-24".to_owned(),
        recorded_at: None,
        recorded_by: String::new(),
    }
}

/// An act of a court in force.
pub(crate) fn court_act(document_id: &str, effect: CourtEffect) -> pb::CourtAct {
    let is_final = matches!(effect, CourtEffect::Annulment | CourtEffect::DecideAnew);
    let kind = if is_final {
        CourtActKind::Decision
    } else {
        CourtActKind::InterimMeasure
    };
    pb::CourtAct {
        kind: kind.into(),
        court: String::new(),
        number: "118/1".to_owned(),
        decided_on: "2026-11-24".to_owned(),
        in_force_on: "2026-11-24".to_owned(),
        document_id: document_id.to_owned(),
        effect: effect.into(),
        sha256: String::new(),
        recorded_at: None,
        recorded_by: String::new(),
        annulled_refusal: None,
    }
}
