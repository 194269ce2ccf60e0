//! Complaints as rows. A row that breaks an invariant is a corrupt row, never a panic.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    sea_query::Expr,
};

use super::{
    codes::{Addressee, LeftReason, Outcome, State, Subject},
    model::{Complaint, Decision, Extension, Forwarding, Remedy},
};
use crate::{
    kernel::{Bin, ComplaintId, CorrectionId, Personal, Problem},
    store::{
        StoreFault, during,
        waiting::{
            self, Place, Waiting, WaitingByProvider, WaitingPlace, Waking, is_waiting, of_ids,
        },
    },
};

pub(crate) use super::kept::rows::{act, acts_of, content, content_of};

pub(crate) mod complaint {
    //! One row per complaint. `waits_until` and `wakes_at` follow from the rest: the queues are indexes
    //! over them.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "complaint")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: String,
        pub(crate) version: i64,
        pub(crate) state: String,
        pub(crate) addressee: String,
        pub(crate) subject: String,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) application_id: Uuid,
        pub(crate) application_number: String,
        pub(crate) refused_at: Option<DateTimeUtc>,
        pub(crate) filed_by: String,
        pub(crate) received_at: DateTimeUtc,
        pub(crate) registered_at: DateTimeUtc,
        pub(crate) due_at: DateTimeUtc,
        pub(crate) calendar_version: String,
        pub(crate) filed_late: bool,
        pub(crate) silent_at: Option<DateTimeUtc>,
        pub(crate) not_forwarded_at: Option<DateTimeUtc>,
        pub(crate) extended_at: Option<DateTimeUtc>,
        pub(crate) extended_by_days: Option<i32>,
        pub(crate) told_due_at: Option<DateTimeUtc>,
        pub(crate) told_on: Option<Date>,
        pub(crate) forwarded_at: Option<DateTimeUtc>,
        pub(crate) reviewer_bin: Option<String>,
        pub(crate) case_file_sha256: Option<String>,
        pub(crate) decided_at: Option<DateTimeUtc>,
        pub(crate) outcome: Option<String>,
        pub(crate) left_reason: Option<String>,
        pub(crate) remedy: Option<String>,
        pub(crate) correction_id: Option<Uuid>,
        pub(crate) annulled_refusal: Option<String>,
        pub(crate) waits_until: Option<DateTimeUtc>,
        pub(crate) wakes_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the refusal: its words may speak of persons.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Complaint")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }
}

/// Finds a complaint.
pub(crate) async fn complaint_by_id(
    reads: &DatabaseConnection,
    id: ComplaintId,
) -> Result<Option<Complaint>, StoreFault> {
    let row = complaint::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read a complaint"))?;
    row.map(from_row).transpose()
}

impl Waking for complaint::Entity {
    const WAKES_AT: complaint::Column = complaint::Column::WakesAt;
    const ID: complaint::Column = complaint::Column::Id;
}

impl Waiting for complaint::Entity {
    const RECEIVED_AT: complaint::Column = complaint::Column::ReceivedAt;
    const WAITS_UNTIL: complaint::Column = complaint::Column::WaitsUntil;

    fn received(row: &complaint::Model) -> Place {
        (row.received_at, row.id)
    }

    fn waits_until(row: &complaint::Model) -> Option<DateTime<Utc>> {
        row.waits_until
    }
}

impl WaitingByProvider for complaint::Entity {
    const PROVIDER_ID: complaint::Column = complaint::Column::ProviderId;

    fn provider_id(row: &complaint::Model) -> &str {
        &row.provider_id
    }
}

/// The complaints in which something is due, from behind a place on, each with its own place.
pub(crate) async fn waiting_after(
    reads: &DatabaseConnection,
    after: Option<&WaitingPlace>,
    limit: u64,
) -> Result<Vec<(WaitingPlace, Complaint)>, StoreFault> {
    let rows = waiting::waiting_after::<complaint::Entity>(reads, after, limit).await?;
    let read = |(place, row)| Ok((place, from_row(row)?));
    rows.into_iter().map(read).collect()
}

/// The complaints of ids, as many as there are.
pub(crate) async fn complaints(
    reads: &DatabaseConnection,
    ids: &[ComplaintId],
) -> Result<Vec<Complaint>, StoreFault> {
    let rows = of_ids::<complaint::Entity>(reads, ids.iter().map(|id| id.get())).await?;
    rows.into_iter().map(from_row).collect()
}

