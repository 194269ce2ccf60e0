//! `kill -9` at moments that nobody chose.

use std::{path::Path, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tizilim::pb::registry::v1::ApplicationStage as Stage;
use tokio::time::sleep;
use tonic::Status;

use super::site::Site;
use crate::harness::Program;

const KILLS: u32 = 8;
const FIRST_SHARE: u32 = 191;

/// Files and grants one share after the other until the service is gone; gives the share at hand.
async fn work(site: &mut Site, mut share: u32) -> u32 {
    while work_on(site, share).await.is_ok() {
        share += 1;
    }
    share
}

async fn work_on(site: &mut Site, share: u32) -> Result<(), Status> {
    site.file(share).await?;
    if !site.is_being_granted(share) {
        site.try_reached(share, Stage::AwaitingSignature).await?;
    }
    site.grant(share).await.map(drop)
}

#[tokio::test]
async fn a_service_that_is_killed_again_and_again_keeps_what_it_acknowledged() {
    let mut random = StdRng::seed_from_u64(9);
    let mut site = Site::open(None).await;
    let mut share = FIRST_SHARE;
    for _ in 0..KILLS {
        let kill = site.killer();
        let pause = Duration::from_millis(random.random_range(20..600));
        let killed = async {
            sleep(pause).await;
            kill();
        };
        (share, ()) = tokio::join!(work(&mut site, share), killed);
        site.revive().await;
    }
    for share in FIRST_SHARE..=share {
        site.insist(async |site| work_on(site, share).await).await;
        site.reached(share, Stage::ExtractSent).await;
    }
    assert_eq!(site.deaths, KILLS);
    site.delivered().await;
    site.check().await;
}

#[tokio::test]
async fn a_monitoring_system_that_is_killed_again_and_again_gets_every_stage_once() {
    let mut random = StdRng::seed_from_u64(13);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let kept = path.join("monitoring");
    let mut monitor = monitor(&path, &kept, "127.0.0.1:0").await;
    let listen = monitor.address.to_string();
    let mut site = Site::open_with(folder, monitor.address, None).await;
    for share in FIRST_SHARE..FIRST_SHARE + KILLS {
        site.file(share).await.unwrap();
        sleep(Duration::from_millis(random.random_range(0..60))).await;
        monitor.killer()();
        site.try_reached(share, Stage::AwaitingSignature)
            .await
            .unwrap();
        monitor = self::monitor(&path, &kept, &listen).await;
    }
    site.delivered().await;
    site.check().await;
    drop(monitor);
}

async fn monitor(folder: &Path, kept: &Path, listen: &str) -> Program {
    let kept = kept.to_str().unwrap();
    let arguments = ["monitor", "--listen", listen, "--dir", kept];
    Program::start(folder, &arguments, &[]).await
}
