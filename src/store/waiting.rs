//! Resources in which something may be due, which two of their columns tell: until when somebody waits, and
//! when their clerk has to look. Lists and queues of them are read here; whose they are is never asked here.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait, QueryFilter as _, QueryOrder,
    QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use serde::{Deserialize, Serialize};
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

/// Such resources of which an index has all that wait, by the provider first.
pub(crate) trait WaitingByProvider: Waiting {
    /// Whose it is to decide: the first column of that index.
    const PROVIDER_ID: Self::Column;

    /// Whose a row is to decide.
    fn provider_id(row: &Self::Model) -> &str;
}

/// A place among all that wait: by provider, and by when something is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WaitingPlace(pub(crate) String, pub(crate) DateTime<Utc>, pub(crate) Uuid);

/// What waits, from behind a place on, each with its own place.
pub(crate) async fn waiting_after<E: WaitingByProvider>(
    reads: &DatabaseConnection,
    after: Option<&WaitingPlace>,
    limit: u64,
) -> Result<Vec<(WaitingPlace, E::Model)>, StoreFault> {
    let rows = waiting_query::<E>(after, limit)
        .all(reads)
        .await
        .map_err(during("read what waits for something"))?;
    let placed = |row| {
        let (received_at, id) = E::received(&row);
        let waits_until = E::waits_until(&row).unwrap_or(received_at);
        let provider_id = E::provider_id(&row).to_owned();
        (WaitingPlace(provider_id, waits_until, id), row)
    };
    Ok(rows.into_iter().map(placed).collect())
}

pub(crate) fn waiting_query<E: WaitingByProvider>(
    after: Option<&WaitingPlace>,
    limit: u64,
) -> Select<E> {
    let order = [E::PROVIDER_ID, E::WAITS_UNTIL, E::ID];
    let beyond = after.map(|WaitingPlace(provider_id, waits_until, id)| {
        let there = [
            Expr::value(provider_id.as_str()),
            Expr::value(*waits_until),
            Expr::value(*id),
        ];
        Expr::tuple(order.map(Expr::col)).gt(Expr::tuple(there))
    });
    let query = E::find()
        .filter(is_waiting())
        .filter(Condition::all().add_option(beyond))
        .limit(limit);
    order.into_iter().fold(query, QueryOrder::order_by_asc)
}

/// The rows of ids, as many as there are.
pub(crate) async fn of_ids<E: Waiting>(
    reads: &DatabaseConnection,
    ids: impl ExactSizeIterator<Item = Uuid> + Send,
) -> Result<Vec<E::Model>, StoreFault> {
    if ids.len() == 0 {
        return Ok(Vec::new());
    }
    let rows = E::find().filter(E::ID.is_in(ids)).all(reads);
    rows.await.map_err(during("read what is named"))
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
