//! Resources in which something may be due, which two of their columns tell: until when somebody waits, and
//! when their clerk has to look. Lists and queues of them are read here; whose they are is never asked here.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::{Store, StoreFault, during};

/// A place in a list: a moment, and the id of what stands there.
pub(crate) type Place = (DateTime<Utc>, Uuid);

/// A table of resources that a clerk has to look at.
pub(crate) trait Waking: EntityTrait {
    /// When.
    const WAKES_AT: Self::Column;
    /// The id.
    const ID: Self::Column;
}

/// A table of resources in which somebody may wait.
pub(crate) trait Waiting: Waking {
    /// When one came: the second column of the indexes of lists, before the id.
    const RECEIVED_AT: Self::Column;
    /// Until when somebody waits: likewise, of the indexes of queues.
    const WAITS_UNTIL: Self::Column;

    /// Where a row stands in a list.
    fn received(row: &Self::Model) -> Place;

    /// Until when somebody waits for something of a row.
    fn waits_until(row: &Self::Model) -> Option<DateTime<Utc>>;
}

/// In the words of the index; a bound value is no word.
pub(crate) fn is_waiting() -> Expr {
    Expr::cust("waits_until IS NOT NULL")
}

/// What the clerk has to look at by now, the longest due first.
pub(crate) async fn to_wake<E: Waking, I: From<Uuid>>(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<I>, StoreFault> {
    let ids: Vec<Uuid> = to_wake_query::<E>(now, limit)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for what has fallen due"))?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub(crate) fn to_wake_query<E: Waking>(now: DateTime<Utc>, limit: u64) -> Select<E> {
    E::find()
        .select_only()
        .column(E::ID)
        .filter(Expr::cust("wakes_at IS NOT NULL"))
        .filter(E::WAKES_AT.lte(now))
        .order_by_asc(E::WAKES_AT)
        .order_by_asc(E::ID)
        .limit(limit)
}

/// Which page of a list: the latest first, or only those in which something is due, the next due first.
pub(crate) struct WaitingPage {
    pub(crate) waiting_only: bool,
    pub(crate) after: Option<Place>,
    pub(crate) size: u32,
}

impl WaitingPage {
    /// The rows of the page, and where the next one begins behind. Each branch is what one owner has; an index
    /// begins with it.
    pub(crate) async fn read<E: Waiting>(
        &self,
        store: &Store,
        operation: &'static str,
        branches: impl IntoIterator<Item = Condition>,
    ) -> Result<(Vec<E::Model>, Option<Place>), StoreFault> {
        let mut rows = Vec::new();
        for own in branches {
            let query = self.branch::<E>(own);
            let reading = async {
                let read = query.all(store.reads()).await;
                read.map_err(during(operation))
            };
            rows.extend(store.in_time(operation, reading).await?);
        }
        rows.sort_unstable_by_key(|row| self.key::<E>(row));
        if !self.waiting_only {
            rows.reverse();
        }
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| has_more);
        let next = last.map(|row| self.key::<E>(row));
        Ok((rows, next))
    }

    /// What one owner can give a page, in the order of its index.
    pub(crate) fn branch<E: Waiting>(&self, own: Condition) -> Select<E> {
        let moment = if self.waiting_only {
            E::WAITS_UNTIL
        } else {
            E::RECEIVED_AT
        };
        let here = || Expr::tuple([Expr::col(moment), Expr::col(E::ID)]);
        let beyond = self.after.map(|(at, id)| {
            let there = Expr::tuple([Expr::value(at), Expr::value(id)]);
            if self.waiting_only {
                here().gt(there)
            } else {
                here().lt(there)
            }
        });
        let waiting = self.waiting_only.then(is_waiting);
        let query = E::find()
            .filter(own.add_option(waiting).add_option(beyond))
            .limit(u64::from(self.size).saturating_add(1));
        if self.waiting_only {
            query.order_by_asc(moment).order_by_asc(E::ID)
        } else {
            query.order_by_desc(moment).order_by_desc(E::ID)
        }
    }

    fn key<E: Waiting>(&self, row: &E::Model) -> Place {
        let (received_at, id) = E::received(row);
        let waits_until = E::waits_until(row).filter(|_| self.waiting_only);
        (waits_until.unwrap_or(received_at), id)
    }
}
