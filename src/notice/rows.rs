//! Notices and attempts as rows. A row that breaks an invariant is a corrupt row, never a panic.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::model::{Addressee, Attempt, LetterState, Notice, NoticeLetter, Telling, Told};
use crate::{
    kernel::{Bin, Email, NoticeId, Personal, Problem, RulesChangeId},
    store::{
        StoreFault, during,
        waiting::{Place, Waiting, Waking},
    },
};

pub(super) mod notice {
    //! One row per notice. `next_attempt_at`, `waits_until` and `wakes_at` follow from the rest: the queues are
    //! indexes over them.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) rules_change_id: Uuid,
        pub(crate) addressee: String,
        pub(crate) bin: String,
        pub(crate) name: String,
        pub(crate) email: Option<String>,
        pub(crate) version: i64,
        pub(crate) announced_at: DateTimeUtc,
        pub(crate) due_at: DateTimeUtc,
        pub(crate) overdue: bool,
        pub(crate) told_at: Option<DateTimeUtc>,
        pub(crate) told_by: Option<String>,
        pub(crate) acknowledged_at: Option<DateTimeUtc>,
        pub(crate) acknowledged_by: Option<String>,
        pub(crate) acknowledgement_due_at: Option<DateTimeUtc>,
        pub(crate) remind_at: Option<DateTimeUtc>,
        pub(crate) letter_state: Option<String>,
        pub(crate) letter_owed_at: Option<DateTimeUtc>,
        pub(crate) letter_count: i32,
        pub(crate) attempts: i32,
        pub(crate) next_attempt_at: Option<DateTimeUtc>,
        pub(crate) waits_until: Option<DateTimeUtc>,
        pub(crate) wakes_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the address.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Notice")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }
}

pub(super) mod notice_attempt {
    //! One row per attempt to send a letter of a notice, never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_attempt")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) notice_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) letter: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) attempt: i32,
        pub(crate) attempted_at: DateTimeUtc,
        pub(crate) taken: bool,
        pub(crate) answer: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Finds a notice.
pub(super) async fn notice_by_id(
    reads: &DatabaseConnection,
    id: NoticeId,
) -> Result<Option<Notice>, StoreFault> {
    let row = notice::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read a notice"))?;
    row.map(notice_from_row).transpose()
}

/// All notices of a change: as many as it has addressees.
pub(super) async fn notices_of(
    reads: &DatabaseConnection,
    id: RulesChangeId,
) -> Result<Vec<Notice>, StoreFault> {
    let rows = notice::Entity::find()
        .filter(notice::Column::RulesChangeId.eq(id.get()))
        .order_by_asc(notice::Column::Addressee)
        .all(reads)
        .await
        .map_err(during("read the notices of a change"))?;
    rows.into_iter().map(notice_from_row).collect()
}

/// Every attempt to send a notice's letters, the first one first.
pub(super) async fn attempts_of(
    reads: &DatabaseConnection,
    id: NoticeId,
) -> Result<Vec<Attempt>, StoreFault> {
    let rows = notice_attempt::Entity::find()
        .filter(notice_attempt::Column::NoticeId.eq(id.get()))
        .order_by_asc(notice_attempt::Column::Letter)
        .order_by_asc(notice_attempt::Column::Attempt)
        .all(reads)
        .await
        .map_err(during("read the attempts to send a notice"))?;
    let attempts = rows.into_iter().map(|row| Attempt {
        letter: row.letter,
        number: row.attempt,
        at: row.attempted_at,
        taken: row.taken,
        answer: row.answer,
    });
    Ok(attempts.collect())
}

impl Waking for notice::Entity {
    const WAKES_AT: notice::Column = notice::Column::WakesAt;
    const ID: notice::Column = notice::Column::Id;
}

impl Waiting for notice::Entity {
    const RECEIVED_AT: notice::Column = notice::Column::AnnouncedAt;
    const WAITS_UNTIL: notice::Column = notice::Column::WaitsUntil;

    fn received(row: &notice::Model) -> Place {
        (row.announced_at, row.id)
    }

