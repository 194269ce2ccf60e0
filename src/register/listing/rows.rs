//! The listing as rows, and its pages: first the keys of a page, in the order of an index, then only
//! the versions that it shows.
//!
//! Each page is read by the narrowest thing that is asked for: a person, a share, a number, then a land
//! plot, a cooperative, a place, a provider. What else is asked for is looked at row by row, of what one
//! of these names. A page never looks through the whole register, whatever is asked for together.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, JoinType, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::{BinOper, Expr, ExprTrait as _, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::{
    application::pages::PageKey,
    kernel::EntryId,
    register::{EntryState, rows::version},
    store::{Store, StoreFault, during},
};

pub(crate) mod listing {
    //! One row per entry: by what it is found as it stands. `registered_at` is when its first version
    //! entered; it never changes.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "register_listing")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry_id: Uuid,
        pub(crate) version: i64,
        pub(crate) state: String,
        pub(crate) registered_at: DateTimeUtc,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) land_plot: String,
        pub(crate) kato: String,
        pub(crate) share_key: String,
        pub(crate) shareholder_mark: String,
        pub(crate) agreement_number: String,
        pub(crate) agreement_on: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) use listing::Column;

/// An entry as a list reads it: when it was registered, and its newest version.
pub(crate) struct Listed {
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) entry: Uuid,
    pub(crate) application: Uuid,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) signed_content: Vec<u8>,
}

/// What names few entries, the narrowest first.
const NARROW: [Column; 3] = [
    Column::ShareholderMark,
    Column::ShareKey,
    Column::AgreementNumber,
];

/// What names many, the narrowest first; their indexes go on with the state.
const WIDE: [Column; 4] = [
    Column::LandPlot,
    Column::CooperativeBin,
    Column::Kato,
    Column::ProviderId,
];

const PAGE: &str = "page";
const BRANCH: &str = "branch";
const KEYS: [&str; 3] = ["moment", "id", "newest"];

/// Which page of entries.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Whose: one of these must hold.
    pub(crate) owners: Vec<(Column, String)>,
    /// All of these must hold.
    pub(crate) asked: Vec<(Column, String)>,
    /// How they may stand.
    pub(crate) states: Vec<&'static str>,
    /// Registered from then on.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Registered before.
    pub(crate) to: Option<DateTime<Utc>>,
    /// Where the page begins.
    pub(crate) after: Option<PageKey>,
    /// How many.
    pub(crate) size: u32,
    /// The first registered first, and not the latest.
    pub(crate) oldest_first: bool,
}

impl Page {
    /// Reads the page, and the key of the next one.
    pub(crate) async fn read(
        &self,
        store: &Store,
    ) -> Result<(Vec<Listed>, Option<PageKey>), StoreFault> {
        let Some(query) = self.query() else {
            return Ok((Vec::new(), None));
        };
        let operation = "read a page of entries";
        let query = query.into_tuple::<(DateTime<Utc>, Uuid, Uuid, DateTime<Utc>, Vec<u8>)>();
        let read = async { query.all(store.reads()).await.map_err(during(operation)) };
        let mut rows = store.in_time(operation, read).await?;
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more);
        let next = next.map(|(registered_at, id, ..)| (*registered_at, *id));
        let listed = |(registered_at, entry, application, entered_at, signed_content)| Listed {
            registered_at,
            entry,
            application,
            entered_at,
            signed_content,
        };
        Ok((rows.into_iter().map(listed).collect(), next))
    }

    fn query(&self) -> Option<Select<version::Entity>> {
        let keys = self.keys()?;
        let [moment, id, newest] = KEYS.map(|key| (PAGE, key));
        let mut query = version::Entity::find()
            .select_only()
            .expr_as(Expr::col(moment), "registered_at")
            .column(version::Column::EntryId)
            .column(version::Column::ApplicationId)
            .column(version::Column::EnteredAt)
            .column(version::Column::SignedContent);
        let of_page = Expr::col((version::Entity, version::Column::EntryId)).equals(id);
        let of_page =
            of_page.and(Expr::col((version::Entity, version::Column::Version)).equals(newest));
        sea_orm::QuerySelect::query(&mut query)
            .join_subquery(JoinType::InnerJoin, keys, PAGE, of_page)
            .order_by(moment, self.order())
            .order_by(id, self.order());
        Some(query)
    }

    fn keys(&self) -> Option<SelectStatement> {
        let branches = self.branches().into_iter();
        let mut branches = branches.map(sea_orm::QueryTrait::into_query);
        let first = branches.next()?;
        let rest: Vec<_> = branches.collect();
        if rest.is_empty() {
            return Some(first);
        }
        let mut keys = in_parentheses(first);
        for branch in rest {
            keys.union(UnionType::All, in_parentheses(branch));
        }
        let [moment, id, _] = KEYS;
        Some(
            keys.order_by(moment, self.order())
                .order_by(id, self.order())
                .limit(self.limit())
                .take(),
        )
    }

    /// One for each value that an index begins with.
    fn branches(&self) -> Vec<Select<listing::Entity>> {
        let owners = self.owners.iter();
        owners.flat_map(|owner| self.branches_of(owner)).collect()
    }

    fn branches_of(&self, owner: &(Column, String)) -> Vec<Select<listing::Entity>> {
        let asked: Vec<_> = self.asked.iter().chain([owner]).collect();
        let first = |among: &[Column]| {
            let mut among = among.iter();
            among.find_map(|column| asked.iter().position(|(asked, _)| is(*asked, *column)))
        };
        let narrow = first(&NARROW);
        let lead = narrow.or_else(|| first(&WIDE));
        let mut condition = Condition::all();
        for (index, (column, value)) in asked.iter().enumerate() {
            condition = condition.add(if Some(index) == lead {
                column.eq(value.as_str())
            } else {
                by_row(*column).eq(value.as_str())
            });
        }
        if narrow.is_some() {
            let states = self.states.iter().copied();
            return vec![self.branch(condition.add(by_row(Column::State).is_in(states)))];
        }
        let states = self.states.iter();
        states
            .map(|state| self.branch(condition.clone().add(Column::State.eq(*state))))
            .collect()
    }

    /// The keys that one branch can give a page.
    fn branch(&self, condition: Condition) -> Select<listing::Entity> {
        let [moment, id, newest] = KEYS;
        let mut branch = listing::Entity::find()
            .select_only()
            .column_as(Column::RegisteredAt, moment)
            .column_as(Column::EntryId, id)
            .column_as(Column::Version, newest)
            .filter(condition)
            .filter(
                Condition::all()
                    .add_option(self.from.map(|from| Column::RegisteredAt.gte(from)))
                    .add_option(self.to.map(|to| Column::RegisteredAt.lt(to))),
            );
        if let Some((at, id)) = self.after {
            let here = Expr::tuple([Expr::col(Column::RegisteredAt), Expr::col(Column::EntryId)]);
            let there = Expr::tuple([Expr::value(at), Expr::value(id)]);
            branch = branch.filter(if self.oldest_first {
                here.gt(there)
            } else {
                here.lt(there)
            });
        }
        branch
            .order_by(Column::RegisteredAt, self.order())
            .order_by(Column::EntryId, self.order())
            .limit(self.limit())
    }

    const fn order(&self) -> Order {
        if self.oldest_first {
            Order::Asc
        } else {
            Order::Desc
        }
    }

    fn limit(&self) -> u64 {
        u64::from(self.size).saturating_add(1)
    }
}

