//! Where a caller is in the journal, as a token that only it can use, with the same filter.
//! It never goes on from a number that the journal has not reached.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tonic::Status;

use crate::{
    authn::Caller,
    journal,
    pb::registry::v1::{self as pb, ErrorReason},
    rpc::{Reason, page::PageTokens, status},
    store::{Store, StoreFault},
};

/// Lists and watches take each other's tokens.
const FEED: &str = "/tizilim.registry.v1.StageFeedService";

#[derive(Debug, Serialize, Deserialize)]
struct Key {
    caller: String,
    number: i64,
    from: Option<DateTime<Utc>>,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// After the fact of this number.
    pub(super) after: i64,
    /// Only what was recorded at this moment or later.
    pub(super) from: Option<DateTime<Utc>>,
}

/// Seals where a caller goes on.
pub(super) fn seal(
    tokens: &PageTokens,
    filter: &pb::StageFilter,
    caller: &Caller,
    start: Start,
) -> Result<String, StoreFault> {
    let key = Key {
        caller: caller.name.to_string(),
        number: start.after,
        from: start.from,
    };
    let sealed = tokens.seal(FEED, filter, &key);
    sealed.map_err(|error| StoreFault::json("place in the feed", error))
}

/// After what a token says was seen.
pub(super) async fn after_token(
    store: &Store,
    tokens: &PageTokens,
    filter: &pb::StageFilter,
    caller: &Caller,
    token: &str,
) -> Result<Start, Status> {
    let invalid = || Status::from(crate::rpc::page::PageTokenInvalid);
    let key: Key = tokens.open(FEED, filter, token)?;
    if key.caller != caller.name.as_str() {
        return Err(invalid());
    }
    let head = read(
        store,
        "read the journal's head",
        journal::head(store.reads()),
    )
    .await?;
    if key.number > head {
        let text = "the token is ahead of the journal, as after a restore of an older copy";
        return Err(Reason::new(ErrorReason::FeedTokenAhead, text).into());
    }
    Ok(Start {
        after: key.number,
        from: key.from,
    })
}

/// With what was recorded at a moment or later.
pub(super) async fn from_moment(store: &Store, from: DateTime<Utc>) -> Result<Start, Status> {
    let looking = journal::position_before(store.reads(), from);
    let after = read(store, "look for a moment in the journal", looking).await?;
    Ok(Start {
        after,
        from: Some(from),
    })
}

/// With what comes next.
pub(super) async fn from_now(store: &Store) -> Result<Start, Status> {
    let after = read(
        store,
        "read the journal's head",
        journal::head(store.reads()),
    )
    .await?;
    Ok(Start { after, from: None })
}

async fn read<T>(
    store: &Store,
    operation: &'static str,
    reading: impl Future<Output = Result<T, StoreFault>>,
) -> Result<T, Status> {
    let read = store.in_time(operation, reading).await;
    read.map_err(|fault| status::from_store(&fault))
}
