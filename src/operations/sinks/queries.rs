//! What operators ask about sinks. It never costs more the more was parked and let go on.

use sea_orm::DatabaseConnection;
use tonic::Status;

use super::wire;
use crate::{
    application::Office,
    authz::{Action as _, ListParkedMessages},
    delivery::{
        RunningSink, Sinks,
        rows::{count_behind, count_open, open_lane_page, said},
    },
    journal,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page, status},
    store::{StoreFault, leases},
};

/// Answers `ListSinks`.
pub(in super::super) async fn list(
    office: &Office,
    sinks: &Sinks,
) -> Result<pb::ListSinksResponse, StoreFault> {
    let reads = office.store.reads();
    let parked = count_open(reads).await?;
    let leases = leases(reads).await?;
    let mut told = Vec::new();
    for sink in sinks.all() {
        let mut message = standing(reads, sink).await?;
        let lanes = parked.get(sink.status.name().as_str()).copied();
        message.parked = i64::try_from(lanes.unwrap_or_default()).unwrap_or(i64::MAX);
        let lease = leases.iter().find(|lease| lease.name == sink.reader);
        wire::tell_holder(&mut message, lease);
        told.push(message);
    }
    Ok(pb::ListSinksResponse { sinks: told })
}

/// How far a sink has come, and what was said of it.
async fn standing(reads: &DatabaseConnection, sink: &RunningSink) -> Result<pb::Sink, StoreFault> {
    let cursor = sink.from.cursor(reads, sink.reader).await?.position();
    let head = journal::head(reads).await?;
    let waiting = journal::decided_at(reads, cursor.saturating_add(1)).await?;
    let said = said(reads, sink.status.name().as_str()).await?;
    Ok(wire::sink(
        &sink.status,
        cursor,
        head.saturating_sub(cursor),
        waiting,
        said.map(|(said, _)| said),
    ))
}

/// Answers `ListParkedMessages`.
pub(in super::super) async fn parked(
    office: &Office,
    sinks: &Sinks,
    message: pb::ListParkedMessagesRequest,
) -> Result<pb::ListParkedMessagesResponse, Status> {
    let mut errors = FieldErrors::new();
    let name = sinks
        .required(&message.sink, &mut errors)
        .map(|sink| sink.status.name().to_string());
    let size = page::size(message.page_size, &mut errors);
    let (Some(name), Some(size)) = (name, size) else {
        return Err(errors.into_malformed().into());
    };
    let filter = pb::ListParkedMessagesRequest {
        page_size: 0,
        page_token: String::new(),
        ..message
    };
    let (tokens, path) = (&office.page_tokens, ListParkedMessages::PATH);
    let after: i64 = if message.page_token.is_empty() {
        0
    } else {
        tokens.open(path, &filter, &message.page_token)?
    };
    let reading = page_of(office.store.reads(), &name, after, size);
    let found = office.store.in_time("list parked messages", reading).await;
    let (messages, last) = found.map_err(|fault| status::from_store(&fault))?;
    let next_page_token = match last {
        Some(number) => tokens
            .seal(path, &filter, &number)
            .map_err(|error| status::fault(&error))?,
        None => String::new(),
    };
    Ok(pb::ListParkedMessagesResponse {
        messages,
        next_page_token,
    })
}

/// A page, and the place of its last message if another one follows.
async fn page_of(
    reads: &DatabaseConnection,
    sink: &str,
    after: i64,
    size: u32,
) -> Result<(Vec<pb::ParkedMessage>, Option<i64>), StoreFault> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let limit = u64::try_from(size.saturating_add(1)).unwrap_or(u64::MAX);
    let mut lanes = open_lane_page(reads, sink, after, limit).await?;
    let has_more = lanes.len() > size;
    lanes.truncate(size);
    let last = lanes.last().filter(|_| has_more).map(|lane| lane.number);
    let applications = lanes.iter().map(|lane| lane.application).collect();
    let behind = count_behind(reads, sink, applications).await?;
    let messages = lanes.into_iter().map(|lane| {
        let waiting = behind.get(&lane.application).copied();
        wire::parked(lane, waiting.unwrap_or_default())
    });
    Ok((messages.collect(), last))
}