fn is(column: Column, other: Column) -> bool {
    std::mem::discriminant(&column) == std::mem::discriminant(&other)
}

/// A column as no index has it: an engine that guesses cannot take the wider index for it.
fn by_row(column: Column) -> Expr {
    Expr::col(column).binary(BinOper::Custom("||"), Expr::cust("''"))
}

/// SQLite takes an order and a limit in a part of a union only so.
fn in_parentheses(branch: SelectStatement) -> SelectStatement {
    Query::select()
        .columns(KEYS)
        .from_subquery(branch, BRANCH)
        .take()
}

/// The entries that were ever made on a share, and those that were of it formerly, the latest first.
pub(crate) async fn listed_on_share(
    reads: &DatabaseConnection,
    share_key: &str,
    former: &[EntryId],
) -> Result<Vec<listing::Model>, StoreFault> {
    let mut entries = on_share(share_key)
        .all(reads)
        .await
        .map_err(during("look for the entries on a share"))?;
    if !former.is_empty() {
        let former = by_ids(former).all(reads).await;
        let former = former.map_err(during("look for the entries formerly on a share"))?;
        let elsewhere = former.into_iter().filter(|one| one.share_key != share_key);
        entries.extend(elsewhere);
    }
    latest_first(&mut entries);
    Ok(entries)
}

/// Of entries of one moment, the one that was not ended began last (I-2).
fn latest_first(entries: &mut [listing::Model]) {
    let ended = EntryState::Terminated.code();
    entries.sort_by_key(|entry| (Reverse(entry.registered_at), entry.state == ended));
}

fn by_ids(ids: &[EntryId]) -> Select<listing::Entity> {
    let ids = ids.iter().map(|id| id.get());
    listing::Entity::find().filter(Column::EntryId.is_in(ids))
}

/// The entries that were ever made on some shares; those of each share the latest first.
pub(crate) async fn listed_on_shares(
    reads: &DatabaseConnection,
    share_keys: &[&str],
) -> Result<Vec<listing::Model>, StoreFault> {
    let mut entries = on_shares(share_keys)
        .all(reads)
        .await
        .map_err(during("look for the entries on shares"))?;
    latest_first(&mut entries);
    Ok(entries)
}

fn on_shares(share_keys: &[&str]) -> Select<listing::Entity> {
    listing::Entity::find().filter(Column::ShareKey.is_in(share_keys.iter().copied()))
}

fn on_share(share_key: &str) -> Select<listing::Entity> {
    listing::Entity::find()
        .filter(Column::ShareKey.eq(share_key))
        .order_by_desc(Column::RegisteredAt)
        .order_by_desc(Column::EntryId)
}

/// When the first version of an entry was registered.
pub(crate) async fn registered_at(
    reads: &DatabaseConnection,
    id: EntryId,
) -> Result<DateTime<Utc>, StoreFault> {
    let row = listing::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("look when an entry was registered"))?;
    row.map(|row| row.registered_at)
        .ok_or_else(|| StoreFault::corrupt("entry", "is not listed"))
}

#[cfg(test)]
mod tests;
