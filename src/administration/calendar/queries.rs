//! Reading the calendar's history, and the cases whose term a change would move.
//! Its cost grows with what is undecided or to be handed over, not with the register.

use std::sync::Arc;

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
    moves::{Move, of_application, of_complaint, of_correction},
    request::Change,
    rows, wire,
};
use crate::{
    application::{
        Objection, Office,
        addressed::visible,
        model::Application,
        rows::{
            application::{Column, Entity, Model},
            application_by_id, from_row, is_handover_owed, is_undecided, summaries,
        },
    },
    authz::{Action as _, PreviewCalendarChange, Scope},
    calendar::{Calendar, OutsideCalendar},
    complaint::{self, Complaint, rows::complaint_by_id},
    correction::{self, Correction, rows::correction_by_id},
    kernel::{ApplicationId, ComplaintId, CorrectionId},
    pb::registry::v1 as pb,
    provider::{Provider, Providers},
    reference::rows::calendar_changes_of,
    rpc::{FieldErrors, Malformed, page, status},
    store::{Stop, StoreFault, during, waiting::WaitingPlace},
};

/// How many cases are read at once.
const PIECE: u64 = 500;
/// How many pieces one call looks through at most; the next page goes on from there.
const PIECES_MAX: u32 = 40;

/// A place in a look through the cases: behind the one that it names, if any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Place {
    /// Applications that wait for their decision come first, in the order of shares.
    Undecided(Option<(String, Uuid)>),
    /// Then those that owe a hand-over, in the same order.
    HandoverOwed(Option<(String, Uuid)>),
    /// Then corrections in which something is due.
    Corrections(Option<WaitingPlace>),
    /// Then such complaints.
    Complaints(Option<WaitingPlace>),
}

impl Place {
    /// The beginning of what comes after all of its kind.
    fn next_kind(&self) -> Option<Self> {
        match self {
            Self::Undecided(_) => Some(Self::HandoverOwed(None)),
            Self::HandoverOwed(_) => Some(Self::Corrections(None)),
            Self::Corrections(_) => Some(Self::Complaints(None)),
            Self::Complaints(_) => None,
        }
    }
}

/// A case at its place, with the move that it needs, if any.
type Looked = (Place, Option<Move>);

/// What a look through the cases brought.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) moves: Vec<Move>,
    /// Where to go on; none at the end.
    pub(super) next: Option<Place>,
}

/// What a look asks of each case.
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
    let mut place = place.unwrap_or(Place::Undecided(None));
    for _ in 0..PIECES_MAX {
        let piece = asked.piece_behind(reads, &place).await?;
        let is_last = u64::try_from(piece.len()).is_ok_and(|count| count < PIECE);
        for (here, found) in piece {
            if moves.len() >= limit {
                let next = Some(place);
                return Ok(Found { moves, next });
            }
            place = here;
            moves.extend(found);
        }
        if is_last {
            let Some(next) = place.next_kind() else {
                return Ok(Found { moves, next: None });
            };
            place = next;
        }
    }
    let next = Some(place);
    Ok(Found { moves, next })
}

impl Asked<'_> {
    /// The cases behind a place, of its kind.
    async fn piece_behind(
        &self,
        reads: &DatabaseConnection,
        place: &Place,
    ) -> Result<Vec<Looked>, Stop<Objection>> {
        let (filter, after, kind): (_, _, fn(_) -> Place) = match place {
            Place::Undecided(after) => (is_undecided(), after, Place::Undecided),
            Place::HandoverOwed(after) => (is_handover_owed(), after, Place::HandoverOwed),
            Place::Corrections(after) => {
                let piece = correction::rows::waiting_after(reads, after.as_ref(), PIECE).await?;
                let looked = piece.into_iter().map(|(here, correction)| {
                    let found = self.move_of_correction(correction)?;
                    Ok((Place::Corrections(Some(here)), found))
                });
                return looked.collect();
            }
            Place::Complaints(after) => {
                let piece = complaint::rows::waiting_after(reads, after.as_ref(), PIECE).await?;
                let looked = piece.into_iter().map(|(here, complaint)| {
                    let found = self.move_of_complaint(complaint)?;
                    Ok((Place::Complaints(Some(here)), found))
                });
                return looked.collect();
            }
        };
        let rows = waiting(filter, after.as_ref()).all(reads).await;
        let rows = rows.map_err(during("read applications whose term runs"))?;
        let looked = rows.into_iter().map(|row| {
            let here = kind(Some((row.share_key.clone(), row.id)));
            Ok((here, self.move_of_application(row)?))
        });
        looked.collect()
    }

    /// The move that an application of a row needs.
    pub(super) fn move_of_application(&self, row: Model) -> Result<Option<Move>, Stop<Objection>> {
        let application = from_row(row)?;
        let provider = self.provider("application", &application.provider_id)?;
        of_application(application, self.calendar, &provider).map_err(outside)
    }

    /// The move that a correction needs.
    pub(super) fn move_of_correction(
        &self,
        correction: Correction,
    ) -> Result<Option<Move>, Stop<Objection>> {
        let provider = self.provider("correction", &correction.provider_id)?;
        of_correction(correction, self.calendar, &provider).map_err(outside)
    }

    /// The move that a complaint needs.
    pub(super) fn move_of_complaint(
        &self,
        complaint: Complaint,
    ) -> Result<Option<Move>, Stop<Objection>> {
        let provider = self.provider("complaint", &complaint.provider_id)?;
        of_complaint(complaint, self.calendar, &provider).map_err(outside)
    }

    fn provider(&self, case: &'static str, id: &str) -> Result<Arc<Provider>, StoreFault> {
        let provider = self.providers.by_id(id);
        provider.ok_or_else(|| StoreFault::corrupt(case, "names a provider that is not there"))
    }
}

