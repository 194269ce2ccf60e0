//! The part of the walk in which courts are recorded. It never looks at what was answered.

use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage, CourtEffect as Effect};

use crate::harness::{Account, Town, action_against_refusal, court_response};

/// Two cases about an entry, one answered with a position, and every kind of effect.
pub(super) async fn recorded(town: &Town, entry: &pb::RegisterEntry) {
    let case = town.court_case(&entry.application_id).await;
    town.court_case(&entry.application_id).await;
    let (response, position) = (
        town.court_document(911).await,
        town.court_document(912).await,
    );
    let head = town.provider(Account::Head);
    for position in [Some(position.as_str()), None] {
        let case = head.court_case(&case.court_case_id).await.unwrap();
        let response = court_response(&response, position);
        head.file_court_response(&case, response).await.unwrap();
    }
    for effect in [
        Effect::None,
        Effect::Note,
        Effect::NoteRemoved,
        Effect::Suspension,
        Effect::SuspensionLifted,
    ] {
        town.court_acts(&case.court_case_id, effect).await;
    }
    annulled(town).await;
    decided_anew(town).await;
    for account in [Account::Portal, Account::Officer] {
        for (unanswered_only, annulment_waiting_only, application_id) in [
            (false, false, String::new()),
            (true, false, String::new()),
            (false, true, String::new()),
            (false, false, entry.application_id.clone()),
        ] {
            let mut request = pb::ListCourtCasesRequest {
                page_size: 1,
                page_token: String::new(),
                unanswered_only,
                annulment_waiting_only,
                application_id,
            };
            let line = town.provider(account);
            let page = line.court_cases(request.clone()).await.unwrap();
            request.page_token = page.next_page_token;
            line.court_cases(request).await.unwrap();
        }
    }
}

/// A refusal that is annulled.
async fn decided_anew(town: &Town) {
    let refused = town.refused(315).await;
    let action = action_against_refusal(&refused);
    let case = town.officer().record_court_action(action).await.unwrap();
    town.court_acts(&case.court_case_id, Effect::DecideAnew)
        .await;
}

/// An entry of a shareholder without a mailbox, annulled and handed over.
async fn annulled(town: &Town) {
    let agreement = town.agreement(314).concluded_with(&town.world.offline);
    let filed = town.filed(&agreement, Stage::AwaitingSignature).await;
    let entry = town.granted(&filed).await.entry.unwrap();
    let case = town.court_case(&entry.application_id).await;
    town.court_acts(&case.court_case_id, Effect::Annulment)
        .await;
    let (head, now) = (&town.world.provider.head.identity, town.now().await);
    let id = &case.court_case_id;
    town.provider(Account::Head)
        .annul(id, head, now)
        .await
        .unwrap();
    let portal = town.portal();
    let owed = portal.annulment_told(id).await.unwrap();
    let confirmed = portal.confirm_annulment_handover(&owed, "2026-11-24");
    confirmed.await.unwrap();
}
