//! The way to PostgreSQL is cut, freezes, forgets its connections, or is slow; a table is held.

use std::time::Duration;

use tonic::Code;

use super::{
    customers::{until, work_through},
    site::{Session, Site},
};
use crate::harness::Cut;

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_connection_that_is_cut_as_it_commits_loses_nothing_and_repeats_nothing() {
    let (site, proxy) = Site::behind_a_proxy().await;
    work_through(&site.town, async |met| {
        for cut in [Cut::Before, Cut::After] {
            let cuts = proxy.cuts() + 3;
            proxy.cut_at(b"COMMIT", cut, 3);
            until("cuts", || proxy.cuts() >= cuts).await;
            met.acknowledged(2).await;
        }
    })
    .await;
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
async fn connections_that_are_all_taken_are_told() {
    let (site, _proxy) = Site::behind_a_proxy().await;
    let met = work_through(&site.town, async |met| {
        let lock = "LOCK TABLE application IN ACCESS EXCLUSIVE MODE";
        let session = Session::on(&site.town, &["BEGIN", lock]).await;
        met.refused(8).await;
        session.end().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    site.close().await;
}
