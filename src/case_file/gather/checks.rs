//! What was checked and decided: each finding with its rule set and evidence, what officers did, and the
//! decision with the text that the recipient got. It never judges anew.

use serde_json::json;

use super::{
    scene::{Scene, Version},
    versions::{head_of, stored},
};
use crate::{
    application::{Office, Stage, wire},
    case_file::{
        case::Files,
        json::{instant, message, messages},
    },
    review::review_acts,
    store::StoreFault,
};

/// What the checks found, and what the officers of the provider did.
pub(super) async fn checks(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let application = wire::application(scene.application.clone());
    let acts = review_acts(office, scene.application.id).await?;
    files
        .json(
            "checks.json",
            &json!({
                "checked_at": scene.application.checked_at.map(instant),
                "findings": messages("Finding", &application.findings)?,
                "grounds_that_failures_support":
                    messages("RefusalGround", &application.proposed_grounds)?,
                "acts": messages("ReviewAct", &acts)?,
            }),
        )
        .await
}

/// What was decided.
pub(super) async fn decision(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let application = &scene.application;
    let of_it = |version: &&Version| {
        let is_grant = version.correction.is_none() && !version.is_annulment;
        version.application == application.id && is_grant
    };
    let version = scene.versions.iter().find(of_it);
    let head = match version {
        Some(version) => Some(head_of(&stored(office, version).await?)?),
        None => None,
    };
    let outcome = match (application.stage, version) {
        (Stage::Refused, _) => Some("REFUSED"),
        (Stage::Withdrawn, _) => Some("WITHDRAWN"),
        (_, Some(_)) => Some("GRANTED"),
        (_, None) => None,
    };
    let refusal = wire::application(application.clone()).refusal;
    files
        .json(
            "decision.json",
            &json!({
                "outcome": outcome,
                "decided_at": application.decided_at.map(instant),
                "entry_version": version.map(|version| version.number),
                "head_name": head.as_ref().map(|(name, _)| name),
                "head_post": head.as_ref().map(|(_, post)| post),
                "officer": application.officer,
                "refusal": refusal.map(|refusal| message("Refusal", &refusal)).transpose()?,
            }),
        )
        .await?;
    if let Some(refusal) = &application.refusal {
        let text = &refusal.text;
        for (language, text) in [("kk", &text.kk), ("ru", &text.ru), ("en", &text.en)] {
            let path = format!("decision/refusal-{language}.txt");
            files.text(&path, format!("{text}\n")).await?;
        }
    }
    Ok(())
}
