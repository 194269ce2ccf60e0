//! `StageFeedService`: one short method for each call.
//! It never begins anywhere but where the caller says.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::{Stream, stream};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::{
    Tail,
    filter::Filter,
    list::ListQuery,
    position::{self, Start},
    watch::{Ground, Watch, Watcher},
};
use crate::{
    authn::Caller,
    authz,
    kernel::Problem,
    pb::registry::v1::{
        self as pb, stage_feed_service_server::StageFeedService,
        watch_stages_request::Start as PbStart,
    },
    rpc::{
        self, FieldErrors, instant,
        page::{self, PageTokens},
    },
    store::Store,
};

/// How long a watch lasts, so that watchers spread over processes that are started later.
const AGE_MAX: Duration = Duration::from_hours(1);
/// By how much one may be shorter, so that not all that began together end together.
const AGE_SPREAD_SECONDS: u64 = 360;

const HEARTBEAT_SECONDS: u32 = 15;
const HEARTBEAT_SECONDS_MAX: u32 = 60;

/// Answers for the feed.
#[derive(Clone, Debug)]
pub struct StageFeedEndpoint {
    ground: Ground,
}

impl StageFeedEndpoint {
    /// Answers from a journal, until the drain begins.
    pub const fn new(
        store: Store,
        tail: Tail,
        tokens: Arc<PageTokens>,
        stopping: CancellationToken,
    ) -> Self {
        let ground = Ground {
            store,
            tail,
            tokens,
            stopping,
        };
        Self { ground }
    }

    async fn list(
        &self,
        caller: Arc<Caller>,
        scope: authz::Scope,
        message: pb::ListStagesRequest,
    ) -> Result<pb::ListStagesResponse, Status> {
        let mut errors = FieldErrors::new();
        let size = page::size(message.page_size, &mut errors);
        let filter = Filter::parse(scope, message.filter, &mut errors);
        let from = message
            .from_at
            .map(|from| errors.read("from_at", instant(from)));
        if message.from_at.is_some() && !message.page_token.is_empty() {
            errors.add("from_at", "must not be given together with page_token");
        }
        let (Some(size), Some(filter), true) = (size, filter, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let Ground { store, tokens, .. } = &self.ground;
        let token = &message.page_token;
        let start = match from.flatten() {
            Some(from) => position::from_moment(store, from).await?,
            None if token.is_empty() => Start {
                after: 0,
                from: None,
            },
            None => position::after_token(store, tokens, &filter.asked, &caller, token).await?,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let query = ListQuery {
            caller,
            filter,
            start,
            size,
        };
        query.page(&self.ground).await
    }

    async fn watch(
        &self,
        caller: Arc<Caller>,
        credentials: rpc::Credentials,
        scope: authz::Scope,
        message: pb::WatchStagesRequest,
    ) -> Result<Watch, Status> {
        let mut errors = FieldErrors::new();
        let filter = Filter::parse(scope, message.filter, &mut errors);
        let heartbeat = errors.read("heartbeat_seconds", heartbeat(message.heartbeat_seconds));
        let start = errors.present("start", message.start);
        let from = match &start {
            Some(PbStart::FromAt(from)) => errors.read("from_at", instant(*from)),
            Some(PbStart::FromNow(false)) => {
                errors.add("from_now", "must be true");
                None
            }
            Some(PbStart::FromNow(true) | PbStart::ResumeToken(_)) | None => None,
        };
        let (Some(start), Some(mut filter), Some(heartbeat), true) =
            (start, filter, heartbeat, errors.is_empty())
        else {
            return Err(errors.into_malformed().into());
        };
        filter.rules_changes = message.rules_changes;
        let Ground { store, tokens, .. } = &self.ground;
        let start = match (start, from) {
            (PbStart::ResumeToken(token), _) => {
                position::after_token(store, tokens, &filter.asked, &caller, &token).await?
            }
            (_, Some(from)) => position::from_moment(store, from).await?,
            (PbStart::FromAt(_) | PbStart::FromNow(_), None) => position::from_now(store).await?,
        };
        let early = Duration::from_secs(rand::random_range(0..=AGE_SPREAD_SECONDS));
        let who = Watcher {
            caller,
            credentials,
            filter,
            start,
            heartbeat,
            age_max: AGE_MAX.saturating_sub(early),
        };
        Ok(Watch::begin(self.ground.clone(), who))
    }
}

fn heartbeat(seconds: i32) -> Result<Duration, Problem> {
    let seconds =
        u32::try_from(seconds).map_err(|_negative| Problem::new("must not be negative"))?;
    match seconds {
        0 => Ok(Duration::from_secs(HEARTBEAT_SECONDS.into())),
        1..=HEARTBEAT_SECONDS_MAX => Ok(Duration::from_secs(seconds.into())),
        _ => Err(Problem::stated(format!(
            "must be at most {HEARTBEAT_SECONDS_MAX}"
        ))),
    }
}

#[tonic::async_trait]
impl StageFeedService for StageFeedEndpoint {
    type WatchStagesStream =
        Pin<Box<dyn Stream<Item = Result<pb::WatchStagesResponse, Status>> + Send>>;

    async fn list_stages(
        &self,
        request: Request<pb::ListStagesRequest>,
    ) -> Result<Response<pb::ListStagesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListStages>(&caller)?;
        let scope = permit.scope();
        self.list(caller, scope, message).await.map(Response::new)
    }

    async fn watch_stages(
        &self,
        request: Request<pb::WatchStagesRequest>,
    ) -> Result<Response<Self::WatchStagesStream>, Status> {
        let credentials = rpc::credentials(&request)?;
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::WatchStages>(&caller)?;
        let scope = permit.scope();
        let watch = Box::pin(self.watch(caller, credentials, scope, message)).await?;
        let messages = stream::unfold(watch, async |mut watch| {
            let message = watch.next().await?;
            Some((message, watch))
        });
        Ok(Response::new(Box::pin(messages)))
    }
}
