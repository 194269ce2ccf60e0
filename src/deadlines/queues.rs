//! The queues of what falls due: each a partial index, so their cost does not grow with the register.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, DatabaseConnection, EntityTrait, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Order, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::timetable::{Moments, Timer, Timetable};
use crate::{
    application::rows::{
        application::{Column, Entity, Model},
        is_handover_owed, is_running, is_undecided,
    },
    kernel::ApplicationId,
    register::rows::{share_claim, version},
    store::{StoreFault, during},
};

/// How much is taken from a queue at once: what one commit takes, so that a queue of any length is worked
/// in few.
const BATCH: u64 = 128;

/// Looks what is due and what falls due next, of all timers, in one statement.
pub(crate) async fn timetable(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
) -> Result<Timetable, StoreFault> {
    let looking = during("look what falls due");
    let rows = reads.query_all(&timetable_query(now)).await;
    let rows = rows.map_err(&looking)?;
    let mut timetable = Timetable::default();
    for row in rows {
        let number: i32 = row.try_get("", "number").map_err(&looking)?;
        let found = usize::try_from(number).ok();
        let Some(timer) = found.and_then(|number| Timer::ALL.get(number).copied()) else {
            return Err(StoreFault::corrupt("timetable", "tells of no timer"));
        };
        let due_at = row.try_get("", "due_at").map_err(&looking)?;
        let next_at = row.try_get("", "next_at").map_err(&looking)?;
        timetable.note(timer, due_at, next_at);
    }
    Ok(timetable)
}

/// A row for each timer, with its number among all.
fn timetable_query(now: DateTime<Utc>) -> SelectStatement {
    let row = |(timer, number): (Timer, i32)| {
        let moments = timer.moments();
        let until_now = first_of(moments, Expr::col(moments.column).lte(now));
        let from_now = first_of(moments, Expr::col(moments.column).gt(now));
        Query::select()
            .expr_as(Expr::val(number), "number")
            .expr_as(Expr::SubQuery(None, Box::new(until_now.into())), "due_at")
            .expr_as(Expr::SubQuery(None, Box::new(from_now.into())), "next_at")
            .to_owned()
    };
    let mut rows = Timer::ALL.into_iter().zip(0..).map(row);
    let mut query = rows.next().unwrap_or_default();
    for row in rows {
        query.union(UnionType::All, row);
    }
    query
}

/// The first of a timer's moments that meet a condition.
fn first_of(moments: Moments, condition: Expr) -> SelectStatement {
    Query::select()
        .column(moments.column)
        .from(moments.table)
        .and_where(Expr::cust(moments.waiting))
        .and_where(condition)
        .order_by(moments.column, Order::Asc)
        .limit(1)
        .to_owned()
}

/// A place in the queue of a timer.
pub(super) type Turn = (DateTime<Utc>, Uuid);

/// Applications whose moment of a timer has come, as they stand: the first behind a place, and the place of the
/// last of them if there may be more.
pub(super) async fn due_applications(
    reads: &DatabaseConnection,
    timer: Timer,
    now: DateTime<Utc>,
    after: Option<Turn>,
) -> Result<(Vec<Model>, Option<Turn>), StoreFault> {
    let rows = due_query(timer, now, after).all(reads).await;
    let rows = rows.map_err(during("look into a queue"))?;
    let is_full = u64::try_from(rows.len()).is_ok_and(|count| count == BATCH);
    let last = rows.last().filter(|_| is_full);
    let last = last.and_then(|row| Some((moment_of(timer, row)?, row.id)));
    Ok((rows, last))
}

/// The moment by which an application stands in a timer's queue.
const fn moment_of(timer: Timer, row: &Model) -> Option<DateTime<Utc>> {
    match timer {
        Timer::Registration | Timer::Checks => Some(row.registered_at),
        Timer::Marks => row.next_mark_at,
        Timer::Corrections
        | Timer::Complaints
        | Timer::CourtCases
        | Timer::Extracts
        | Timer::Letters
        | Timer::Notices
        | Timer::NoticeLetters => None,
    }
}

fn due_query(timer: Timer, now: DateTime<Utc>, after: Option<Turn>) -> Select<Entity> {
    let moments = timer.moments();
    let moment = || Expr::col((Entity, moments.column));
    let here = || Expr::tuple([moment(), Expr::col((Entity, Column::Id))]);
    let beyond = |(at, id)| here().gt(Expr::tuple([Expr::value(at), Expr::value(id)]));
    Entity::find()
        .filter(Expr::cust(moments.waiting))
        .filter(moment().lte(now))
        .filter(Condition::all().add_option(after.map(beyond)))
        .order_by_asc(moment())
        .order_by_asc(Column::Id)
        .limit(BATCH)
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
    count_waiting(reads, Timer::Registration).await
}

/// How many wait for their checks.
pub(crate) async fn count_awaiting_checks(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    count_waiting(reads, Timer::Checks).await
}

async fn count_waiting(reads: &DatabaseConnection, timer: Timer) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Expr::cust(timer.moments().waiting))
        .count(reads)
        .await
        .map_err(during("count what waits in a queue"))
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

/// How many owe a hand-over past its term.
pub(crate) async fn count_handovers_overdue(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(Column::HandoverOverdue.eq(true))
        .filter(is_handover_owed())
        .count(reads)
        .await
        .map_err(during("count overdue hand-overs"))
}

#[cfg(test)]
pub(super) mod tests;
