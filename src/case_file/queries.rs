//! Reading what a case file is made of, where no other part of the service reads it so: the applications
//! and versions of one entry, the extracts of it, and all facts of some objects.
//! It never reads more than what one entry has.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};
use uuid::Uuid;

use super::{DOWNLOADED, MADE};
use crate::{
    application::{
        model::Application,
        rows::{application, from_row},
    },
    complaint::rows::complaint,
    court::rows::case as court_case,
    extract::rows::extract,
    kernel::{Bin, EntryId},
    register::rows::version,
    store::{StoreFault, during, journal_row},
};

/// Applications, in no order.
pub(super) async fn applications(
    reads: &DatabaseConnection,
    ids: &[Uuid],
) -> Result<Vec<Application>, StoreFault> {
    let rows = applications_query(ids).all(reads).await;
    let rows = rows.map_err(during("read the applications of a case"))?;
    rows.into_iter().map(from_row).collect()
}

fn applications_query(ids: &[Uuid]) -> Select<application::Entity> {
    application::Entity::find().filter(application::Column::Id.is_in(ids.iter().copied()))
}

/// What made each version of an entry: an application, and a correction of its document if it was that.
pub(super) async fn made_by(
    reads: &DatabaseConnection,
    entry: EntryId,
) -> Result<Vec<(Uuid, Option<Uuid>)>, StoreFault> {
    version::Entity::find()
        .select_only()
        .column(version::Column::ApplicationId)
        .column(version::Column::CorrectionId)
        .filter(version::Column::EntryId.eq(entry.get()))
        .order_by_asc(version::Column::Version)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("read what made an entry"))
}

/// The scans that some applications filed, in no order.
pub(super) async fn scans(
    reads: &DatabaseConnection,
    applications: &[Uuid],
) -> Result<Vec<Uuid>, StoreFault> {
    let scans: Vec<Option<Uuid>> = application::Entity::find()
        .select_only()
        .column(application::Column::DocumentId)
        .filter(application::Column::Id.is_in(applications.iter().copied()))
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for the scans of a case"))?;
    Ok(scans.into_iter().flatten().collect())
}

/// The extracts of an entry, in the order of its versions.
pub(super) async fn extracts(
    reads: &DatabaseConnection,
    entry: EntryId,
) -> Result<Vec<extract::Model>, StoreFault> {
    extract::Entity::find()
        .filter(extract::Column::EntryId.eq(entry.get()))
        .order_by_asc(extract::Column::EntryVersion)
        .all(reads)
        .await
        .map_err(during("read the extracts of an entry"))
}

/// The complaints about an application, the first one first.
pub(super) async fn complaints(
    reads: &DatabaseConnection,
    application: Uuid,
) -> Result<Vec<Uuid>, StoreFault> {
    complaint::Entity::find()
        .select_only()
        .column(complaint::Column::Id)
        .filter(complaint::Column::ApplicationId.eq(application))
        .order_by_asc(complaint::Column::ReceivedAt)
        .order_by_asc(complaint::Column::Id)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for the complaints of a case"))
}

/// The cases in court about some applications, the first one first.
pub(super) async fn court_cases(
    reads: &DatabaseConnection,
    applications: &[Uuid],
) -> Result<Vec<Uuid>, StoreFault> {
    let mut found: Vec<(DateTime<Utc>, Uuid)> = court_cases_query(applications)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for the cases in court about a case"))?;
    // Few, and no index has those of several applications in this order.
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

fn court_cases_query(applications: &[Uuid]) -> Select<court_case::Entity> {
    court_case::Entity::find()
        .select_only()
        .column(court_case::Column::RecordedAt)
        .column(court_case::Column::Id)
        .filter(court_case::Column::ApplicationId.is_in(applications.iter().copied()))
}

/// Whether a case file went to a reviewing body with a complaint about its application.
pub(super) async fn was_forwarded(
    reads: &DatabaseConnection,
    application: Uuid,
    (to, sha256): (&Bin, &str),
) -> Result<bool, StoreFault> {
    let found: Option<Uuid> = complaint::Entity::find()
        .select_only()
        .column(complaint::Column::Id)
        .filter(complaint::Column::ApplicationId.eq(application))
        .filter(complaint::Column::ReviewerBin.eq(to.as_str()))
        .filter(complaint::Column::CaseFileSha256.eq(sha256))
        .into_tuple()
        .one(reads)
        .await
        .map_err(during("look for whom a case file went to"))?;
    Ok(found.is_some())
}

/// The facts of some objects, in the order of the journal; not that case files were made of them and given
/// out, or each would be the first cause of another.
pub(super) async fn facts(
    reads: &DatabaseConnection,
    subjects: &[Uuid],
) -> Result<Vec<journal_row::Model>, StoreFault> {
    let mut facts = facts_query(subjects)
        .all(reads)
        .await
        .map_err(during("read the facts of a case"))?;
    // Few, and no index has those of several objects in this order.
    facts.sort_unstable_by_key(|fact| fact.number);
    Ok(facts)
}

/// The number of the last of them; none if there is none.
pub(super) async fn last_fact(
    reads: &DatabaseConnection,
    subjects: &[Uuid],
) -> Result<Option<i64>, StoreFault> {
    let last: Option<Option<i64>> = facts_query(subjects)
        .select_only()
        .column_as(journal_row::Column::Number.max(), "number")
        .into_tuple()
        .one(reads)
        .await
        .map_err(during("look for the last fact of a case"))?;
    Ok(last.flatten())
}

fn facts_query(subjects: &[Uuid]) -> Select<journal_row::Entity> {
    journal_row::Entity::find()
        .filter(journal_row::Column::Subject.is_in(subjects.iter().copied()))
        .filter(journal_row::Column::Kind.is_not_in([MADE, DOWNLOADED]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    #[tokio::test]
    async fn a_case_is_read_by_keys_and_its_facts_by_their_index() {
        let temporary = temporary().await;
        let store = &temporary.store;
        let ids = [Uuid::nil(); 3];
        require_index(store, &facts_query(&ids), "ix_journal_subject").await;
        let index = primary_key(store, "application");
        require_index(store, &applications_query(&ids), &index).await;
        let index = "ix_court_case_application ";
        require_index(store, &court_cases_query(&ids), index).await;
    }
}
