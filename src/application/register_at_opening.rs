//! Registration of an application that arrived out of hours, at the next opening (cl. 7, D-1).
//! It never registers before that moment.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    Office,
    addressed::{require_stage, step_changes},
    model::{Application, Step},
    objection::Objection,
    seen::Seen,
    stage::Stage,
};
use crate::{
    kernel::Moment,
    store::{Changes, Command, Fence, Origin, RequestKey, StoreFault},
};

/// The system's command to register an application whose moment has come.
pub(crate) struct RegisterAtOpening {
    pub(crate) office: Arc<Office>,
    pub(crate) seen: Seen,
    pub(crate) fence: Fence,
}

impl Command for RegisterAtOpening {
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
        self.seen.load(reads).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let application = loaded.ok_or(Objection::NothingToDo)?;
        require_stage(&application, &[Stage::Received])?;
        let registered_at = application.registered_at;
        if registered_at > moment.instant {
            return Err(Objection::NothingToDo);
        }
        let step = Step::of(application, moment.instant).reach_at(Stage::Registered, registered_at);
        Ok((step, moment))
    }

    fn changes(&self, (step, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        step_changes(
            &self.office,
            step,
            Origin::of_system("register_at_opening", *moment),
        )
    }

    fn answer(&self, _decided: Self::Decided) {}
}