    fn waits_until(row: &notice::Model) -> Option<DateTime<Utc>> {
        row.waits_until
    }
}

/// In the words of the indexes; a bound value is no word.
fn is_to_send() -> Expr {
    Expr::cust("next_attempt_at IS NOT NULL")
}

fn is_untold() -> Expr {
    Expr::cust("told_at IS NULL")
}

/// The notices whose letters are to be sent.
pub(super) async fn to_send(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<NoticeId>, StoreFault> {
    let ids: Vec<Uuid> = to_send_query(now, limit)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for notices to send"))?;
    Ok(ids.into_iter().map(Into::into).collect())
}

fn to_send_query(now: DateTime<Utc>, limit: u64) -> Select<notice::Entity> {
    notice::Entity::find()
        .select_only()
        .column(notice::Column::Id)
        .filter(is_to_send())
        .filter(notice::Column::NextAttemptAt.lte(now))
        .order_by_asc(notice::Column::NextAttemptAt)
        .order_by_asc(notice::Column::Id)
        .limit(limit)
}

/// How many notices wait to be sent.
pub(crate) async fn count_to_send(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    notice::Entity::find()
        .filter(is_to_send())
        .count(reads)
        .await
        .map_err(during("count notices to send"))
}

/// How many addressees have not been told though it was due.
pub(crate) async fn count_overdue(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
) -> Result<u64, StoreFault> {
    notice::Entity::find()
        .filter(is_untold())
        .filter(notice::Column::DueAt.lt(now))
        .count(reads)
        .await
        .map_err(during("count overdue notices"))
}

/// How many addressees have not been told, and no letter is on its way to them.
pub(crate) async fn count_unreachable(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    notice::Entity::find()
        .filter(is_untold())
        .filter(notice::Column::NextAttemptAt.is_null())
        .count(reads)
        .await
        .map_err(during("count notices that reach nobody"))
}

/// The row of a notice.
pub(super) fn notice_to_row(notice: &Notice) -> Result<notice::Model, StoreFault> {
    let name = serde_json::to_string(&notice.name);
    let email = notice.email.as_ref().map(Personal::disclose);
    let (acknowledged_at, acknowledged_by) = notice.acknowledged.clone().unzip();
    Ok(notice::Model {
        id: notice.id.get(),
        rules_change_id: notice.change.get(),
        addressee: notice.addressee.key(),
        bin: notice.bin.to_string(),
        name: name.map_err(|error| StoreFault::json("notice", error))?,
        email: email.map(|email| email.as_str().to_owned()),
        version: notice.version,
        announced_at: notice.announced_at,
        due_at: notice.due_at,
        overdue: notice.overdue,
        told_at: notice.told.map(|told| told.at),
        told_by: notice.told.map(|told| told.by.code().to_owned()),
        acknowledged_at,
        acknowledged_by,
        acknowledgement_due_at: notice.acknowledgement_due_at,
        remind_at: notice.remind_at,
        letter_state: notice.letter.map(|letter| letter.state.code().to_owned()),
        letter_owed_at: notice.letter.map(|letter| letter.owed_at),
        letter_count: notice.letter_count(),
        attempts: notice.letter.map_or(0, |letter| letter.attempts),
        next_attempt_at: notice.next_attempt_at(),
        waits_until: notice.waits_until(),
        wakes_at: notice.wakes_at(),
    })
}

/// The notice of a row.
pub(super) fn notice_from_row(row: notice::Model) -> Result<Notice, StoreFault> {
    let corrupt = |problem: &str| StoreFault::corrupt("notice", problem);
    let wrong = |problem: Problem| corrupt(&problem.to_string());
    let email = row.email.as_deref().map(Email::parse).transpose();
    let told = match (row.told_at, row.told_by.as_deref()) {
        (Some(at), Some(code)) => Some(Told {
            at,
            by: Telling::from_code(code).ok_or_else(|| corrupt("was told in an unknown way"))?,
        }),
        (None, None) => None,
        _ => return Err(corrupt("was told half")),
    };
    let letter = letter(&row)?;
    Ok(Notice {
        id: row.id.into(),
        change: row.rules_change_id.into(),
        addressee: Addressee::from_key(&row.addressee)
            .ok_or_else(|| corrupt("is for an unknown addressee"))?,
        bin: Bin::parse(&row.bin).map_err(wrong)?,
        name: serde_json::from_str(&row.name).map_err(|error| StoreFault::json("notice", error))?,
        email: email.map_err(wrong)?.map(Personal::new),
        version: row.version,
        announced_at: row.announced_at,
        due_at: row.due_at,
        overdue: row.overdue,
        told,
        acknowledged: row.acknowledged_at.zip(row.acknowledged_by),
        acknowledgement_due_at: row.acknowledgement_due_at,
        remind_at: row.remind_at,
        letter,
    })
}

fn letter(row: &notice::Model) -> Result<Option<NoticeLetter>, StoreFault> {
    let corrupt = |problem: &str| StoreFault::corrupt("notice", problem);
    let Some(code) = row.letter_state.as_deref() else {
        return Ok(None);
    };
    let state = match (code, row.next_attempt_at) {
        ("WAITING", Some(at)) => LetterState::Waiting(at),
        ("TAKEN", None) => LetterState::Taken,
        ("FAILED", None) => LetterState::Failed,
        ("DROPPED", None) => LetterState::Dropped,
        _ => return Err(corrupt("has a letter that stands in no known way")),
    };
    let owed_at = row.letter_owed_at;
    Ok(Some(NoticeLetter {
        owed_at: owed_at.ok_or_else(|| corrupt("has a letter that is owed since no moment"))?,
        number: row.letter_count,
        attempts: row.attempts,
        state,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        test_support::{require_index, temporary},
        waiting::to_wake_query,
    };

    #[tokio::test]
    async fn what_falls_due_is_found_by_the_indexes() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let query = to_wake_query::<notice::Entity>(now, 20);
        require_index(&temporary.store, &query, "ix_notice_to_wake").await;
        let query = to_send_query(now, 1);
        require_index(&temporary.store, &query, "ix_notice_to_send").await;
    }
}
