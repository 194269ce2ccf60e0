//! What the tests of the feed stand on: a journal, a tail, and watchers. It never checks anything.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::super::{
    Tail,
    filter::Filter,
    position::{self, Start},
    watch::{Ground, Watch, Watcher},
};
use crate::{
    authn::{CallersFile, account, mint},
    authz::Scope,
    journal::fixture::{AT, fact, other_fact},
    kernel::SystemIds,
    pb::registry::v1::{self as pb, watch_stages_response::Event},
    rpc::{Credentials, FieldErrors, page::PageTokens},
    store::{
        Changes, NewFact, Origin,
        test_support::{Temporary, temporary},
    },
};

pub(super) const OWN: &str = "600740000012";
pub(super) const HEARTBEAT: Duration = Duration::from_millis(40);

pub(super) struct Bench {
    pub(super) temporary: Temporary,
    pub(super) ground: Ground,
    pub(super) callers: Arc<CallersFile>,
    pub(super) credentials: Credentials,
}

impl Bench {
    pub(super) async fn new() -> Self {
        let temporary = temporary().await;
        let store = temporary.store.clone();
        let stopping = CancellationToken::new();
        let path = temporary.folder.path().join("callers.toml");
        let caller = account("agency", "agency", OWN, &["read".to_owned()]).unwrap();
        let minted = mint(&caller, &SystemIds::default());
        std::fs::write(&path, &minted.row).unwrap();
        let callers = Arc::new(CallersFile::open(&path).unwrap());
        let credentials =
            Credentials::of(minted.token.expose(), Arc::<CallersFile>::clone(&callers));
        let ground = Ground {
            tail: Tail::start(store.clone(), stopping.clone()),
            tokens: Arc::new(PageTokens::new(&[7; 32])),
            store,
            stopping,
        };
        Self {
            temporary,
            ground,
            callers,
            credentials,
        }
    }

    pub(super) async fn append_at(&self, at: DateTime<Utc>, facts: Vec<NewFact>) {
        let origin = Origin {
            caller: "system".to_owned(),
            method: "test",
            at,
        };
        let changes = Changes::by(origin).facts(facts);
        self.temporary.store.commit(changes).await.unwrap();
    }

    pub(super) async fn append(&self, facts: Vec<NewFact>) {
        self.append_at(AT.parse().unwrap(), facts).await;
    }

    /// Stages of one application, each with a fact of another kind before it.
    pub(super) async fn append_stages(
        &self,
        application: u8,
        sequences: std::ops::RangeInclusive<i32>,
    ) {
        for sequence in sequences {
            let facts = vec![
                other_fact(application),
                fact(application, sequence, "IN_REVIEW"),
            ];
            self.append(facts).await;
        }
    }

    pub(super) async fn watcher(&self, start: Start) -> Watcher {
        Watcher {
            caller: self.credentials.caller().await.unwrap(),
            credentials: self.credentials.clone(),
            filter: filter(Scope::Everything, pb::StageFilter::default()),
            start,
            heartbeat: HEARTBEAT,
            age_max: Duration::from_mins(1),
        }
    }

    pub(super) async fn watch(&self, after: i64) -> Watch {
        let start = Start { after, from: None };
        Watch::begin(self.ground.clone(), self.watcher(start).await)
    }

    /// Where a token says that its caller goes on.
    pub(super) async fn start_of(&self, token: &str) -> Result<Start, Status> {
        let caller = self.credentials.caller().await.unwrap();
        let Ground { store, tokens, .. } = &self.ground;
        let asked = pb::StageFilter::default();
        position::after_token(store, tokens, &asked, &caller, token).await
    }

    pub(super) async fn opened(&self, token: &str) -> Result<i64, Status> {
        Ok(self.start_of(token).await?.after)
    }
}

pub(super) fn filter(scope: Scope, asked: pb::StageFilter) -> Filter {
    let mut errors = FieldErrors::new();
    let filter = Filter::parse(scope, Some(asked), &mut errors);
    assert!(errors.is_empty());
    filter.unwrap()
}

/// Application and sequence.
pub(super) type Seen = (String, i32);

pub(super) fn seen(stage: &pb::StageEvent) -> Seen {
    (stage.application_number.clone(), stage.sequence)
}

/// The next stage, with the token after it.
pub(super) async fn stage(watch: &mut Watch) -> (Seen, String) {
    loop {
        let message = watch.next().await.unwrap().unwrap();
        match message.event.unwrap() {
            Event::Stage(stage) => return (seen(&stage), message.resume_token),
            Event::Heartbeat(_) | Event::RulesChange(_) => {}
            Event::End(end) => panic!("{end:?}"),
        }
    }
}

pub(super) async fn stages(watch: &mut Watch, count: i32) -> Vec<Seen> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(stage(watch).await.0);
    }
    all
}

pub(super) fn all_of(application: u8, sequences: std::ops::RangeInclusive<i32>) -> Vec<Seen> {
    let number = format!("A-{application}");
    sequences
        .map(|sequence| (number.clone(), sequence))
        .collect()
}
