//! How each due moment was reckoned, day by day, by the calendar that counted then (D-1 … D-4), and every
//! move of it. It never moves one.

use serde_json::{Value as Json, json};

use super::scene::Scene;
use crate::{
    administration::{due_date, due_moment_records, term_days},
    application::{Office, handover::end_of_handover, model::Handover},
    case_file::{
        case::Files,
        json::{instant, message, messages},
    },
    kernel::{Localized, local},
    pb::registry::v1 as pb,
    rpc::timestamp,
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
    let handover = match &application.handover {
        Some(handover) => Some(by_hand(office, handover, &moves).await?),
        None => None,
    };
    files
        .json(
            "due-moments.json",
            &json!({
                "decision": decision(office, scene).await?,
                "handover": handover,
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
    let due_at = timestamp(application.due_at);
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
        "not_derived": not_derived(is_reproduced),
        "derivation": explained.transpose()?,
        "derivation_gives_due_at": is_reproduced,
    }))
}

/// The cooperative's term to hand the extract over, to the end of its third working day, by the calendar of the
/// day on which it learnt of it, or of the act that moved the end.
async fn by_hand(
    office: &Office,
    handover: &Handover,
    moves: &[pb::DueMomentRecord],
) -> Result<Json, StoreFault> {
    let moves = moves.iter().filter_map(|record| record.r#move.as_ref());
    let mut moves = moves.filter(|moved| moved.term() == pb::DueTerm::Handover);
    let calendar = match moves.next_back() {
        Some(last) => {
            let version = &last.new_calendar_version;
            office.references.calendar_of(version).await?
        }
        None => Some(office.references.calendar_at(handover.known_at).await?),
    };
    let known_on = local(handover.known_at).date();
    let derived = calendar.and_then(|calendar| {
        let due = end_of_handover(&calendar, known_on).ok()?;
        Some((term_days(&calendar, known_on, due.on), due, calendar))
    });
    let derived = derived.as_ref();
    let is_reproduced = derived.map(|(_, due, _)| due.at == handover.due_at);
    let days = derived.map(|(days, ..)| messages("CalendarDay", days));
    Ok(json!({
        "reason": handover.reason.code(),
        "known_at": instant(handover.known_at),
        "due_at": instant(handover.due_at),
        "handed_over_at": handover.handed_over_at.map(instant),
        "calendar_version": derived.map(|(.., calendar)| calendar.version()),
        "overdue": handover.overdue,
        "not_derived": not_derived(is_reproduced),
        "derivation": days.transpose()?,
        "derivation_gives_due_at": is_reproduced,
    }))
}

/// Why the days of a term are not told, if they are not.
fn not_derived(is_reproduced: Option<bool>) -> Option<Localized> {
    is_reproduced.is_none().then(|| {
        Localized::of(
            "мерзім есептелген күнтізбенің нұсқасы бұл бағдарламада жоқ",
            "версии календаря, по которой исчислен срок, в этой программе нет",
            "this program does not have the version of the calendar by which the term was reckoned",
        )
    })
}
