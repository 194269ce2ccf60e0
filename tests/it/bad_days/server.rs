//! The server of PostgreSQL is killed and started again while it is asked.

use tonic::Code;

use super::{customers::work_through, site::Site};
use crate::harness::Cluster;

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_server_that_is_killed_and_started_again_keeps_what_was_acknowledged() {
    let server = Cluster::start().await;
    let (site, _proxy) = Site::behind_a_proxy_to(&server.url, &server.url).await;
    let met = work_through(&site.town, async |met| {
        server.kill().await;
        met.refused(8).await;
        server.restart().await;
        met.acknowledged(4).await;
        // Once more, while it is at work.
        server.restart().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 8);
    site.close().await;
}
