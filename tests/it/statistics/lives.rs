//! Random lives of applications: filed at any hour in either form, right or without consent, and then
//! granted, refused on one ground or two, withdrawn or left, in time or late.

use chrono::TimeDelta;
use rand::{Rng as _, rngs::StdRng};
use tizilim::{
    demo::scan,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};

use crate::harness::{Account, Town};

/// So many agreements, one after the other, with acts on any of them in between.
pub(super) async fn live(town: &Town, random: &mut StdRng, count: u32) {
    let mut filed = Vec::new();
    for share in 1_001..=1_000 + count {
        wait(town, random).await;
        filed.push(file(town, share, random.random_range(0..4)).await);
        for _ in 0..random.random_range(0..3) {
            let which = random.random_range(0..filed.len());
            act(town, &filed[which], random.random_range(0..9)).await;
        }
    }
    // An additional agreement, so that one procedure is not all there is.
    let entry = town.entry(1_000).await;
    town.change(&town.amendment(&entry)).await;
}

async fn wait(town: &Town, random: &mut StdRng) {
    let minutes = random.random_range(0..700);
    let to = town.now().await + TimeDelta::minutes(minutes);
    town.operator().advance_clock(to).await.unwrap();
}

async fn file(town: &Town, share: u32, kind: u32) -> String {
    let agreement = town.agreement(share);
    let portal = town.portal();
    let request = match kind {
        0 => {
            let scan = scan(share);
            let document = portal.upload("scan.pdf", &scan).await.unwrap();
            agreement.electronic_copy(&document.document_id, &scan)
        }
        1 => {
            let agreement = agreement.with(|agreement| agreement.consent = None);
            agreement.electronic_contract()
        }
        _ => agreement.electronic_contract(),
    };
    let filed = portal.submit(request.unwrap()).await.unwrap();
    // The system does what is due by now.
    let now = town.now().await;
    town.operator().advance_clock(now).await.unwrap();
    filed.application_id
}

/// Does something that the stage of an application allows, or leaves it.
async fn act(town: &Town, id: &str, what: u32) {
    let portal = town.portal();
    let application = portal.application(id).await.unwrap();
    match (application.stage(), what) {
        (Stage::Received | Stage::InReview | Stage::AwaitingSignature, 0) => {
            portal.withdraw(&application).await.unwrap();
        }
        (Stage::AwaitingSignature, 1..=6) => {
            town.granted(&application).await;
        }
        (Stage::InReview, 1..=6) => refuse(town, &application, what.is_multiple_of(2)).await,
        _ => {}
    }
    let now = town.now().await;
    town.operator().advance_clock(now).await.unwrap();
}

async fn refuse(town: &Town, application: &pb::Application, on_two_grounds: bool) {
    let officer = town.provider(Account::Officer);
    let taken = officer.take(application).await.unwrap();
    let reasoning = pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    };
    let ground = pb::RefusalGround {
        code: pb::RefusalGroundCode::UnreliableData.into(),
        subject: "column 4".to_owned(),
        reasoning: Some(reasoning),
        ..Default::default()
    };
    let mut grounds = taken.proposed_grounds.clone();
    if on_two_grounds || grounds.is_empty() {
        grounds.push(ground);
    }
    officer.refuse(&taken, grounds).await.unwrap();
}
