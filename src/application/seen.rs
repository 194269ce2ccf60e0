//! An application as a look into a queue brought it, for the command that works it: most are worked as they
//! were seen. Whether that is still so, the version's guard says; then it is read anew.

use std::sync::{Mutex, PoisonError};

use sea_orm::DatabaseConnection;

use super::{model::Application, rows};
use crate::{kernel::ApplicationId, store::StoreFault};

/// An application that was seen in a queue.
pub(crate) struct Seen {
    id: ApplicationId,
    application: Mutex<Option<Application>>,
}

impl Seen {
    /// This one.
    pub(crate) const fn of(application: Application) -> Self {
        Self {
            id: application.id,
            application: Mutex::new(Some(application)),
        }
    }

    /// As it was seen, once; from then on as it is.
    pub(crate) async fn load(
        &self,
        reads: &DatabaseConnection,
    ) -> Result<Option<Application>, StoreFault> {
        let seen = self.application.lock();
        let seen = seen.unwrap_or_else(PoisonError::into_inner).take();
        match seen {
            Some(application) => Ok(Some(application)),
            None => rows::application_by_id(reads, self.id).await,
        }
    }
}
