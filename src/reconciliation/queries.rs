//! What operators ask about comparisons. It never costs more the more was compared before.

use prost::UnknownEnumValue;
use serde::{Serialize, de::DeserializeOwned};
use tonic::Status;

use super::{
    pages::{self, ComparedPlace, DifferencePlace},
    rows::{ComparedRow, DifferenceRow},
    wire,
};
use crate::{
    application::Office,
    authz::{Action, ListDifferences, ListReconciliations},
    delivery::Sinks,
    kernel::{Problem, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page, status},
    store::StoreFault,
};

/// Answers `ListReconciliations`.
pub(super) async fn comparisons(
    office: &Office,
    sinks: &Sinks,
    message: pb::ListReconciliationsRequest,
) -> Result<pb::ListReconciliationsResponse, Status> {
    let mut errors = FieldErrors::new();
    let name = match message.sink.as_str() {
        "" => Some(None),
        name => sinks
            .required(name, &mut errors)
            .map(|sink| Some(sink.status.name().to_string())),
    };
    let state = asked(wire::state_asked(message.state), &mut errors);
    let size = page::size(message.page_size, &mut errors);
    let (Some(name), Some(state), Some(size)) = (name, state, size) else {
        return Err(errors.into_malformed().into());
    };
    let filter = pb::ListReconciliationsRequest {
        page_size: 0,
        page_token: String::new(),
        ..message.clone()
    };
    let list = List::<ListReconciliations, _>::of(office, &filter);
    let after: Option<ComparedPlace> = list.place(&message.page_token)?;
    let (name, after) = (name.as_deref(), after.as_ref());
    let reads = office.store.reads();
    let reading = pages::comparison_page(reads, name, state, after, limit(size));
    let place = |row: &ComparedRow| {
        let (day_on, sink) = (row.day_on.clone(), row.sink.clone());
        (day_on, sink, row.provider_bin.clone())
    };
    let (rows, next_page_token) = list.page(reading, size, place).await?;
    Ok(pb::ListReconciliationsResponse {
        reconciliations: rows.into_iter().map(wire::comparison).collect(),
        next_page_token,
    })
}

/// Answers `ListDifferences`.
pub(super) async fn differences(
    office: &Office,
    sinks: &Sinks,
    message: pb::ListDifferencesRequest,
) -> Result<pb::ListDifferencesResponse, Status> {
    let mut errors = FieldErrors::new();
    let name = sinks
        .required(&message.sink, &mut errors)
        .map(|sink| sink.status.name().to_string());
    let day_on = errors.optional("day_on", &message.day_on, parse_date);
    let state = asked(wire::handling_asked(message.state), &mut errors);
    let size = page::size(message.page_size, &mut errors);
    let (Some(name), Some(day_on), Some(state), Some(size)) = (name, day_on, state, size) else {
        return Err(errors.into_malformed().into());
    };
    let filter = pb::ListDifferencesRequest {
        page_size: 0,
        page_token: String::new(),
        ..message.clone()
    };
    let list = List::<ListDifferences, _>::of(office, &filter);
    let after: Option<DifferencePlace> = list.place(&message.page_token)?;
    let day_on = day_on.map(|on| on.to_string());
    let (reads, after) = (office.store.reads(), after.as_ref());
    let reading =
        pages::difference_page(reads, &name, day_on.as_deref(), state, after, limit(size));
    let place = |row: &DifferenceRow| (row.event_id, row.kind.clone(), row.day_on.clone());
    let (rows, next_page_token) = list.page(reading, size, place).await?;
    Ok(pb::ListDifferencesResponse {
        differences: rows.into_iter().map(wire::difference).collect(),
        next_page_token,
    })
}

fn asked<T>(state: Result<T, UnknownEnumValue>, errors: &mut FieldErrors) -> Option<T> {
    let state = state.map_err(|_unknown| Problem::new("must be a known state"));
    errors.read("state", state)
}

/// One more than is shown, to see whether another page follows.
fn limit(size: u32) -> u64 {
    u64::from(size).saturating_add(1)
}

/// A list in pages, of one method and filter.
struct List<'a, A, F> {
    office: &'a Office,
    filter: &'a F,
    method: std::marker::PhantomData<A>,
}

impl<'a, A: Action, F: prost::Message> List<'a, A, F> {
    const fn of(office: &'a Office, filter: &'a F) -> Self {
        Self {
            office,
            filter,
            method: std::marker::PhantomData,
        }
    }

    fn place<P: DeserializeOwned>(&self, token: &str) -> Result<Option<P>, Status> {
        if token.is_empty() {
            return Ok(None);
        }
        let tokens = &self.office.page_tokens;
        Ok(Some(tokens.open(A::PATH, self.filter, token)?))
    }

    /// The rows of a page, and the token of the next.
    async fn page<R, P: Serialize>(
        &self,
        reading: impl Future<Output = Result<Vec<R>, StoreFault>>,
        size: u32,
        place: impl Fn(&R) -> P,
    ) -> Result<(Vec<R>, String), Status> {
        let read = self.office.store.in_time("read a page", reading).await;
        let mut rows = read.map_err(|fault| status::from_store(&fault))?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let Some(last) = rows.last().filter(|_| has_more) else {
            return Ok((rows, String::new()));
        };
        let tokens = &self.office.page_tokens;
        let token = tokens.seal(A::PATH, self.filter, &place(last));
        let token = token.map_err(|error| status::fault(&error))?;
        Ok((rows, token))
    }
}
