//! The way to PostgreSQL is cut, freezes, or is slow; its connections are all taken.

use std::time::Duration;

use tonic::Code;

use super::{
    customers::{until, work_through},
    site::{Session, behind_a_proxy},
};
use crate::harness::Cut;

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_connection_that_is_cut_as_it_commits_loses_nothing_and_repeats_nothing() {
    let (town, proxy) = behind_a_proxy().await;
    work_through(&town, async |met| {
        for cut in [Cut::Before, Cut::After] {
            let cuts = proxy.cuts() + 3;
            proxy.cut_at(b"COMMIT", cut, 3);
            until("cuts", || proxy.cuts() >= cuts).await;
            met.acknowledged(2).await;
        }
    })
    .await;
    drop(town.close().await);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_database_that_is_gone_for_a_while_is_told_and_found_again() {
    let (town, proxy) = behind_a_proxy().await;
    let met = work_through(&town, async |met| {
        for _ in 0..2 {
            proxy.cut();
            met.refused(8).await;
            proxy.restore();
            met.acknowledged(2).await;
        }
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 16);
    drop(town.close().await);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_database_that_answers_too_slowly_is_not_waited_for() {
    let (town, proxy) = behind_a_proxy().await;
    let met = work_through(&town, async |met| {
        proxy.slow(Duration::from_millis(1_500));
        met.refused(8).await;
        proxy.restore();
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    drop(town.close().await);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_database_that_freezes_is_given_up_and_found_again() {
    let (town, proxy) = behind_a_proxy().await;
    let met = work_through(&town, async |met| {
        proxy.freeze();
        met.refused(8).await;
        proxy.restore();
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    drop(town.close().await);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn connections_that_are_all_taken_are_told() {
    let (town, _proxy) = behind_a_proxy().await;
    let met = work_through(&town, async |met| {
        let lock = "LOCK TABLE application IN ACCESS EXCLUSIVE MODE";
        let session = Session::on(&town, &["BEGIN", lock]).await;
        met.refused(8).await;
        session.end().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    drop(town.close().await);
}
