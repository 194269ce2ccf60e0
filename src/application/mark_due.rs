//! The marks on the way to the due moment: near it, and past it without a decision (D-22, O-76).
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
    office::system,
    rows,
    stage::Stage,
    wire,
};
use crate::{
    kernel::{ApplicationId, Moment},
    pb::registry::v1 as pb,
    store::{Changes, Command, Fence, NewFact, RequestKey, StoreFault},
};

/// The journal's kind of the fact that an application is near its due moment.
const NEAR_DUE: &str = "due_moment_near";

/// The system's command to mark an application whose next mark has come.
pub(crate) struct MarkDue {
    pub(crate) office: Arc<Office>,
    pub(crate) id: ApplicationId,
    pub(crate) fence: Fence,
}

/// What is registered and undecided can fall due.
const RUNNING: &[Stage] = &[Stage::Registered, Stage::InReview, Stage::AwaitingSignature];

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
        rows::application_by_id(reads, self.id).await
    }

    /// What passed both moments while nobody looked is overdue at once.
    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let application = loaded.ok_or(Objection::NothingToDo)?;
        require_stage(&application, RUNNING)?;
        let is_late = moment.instant > application.due_at;
        let is_near = moment.instant >= application.near_due_at;
        let (overdue, near_due) = (application.overdue, application.near_due);
        let step = Step::of(application, moment.instant);
        if is_late && !overdue {
            Ok((step.mark_overdue(), moment))
        } else if is_near && !near_due {
            Ok((step.mark_near_due(), moment))
        } else {
            Err(Objection::NothingToDo)
        }
    }

    fn changes(&self, (step, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let changes = step_changes(&self.office, step, system("mark_due", *moment))?;
        Ok(changes.facts(near_due_fact(step)))
    }

    fn answer(&self, (step, _): Self::Decided) -> pb::Application {
        wire::summary(step.application)
    }
}

/// A mark that is no stage is told by a fact of its own.
fn near_due_fact(step: &Step) -> Option<NewFact> {
    let application = &step.application;
    let body = json!({
        "application_number": application.number,
        "provider_id": application.provider_id,
        "near_due_at": application.near_due_at,
        "due_at": application.due_at,
    });
    (!application.overdue).then(|| act(application.id, NEAR_DUE, &body))
}
