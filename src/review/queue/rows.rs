//! How the queue is read: a branch for each stage and mark, or all that an officer has.
//! A page costs what it shows; what else is asked for is looked at row by row, among what waits.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, DatabaseConnection, EntityTrait as _,
    QueryFilter as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{BinOper, Expr, ExprTrait as _, Query, SelectStatement},
};

use super::filter::{Filter, Holder, QUEUED};
use crate::{
    application::{
        Form, Procedure,
        model::DueMark,
        rows::{
            application::{Column, Entity},
            is_running,
        },
    },
    store::{StoreFault, during},
};

/// More of one mark are not counted: nobody reads such a number, and it must not cost.
const COUNT_MAX: u64 = 1000;

/// What each branch of a page asks for: in the order of the index of the queue, or of an officer's.
pub(super) fn branches(owners: Vec<Condition>, filter: &Filter) -> Vec<Condition> {
    owners
        .into_iter()
        .flat_map(|owner| {
            let owner = rest(owner.add(is_running()), filter);
            match &filter.holder {
                Holder::Account(name) => {
                    vec![held(owner.add(Column::Officer.eq(name.as_str())), filter)]
                }
                Holder::Nobody => by_stage_and_mark(&owner.add(Column::Officer.is_null()), filter),
                Holder::Anyone => by_stage_and_mark(&owner, filter),
            }
        })
        .collect()
}

fn by_stage_and_mark(owner: &Condition, filter: &Filter) -> Vec<Condition> {
    let marks = DueMark::ALL
        .into_iter()
        .filter(|mark| is_asked(&filter.marks, mark));
    let marks: Vec<DueMark> = marks.collect();
    let stages = QUEUED
        .into_iter()
        .filter(|stage| is_asked(&filter.stages, stage));
    stages
        .flat_map(|stage| {
            let at = owner.clone().add(Column::Stage.eq(stage.code()));
            marks.iter().map(move |mark| at.clone().add(marked(*mark)))
        })
        .collect()
}

/// An officer has few: their stages and marks are looked at one by one.
fn held(mut condition: Condition, filter: &Filter) -> Condition {
    if !filter.stages.is_empty() {
        let stages = filter.stages.iter().map(|stage| stage.code());
        let by_row = Expr::col(Column::Stage).binary(BinOper::Custom("||"), Expr::cust("''"));
        condition = condition.add(by_row.is_in(stages));
    }
    if !filter.marks.is_empty() {
        let marks = filter.marks.iter().map(|mark| marked(*mark));
        condition = condition.add(marks.fold(Condition::any(), Condition::add));
    }
    condition
}

/// What no index has.
fn rest(mut condition: Condition, filter: &Filter) -> Condition {
    if !filter.procedures.is_empty() {
        let procedures = filter.procedures.iter().copied().map(Procedure::code);
        condition = condition.add(Column::Procedure.is_in(procedures));
    }
    if !filter.forms.is_empty() {
        let forms = filter.forms.iter().copied().map(Form::code);
        condition = condition.add(Column::Form.is_in(forms));
    }
    condition
}

fn is_asked<T: Ord>(asked: &BTreeSet<T>, one: &T) -> bool {
    asked.is_empty() || asked.contains(one)
}

/// A mark, as it is stored.
fn marked(mark: DueMark) -> Condition {
    let (overdue, near_due) = match mark {
        DueMark::OnTime => (false, false),
        DueMark::NearDue => (false, true),
        DueMark::Overdue => (true, true),
    };
    Condition::all()
        .add(Column::Overdue.eq(overdue))
        .add(Column::NearDue.eq(near_due))
}

