//! The mark that the due moment passed without a decision (D-22, O-76).
//! It never decides in the provider's place: the application stays where it is.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    Office,
    addressed::{require_stage, step_changes},
    model::{Application, Step},
    objection::Objection,
    office::system,
    rows,
    stage::Stage,
};
use crate::{
    kernel::{ApplicationId, Moment},
    store::{Changes, Command, Fence, RequestKey, StoreFault},
};

/// The system's command to mark an application overdue.
pub(crate) struct MarkOverdue {
    pub(crate) office: Arc<Office>,
    pub(crate) id: ApplicationId,
    pub(crate) fence: Fence,
}

/// What is registered and undecided can fall due.
const RUNNING: &[Stage] = &[Stage::Registered, Stage::InReview, Stage::AwaitingSignature];

impl Command for MarkOverdue {
    type Loaded = Option<Application>;
    type Decided = (Step, Moment);
    type Refusal = Objection;
    type Answer = ();

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

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let application = loaded
            .filter(|application| !application.overdue && moment.instant > application.due_at);
        let application = application.ok_or(Objection::NotVisible)?;
        require_stage(&application, RUNNING)?;
        Ok((Step::of(application, moment.instant).mark_overdue(), moment))
    }

    fn changes(&self, (step, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        step_changes(&self.office, step, system("mark_overdue", *moment))
    }

    fn answer(&self, _decided: Self::Decided) {}
}
