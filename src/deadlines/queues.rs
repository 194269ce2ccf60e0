//! The queues of what falls due: each a partial index, so their cost does not grow with the register.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef},
};
use uuid::Uuid;

use crate::{
    application::rows::{
        application::{Column, Entity},
        is_running, is_undecided,
    },
    kernel::ApplicationId,
    register::rows::{share_claim, version},
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
    /// Undecided; wait to be near their due moment, then past it.
    Marks,
}

impl Queue {
    /// In the words of the queue's index; see [`is_undecided`].
    fn condition(self) -> Condition {
        match self {
            Self::Registration => Condition::all().add(Expr::cust("stage = 'RECEIVED'")),
            Self::Checks => Condition::all().add(Expr::cust("stage = 'REGISTERED'")),
            Self::Marks => Condition::all().add(is_running()),
        }
    }

    const fn moment(self) -> Column {
        match self {
            Self::Registration | Self::Checks => Column::RegisteredAt,
            Self::Marks => Column::NextMarkAt,
        }
    }

    /// Those whose moment has come.
    pub(super) async fn due(
        self,
        reads: &DatabaseConnection,
        now: DateTime<Utc>,
    ) -> Result<Vec<ApplicationId>, StoreFault> {
        let ids: Vec<Uuid> = self
            .due_query(now)
            .into_tuple()
            .all(reads)
            .await
            .map_err(during("look into a queue"))?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    fn due_query(self, now: DateTime<Utc>) -> Select<Entity> {
        Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(self.condition())
            .filter(self.moment().lte(now))
            .order_by_asc(self.moment())
            .order_by_asc(Column::Id)
            .limit(BATCH)
    }

    /// The next moment after now.
    pub(super) async fn next_at(
        self,
        reads: &DatabaseConnection,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreFault> {
        self.next_query(now)
            .into_tuple()
            .one(reads)
            .await
            .map_err(during("look for the next in a queue"))
    }

    fn next_query(self, now: DateTime<Utc>) -> Select<Entity> {
        Entity::find()
            .select_only()
            .column(self.moment())
            .filter(self.condition())
            .filter(self.moment().gt(now))
            .order_by_asc(self.moment())
            .limit(1)
    }
}

/// How far the looks for overtaken applications have come, by share and by document. What is looked
/// at in vain stays overtaken: the next look begins behind it, so that it is in nobody's way.
#[derive(Debug, Default)]
pub(super) struct Looked {
    share: Option<Place>,
    number: Option<Place>,
    bytes: Option<Place>,
    claims: u64,
    at: Option<Instant>,
}

/// A look costs as much as applications are open: while nothing is granted here it is enough to look
/// this often for what another process granted.
const LOOK: Duration = Duration::from_secs(1);

impl Looked {
    /// Lets the next look be due.
    pub(super) const fn forget_when(&mut self) {
        self.at = None;
    }

    /// Whether it is time to look, when so many shares have been claimed; notes that it is done.
    pub(super) fn is_due(&mut self, claims: u64) -> bool {
        let is_under_way = [&self.share, &self.number, &self.bytes]
            .into_iter()
            .any(Option::is_some);
        let is_recent = self.at.is_some_and(|at| at.elapsed() < LOOK);
        if is_recent && !is_under_way && self.claims == claims {
            return false;
        }
        self.claims = claims;
        self.at = Some(Instant::now());
        true
    }
}

/// A place in the index of open applications.
type Place = (String, Uuid);

/// Checked applications whose share changed hands, or whose document entered the register, after they
/// were checked (D-23):
/// as many as are taken at once, from where the last look ended.
pub(super) async fn overtaken(
    reads: &DatabaseConnection,
    looked: &mut Looked,
) -> Result<Vec<ApplicationId>, StoreFault> {
    let mut ids = BTreeSet::new();
    for (query, place) in [
        (overtaken_by_share(), &mut looked.share),
        (overtaken_by_number(), &mut looked.number),
        (overtaken_by_bytes(), &mut looked.bytes),
    ] {
        let found: Vec<Place> = behind(query, place.as_ref())
            .into_tuple()
            .all(reads)
            .await
            .map_err(during("look for overtaken applications"))?;
        let is_full = u64::try_from(found.len()).is_ok_and(|count| count == BATCH);
        *place = found.last().filter(|_| is_full).cloned();
        ids.extend(found.into_iter().map(|(_, id)| id));
    }
    Ok(ids.into_iter().map(Into::into).collect())
}

fn behind(query: Select<Entity>, place: Option<&Place>) -> Select<Entity> {
    let here = || Expr::tuple([(Entity, Column::ShareKey), (Entity, Column::Id)].map(Expr::col));
    let beyond = |(share, id): &Place| {
        here().gt(Expr::tuple([Expr::value(share.as_str()), Expr::value(*id)]))
    };
    query
        .filter(Condition::all().add_option(place.map(beyond)))
        .order_by_asc(Column::ShareKey)
        .order_by_asc(Column::Id)
        .limit(BATCH)
}

fn overtaken_by_share() -> Select<Entity> {
    let claim = Entity::belongs_to(share_claim::Entity)
        .from(Column::ShareKey)
        .to(share_claim::Column::ShareKey)
        .into();
    checked_before((share_claim::Entity, share_claim::Column::ChangedAt))
        .join(JoinType::InnerJoin, claim)
}

/// One key at a time: PostgreSQL has no index for either of two.
fn overtaken_by_document(filed: Column, registered: version::Column) -> Select<Entity> {
    let registered = Entity::belongs_to(version::Entity)
        .from(filed)
        .to(registered)
        .into();
    checked_before((version::Entity, version::Column::EnteredAt))
        .join(JoinType::InnerJoin, registered)
}

fn overtaken_by_number() -> Select<Entity> {
    overtaken_by_document(Column::AgreementKey, version::Column::DocumentKey)
}

fn overtaken_by_bytes() -> Select<Entity> {
    overtaken_by_document(Column::AgreementSha256, version::Column::DocumentSha256)
}

/// What was never checked has no moment, and is not among them.
fn checked_before(entered_at: impl IntoColumnRef) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::ShareKey, Column::Id])
        .filter(is_undecided())
        .filter(Expr::col((Entity, Column::CheckedAt)).lte(Expr::col(entered_at)))
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

/// How many wait for their checks.
pub(crate) async fn count_awaiting_checks(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Queue::Checks.condition())
        .count(reads)
        .await
        .map_err(during("count applications to check"))
}

/// The moment since which the first waits to be registered; it may be still to come.
pub(crate) async fn first_to_register_at(
    reads: &DatabaseConnection,
) -> Result<Option<DateTime<Utc>>, StoreFault> {
    Queue::Registration
        .next_at(reads, DateTime::UNIX_EPOCH)
        .await
}

/// The moment since which the first waits for its checks.
pub(crate) async fn first_to_check_at(
    reads: &DatabaseConnection,
) -> Result<Option<DateTime<Utc>>, StoreFault> {
    Queue::Checks.next_at(reads, DateTime::UNIX_EPOCH).await
}

/// How many are undecided and near their due moment.
pub(crate) async fn count_near_due(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Column::NearDue.eq(true))
        .filter(Column::Overdue.eq(false))
        .filter(is_running())
        .count(reads)
        .await
        .map_err(during("count applications near their due moment"))
}

/// How many are undecided past their due moment.
pub(crate) async fn count_overdue(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Column::Overdue.eq(true))
        .filter(is_running())
        .count(reads)
        .await
        .map_err(during("count overdue applications"))
}

#[cfg(test)]
mod tests;
