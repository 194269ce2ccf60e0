//! What all commands of callers have in common that move one application by one step.
//! It never decides: that is each command's `step`.

use prost::Message;
use sea_orm::DatabaseConnection;

use super::{
    addressed::Addressed,
    model::{Application, Step},
    objection::Objection,
    wire,
};
use crate::{
    authz::Action,
    kernel::Moment,
    pb::registry::v1 as pb,
    store::{Changes, Command, RequestKey, StoreFault},
};

/// A caller's command on one application that was read before.
pub(crate) trait Stepping: Send + Sync {
    /// The right that it rests on.
    type Action: Action;
    /// What the caller is told.
    type Told: Message + Default;

    /// Who, which application, and in which version it was read.
    fn addressed(&self) -> &Addressed<Self::Action>;

    /// Decides on an application that the caller may see and read last. Pure.
    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection>;

    /// Adds what is stored beside the application and its stages.
    fn beside(&self, _step: &Step, changes: Changes) -> Result<Changes, StoreFault> {
        Ok(changes)
    }

    /// Tells the caller how the application stands now.
    fn told(application: pb::Application) -> Self::Told;
}

/// The same, as the store runs it.
pub(crate) struct Stepped<C>(pub(crate) C);

impl<C: Stepping> Command for Stepped<C> {
    type Loaded = Option<Application>;
    type Decided = Step;
    type Refusal = Objection;
    type Answer = C::Told;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.0.addressed().request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        self.0.addressed().load(reads).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Step, Objection> {
        let application = self.0.addressed().checked(loaded)?;
        self.0.step(application, moment)
    }

    fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        self.0.beside(step, self.0.addressed().changes(step)?)
    }

    fn answer(&self, step: Step) -> C::Told {
        C::told(wire::application(step.application))
    }
}
