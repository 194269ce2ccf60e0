//! What is to be compared and sent again, and what was found of a day.
//! It never looks through what was compared and is alike.

use std::ops::Range;

use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _},
};

use super::{
    model::{Day, Handling, State},
    rows::{
        ComparedRow, DayRow, DifferenceRow, Span, reconciliation as compared,
        reconciliation_difference as difference, stage_day,
    },
};
use crate::{
    kernel::parse_date,
    store::{StoreFault, during},
};

/// A day that has stages, and where they stand.
pub(super) type SeenDay = (Day, Span);

fn seen_day(row: DayRow) -> Result<SeenDay, StoreFault> {
    let day = Day {
        on: parse_date(&row.day_on)
            .map_err(|_unreadable| StoreFault::corrupt("day of stages", "is on no day"))?,
        provider_bin: row.provider_bin,
    };
    let span = Span {
        first: row.first_number,
        last: row.last_number,
        stages: row.stages,
    };
    Ok((day, span))
}

/// The providers that have stages of a day.
pub(super) async fn seen_on(
    reads: &DatabaseConnection,
    day_on: &str,
    provider_bin: Option<&str>,
) -> Result<Vec<SeenDay>, StoreFault> {
    let mut query = stage_day::Entity::find()
        .filter(stage_day::Column::DayOn.eq(day_on))
        .order_by_asc(stage_day::Column::ProviderBin);
    if let Some(bin) = provider_bin {
        query = query.filter(stage_day::Column::ProviderBin.eq(bin));
    }
    let rows = query.all(reads).await;
    let rows = rows.map_err(during("read the stages of a day"))?;
    rows.into_iter().map(seen_day).collect()
}

/// The first of some days that no comparison with a sink has seen all stages of, and none is due of.
pub(super) async fn first_uncompared(
    reads: &DatabaseConnection,
    sink: &str,
    days: Range<NaiveDate>,
    after_number: i64,
) -> Result<Option<SeenDay>, StoreFault> {
    let compared = sea_orm::sea_query::Query::select()
        .expr(Expr::val(1))
        .from(compared::Entity)
        .and_where(Expr::col((compared::Entity, compared::Column::Sink)).eq(sink))
        .and_where(
            Expr::col((compared::Entity, compared::Column::DayOn))
                .equals((stage_day::Entity, stage_day::Column::DayOn)),
        )
        .and_where(
            Expr::col((compared::Entity, compared::Column::ProviderBin))
                .equals((stage_day::Entity, stage_day::Column::ProviderBin)),
        )
        .and_where(
            Expr::col((compared::Entity, compared::Column::ThroughNumber))
                .gte(Expr::col((
                    stage_day::Entity,
                    stage_day::Column::LastNumber,
                )))
                .or(Expr::col((compared::Entity, compared::Column::State)).eq(State::Due.as_str())),
        )
        .to_owned();
    let row = stage_day::Entity::find()
        .filter(stage_day::Column::DayOn.gte(days.start.to_string()))
        .filter(stage_day::Column::DayOn.lt(days.end.to_string()))
        .filter(stage_day::Column::FirstNumber.gt(after_number))
        .filter(Expr::exists(compared).not())
        .order_by_asc(stage_day::Column::DayOn)
        .order_by_asc(stage_day::Column::ProviderBin)
        .one(reads)
        .await
        .map_err(during("look for a day that was not compared"))?;
    row.map(seen_day).transpose()
}

/// A day and the BIN of a provider.
pub(super) type Place = (String, String);

/// The first comparison with a sink behind a place that is to be made; of those that failed before, or of the
/// others.
pub(super) async fn next_due(
    reads: &DatabaseConnection,
    sink: &str,
    has_failed: bool,
    (day_on, bin): &Place,
) -> Result<Option<ComparedRow>, StoreFault> {
    let fault = compared::Column::Fault;
    let here = [compared::Column::DayOn, compared::Column::ProviderBin];
    let place = [day_on, bin].map(|part| Expr::value(part.as_str()));
    compared::Entity::find()
        .filter(compared::Column::Sink.eq(sink))
        .filter(Expr::cust("state = 'DUE'"))
        .filter(if has_failed {
            fault.ne("")
        } else {
            fault.eq("")
        })
        .filter(Expr::tuple(here.map(Expr::col)).gt(Expr::tuple(place)))
        .order_by_asc(compared::Column::DayOn)
        .order_by_asc(compared::Column::ProviderBin)
        .one(reads)
        .await
        .map_err(during("look for a comparison that is due"))
}

/// All differences of a day that were ever found.
pub(super) async fn ever_found(
    reads: &DatabaseConnection,
    sink: &str,
    day: &Day,
) -> Result<Vec<DifferenceRow>, StoreFault> {
    difference::Entity::find()
        .filter(difference::Column::Sink.eq(sink))
        .filter(difference::Column::DayOn.eq(day.on.to_string()))
        .filter(difference::Column::ProviderBin.eq(day.provider_bin.as_str()))
        .all(reads)
        .await
        .map_err(during("read the differences of a day"))
}

/// The differences of a day of all providers, in the order of event ids.
pub(super) async fn of_day(
    reads: &DatabaseConnection,
    sink: &str,
    day_on: &str,
) -> Result<Vec<DifferenceRow>, StoreFault> {
    difference::Entity::find()
        .filter(difference::Column::Sink.eq(sink))
        .filter(difference::Column::DayOn.eq(day_on))
        .filter(difference::Column::State.ne(Handling::Healed.as_str()))
        .order_by_asc(difference::Column::EventId)
        .all(reads)
        .await
        .map_err(during("read the differences of a day"))
}

/// What is to be sent to a sink again, in the order of the journal.
pub(super) async fn resending(
    reads: &DatabaseConnection,
    sink: &str,
    limit: u64,
) -> Result<Vec<DifferenceRow>, StoreFault> {
    difference::Entity::find()
        .filter(difference::Column::Sink.eq(sink))
        .filter(Expr::cust("state = 'RESENDING'"))
        .order_by_asc(difference::Column::Number)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("read what is to be sent again"))
}
