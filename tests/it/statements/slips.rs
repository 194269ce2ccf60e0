//! The part of the walk in which slips are corrected. It never looks at what was answered.

use tizilim::pb::registry::v1 as pb;

use crate::harness::{Town, content};

/// Slips in two entries: one corrected and handed over, one not.
pub(super) async fn corrected(town: &Town) {
    let offline = town.agreement(311).concluded_with(&town.world.offline);
    let offline = offline.with(|agreement| {
        agreement.share.as_mut().unwrap().floor = Some(17);
    });
    let typed = town.typed(&offline, 311).await;
    let ask = |number: &str| {
        let mut part = town.floor(311);
        number.clone_into(&mut part.share.as_mut().unwrap().number);
        content(&typed, part, &["share.floor", "share.number"])
    };
    let (portal, officer) = (town.portal(), town.officer());
    let asked = portal.request_correction(ask("312")).await.unwrap();
    let begun = officer.begin_correction(ask("313")).await.unwrap();
    officer.corrections(true).await.unwrap();
    portal.corrections(false).await.unwrap();
    portal.correction(&asked.correction_id).await.unwrap();
    let reasons = pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    };
    officer.reject_correction(&begun, reasons).await.unwrap();
    town.corrected(&asked).await;
    let state = pb::CorrectionState::HandoverPending;
    let owed = portal.correction_reached(&asked.correction_id, state);
    let owed = owed.await.unwrap();
    let confirmed = portal.confirm_correction_handover(&owed, "2026-11-24");
    confirmed.await.unwrap();
}
