//! What all commands of callers have in common that move one complaint by one act.
//! It never decides: that is each command's `moved`.

use prost::Message;
use sea_orm::DatabaseConnection;

use super::{
    addressed::{Addressed, Decided, Loaded, Standing},
    wire,
};
use crate::{
    application::Objection,
    authz::Action,
    kernel::Moment,
    pb::registry::v1 as pb,
    store::{Changes, Command, RequestKey, StoreFault},
};

/// A caller's command on one complaint that was read before.
pub(super) trait Moving: Send + Sync {
    /// The right that it rests on.
    type Action: Action;
    /// What the caller is told.
    type Told: Message + Default;
    /// What is read beside the complaint and its application.
    type Beside: Send;

    /// Who, which complaint, and in which version it was read.
    fn addressed(&self) -> &Addressed<Self::Action>;

    /// Reads what the decision needs beside.
    fn beside(
        &self,
        reads: &DatabaseConnection,
        loaded: &Loaded,
    ) -> impl Future<Output = Result<Self::Beside, StoreFault>> + Send;

    /// Decides on a complaint that the caller may see and read last. Pure.
    fn moved(
        &self,
        standing: Standing,
        beside: Self::Beside,
        moment: Moment,
    ) -> Result<Decided, Objection>;

    /// Tells the caller how the complaint stands now.
    fn told(complaint: pb::Complaint) -> Self::Told;
}

/// The same, as the store runs it.
pub(super) struct Moves<C>(pub(super) C);

impl<C: Moving> Command for Moves<C> {
    type Loaded = Option<(Loaded, C::Beside)>;
    type Decided = Decided;
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
        let Some(loaded) = self.0.addressed().load(reads).await? else {
            return Ok(None);
        };
        let beside = self.0.beside(reads, &loaded).await?;
        Ok(Some((loaded, beside)))
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Decided, Objection> {
        let (loaded, beside) = loaded.unzip();
        let loaded = self.0.addressed().checked(loaded)?;
        let beside = beside.ok_or(Objection::NotVisible)?;
        let (standing, passed) = Standing::at(loaded, moment.instant);
        let decided = self.0.moved(standing, beside, moment)?;
        Ok(Decided { passed, ..decided })
    }

    fn changes(&self, decided: &Decided) -> Result<Changes, StoreFault> {
        self.0.addressed().changes(decided)
    }

    fn answer(&self, decided: Decided) -> C::Told {
        C::told(wire::complaint(decided.moved.complaint))
    }
}

/// The answer of a method that tells the complaint as it stands.
macro_rules! told {
    ($answer:ident) => {
        fn told(complaint: pb::Complaint) -> pb::$answer {
            pb::$answer {
                complaint: Some(complaint),
                replayed: false,
            }
        }
    };
}

pub(super) use told;
