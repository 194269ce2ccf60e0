//! Where a case stands: the objects that it is about, and the last fact of the journal about any of them.
//! It never says what they are: two places are the same, or something happened in between.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::queries;
use crate::{
    application::{Office, rows::application_by_id},
    kernel::ApplicationId,
    store::StoreFault,
};

/// A place of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::case_file) struct Place {
    /// Of which the journal tells facts of the case: applications, corrections, scans, complaints, cases
    /// in court.
    pub(super) subjects: Vec<Uuid>,
    /// The last of these facts.
    pub(in crate::case_file) number: i64,
}

impl Place {
    /// Reads where the case of an application stands; none if there is no such application.
    pub(in crate::case_file) async fn of(
        office: &Office,
        id: ApplicationId,
    ) -> Result<Option<Self>, StoreFault> {
        let looking = Self::looked_at(office, id);
        office
            .store
            .in_time("look where a case stands", looking)
            .await
    }

    async fn looked_at(office: &Office, id: ApplicationId) -> Result<Option<Self>, StoreFault> {
        let reads = office.store.reads();
        let Some(application) = application_by_id(reads, id).await? else {
            return Ok(None);
        };
        let made = match application.entry {
            None => Vec::new(),
            Some(entry) => queries::made_by(reads, entry).await?,
        };
        let applications = made.iter().map(|(application, _)| *application);
        let applications: BTreeSet<Uuid> = applications.chain([id.get()]).collect();
        let applications: Vec<Uuid> = applications.into_iter().collect();
        let scans = queries::scans(reads, &applications).await?;
        let court_cases = queries::court_cases(reads, &applications).await?;
        let corrections = made.iter().filter_map(|(_, correction)| *correction);
        let mut subjects = applications;
        subjects.extend(corrections.chain(scans).chain(court_cases));
        subjects.extend(queries::complaints(reads, id.get()).await?);
        subjects.sort_unstable();
        let number = queries::last_fact(reads, &subjects).await?;
        let number = number.ok_or_else(|| StoreFault::corrupt("application", "has no fact"))?;
        Ok(Some(Self { subjects, number }))
    }
}
