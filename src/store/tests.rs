//! The store's promises, tried on a table that no capability has.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, EntityTrait, PaginatorTrait as _, QueryOrder as _,
    Schema,
};
use tokio::sync::Barrier;
use uuid::Uuid;

use super::{
    rows::{journal, request_memory},
    test_support::{Temporary, temporary},
    *,
};
use crate::kernel::{Moment, RequestId, SystemIds, TestClock};

mod atomic;
mod checkpoint;
mod clocks;
mod groups;
mod guards;
mod journal_numbers;
mod postgres;
mod reads;
mod references;
mod requests;
mod room;
mod schema;
mod settled;

mod thing {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "thing")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        #[sea_orm(unique)]
        pub(crate) name: String,
        pub(crate) version: i64,
        pub(crate) at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The answer of the commands here.
#[derive(Clone, PartialEq, Eq, prost::Message)]
struct Told {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(int64, tag = "2")]
    version: i64,
}

/// The one refusal of the commands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NameTaken;

async fn store() -> Temporary {
    let temporary = temporary().await;
    let writes = &temporary.connections.writes;
    let schema = Schema::new(writes.get_database_backend());
    let table = schema.create_table_from_entity(thing::Entity);
    writes.execute(&table).await.unwrap();
    temporary
}

async fn things(store: &Store) -> Vec<thing::Model> {
    thing::Entity::find()
        .order_by_asc(thing::Column::Name)
        .all(store.reads())
        .await
        .unwrap()
}

async fn facts(store: &Store) -> Vec<journal::Model> {
    journal::Entity::find()
        .order_by_asc(journal::Column::Number)
        .all(store.reads())
        .await
        .unwrap()
}

fn origin(at: DateTime<Utc>) -> Origin {
    Origin {
        caller: "portal".to_owned(),
        method: "/tests/Name",
        at,
    }
}

fn fact(subject: Uuid) -> NewFact {
    NewFact {
        subject,
        kind: "named",
        body: "{}".to_owned(),
    }
}

fn key(store: &Store, content: &str) -> RequestKey {
    let id = RequestId::from(store.ids().next(store.clock().now().instant));
    keyed(id, content)
}

fn keyed(id: RequestId, content: &str) -> RequestKey {
    let message = Told {
        name: content.to_owned(),
        version: 0,
    };
    RequestKey::of("portal", "/tests/Name", id, &message)
}

/// Makes a thing of a name.
struct Make {
    name: String,
    request: Option<RequestKey>,
    guard: Option<Guard>,
    rehearsal: bool,
    facts: usize,
    /// Who decides at the same time; the first attempt waits until all have loaded.
    meet: Option<Arc<Barrier>>,
    attempts: AtomicU32,
    id: Uuid,
}

impl Make {
    fn named(store: &Store, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            request: None,
            guard: Some(Guard::Number),
            rehearsal: false,
            facts: 1,
            meet: None,
            attempts: AtomicU32::new(0),
            id: store.ids().next(store.clock().now().instant),
        }
    }

    fn requested_by(mut self, key: &RequestKey) -> Self {
        self.request = Some(key.clone());
        self
    }
}

impl Command for Make {
    type Loaded = Vec<String>;
    type Decided = thing::Model;
    type Refusal = NameTaken;
    type Answer = Told;

    fn request(&self) -> Option<&RequestKey> {
        self.request.as_ref()
    }

    fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    async fn load(&self, reads: &DatabaseConnection, _: Moment) -> Result<Vec<String>, StoreFault> {
        let rows = thing::Entity::find().all(reads).await;
        let names = rows.map_err(during("load things"))?;
        let is_first = self.attempts.fetch_add(1, Ordering::SeqCst) == 0;
        if let (Some(meet), true) = (&self.meet, is_first) {
            meet.wait().await;
        }
        Ok(names.into_iter().map(|thing| thing.name).collect())
    }

    fn decide(&self, taken: Vec<String>, moment: Moment) -> Result<thing::Model, NameTaken> {
        if self.guard.is_some() && taken.contains(&self.name) {
            return Err(NameTaken);
        }
        Ok(thing::Model {
            id: self.id,
            name: self.name.clone(),
            version: 1,
            at: moment.instant,
        })
    }

    fn changes(&self, thing: &thing::Model) -> Result<Changes, StoreFault> {
        let insert = self
            .guard
            .map_or_else(|| Insert::of(thing), |guard| Insert::guarded(thing, guard));
        Ok(Changes::by(origin(thing.at))
            .insert(insert)
            .facts((0..self.facts).map(|_| fact(thing.id))))
    }

    fn answer(&self, thing: thing::Model) -> Told {
        Told {
            name: thing.name,
            version: thing.version,
        }
    }
}
