//! The server of PostgreSQL is lost for good, and its standby takes its place.

use super::{
    customers::work_through,
    site::{Site, place},
};
use crate::harness::Cluster;

/// Until the standby is promoted it answers what is asked, and takes no change.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_standby_that_takes_over_has_what_was_acknowledged() {
    let first = Cluster::start().await;
    let standby = first.followed().await;
    let (site, proxy) = Site::behind_a_proxy_to(&first.url, &standby.url).await;
    work_through(&site.town, async |met| {
        first.kill().await;
        met.refused(4).await;
        proxy.lead_to(place(&standby.url));
        met.refused(4).await;
        standby.promote().await;
    })
    .await;
    site.close().await;
}
