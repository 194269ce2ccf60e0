//! Pages of comparisons and differences. They never show one twice while they stand.

use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::{
    model::{Handling, State},
    rows::{
        ComparedRow, DifferenceRow, reconciliation as compared,
        reconciliation_difference as difference,
    },
};
use crate::store::{StoreFault, during};

/// Where a page of comparisons begins: after day, sink and provider.
pub(super) type ComparedPlace = (String, String, String);

/// A page of comparisons, the latest day first.
pub(super) async fn comparison_page(
    reads: &DatabaseConnection,
    sink: Option<&str>,
    state: Option<State>,
    after: Option<&ComparedPlace>,
    limit: u64,
) -> Result<Vec<ComparedRow>, StoreFault> {
    let mut query = compared::Entity::find();
    if let Some(sink) = sink {
        query = query.filter(compared::Column::Sink.eq(sink));
    }
    if let Some(state) = state {
        query = query.filter(compared::Column::State.eq(state.as_str()));
    }
    if let Some((day_on, sink, bin)) = after {
        let here = [
            compared::Column::DayOn,
            compared::Column::Sink,
            compared::Column::ProviderBin,
        ];
        let place = [day_on, sink, bin].map(|part| Expr::value(part.as_str()));
        query = query.filter(Expr::tuple(here.map(Expr::col)).lt(Expr::tuple(place)));
    } else {
        // So that the first page, too, is a range of the index to whoever plans.
        query = query.filter(compared::Column::DayOn.gt(""));
    }
    query
        .order_by_desc(compared::Column::DayOn)
        .order_by_desc(compared::Column::Sink)
        .order_by_desc(compared::Column::ProviderBin)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("read a page of comparisons"))
}

/// Where a page of differences begins: after event id, kind and day.
pub(super) type DifferencePlace = (Uuid, String, String);

/// A page of the differences of a sink.
pub(super) async fn difference_page(
    reads: &DatabaseConnection,
    sink: &str,
    day_on: Option<&str>,
    handling: Option<Handling>,
    after: Option<&DifferencePlace>,
    limit: u64,
) -> Result<Vec<DifferenceRow>, StoreFault> {
    let state = difference::Column::State;
    let mut query = difference::Entity::find()
        .filter(difference::Column::Sink.eq(sink))
        .filter(match handling {
            Some(handling) => state.eq(handling.as_str()),
            None => state.ne(Handling::Healed.as_str()),
        });
    if let Some(day_on) = day_on {
        query = query.filter(difference::Column::DayOn.eq(day_on));
    }
    if let Some((id, kind, day_on)) = after {
        let here = [
            difference::Column::EventId,
            difference::Column::Kind,
            difference::Column::DayOn,
        ];
        let place = [
            Expr::value(*id),
            Expr::value(kind.as_str()),
            Expr::value(day_on.as_str()),
        ];
        query = query.filter(Expr::tuple(here.map(Expr::col)).gt(Expr::tuple(place)));
    }
    query
        .order_by_asc(difference::Column::EventId)
        .order_by_asc(difference::Column::Kind)
        .order_by_asc(difference::Column::DayOn)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("read a page of differences"))
}
