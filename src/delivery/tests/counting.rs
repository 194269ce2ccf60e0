//! Parked stages in the book of lag: each counts once, wherever operators move the cursor.
//! No test asks the pusher what it did: it asks the book.

use std::sync::Arc;

use sea_orm::{ActiveModelTrait as _, ConnectionTrait as _, Database, IntoActiveModel as _};
use tizilim_migrations::{Migrator, MigratorTrait as _};
use tizilim_test_database::TestDatabase;
use uuid::Uuid;

use super::{
    super::rows::sink_lane,
    bench::{AT, Bench, Fake, application_id, fact, parts, round},
};
use crate::{
    delivery::{Beginning, Pusher, SinkParts},
    journal::STAGE,
    kernel::{SinkName, local},
    lag::{lag_of_days, oldest_unacknowledged},
    store::{Connections, StoreConfig, journal_row},
};

/// How many stages are counted for the monitoring system.
async fn counted(bench: &Bench) -> u64 {
    let on = local(AT.parse().unwrap()).date();
    let sinks = lag_of_days(bench.store.reads(), None, on, on).await;
    let day = sinks.unwrap().remove(SinkName::MONITORING);
    day.map_or(0, |day| day.values().map(|day| day.took.count()).sum())
}

/// The number of the oldest stage that a sink has not acknowledged.
async fn oldest(reads: &sea_orm::DatabaseConnection, sink: &str) -> Option<i64> {
    let oldest = oldest_unacknowledged(reads, sink).await.unwrap();
    oldest.map(|waiting| waiting.number)
}

#[tokio::test]
async fn what_was_parked_counts_once_though_the_cursor_moves_back() {
    for drains_first in [false, true] {
        let bench = Bench::new().await;
        let reads = bench.store.reads();
        let fake = Fake::told(|ways| {
            ways.rejects.insert((1, 2));
        });
        let pusher = || bench.pusher_to(Arc::<Fake>::clone(&fake));
        let stages = [(1, 1), (1, 2), (1, 3), (2, 1)];
        let facts = stages.map(|(application, n)| fact(application, n, "IN_REVIEW"));
        bench.append(facts.into()).await;
        round(&mut pusher()).await.unwrap();
        assert_eq!(
            (
                counted(&bench).await,
                oldest(reads, SinkName::MONITORING).await
            ),
            (2, Some(2))
        );

        fake.does(|ways| ways.rejects.clear());
        let [lane] = bench.lanes().await.try_into().unwrap();
        if drains_first {
            bench.let_on(lane.retried()).await;
            round(&mut pusher()).await.unwrap();
            bench.move_to(0).await;
        } else {
            bench.move_to(0).await;
            // Nothing of the lane is before the cursor: it goes with all others.
            bench.let_on(lane.retried()).await;
        }
        round(&mut pusher()).await.unwrap();
        bench.move_to(1).await;
        round(&mut pusher()).await.unwrap();
        assert_eq!(
            (
                counted(&bench).await,
                oldest(reads, SinkName::MONITORING).await
            ),
            (4, None),
            "{drains_first}"
        );
    }
}

#[tokio::test]
async fn a_cursor_that_was_moved_back_leaves_nothing_unacknowledged() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=3).await;
    round(&mut bench.pusher()).await.unwrap();
    bench.move_to(0).await;
    let reads = bench.store.reads();
    assert_eq!(oldest(reads, SinkName::MONITORING).await, None);
    bench.append_stages(1, 4..=4).await;
    assert_eq!(oldest(reads, SinkName::MONITORING).await, Some(4));
}

#[tokio::test]
async fn what_stood_there_before_a_sink_began_is_none_of_its_lag() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=2).await;
    let (mut lease, _kept) = bench.leases.keep("sink:late", bench.store.tasks());
    lease.held().await;
    let parts = SinkParts {
        name: SinkName::parse("late").unwrap(),
        from: Beginning::Now,
        ..parts(Fake::told(|_| {}))
    };
    let (store, lag) = (bench.store.clone(), bench.lag.clone());
    round(&mut Pusher::new(store, parts, "sink:late", lease, lag))
        .await
        .unwrap();
    assert_eq!(oldest(bench.store.reads(), "late").await, None);
    bench.append_stages(1, 3..=3).await;
    assert_eq!(oldest(bench.store.reads(), "late").await, Some(3));
}

#[tokio::test]
async fn an_upgrade_marks_what_was_passed_and_owes_what_is_parked() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::empty(folder.path()).await;
    // Makes the file, if it is one.
    let opened = Connections::open(&StoreConfig::at(database.url())).await;
    drop(opened.unwrap());
    let connection = Database::connect(database.url()).await.unwrap();
    let migrations = Migrator::migrations();
    let mut names = migrations.iter().map(|migration| migration.name());
    let before = names.position(|name| name == "m20261125_000021_owed");
    let before = u32::try_from(before.unwrap()).unwrap();
    Migrator::up(&connection, Some(before)).await.unwrap();
    let [parked, drained] = [1, 2].map(|application| application_id(application).get());
    for (number, subject) in [(1, parked), (2, parked), (3, drained), (4, parked)] {
        for row in [
            fact_row(number, subject, STAGE),
            fact_row(number + 10, subject, "other"),
        ] {
            row.into_active_model().insert(&connection).await.unwrap();
        }
    }
    for row in [lane(parked, 2, "PARKED"), lane(drained, 3, "DRAINED")] {
        row.into_active_model().insert(&connection).await.unwrap();
    }
    let rows = format!(
        "INSERT INTO reader_cursor (reader, position, moved_at, version) VALUES \
         ('monitoring', 3, '{AT}', 4), ('sink:statistics', 2, '{AT}', 1), \
         ('statistics', 14, '{AT}', 9), ('sink:fresh', 0, '{AT}', 1)"
    );
    connection.execute_unprepared(&rows).await.unwrap();
    let mark =
        "INSERT INTO sink_lag_mark (sink, counted_through, version) VALUES ('monitoring', 1, 7)";
    connection.execute_unprepared(mark).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();

    let mut waiting = Vec::new();
    for sink in ["monitoring", "statistics", "fresh"] {
        waiting.push(oldest(&connection, sink).await);
    }
    assert_eq!(waiting, [Some(2), Some(3), Some(1)]);
}

fn fact_row(number: i64, subject: Uuid, kind: &str) -> journal_row::Model {
    journal_row::Model {
        number,
        subject,
        kind: kind.to_owned(),
        body: String::new(),
        at: AT.parse().unwrap(),
        caller: "system".to_owned(),
        method: "test".to_owned(),
        request_id: None,
    }
}

fn lane(application_id: Uuid, number: i64, state: &str) -> sink_lane::Model {
    sink_lane::Model {
        sink: SinkName::MONITORING.to_owned(),
        application_id,
        application_number: "A-1".to_owned(),
        number,
        sequence: 1,
        stage: "RECEIVED".to_owned(),
        state: state.to_owned(),
        reason: String::new(),
        since_at: AT.parse().unwrap(),
        tried_at: AT.parse().unwrap(),
        tries: 1,
        skipped: "[]".to_owned(),
        version: 1,
    }
}
