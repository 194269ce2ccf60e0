//! Reading the calendar's history, and the applications whose term a change would move.
//! Its cost grows with what is undecided or to be handed over, not with the register.

use chrono::NaiveDate;
use futures_util::TryFutureExt as _;
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait as _},
};
use serde::{Deserialize, Serialize};
use tonic::Status;
use uuid::Uuid;

use super::{
    moves::{Move, Term, moved},
    request::Change,
    rows, wire,
};
use crate::{
    application::{
        Objection, Office,
        addressed::visible,
        rows::{
            application::{Column, Entity, Model},
            application_by_id, from_row, is_handover_owed, is_undecided, summaries,
        },
    },
    authz::{Action as _, PreviewCalendarChange, Scope},
    calendar::Calendar,
    kernel::ApplicationId,
    pb::registry::v1 as pb,
    provider::Providers,
    reference::rows::calendar_changes_of,
    rpc::{FieldErrors, page, status},
    store::{Stop, StoreFault, during},
};

/// How many applications are read at once.
const PIECE: u64 = 500;
/// How many pieces one call looks through at most; the next page goes on from there.
const PIECES_MAX: u32 = 40;

/// A place in a look through applications: those that wait for their decision come first, then those that
/// owe a hand-over, each in the order of shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    term: Term,
    after: Option<(String, Uuid)>,
}

impl Place {
    const FIRST: Self = Self {
        term: Term::Decision,
        after: None,
    };

    /// The beginning of what comes after all of a term.
    const fn behind(term: Term) -> Option<Self> {
        match term {
            Term::Decision => Some(Self {
                term: Term::Handover,
                after: None,
            }),
            Term::Handover => None,
        }
    }
}

/// What a look through the applications brought.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) moves: Vec<Move>,
    /// Where to go on; none at the end.
    pub(super) next: Option<Place>,
}

/// What a look asks of each application.
pub(super) struct Asked<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) providers: &'a Providers,
}

/// Looks for moves, from a place on, until there are so many.
pub(super) async fn find_moves(
    reads: &DatabaseConnection,
    asked: &Asked<'_>,
    place: Option<Place>,
    limit: usize,
) -> Result<Found, Stop<Objection>> {
    let mut moves = Vec::new();
    let mut place = place.unwrap_or(Place::FIRST);
    for _ in 0..PIECES_MAX {
        let piece = waiting_after(reads, &place).await?;
        let is_last = u64::try_from(piece.len()).is_ok_and(|count| count < PIECE);
        for row in piece {
            if moves.len() >= limit {
                let next = Some(place);
                return Ok(Found { moves, next });
            }
            place.after = Some((row.share_key.clone(), row.id));
            moves.extend(move_of(row, asked)?);
        }
        if is_last {
            let Some(next) = Place::behind(place.term) else {
                return Ok(Found { moves, next: None });
            };
            place = next;
        }
    }
    let next = Some(place);
    Ok(Found { moves, next })
}

/// The move that an application of a row needs.
pub(super) fn move_of(row: Model, asked: &Asked<'_>) -> Result<Option<Move>, Stop<Objection>> {
    let application = from_row(row)?;
    let Some(provider) = asked.providers.by_id(&application.provider_id) else {
        return Err(
            StoreFault::corrupt("application", "names a provider that is not there").into(),
        );
    };
    moved(application, asked.calendar, &provider)
        .map_err(|outside| Stop::Refused(Objection::OutsideCalendar(outside)))
}

async fn waiting_after(
    reads: &DatabaseConnection,
    place: &Place,
) -> Result<Vec<Model>, StoreFault> {
    waiting(place)
        .all(reads)
        .await
        .map_err(during("read applications whose term runs"))
}

fn waiting(place: &Place) -> Select<Entity> {
    let here = || Expr::tuple([Column::ShareKey, Column::Id].map(Expr::col));
    let mut query = summaries().filter(match place.term {
        Term::Decision => is_undecided(),
        Term::Handover => is_handover_owed(),
    });
    if let Some((share, id)) = &place.after {
        query =
            query.filter(here().gt(Expr::tuple([Expr::value(share.as_str()), Expr::value(*id)])));
    }
    query
        .order_by_asc(Column::ShareKey)
        .order_by_asc(Column::Id)
        .limit(PIECE)
}

