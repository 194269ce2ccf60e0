//! Pages of applications: first the keys of a page, in the order of an index, then only its rows.
//! A page never costs more the further it lies, nor the rarer what it asks for is.
//!
//! What an index begins with must be given, value by value: each combination is a branch of its own,
//! in order and no longer than a page. The page is what comes first in all branches together.

use chrono::{DateTime, Utc};
use futures_util::TryFutureExt as _;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    Office, Owner,
    rows::{
        self,
        application::{Column, Entity, Model},
    },
    wire,
};
use crate::{
    authz::Scope,
    pb::registry::v1 as pb,
    store::{StoreFault, during},
};

/// After which moment and id a page begins.
pub(crate) type PageKey = (DateTime<Utc>, Uuid);

const PAGE: &str = "page";
const BRANCH: &str = "branch";
const MOMENT: &str = "moment";
const ID: &str = "id";

/// Which page.
pub(crate) struct Page {
    /// What each branch asks for: values of the first columns of an index.
    pub(crate) branches: Vec<Condition>,
    /// The next column of that index, by which the page is ordered; the last one is the id.
    pub(crate) moment: Column,
    /// That moment of a row, and its id.
    pub(crate) key: fn(&Model) -> PageKey,
    pub(crate) order: Order,
    pub(crate) after: Option<PageKey>,
    pub(crate) size: u32,
}

impl Page {
    /// Reads the page and one row more, which tells whether there is a next one.
    pub(crate) async fn read(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::Application>, Option<PageKey>), StoreFault> {
        let Some(query) = self.query() else {
            return Ok((Vec::new(), None));
        };
        let operation = "read a page of applications";
        let read = query.all(office.store.reads()).map_err(during(operation));
        let mut rows = office.store.in_time(operation, read).await?;
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more).map(self.key);
        let page = rows
            .into_iter()
            .map(|row| rows::from_row(row).map(wire::summary))
            .collect::<Result<_, _>>()?;
        Ok((page, next))
    }

    /// None if there is nothing that may be asked for.
    fn query(&self) -> Option<Select<Entity>> {
        let keys = self.keys()?;
        let mut query = rows::summaries();
        QuerySelect::query(&mut query)
            .join_subquery(
                JoinType::InnerJoin,
                keys,
                PAGE,
                Expr::col((Entity, Column::Id)).equals((PAGE, ID)),
            )
            .order_by((PAGE, MOMENT), self.order.clone())
            .order_by((PAGE, ID), self.order.clone());
        Some(query)
    }

    fn keys(&self) -> Option<SelectStatement> {
        let mut branches = self
            .branches
            .iter()
            .map(|condition| self.branch(condition.clone()).into_query());
        let first = branches.next()?;
        if self.branches.len() == 1 {
            return Some(first);
        }
        let mut keys = in_parentheses(first);
        for branch in branches {
            keys.union(UnionType::All, in_parentheses(branch));
        }
        Some(
            keys.order_by(MOMENT, self.order.clone())
                .order_by(ID, self.order.clone())
                .limit(self.limit())
                .take(),
        )
    }

    /// The keys that one branch can give a page.
    pub(crate) fn branch(&self, condition: Condition) -> Select<Entity> {
        let mut branch = Entity::find()
            .select_only()
            .column_as(self.moment, MOMENT)
            .column_as(Column::Id, ID)
            .filter(condition);
        if let Some((at, id)) = self.after {
            let here = Expr::tuple([Expr::col(self.moment), Expr::col(Column::Id)]);
            let after = Expr::tuple([Expr::value(at), Expr::value(id)]);
            branch = branch.filter(if matches!(self.order, Order::Desc) {
                here.lt(after)
            } else {
                here.gt(after)
            });
        }
        branch
            .order_by(self.moment, self.order.clone())
            .order_by(Column::Id, self.order.clone())
            .limit(self.limit())
    }

    fn limit(&self) -> u64 {
        u64::from(self.size).saturating_add(1)
    }
}

/// SQLite takes an order and a limit in a part of a union only so.
fn in_parentheses(branch: SelectStatement) -> SelectStatement {
    Query::select()
        .columns([MOMENT, ID])
        .from_subquery(branch, BRANCH)
        .take()
}

/// The caller's own applications (I-8): a branch for each value that an index begins with.
pub(crate) fn branches_of(scope: &Scope, office: &Office) -> Vec<Condition> {
    let branch = |owner| match owner {
        Owner::Cooperative(bin) => Column::CooperativeBin.eq(bin),
        Owner::Provider(id) => Column::ProviderId.eq(id),
    };
    let owners = office.owners(scope).into_iter();
    owners
        .map(|owner| Condition::all().add(branch(owner)))
        .collect()
}

#[cfg(test)]
mod tests;
