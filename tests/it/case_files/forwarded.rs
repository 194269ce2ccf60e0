//! The case goes with the complaint: its hash stands in the complaint, and the body to which it went gets just
//! that case file.

use tizilim::pb::registry::v1::{
    self as pb, ComplaintAddressee as Addressee, ComplaintSubject as Subject,
};
use tonic::Code;

use super::{case_of, downloaded, json, made, unpacked, verified};
use crate::harness::{Account, Town, told_raw};

#[tokio::test]
async fn a_reviewing_body_gets_the_case_that_went_to_it_and_no_other() {
    let town = Town::open_plainly().await;
    let refused = town.refused(991).await;
    let (before, _) = case_of(&town, &refused.application_id).await;
    let complaint = town.complain(&refused, Subject::Refusal, Addressee::HigherBody);
    let complaint = complaint.await;
    let forwarded = town.officer().forward_complaint(&complaint).await.unwrap();
    let sha256 = forwarded.forwarding.unwrap().case_file_sha256;
    assert_eq!(sha256.len(), 64);
    assert_ne!(sha256, before.sha256, "the complaint is in it");

    let body = town.raw(Account::HigherBody);
    let (header, bytes) = downloaded(&body, &sha256).await.unwrap();
    assert_eq!(header.case_file.unwrap().sha256, sha256);
    let (lines, outcome) = verified(&town.installation, &bytes, Some(&sha256)).await;
    assert!(outcome.is_ok(), "{lines}");
    let files = unpacked(&bytes);
    let number = &complaint.complaint_number;
    let told = json(&files, &format!("complaints/01-{number}.json"));
    assert_eq!(told["complaint"]["state"], "COMPLAINT_STATE_REGISTERED");
    assert_eq!(told["says"]["subject"], "COMPLAINT_SUBJECT_REFUSAL");
    assert!(files.contains_key(&format!("signatures/complaint-01-{number}.cms")));

    let officer = town.raw(Account::Officer);
    let (_, same) = downloaded(&officer, &sha256).await.unwrap();
    assert!(same == bytes, "the provider has another one");
    let after = made(&officer, &refused.application_id).await.unwrap();
    assert_ne!(
        after.sha256, sha256,
        "that it went on is a fact of the case"
    );
    for (account, sha256) in [
        (Account::HigherBody, &before.sha256),
        (Account::HigherBody, &after.sha256),
        (Account::QualityAuthority, &sha256),
    ] {
        let request = pb::DownloadCaseFileRequest {
            sha256: sha256.clone(),
        };
        let mut case_files = town.raw(account).case_files();
        let told = told_raw(case_files.download_case_file(request).await);
        assert_eq!(told.code, Code::PermissionDenied, "{account:?}");
    }
}
