//! Letters and the attempts to send them as rows.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{Debtor, Recipient};
use crate::store::{StoreFault, during};

pub(super) const PENDING: &str = "PENDING";
pub(super) const SENT: &str = "SENT";
pub(super) const FAILED: &str = "FAILED";

pub(super) mod letter {
    //! One row per granted application and shareholder that has an e-mail address, and one per correction
    //! that was made, or annulment by a court; `application_id` is then the correction's or the case's, as
    //! `correction_id` or `court_case_id` says.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "letter")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) recipient: String,
        pub(crate) entry_id: Uuid,
        pub(crate) entry_version: i32,
        pub(crate) state: String,
        pub(crate) attempts: i32,
        pub(crate) next_attempt_at: DateTimeUtc,
        pub(crate) sent_at: Option<DateTimeUtc>,
        pub(crate) version: i64,
        pub(crate) correction_id: Option<Uuid>,
        pub(crate) court_case_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod attempt {
    //! One row per attempt; `fault` is empty for the one that succeeded.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "letter_attempt")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) recipient: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) attempt: i32,
        pub(crate) at: DateTimeUtc,
        pub(crate) fault: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) async fn letter_of(
    reads: &DatabaseConnection,
    debtor: Debtor,
    recipient: Recipient,
) -> Result<Option<letter::Model>, StoreFault> {
    letter::Entity::find_by_id((debtor.id(), recipient.code().to_owned()))
        .one(reads)
        .await
        .map_err(during("read a letter"))
}

/// A letter with every attempt to send it.
pub(crate) struct LetterRecord {
    /// The application or correction that owed it.
    pub(crate) owed_by: Uuid,
    /// For whom it is, as its code.
    pub(crate) recipient: String,
    /// The version whose extract it carries.
    pub(crate) entry_version: i32,
    /// As its code.
    pub(crate) state: String,
    /// When it left.
    pub(crate) sent_at: Option<DateTime<Utc>>,
    /// In their order.
    pub(crate) attempts: Vec<attempt::Model>,
}

/// The letters that some applications and corrections owed, in the order of these.
pub(crate) async fn letters_of(
    reads: &DatabaseConnection,
    owed_by: &[Uuid],
) -> Result<Vec<LetterRecord>, StoreFault> {
    let mut letters = letter::Entity::find()
        .filter(letter::Column::ApplicationId.is_in(owed_by.iter().copied()))
        .all(reads)
        .await
        .map_err(during("read letters"))?;
    let mut attempts = attempt::Entity::find()
        .filter(attempt::Column::ApplicationId.is_in(owed_by.iter().copied()))
        .all(reads)
        .await
        .map_err(during("read attempts to send letters"))?;
    // Few, and no index has those of several debtors in this order.
    let place = |id: Uuid| owed_by.iter().position(|debtor| *debtor == id);
    letters.sort_by_cached_key(|letter| (place(letter.application_id), letter.recipient.clone()));
    attempts.sort_unstable_by_key(|attempt| attempt.attempt);
    let record = |letter: letter::Model| LetterRecord {
        attempts: attempts
            .iter()
            .filter(|attempt| {
                (attempt.application_id, &attempt.recipient)
                    == (letter.application_id, &letter.recipient)
            })
            .cloned()
            .collect(),
        owed_by: letter.application_id,
        recipient: letter.recipient,
        entry_version: letter.entry_version,
        state: letter.state,
        sent_at: letter.sent_at,
    };
    Ok(letters.into_iter().map(record).collect())
}

/// The condition of `ix_letter_to_send`, in its words: with a value in its place no index would fit.
fn is_pending() -> Expr {
    Expr::cust("state = 'PENDING'")
}

pub(super) async fn letters_to_send(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<letter::Model>, StoreFault> {
    letter::Entity::find()
        .filter(is_pending())
        .filter(letter::Column::NextAttemptAt.lte(now))
        .order_by_asc(letter::Column::NextAttemptAt)
        .order_by_asc(letter::Column::ApplicationId)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("look for letters to send"))
}

/// How many letters wait.
pub(crate) async fn count_pending(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    letter::Entity::find()
        .filter(is_pending())
        .count(reads)
        .await
        .map_err(during("count letters"))
}