/// In the words of the index; a bound value is no word.
pub(super) fn is_with_reviewer() -> Expr {
    Expr::cust("reviewer_bin IS NOT NULL")
}

/// How many complaints still wait for something.
pub(crate) async fn count_waiting(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    complaint::Entity::find()
        .filter(is_waiting())
        .count(reads)
        .await
        .map_err(during("count complaints"))
}

/// How many wait past the moment at which it was due.
pub(crate) async fn count_overdue(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
) -> Result<u64, StoreFault> {
    complaint::Entity::find()
        .filter(is_waiting())
        .filter(complaint::Column::WaitsUntil.lt(now))
        .count(reads)
        .await
        .map_err(during("count overdue complaints"))
}

/// The row of a complaint.
pub(super) fn to_row(complaint: &Complaint) -> Result<complaint::Model, StoreFault> {
    let extension = complaint.extension.as_ref();
    let forwarding = complaint.forwarding.as_ref();
    let decision = complaint.decision.as_ref();
    let remedy = decision.and_then(|decision| decision.remedy.as_ref());
    let annulled = match remedy {
        Some(Remedy::DecidedAnew(refusal)) => refusal.as_ref().map(Personal::disclose),
        Some(Remedy::DecidedMeanwhile | Remedy::EntryCorrected(_) | Remedy::Acted) | None => None,
    };
    let annulled = annulled.map(serde_json::to_string).transpose();
    Ok(complaint::Model {
        id: complaint.id.get(),
        number: complaint.number.clone(),
        version: complaint.version,
        state: complaint.state.code().to_owned(),
        addressee: complaint.addressee.code().to_owned(),
        subject: complaint.subject.code().to_owned(),
        provider_id: complaint.provider_id.clone(),
        cooperative_bin: complaint.cooperative.to_string(),
        application_id: complaint.application.get(),
        application_number: complaint.application_number.clone(),
        refused_at: complaint.refused_at,
        filed_by: complaint.filed_by.clone(),
        received_at: complaint.received_at,
        registered_at: complaint.registered_at,
        due_at: complaint.due_at,
        calendar_version: complaint.calendar_version.clone(),
        filed_late: complaint.filed_late,
        silent_at: complaint.silent_at,
        not_forwarded_at: complaint.not_forwarded_at,
        extended_at: extension.map(|extension| extension.at),
        extended_by_days: extension.map(|extension| extension.working_days),
        told_due_at: extension.map(|extension| extension.told_due_at),
        told_on: extension.and_then(|extension| extension.told_on),
        forwarded_at: forwarding.map(|forwarding| forwarding.at),
        reviewer_bin: forwarding.map(|forwarding| forwarding.to.to_string()),
        case_file_sha256: forwarding.and_then(|forwarding| forwarding.case_file_sha256.clone()),
        decided_at: decision.map(|decision| decision.at),
        outcome: decision.map(|decision| decision.outcome.code().to_owned()),
        left_reason: decision
            .and_then(|decision| decision.left_reason)
            .map(|reason| reason.code().to_owned()),
        remedy: remedy.map(|remedy| remedy.code().to_owned()),
        correction_id: match remedy {
            Some(Remedy::EntryCorrected(correction)) => Some(correction.get()),
            Some(Remedy::DecidedAnew(_) | Remedy::DecidedMeanwhile | Remedy::Acted) | None => None,
        },
        annulled_refusal: annulled.map_err(|error| StoreFault::json("complaint", error))?,
        waits_until: complaint.waits_until(),
        wakes_at: complaint.wakes_at(),
    })
}

fn corrupt(problem: &str) -> StoreFault {
    StoreFault::corrupt("complaint", problem)
}

fn bin(text: &str) -> Result<Bin, StoreFault> {
    Bin::parse(text).map_err(|problem: Problem| corrupt(&problem.to_string()))
}

