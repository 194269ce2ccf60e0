//! The way to PostgreSQL is cut, freezes, forgets its connections, or is slow; a table is held.

use std::time::Duration;

use tizilim::pb::registry::v1::ApplicationStage as Stage;
use tonic::Code;

use super::{
    customers::{until, work_through},
    ledger,
    site::{Session, Site},
};
use crate::harness::{self, Cut, MAILBOX};

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_connection_that_is_cut_as_it_commits_loses_nothing_and_repeats_nothing() {
    let (site, proxy) = Site::behind_a_proxy().await;
    work_through(&site.town, async |met| {
        // A clerk's commit under a lease, and a customer's, which is one statement with its facts.
        for word in [b"COMMIT".as_slice(), b"/SubmitApplication"] {
            for cut in [Cut::Before, Cut::After] {
                let cuts = proxy.cuts() + 3;
                proxy.cut_at(word, cut, 3);
                until("cuts", || proxy.cuts() >= cuts).await;
                met.acknowledged(2).await;
            }
        }
    })
    .await;
    site.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn an_attempt_to_send_a_letter_is_recorded_once_though_no_answer_came() {
    let (site, proxy) = Site::behind_a_proxy().await;
    let town = &site.town;
    town.catcher.refuse(MAILBOX, "451 4.3.0 later");
    let application = town
        .filed(&town.agreement(51), Stage::AwaitingSignature)
        .await;
    proxy.cut_at(b"COMMIT", Cut::After, 20);
    town.granted(&application).await;
    let attempts = async || ledger::count(town, "letter_attempt").await;
    harness::until("the first attempt", async || {
        (attempts().await > 0).then_some(())
    })
    .await;
    // Another after a minute, and none before two more have passed.
    town.advance("2026-11-24T05:02:30Z").await;
    assert!(proxy.cuts() > 1);
    assert_eq!(attempts().await, 2);
    site.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_database_that_is_gone_for_a_while_is_told_and_found_again() {
    let (site, proxy) = Site::behind_a_proxy().await;
    let met = work_through(&site.town, async |met| {
        for _ in 0..2 {
            proxy.cut();
            met.refused(8).await;
            proxy.restore();
            met.acknowledged(2).await;
        }
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 16);
    site.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_database_that_answers_too_slowly_is_not_waited_for() {
    let (site, proxy) = Site::behind_a_proxy().await;
    let met = work_through(&site.town, async |met| {
        proxy.slow(Duration::from_millis(1_500));
        met.refused(8).await;
        proxy.restore();
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    site.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_database_that_freezes_is_given_up_and_found_again() {
    let (site, proxy) = Site::behind_a_proxy().await;
    let met = work_through(&site.town, async |met| {
        proxy.freeze();
        met.refused(8).await;
        proxy.restore();
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    site.close().await;
}

/// How long a command waits for a database that keeps silent: its load, its commit and the look into
/// the memory of requests each for a connection, 2 s, and for two statements of a second.
const SILENCE_MAX: Duration = Duration::from_secs(3 * 4);

/// As when a machine between forgets its connections, or a server's power is cut.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn connections_that_nobody_hangs_up_on_are_given_up_and_made_anew() {
    let (site, proxy) = Site::behind_a_proxy().await;
    let met = work_through(&site.town, async |met| {
        proxy.strand();
        met.refused(1).await;
        met.acknowledged(2).await;
        // Not all that was lost is given up yet.
        proxy.strand();
        met.acknowledged(20).await;
    })
    .await;
    assert_eq!(met.refused_by(Code::Unavailable), met.refusals());
    assert!(met.wait_max() < SILENCE_MAX, "{:?}", met.wait_max());
    site.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_table_that_another_session_holds_is_told() {
    let (site, _proxy) = Site::behind_a_proxy().await;
    let met = work_through(&site.town, async |met| {
        let session = Session::on(&site.town, TABLE_HELD).await;
        met.refused(8).await;
        session.end().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    site.close().await;
}

const TABLE_HELD: &[&str] = &["BEGIN", "LOCK TABLE application IN ACCESS EXCLUSIVE MODE"];

/// Whoever has a connection waits three seconds for the lock; the others wait two for a connection.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn connections_that_are_all_taken_are_told() {
    let site = Site::with(|installation| {
        installation.replace("read_connections_max = 4", "read_connections_max = 1");
        installation.replace("statement_seconds_max = 1\n", "");
    });
    let site = site.await;
    let met = work_through(&site.town, async |met| {
        let session = Session::on(&site.town, TABLE_HELD).await;
        met.refused(8).await;
        session.end().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    assert!(site.has_logged("no connection was to be had in time"));
    site.close().await;
}
