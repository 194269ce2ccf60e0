//! The register's file is held by another process.

use tizilim::pb::registry::v1 as pb;
use tonic::Code;

use super::{
    customers::work_through,
    site::{Session, Site},
};
use crate::harness::Account;

/// As a backup of another kind than ours may do.
#[tokio::test]
async fn a_file_that_another_process_holds_is_read_and_is_written_when_it_lets_go() {
    let site = Site::on_a_file().await;
    let met = work_through(&site.town, async |met| {
        let session = Session::on(&site.town, &["BEGIN IMMEDIATE"]).await;
        met.refused(4).await;
        let mut raw = site.town.raw(Account::Reader).applications();
        let read = raw.list_applications(pb::ListApplicationsRequest::default());
        assert!(!read.await.unwrap().into_inner().applications.is_empty());
        session.end().await;
    })
    .await;
    assert!(met.refused_by(Code::Unavailable) >= 4);
    site.close().await;
}
