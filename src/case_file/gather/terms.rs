//! How each due moment was reckoned, day by day, by the calendar that counted then (D-1 … D-4), and every
//! move of it. It never moves one.

use serde_json::{Value as Json, json};

use super::scene::Scene;
use crate::{
    administration::{due_date, due_moment_records, term_days},
    application::{Office, model::Handover},
    case_file::{
        case::Files,
        json::{instant, message, messages},
    },
    kernel::local,
    store::StoreFault,
};

/// The terms of the application.
pub(super) async fn due_moments(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let application = &scene.application;
    let moves = due_moment_records(office.store.reads(), application).await?;
    let handover = application.handover.as_ref();
    files
        .json(
            "due-moments.json",
            &json!({
                "decision": decision(office, scene).await?,
                "handover": handover.map(|handover| by_hand(office, handover)).transpose()?,
                "moves": messages("DueMomentRecord", &moves)?,
            }),
        )
        .await
}

/// The provider's term: the stored moments, and the same ones reckoned once more by the calendar of then.
/// They differ where the provider's hours are no longer those of then.
async fn decision(office: &Office, scene: &Scene) -> Result<Json, StoreFault> {
    let application = &scene.application;
    let version = &application.calendar_version;
    let calendar = office.references.calendar_of(version).await?;
    let provider = office.provider(&application.provider_id)?;
    let days = application.form.working_days();
    let explained = calendar.and_then(|calendar| {
        let explained = calendar.explain(application.received_at, days, provider.hours);
        explained
            .ok()
            .map(|explained| due_date(&calendar, explained))
    });
    let due_at = crate::rpc::timestamp(application.due_at);
    let is_reproduced = explained
        .as_ref()
        .map(|explained| explained.due_at == Some(due_at));
    let explained = explained.map(|explained| message("ComputeDueDateResponse", &explained));
    Ok(json!({
        "received_at": instant(application.received_at),
        "registered_at": instant(application.registered_at),
        "working_days": days,
        "due_at": instant(application.due_at),
        "calendar_version": version,
        "overdue": application.overdue,
        "derivation": explained.transpose()?,
        "derivation_gives_due_at": is_reproduced,
    }))
}

/// The cooperative's term to hand the extract over: to the end of its third working day.
fn by_hand(office: &Office, handover: &Handover) -> Result<Json, StoreFault> {
    let (known_on, due_on) = (
        local(handover.known_at).date(),
        local(handover.due_at).date(),
    );
    let days = term_days(&office.calendar(), known_on, due_on);
    Ok(json!({
        "reason": handover.reason.code(),
        "known_at": instant(handover.known_at),
        "due_at": instant(handover.due_at),
        "handed_over_at": handover.handed_over_at.map(instant),
        "overdue": handover.overdue,
        "days": messages("CalendarDay", &days)?,
    }))
}
