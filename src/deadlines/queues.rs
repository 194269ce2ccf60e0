//! The queues of what falls due: each a partial index, so their cost does not grow with the register.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    application::{
        Stage,
        rows::application::{Column, Entity},
    },
    kernel::ApplicationId,
    register::rows::share_claim,
    store::{StoreFault, during},
};

/// How much is taken from a queue at once.
const BATCH: u64 = 100;

/// A queue: which applications wait in it, and the moment they wait for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Queue {
    /// Received out of hours; wait for their registration.
    Registration,
    /// Registered; wait for their checks since then.
    Checks,
    /// Undecided; wait to fall due.
    Deadline,
}

impl Queue {
    fn condition(self) -> Condition {
        match self {
            Self::Registration => Condition::all().add(Column::Stage.eq(Stage::Received.code())),
            Self::Checks => Condition::all().add(Column::Stage.eq(Stage::Registered.code())),
            Self::Deadline => Condition::all()
                .add(Expr::col(Column::Overdue).not())
                .add(Column::Stage.is_in(running())),
        }
    }

    const fn moment(self) -> Column {
        match self {
            Self::Registration | Self::Checks => Column::RegisteredAt,
            Self::Deadline => Column::DueAt,
        }
    }

    /// What is done at the due moment is in time: the next microsecond is late.
    fn delay(self) -> TimeDelta {
        match self {
            Self::Registration | Self::Checks => TimeDelta::zero(),
            Self::Deadline => TimeDelta::microseconds(1),
        }
    }

    /// Those whose moment has come.
    pub(super) async fn due(
        self,
        reads: &DatabaseConnection,
        now: DateTime<Utc>,
    ) -> Result<Vec<ApplicationId>, StoreFault> {
        let until = now.checked_sub_signed(self.delay()).unwrap_or(now);
        let ids: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(self.condition())
            .filter(self.moment().lte(until))
            .order_by_asc(self.moment())
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(reads)
            .await
            .map_err(during("look into a queue"))?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    /// The next moment after now.
    pub(super) async fn next_at(
        self,
        reads: &DatabaseConnection,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreFault> {
        let after = now.checked_sub_signed(self.delay()).unwrap_or(now);
        let moment: Option<DateTime<Utc>> = Entity::find()
            .select_only()
            .column(self.moment())
            .filter(self.condition())
            .filter(self.moment().gt(after))
            .order_by_asc(self.moment())
            .limit(1)
            .into_tuple()
            .one(reads)
            .await
            .map_err(during("look for the next in a queue"))?;
        Ok(moment.and_then(|moment| moment.checked_add_signed(self.delay())))
    }
}

/// Checked applications whose share was taken after they were checked (D-23).
pub(super) async fn overtaken(
    reads: &DatabaseConnection,
) -> Result<Vec<ApplicationId>, StoreFault> {
    let claim = Entity::belongs_to(share_claim::Entity)
        .from(Column::ShareKey)
        .to(share_claim::Column::ShareKey)
        .into();
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .join(JoinType::InnerJoin, claim)
        .filter(Column::Stage.is_in([Stage::InReview.code(), Stage::AwaitingSignature.code()]))
        .filter(Expr::col((Entity, Column::CheckedAt)).lte(Expr::col((
            share_claim::Entity,
            share_claim::Column::ClaimedAt,
        ))))
        .limit(BATCH)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for overtaken applications"))?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// How many wait for their registration.
pub(crate) async fn count_awaiting_registration(
    reads: &DatabaseConnection,
) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Queue::Registration.condition())
        .count(reads)
        .await
        .map_err(during("count applications to register"))
}

/// How many are undecided past their due moment.
pub(crate) async fn count_overdue(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Column::Overdue.eq(true))
        .filter(Column::Stage.is_in(running()))
        .count(reads)
        .await
        .map_err(during("count overdue applications"))
}

fn running() -> [&'static str; 3] {
    [Stage::Registered, Stage::InReview, Stage::AwaitingSignature].map(Stage::code)
}
