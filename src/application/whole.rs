//! Applications with what was filed with them, as whoever asks for one reads them: many in one statement.
//! It never reads the signatures.

use super::{model::Application, rows::from_row};
use crate::{
    kernel::ApplicationId,
    store::{Batched, Store, StoreFault},
};

mod rows;

use rows::ByIds;

/// The lookup.
#[derive(Clone, Debug)]
pub struct WholeApplications(Batched<ByIds>);

impl WholeApplications {
    /// Those of a store.
    pub fn of(store: &Store) -> Self {
        Self(Batched::over(store, ByIds))
    }

    /// Finds one.
    pub(crate) async fn find(&self, id: ApplicationId) -> Result<Option<Whole>, StoreFault> {
        let Some(found) = self.0.find(id.get()).await? else {
            return Ok(None);
        };
        Ok(Some(Whole {
            application: from_row(found.application)?,
            agreement: found.agreement,
            has_court_acts: found.has_court_acts,
        }))
    }
}

/// An application with what was filed.
pub(crate) struct Whole {
    pub(crate) application: Application,
    /// As the parties signed it, or as it stands in the scan.
    pub(crate) agreement: Vec<u8>,
    /// Whether a court said anything on the entry that it made or changes, or on that of the share.
    pub(crate) has_court_acts: bool,
}
