//! Who was told what: letters with every attempt, stages with what the monitoring system acknowledged, and
//! the facts of the journal. It never says what a letter said: the extract is in the case.

use serde_json::{Value as Json, json};

use super::scene::Scene;
use crate::{
    application::{Office, queries::stage_records},
    case_file::{
        case::Files,
        json::{instant, message},
        queries,
    },
    letter::letters_of,
    store::StoreFault,
};

/// The letters that carried an extract.
pub(super) async fn delivery(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let letters = letters_of(office.store.reads(), &scene.subjects).await?;
    let letters = letters.iter().map(|letter| {
        let attempts = letter.attempts.iter().map(|attempt| {
            json!({
                "attempt": attempt.attempt,
                "at": instant(attempt.at),
                "taken_by_the_mail_server": attempt.fault.is_none(),
                "fault": attempt.fault,
            })
        });
        json!({
            "owed_by": letter.owed_by.to_string(),
            "recipient": letter.recipient,
            "entry_version": letter.entry_version,
            "state": letter.state,
            "sent_at": letter.sent_at.map(instant),
            "attempts": attempts.collect::<Vec<Json>>(),
        })
    });
    let letters = json!({ "letters": letters.collect::<Vec<Json>>() });
    files.json("delivery.json", &letters).await
}

/// The stages of the application, as they were told.
pub(super) async fn monitoring(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let mut stages = Vec::new();
    for (number, record) in stage_records(office, scene.application.id).await? {
        let record = message("ApplicationStageRecord", &record)?;
        stages.push(json!({ "journal_number": number, "stage": record }));
    }
    files
        .json("monitoring.json", &json!({ "stages": stages }))
        .await
}

/// The facts of the journal about the case.
pub(super) async fn audit(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let facts = queries::facts(office.store.reads(), &scene.subjects).await?;
    let mut lines = Vec::with_capacity(facts.len());
    for fact in facts {
        let said: Json = serde_json::from_str(&fact.body)
            .map_err(|error| StoreFault::json("fact of the journal", error))?;
        lines.push(json!({
            "number": fact.number,
            "at": instant(fact.at),
            "caller": fact.caller,
            "method": fact.method,
            "request_id": fact.request_id.map(|id| id.to_string()),
            "about": fact.subject.to_string(),
            "kind": fact.kind,
            "fact": said,
        }));
    }
    files.json("audit.json", &json!({ "facts": lines })).await
}
