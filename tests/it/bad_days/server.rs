//! The server of PostgreSQL is killed and started again while it is asked.

use tonic::Code;

use super::{customers::work_through, postgres::Cluster, site::behind_a_proxy_to};

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_server_that_is_killed_and_started_again_keeps_what_was_acknowledged() {
    let server = Cluster::start().await;
    let (town, _proxy) = behind_a_proxy_to(&server.url, &server.url).await;
    let met = work_through(&town, async |met| {
        for _ in 0..2 {
            server.kill().await;
            met.refused(8).await;
            server.restart().await;
            met.acknowledged(4).await;
        }
        server.restart().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 16);
    drop(town.close().await);
}
