//! The marks on the way to the due moment: near it, and past it without a decision (D-22, O-76); and that
//! the term of a hand-over passed (cl. 11, O-32).
//! They never decide in the provider's place: the application stays where it is.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use serde_json::json;

use super::{
    Office,
    addressed::{require_stage, step_changes},
    fact::act,
    model::{Application, Step},
    objection::Objection,
    seen::Seen,
    stage::Stage,
    wire,
};
use crate::{
    kernel::Moment,
    pb::registry::v1 as pb,
    store::{Changes, Command, Fence, NewFact, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact that an application is near its due moment.
const NEAR_DUE: &str = "due_moment_near";

/// The journal's kind of the fact that the term of a hand-over passed.
const HANDOVER_OVERDUE: &str = "handover_overdue";

/// The system's command to mark an application whose next mark has come.
pub(crate) struct MarkDue {
    pub(crate) office: Arc<Office>,
    pub(crate) seen: Seen,
    pub(crate) fence: Fence,
}

/// What is registered and undecided can fall due, and so can what is to be handed over.
const MARKED: &[Stage] = &[
    Stage::Registered,
    Stage::InReview,
    Stage::AwaitingSignature,
    Stage::HandoverPending,
];

impl Command for MarkDue {
    type Loaded = Option<Application>;
    type Decided = (Step, Moment);
    type Refusal = Objection;
    /// What was marked.
    type Answer = pb::Application;

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    fn fence(&self) -> Option<Fence> {
        Some(self.fence)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        self.seen.load(reads).await
    }

    /// What passed both moments while nobody looked is overdue at once: each step begins with that.
    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let application = loaded.ok_or(Objection::NothingToDo)?;
        require_stage(&application, MARKED)?;
        let next_mark_at = application.next_mark_at();
        if next_mark_at.is_none_or(|next_mark_at| next_mark_at > moment.instant) {
            return Err(Objection::NothingToDo);
        }
        let step = Step::of(application, moment.instant);
        let step = if step.application.stage == Stage::HandoverPending {
            step.mark_handover_overdue()
        } else if step.reached.is_empty() {
            step.mark_near_due()
        } else {
            step
        };
        Ok((step, moment))
    }

    fn changes(&self, (step, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let changes = step_changes(&self.office, step, Origin::of_system("mark_due", *moment))?;
        Ok(changes.facts(mark_fact(step)))
    }

    fn answer(&self, (step, _): Self::Decided) -> pb::Application {
        wire::summary(step.application)
    }
}

/// A mark that is no stage is told by a fact of its own, with the moment as of which it holds.
fn mark_fact(step: &Step) -> Option<NewFact> {
    if !step.reached.is_empty() {
        return None;
    }
    let application = &step.application;
    let (number, provider) = (&application.number, &application.provider_id);
    let (kind, body) = match &application.handover {
        Some(handover) => (
            HANDOVER_OVERDUE,
            json!({
                "application_number": number,
                "provider_id": provider,
                "known_at": handover.known_at,
                "due_at": handover.due_at,
            }),
        ),
        None => (
            NEAR_DUE,
            json!({
                "application_number": number,
                "provider_id": provider,
                "near_due_at": application.near_due_at,
                "due_at": application.due_at,
            }),
        ),
    };
    Some(act(application.id, kind, &body))
}