/// The rows of applications, whole.
pub(super) async fn applications(
    reads: &DatabaseConnection,
    ids: &[ApplicationId],
) -> Result<Vec<Model>, StoreFault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().map(|id| id.get())))
        .all(reads)
        .await
        .map_err(during("read applications to move"))
}

/// Answers `PreviewCalendarChange`.
pub(super) async fn preview(
    office: &Office,
    message: &pb::PreviewCalendarChangeRequest,
) -> Result<pb::PreviewCalendarChangeResponse, Status> {
    let mut errors = FieldErrors::new();
    let size = page::size(message.page_size, &mut errors);
    let change = message
        .change
        .as_ref()
        .map(|change| errors.at("change", |errors| Change::parse(change, errors)));
    let (Some(size), true) = (size, errors.is_empty()) else {
        return Err(errors.into_malformed().into());
    };
    let filter = pb::PreviewCalendarChangeRequest {
        change: message.change.clone(),
        ..Default::default()
    };
    let path = PreviewCalendarChange::PATH;
    let tokens = &office.page_tokens;
    let place = match message.page_token.as_str() {
        "" => None,
        token => Some(tokens.open(path, &filter, token)?),
    };
    let fresh = office.references.fresh().await;
    let reference = fresh.map_err(|fault| status::from_store(&fault))?;
    let calendar = match change.flatten() {
        Some(change) => change
            .upon(&reference.calendar)
            .map_err(|problems| status::refused(&problems))?,
        None => Calendar::clone(&reference.calendar),
    };
    let asked = Asked {
        calendar: &calendar,
        providers: &reference.providers,
    };
    let limit = usize::try_from(size).unwrap_or(usize::MAX);
    let found = find_moves(office.store.reads(), &asked, place, limit)
        .await
        .map_err(status::from_stop)?;
    let next = found.next.map(|place| tokens.seal(path, &filter, &place));
    let next = next
        .transpose()
        .map_err(|error| status::from_store(&StoreFault::json("page key", error)))?;
    Ok(pb::PreviewCalendarChangeResponse {
        moves: found.moves.iter().map(wire::due_moment_move).collect(),
        next_page_token: next.unwrap_or_default(),
        calendar_version: calendar.version().to_owned(),
    })
}

/// Answers `ListDayHistory`.
pub(super) async fn day_history(
    office: &Office,
    on: NaiveDate,
) -> Result<pb::ListDayHistoryResponse, Status> {
    let fault = |fault: StoreFault| status::from_store(&fault);
    let reference = office.references.fresh().await.map_err(fault)?;
    let base = office.references.base(*reference.calendar.span().end());
    let first = base.day(on).map_err(|outside| status::refused(&outside))?;
    let reading = calendar_changes_of(office.store.reads(), on).map_err(|fault| fault);
    let reading = office.store.in_time("read the history of a day", reading);
    let changes = reading.await.map_err(fault)?;
    let first = wire::first_record(&base, first);
    let records = [first]
        .into_iter()
        .chain(changes.iter().flat_map(wire::records));
    Ok(pb::ListDayHistoryResponse {
        records: records.collect(),
    })
}

/// Answers `ListDueMomentMoves`.
pub(super) async fn due_moment_moves(
    office: &Office,
    scope: &Scope,
    id: ApplicationId,
) -> Result<pb::ListDueMomentMovesResponse, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = application_by_id(reads, id).await?;
    let application = visible(loaded, scope, office).map_err(Stop::Refused)?;
    let moves = rows::moves_of(reads, id).await?.into_iter();
    let record =
        |moved| wire::due_moment_record(moved, &application.number, &application.provider_id);
    Ok(pb::ListDueMomentMovesResponse {
        records: moves.map(record).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn applications_whose_term_runs_are_read_in_the_order_of_their_index() {
        let temporary = temporary().await;
        let within = ("a|b|c|d".to_owned(), Uuid::nil());
        for (term, index) in [
            (Term::Decision, "ix_application_open_share"),
            (Term::Handover, "ix_application_handover"),
        ] {
            for after in [None, Some(within.clone())] {
                let query = waiting(&Place { term, after });
                require_index(&temporary.store, &query, index).await;
            }
        }
    }
}
