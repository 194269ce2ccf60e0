//! Applications that nobody can work, at the head of a queue: whoever stands behind them has a turn all the same.

use std::{sync::Arc, time::Duration};

use uuid::Uuid;

use super::{
    Clerk as _, Registrar,
    fixture::{at, filed, office, store as stored},
    queues::tests::overtaken_application,
};
use crate::{
    application::{
        Form, Stage,
        rows::{application::Model, application_by_id},
    },
    store::{Changes, Insert, Leases, Origin, TERM_MAX, test_support::temporary_at},
};

/// More than two pages.
const UNREADABLE: u128 = 259;
const WHOLE: u128 = 1_000;
/// Thursday 5 March 2026, 19:30: closed; and half an hour after the next opening.
const EVENING: &str = "2026-03-05T14:30:00Z";
const MORNING: &str = "2026-03-06T04:30:00Z";

#[tokio::test]
async fn what_cannot_be_worked_is_in_nobodys_way() {
    let temporary = temporary_at(at(MORNING)).await;
    let store = &temporary.store;
    let office = office(store, temporary.folder.path()).await;
    let whole = filed(
        &office,
        "usual",
        Form::ElectronicContract,
        WHOLE,
        at(EVENING),
    );
    stored(&office, &[whole]).await;
    let origin = Origin {
        caller: "portal".to_owned(),
        method: "/tests/Wait",
        at: at(EVENING),
    };
    let unreadable = (1..=UNREADABLE).map(|number| Model {
        stage: "RECEIVED".to_owned(),
        findings: "unreadable".to_owned(),
        next_mark_at: None,
        share_key: format!("a|b|c|{number}"),
        ..overtaken_application(number, at(EVENING))
    });
    let changes = unreadable.fold(Changes::by(origin), |changes, row| {
        changes.insert(Insert::of(&row))
    });
    store.commit(changes).await.unwrap();

    let leases = Leases::of(temporary.connections.clone(), "a".to_owned(), TERM_MAX);
    let (mut lease, _kept) = leases.keep("registrar", store.tasks());
    lease.held().await;
    let registrar = Registrar::without_checks(Arc::clone(&office), Duration::from_hours(1));
    assert_eq!(registrar.work(&lease).await.unwrap(), 1);
    let id = Uuid::from_u128(WHOLE).into();
    let whole = application_by_id(store.reads(), id).await.unwrap().unwrap();
    assert_eq!(whole.stage, Stage::Registered);
}
