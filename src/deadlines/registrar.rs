//! The registrar: registers at opening time, runs the checks, marks what is overdue, and looks again
//! at applications that another one overtook.
//! It never decides an application.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    Clerk,
    queues::{Queue, overtaken},
};
use crate::{
    application::{
        Objection, Office,
        mark_overdue::MarkOverdue,
        register_at_opening::RegisterAtOpening,
        run_checks::{RecheckRegister, RunChecks},
    },
    kernel::ApplicationId,
    store::{Command, Stop, StoreFault},
};

/// The clerk of applications.
#[derive(Debug)]
pub struct Registrar {
    office: Arc<Office>,
}

impl Registrar {
    /// A registrar of the office.
    pub const fn of(office: Arc<Office>) -> Self {
        Self { office }
    }

    async fn each<C: Command<Refusal = Objection>>(
        &self,
        ids: Vec<ApplicationId>,
        command: impl Fn(Arc<Office>, ApplicationId) -> C + Send,
    ) -> Result<usize, StoreFault> {
        let mut done: usize = 0;
        for id in ids {
            let command = command(Arc::clone(&self.office), id);
            done = done.saturating_add(settled(self.office.store.execute(&command).await)?);
        }
        Ok(done)
    }
}

/// 1 if it was done, 0 if others were faster or it must be tried later.
pub(crate) fn settled<A>(
    outcome: Result<crate::store::Executed<A>, Stop<Objection>>,
) -> Result<usize, StoreFault> {
    match outcome {
        Ok(_) => Ok(1),
        Err(Stop::Refused(objection @ Objection::OutsideCalendar(_))) => {
            tracing::error!(?objection, "the calendar must be extended");
            Ok(0)
        }
        Err(Stop::Refused(_) | Stop::RequestIdReused | Stop::TryAgain { .. }) => Ok(0),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

#[async_trait]
impl Clerk for Registrar {
    fn name(&self) -> &'static str {
        "registrar"
    }

    async fn work(&self) -> Result<usize, StoreFault> {
        let reads = self.office.store.reads();
        let now = self.office.now().instant;
        let ids = Queue::Registration.due(reads, now).await?;
        let registered = self
            .each(ids, |office, id| RegisterAtOpening { office, id })
            .await?;
        let ids = Queue::Checks.due(reads, now).await?;
        let checked = self
            .each(ids, |office, id| RunChecks { office, id })
            .await?;
        let ids = Queue::Deadline.due(reads, now).await?;
        let overdue = self
            .each(ids, |office, id| MarkOverdue { office, id })
            .await?;
        let ids = overtaken(reads).await?;
        let rechecked = self
            .each(ids, |office, id| RecheckRegister { office, id })
            .await?;
        Ok([registered, checked, overdue, rechecked].iter().sum())
    }

    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        let reads = self.office.store.reads();
        let now = self.office.now().instant;
        let to_register = Queue::Registration.next_at(reads, now).await?;
        let to_fall_due = Queue::Deadline.next_at(reads, now).await?;
        Ok([to_register, to_fall_due].into_iter().flatten().min())
    }
}