fn outside(outside: OutsideCalendar) -> Stop<Objection> {
    Stop::Refused(Objection::OutsideCalendar(outside))
}

fn waiting(of_a_kind: Expr, after: Option<&(String, Uuid)>) -> Select<Entity> {
    let here = || Expr::tuple([Column::ShareKey, Column::Id].map(Expr::col));
    let mut query = summaries().filter(of_a_kind);
    if let Some((share, id)) = after {
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

/// Whose moves are listed.
pub(super) enum CaseId {
    Application(ApplicationId),
    Correction(CorrectionId),
    Complaint(ComplaintId),
}

impl CaseId {
    /// Reads the fields of which exactly one names a case.
    pub(super) fn parse(message: &pb::ListDueMomentMovesRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let named = [
            ("application_id", &message.application_id),
            ("correction_id", &message.correction_id),
            ("complaint_id", &message.complaint_id),
        ];
        let mut given = named.into_iter().filter(|(_, id)| !id.is_empty());
        let Some((path, id)) = given.next() else {
            errors.missing("application_id");
            return Err(errors.into_malformed());
        };
        for (other, _) in given {
            errors.add(other, "must be the only id that is given");
        }
        let case = match path {
            "application_id" => ApplicationId::parse(id).map(Self::Application),
            "correction_id" => CorrectionId::parse(id).map(Self::Correction),
            _ => ComplaintId::parse(id).map(Self::Complaint),
        };
        match errors.read(path, case) {
            Some(case) => errors.into_result(case),
            None => Err(errors.into_malformed()),
        }
    }
}

/// Answers `ListDueMomentMoves`.
pub(super) async fn due_moment_moves(
    office: &Office,
    scope: &Scope,
    id: CaseId,
) -> Result<pb::ListDueMomentMovesResponse, Stop<Objection>> {
    let reads = office.store.reads();
    let (id, case) = match id {
        CaseId::Application(id) => {
            let loaded = application_by_id(reads, id).await?;
            let application = visible(loaded, scope, office).map_err(Stop::Refused)?;
            (id.get(), wire::case_of_application(&application))
        }
        CaseId::Correction(id) => {
            let loaded = correction_by_id(reads, id).await?;
            let shown = correction::visible(loaded, scope, office).map_err(Stop::Refused)?;
            (id.get(), wire::case_of_correction(&shown))
        }
        CaseId::Complaint(id) => {
            let loaded = complaint_by_id(reads, id).await?;
            let shown = complaint::visible(loaded, scope, office).map_err(Stop::Refused)?;
            (id.get(), wire::case_of_complaint(&shown))
        }
    };
    let moves = rows::moves_of(reads, id).await?.into_iter();
    let record = |moved| wire::due_moment_record(moved, case.clone());
    Ok(pb::ListDueMomentMovesResponse {
        records: moves.map(record).collect(),
    })
}

/// The moves of an application's due moments, the first one first; whose it is was asked before.
pub(crate) async fn due_moment_records(
    reads: &DatabaseConnection,
    application: &Application,
) -> Result<Vec<pb::DueMomentRecord>, StoreFault> {
    let moves = rows::moves_of(reads, application.id.get()).await?;
    let case = wire::case_of_application(application);
    let record = |moved| wire::due_moment_record(moved, case.clone());
    Ok(moves.into_iter().map(record).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn applications_whose_term_runs_are_read_in_the_order_of_their_index() {
        let temporary = temporary().await;
        let within = ("a|b|c|d".to_owned(), Uuid::nil());
        for (of_a_kind, index) in [
            (is_undecided(), "ix_application_open_share"),
            (is_handover_owed(), "ix_application_handover"),
        ] {
            for after in [None, Some(&within)] {
                let query = waiting(of_a_kind.clone(), after);
                require_index(&temporary.store, &query, index).await;
            }
        }
    }
}