/// The complaint of a row.
pub(super) fn from_row(row: complaint::Model) -> Result<Complaint, StoreFault> {
    Ok(Complaint {
        extension: extension(&row)?,
        forwarding: forwarding(&row)?,
        decision: decision(&row)?,
        id: row.id.into(),
        version: row.version,
        state: State::from_code(&row.state).ok_or_else(|| corrupt("has an unknown state"))?,
        addressee: Addressee::from_code(&row.addressee)
            .ok_or_else(|| corrupt("has an unknown addressee"))?,
        subject: Subject::from_code(&row.subject)
            .ok_or_else(|| corrupt("has an unknown subject"))?,
        cooperative: bin(&row.cooperative_bin)?,
        application: row.application_id.into(),
        number: row.number,
        provider_id: row.provider_id,
        application_number: row.application_number,
        refused_at: row.refused_at,
        filed_by: row.filed_by,
        received_at: row.received_at,
        registered_at: row.registered_at,
        due_at: row.due_at,
        calendar_version: row.calendar_version,
        filed_late: row.filed_late,
        silent_at: row.silent_at,
        not_forwarded_at: row.not_forwarded_at,
    })
}

fn extension(row: &complaint::Model) -> Result<Option<Extension>, StoreFault> {
    match (row.extended_at, row.extended_by_days, row.told_due_at) {
        (None, None, None) => Ok(None),
        (Some(at), Some(working_days), Some(told_due_at)) => Ok(Some(Extension {
            at,
            working_days,
            told_due_at,
            told_on: row.told_on,
        })),
        _ => Err(corrupt("has half an extension")),
    }
}

fn forwarding(row: &complaint::Model) -> Result<Option<Forwarding>, StoreFault> {
    match (row.forwarded_at, &row.reviewer_bin) {
        (None, None) => Ok(None),
        (Some(at), Some(to)) => Ok(Some(Forwarding {
            at,
            to: bin(to)?,
            case_file_sha256: row.case_file_sha256.clone(),
        })),
        _ => Err(corrupt("went on to nobody, or at no time")),
    }
}

fn decision(row: &complaint::Model) -> Result<Option<Decision>, StoreFault> {
    let Some(code) = &row.outcome else {
        return Ok(None);
    };
    let left_reason = row.left_reason.as_deref().map(|code| {
        LeftReason::from_code(code).ok_or_else(|| corrupt("was left for an unknown reason"))
    });
    Ok(Some(Decision {
        at: row
            .decided_at
            .ok_or_else(|| corrupt("was decided at no time"))?,
        outcome: Outcome::from_code(code).ok_or_else(|| corrupt("has an unknown outcome"))?,
        left_reason: left_reason.transpose()?,
        remedy: remedy(row)?,
    }))
}

fn remedy(row: &complaint::Model) -> Result<Option<Remedy>, StoreFault> {
    let refusal = row.annulled_refusal.as_deref().map(serde_json::from_str);
    let refusal = refusal
        .transpose()
        .map_err(|error| StoreFault::json("complaint", error))?;
    let remedy = match (row.remedy.as_deref(), row.correction_id) {
        (None, None) => return Ok(None),
        (Some(DECIDED_ANEW), None) => Remedy::DecidedAnew(refusal.map(Personal::new)),
        (Some(DECIDED_MEANWHILE), None) => Remedy::DecidedMeanwhile,
        (Some(ENTRY_CORRECTED), Some(correction)) => {
            Remedy::EntryCorrected(CorrectionId::from(correction))
        }
        (Some(ACTED), None) => Remedy::Acted,
        _ => return Err(corrupt("has an unknown remedy")),
    };
    Ok(Some(remedy))
}

const DECIDED_ANEW: &str = "DECIDED_ANEW";
const DECIDED_MEANWHILE: &str = "DECIDED_MEANWHILE";
const ENTRY_CORRECTED: &str = "ENTRY_CORRECTED";
const ACTED: &str = "ACTED";

impl Remedy {
    /// The name in the store.
    const fn code(&self) -> &'static str {
        match self {
            Self::DecidedAnew(_) => DECIDED_ANEW,
            Self::DecidedMeanwhile => DECIDED_MEANWHILE,
            Self::EntryCorrected(_) => ENTRY_CORRECTED,
            Self::Acted => ACTED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        test_support::{require_index, temporary},
        waiting::{to_wake_query, waiting_query},
    };

    #[tokio::test]
    async fn what_falls_due_is_found_by_its_index() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let query = to_wake_query::<complaint::Entity>(now, 20);
        require_index(&temporary.store, &query, "ix_complaint_to_wake").await;
        let place = WaitingPlace("koktobe".to_owned(), now, uuid::Uuid::nil());
        for after in [None, Some(&place)] {
            let query = waiting_query::<complaint::Entity>(after, 20);
            require_index(&temporary.store, &query, "ix_complaint_provider_waiting").await;
        }
    }
}
