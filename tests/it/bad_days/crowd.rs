//! Too many at once, and one among many whose change the database does not take.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use sea_orm::DbBackend;
use tizilim::{
    demo::client::{connect, new_request_id},
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Code;

use super::{
    customers::{Met, until},
    ledger,
    site::{self, Session, Site},
};
use crate::harness::{Account, Raw, Told, Town};

/// After working hours: what is filed waits until the morning, and no clerk has work.
const EVENING: &str = "2026-11-24T15:00:00Z";
/// More than the committer has in hand, and than wait for it.
const CROWD: usize = 2_000;
/// How many share a connection.
const ABREAST: usize = 100;
/// The agreement that the database refuses.
const POISON: u32 = 77_777;

#[tokio::test]
async fn who_finds_the_queue_full_is_told_when_to_come_again() {
    let site = Site::with_at(EVENING, |installation| {
        // The edge lets in as many as the committer must bear.
        installation.replace("[listen]\n", "[listen]\ncalls_max = 10000\n");
    });
    let site = site.await;
    come(&site.town, CROWD, async |met| {
        until("full queue", || met.refused_by(Code::ResourceExhausted) > 0).await;
    })
    .await;
    site.close().await;
}

/// More than several commits take.
const QUEUE: usize = 200;
/// Longer than one commit waits for a file that another process holds, and shorter than two.
const TOGETHER_MAX: Duration = Duration::from_secs(9);

#[tokio::test]
async fn who_waits_behind_a_commit_without_an_answer_is_told_with_it() {
    let site = Site::with_at(EVENING, |_| {}).await;
    let met = come(&site.town, QUEUE, async |met| {
        let everybody = u32::try_from(QUEUE).unwrap();
        until("refusals", || met.refusals() >= everybody).await;
    })
    .await;
    assert_eq!(met.refused_by(Code::Unavailable), met.refusals());
    assert!(met.wait_max() < TOGETHER_MAX, "{:?}", met.wait_max());
    site.close().await;
}

/// So many file at once while what every commit needs is held, until enough is met: each files one application.
async fn come(town: &Town, count: usize, enough: impl AsyncFnOnce(&Met)) -> Met {
    let token = town.installation.accounts.token(Account::Portal);
    let raws = join_all((0..count / ABREAST).map(async |_| {
        let channel = connect(town.address()).await.unwrap();
        Raw::new(channel, Some(token)).applications()
    }));
    let raws = raws.await;
    let contract = town.agreement(181).electronic_contract().unwrap();
    let met = Met::default();
    let holder = held(town).await;
    let filed = join_all(raws.iter().cycle().take(count).map(async |raw| {
        let submit = async |request| raw.clone().submit_application(request).await;
        let request = pb::SubmitApplicationRequest {
            request_id: new_request_id(),
            ..contract.clone()
        };
        met.insist(request, submit).await.unwrap()
    }));
    let released = async {
        enough(&met).await;
        holder.end().await;
    };
    let (filed, ()) = tokio::join!(filed, released);
    let ids = filed
        .into_iter()
        .map(|answer| answer.into_inner().application.unwrap());
    let ids: BTreeSet<String> = ids.map(|application| application.application_id).collect();
    assert_eq!(ids.len(), count);
    assert_eq!(ledger::count(town, "application").await, count, "I-6");
    met
}

/// Holds what every commit needs.
async fn held(town: &Town) -> Session {
    let statements: &[&str] = if town.installation.url().starts_with("sqlite:") {
        &["BEGIN IMMEDIATE"]
    } else {
        &["BEGIN", "LOCK TABLE request_memory IN EXCLUSIVE MODE"]
    };
    Session::on(town, statements).await
}

#[tokio::test]
async fn one_change_that_the_database_does_not_take_costs_no_other() {
    let site = Site::with(|_| {}).await;
    let town = &site.town;
    let register = site::register(town).await;
    for statement in poison(register.get_database_backend()) {
        sea_orm::ConnectionTrait::execute_unprepared(&register, statement)
            .await
            .unwrap();
    }
    register.close().await.unwrap();
    let filed = join_all((0..40).map(async |index| {
        let number = format!("ҚШ-{}", if index == 20 { POISON } else { index });
        let agreement = town
            .agreement(500 + index)
            .with(|agreement| agreement.agreement_number = number);
        let request = agreement.electronic_contract().unwrap();
        let mut raw = town.raw(Account::Portal).applications();
        raw.submit_application(request).await
    }));
    let (done, refused): (Vec<_>, Vec<_>) = filed.await.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 39);
    Told::of(refused[0].as_ref().unwrap_err()).is(Code::Internal, "INTERNAL");
    for answer in done {
        let application = answer.unwrap().into_inner().application.unwrap();
        town.reached(&application, Stage::AwaitingSignature).await;
    }
    site.close_after(&["a call failed by a fault"]).await;
}

/// Lets the database refuse one agreement.
fn poison(engine: DbBackend) -> &'static [&'static str] {
    if engine == DbBackend::Sqlite {
        return &["CREATE TRIGGER poison BEFORE INSERT ON application \
             WHEN NEW.agreement_key LIKE '%77777%' \
             BEGIN SELECT RAISE(ABORT, 'poison'); END"];
    }
    &[
        "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE check_violation; END $$",
        "CREATE TRIGGER poison BEFORE INSERT ON application FOR EACH ROW \
         WHEN (NEW.agreement_key LIKE '%77777%') EXECUTE FUNCTION poison()",
    ]
}
