//! The facts of a step, as the journal keeps them and the monitoring system gets them (cl. 13).
//! They never hold personal data of a shareholder (I-7).

use chrono::{DateTime, Utc};

use super::{
    model::{Application, Reached, Step},
    stage::{Stage, StageCode},
};
use crate::{
    journal::{ComplaintFact, ProviderFact, StageFact},
    kernel::{ApplicationId, IdSource, Localized},
    provider::Provider,
    store::{NewFact, StoreFault},
};

/// Code of the state service, by the name of the order that set the Rules.
const SERVICE_CODE: &str = "159/2020";

/// One fact for each stage or mark that a step reached.
pub(crate) fn stage_facts(
    step: &Step,
    provider: &Provider,
    ids: &dyn IdSource,
) -> Result<Vec<NewFact>, StoreFault> {
    let encoded = |reached: &Reached| {
        stage_fact(&step.application, reached, provider, ids)
            .into_new_fact(step.application.id)
            .map_err(|error| StoreFault::json("stage fact", error))
    };
    step.reached.iter().map(encoded).collect()
}

/// A fact that is no stage: an act of an officer or a caller, for the trail.
pub(crate) fn act(
    application: ApplicationId,
    kind: &'static str,
    body: &serde_json::Value,
) -> NewFact {
    NewFact {
        subject: application.get(),
        kind,
        body: body.to_string(),
    }
}

fn stage_fact(
    application: &Application,
    reached: &Reached,
    provider: &Provider,
    ids: &dyn IdSource,
) -> StageFact {
    StageFact {
        event_id: ids.next(reached.at).into(),
        application_number: application.number.clone(),
        sequence: reached.sequence,
        service_code: SERVICE_CODE.to_owned(),
        procedure: application.procedure.code().to_owned(),
        form: application.form.code().to_owned(),
        provider: ProviderFact {
            id: provider.id.clone(),
            bin: provider.bin.to_string(),
            kato: provider.kato.to_string(),
            name: provider.name.clone(),
        },
        recipient_bin: application.cooperative.to_string(),
        stage: reached.code.code().to_owned(),
        label: label(application, reached),
        occurred_at: reached.at,
        due_at: due_at(application, reached),
        overdue: reached.overdue,
        filed_late: application.filed_late,
        official: reached.official.clone(),
        result: result(application, reached.code),
        refusal_grounds: grounds(application, reached.code),
        complaint: reached.complaint.as_ref().map(|complaint| ComplaintFact {
            number: complaint.number.clone(),
            outcome: complaint.outcome.map(str::to_owned),
        }),
    }
}

/// What was granted is said by its name: an entry that is closed was not entered.
fn label(application: &Application, reached: &Reached) -> Localized {
    match reached.code {
        StageCode::Reached(Stage::Granted) => application.procedure.granted(),
        code @ (StageCode::Reached(_) | StageCode::Overdue | StageCode::Complaint(_)) => {
            code.label()
        }
    }
}

/// When the decision is due, from registration on; while the cooperative owes the hand-over, when that
/// is due (cl. 8, 11); of a complaint, when the next act on it is due (cl. 14, 15).
fn due_at(application: &Application, reached: &Reached) -> Option<DateTime<Utc>> {
    let stage = match reached.code {
        StageCode::Reached(stage) => stage,
        StageCode::Overdue => return Some(application.due_at),
        StageCode::Complaint(_) => return reached.complaint.as_ref().and_then(|told| told.due_at),
    };
    match stage {
        Stage::Received => None,
        Stage::Withdrawn if reached.at < application.registered_at => None,
        Stage::HandoverPending | Stage::ExtractHandedOver => application
            .handover
            .as_ref()
            .map(|handover| handover.due_at),
        Stage::Registered
        | Stage::InReview
        | Stage::AwaitingSignature
        | Stage::Granted
        | Stage::Refused
        | Stage::ExtractSent
        | Stage::Withdrawn => Some(application.due_at),
    }
}

/// `GRANTED` or `REFUSED` from the decision on.
fn result(application: &Application, code: StageCode) -> Option<String> {
    let stage = match code {
        StageCode::Reached(stage) => stage,
        StageCode::Overdue => return None,
        // Where it stands by now: a refusal that was annulled is none any more.
        StageCode::Complaint(_) => application.stage,
    };
    let result = match stage {
        Stage::Received
        | Stage::Registered
        | Stage::InReview
        | Stage::AwaitingSignature
        | Stage::Withdrawn => return None,
        Stage::Refused => Stage::Refused,
        Stage::Granted | Stage::ExtractSent | Stage::HandoverPending | Stage::ExtractHandedOver => {
            Stage::Granted
        }
    };
    Some(result.code().to_owned())
}

fn grounds(application: &Application, code: StageCode) -> Vec<String> {
    match (&application.refusal, code) {
        (Some(refusal), StageCode::Reached(Stage::Refused)) => refusal
            .grounds
            .iter()
            .map(|ground| ground.code.code().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}