/// How many of the owners' have each mark, in the order of the marks.
pub(super) async fn counts(
    reads: &DatabaseConnection,
    owners: Vec<Condition>,
) -> Result<[i32; 3], StoreFault> {
    if owners.is_empty() {
        return Ok([0; 3]);
    }
    let row = reads.query_one(&counts_query(&owners)).await;
    let row = row.map_err(during("count marks"))?;
    let row = row.ok_or_else(|| StoreFault::corrupt("counts of marks", "have no row"))?;
    let count = |mark: DueMark| {
        let count = row.try_get::<i64>("", name(mark));
        let count = count.map_err(during("read a count of marks"))?;
        Ok::<i32, StoreFault>(i32::try_from(count).unwrap_or(i32::MAX))
    };
    let [on_time, near_due, overdue] = DueMark::ALL.map(count);
    Ok([on_time?, near_due?, overdue?])
}

/// The name of a count.
const fn name(mark: DueMark) -> &'static str {
    match mark {
        DueMark::OnTime => "on_time",
        DueMark::NearDue => "near_due",
        DueMark::Overdue => "overdue",
    }
}

fn counts_query(owners: &[Condition]) -> SelectStatement {
    let mut query = Query::select();
    for mark in DueMark::ALL {
        query.expr_as(Expr::from(count_of(owners, mark)), name(mark));
    }
    query
}

fn count_of(owners: &[Condition], mark: DueMark) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("COUNT(*)"))
        .from_subquery(some_of(owners, mark).into_query(), "marked")
        .take()
}

fn some_of(owners: &[Condition], mark: DueMark) -> Select<Entity> {
    let owners = owners.iter().cloned();
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(owners.fold(Condition::any(), Condition::add))
        .filter(is_running())
        .filter(marked(mark))
        .limit(COUNT_MAX)
}

#[cfg(test)]
mod tests {
    use sea_orm::Order;

    use super::*;
    use crate::{
        application::pages::{Page, PageKey},
        store::test_support::{require_index, temporary},
    };

    fn keys(branch: &Condition, after: Option<PageKey>) -> Select<Entity> {
        let page = Page {
            branches: Vec::new(),
            moment: Column::DueAt,
            key: |row| (row.due_at, row.id),
            order: Order::Asc,
            after,
            size: 50,
        };
        page.branch(branch.clone())
    }

    fn owner() -> Vec<Condition> {
        vec![Condition::all().add(Column::ProviderId.eq("almaty"))]
    }

    #[tokio::test]
    async fn each_branch_of_a_page_is_read_in_the_order_of_its_index() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let any = Filter::any();
        let few = Filter {
            marks: BTreeSet::from([DueMark::NearDue, DueMark::Overdue]),
            stages: BTreeSet::from([QUEUED[1], QUEUED[2]]),
            procedures: BTreeSet::from([Procedure::Assignment]),
            forms: BTreeSet::from([Form::ElectronicCopy]),
            holder: Holder::Anyone,
        };
        let held = |filter: &Filter, holder: Holder| Filter {
            holder,
            ..filter.clone()
        };
        let officer = || Holder::Account("officer".to_owned());
        let (queue, own) = (
            "ix_application_review_queue",
            "ix_application_review_officer",
        );
        for (filter, count, index) in [
            (any.clone(), 9, queue),
            (few.clone(), 4, queue),
            (held(&any, Holder::Nobody), 9, queue),
            (held(&few, Holder::Nobody), 4, queue),
            (held(&any, officer()), 1, own),
            (held(&few, officer()), 1, own),
        ] {
            let branches = branches(owner(), &filter);
            assert_eq!(branches.len(), count, "{filter:?}");
            for branch in &branches {
                for after in [None, Some((now, uuid::Uuid::nil()))] {
                    require_index(&temporary.store, &keys(branch, after), index).await;
                }
            }
        }
    }

    #[tokio::test]
    async fn marks_are_counted_from_the_index_of_the_queue() {
        let temporary = temporary().await;
        let store = &temporary.store;
        assert_eq!(counts(store.reads(), owner()).await.unwrap(), [0, 0, 0]);
        assert_eq!(counts(store.reads(), Vec::new()).await.unwrap(), [0; 3]);
        for mark in DueMark::ALL {
            let some = some_of(&owner(), mark);
            require_index(store, &some, "ix_application_review_queue").await;
        }
    }
}
