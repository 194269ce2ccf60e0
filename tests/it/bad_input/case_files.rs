//! Requests for case files that name nothing, or nothing that could be: every field is told, and nothing is
//! stored.

use tizilim::pb::registry::v1 as pb;
use tonic::Code;

use crate::harness::{Account, Town, told_raw};

#[tokio::test]
async fn what_is_missing_or_malformed_is_told_with_every_field() {
    let town = Town::open_plainly().await;
    let before = town.journal_head().await;
    let mut officer = town.raw(Account::Officer).case_files();
    let empty = told_raw(
        officer
            .make_case_file(pb::MakeCaseFileRequest::default())
            .await,
    );
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["request_id", "application_id"]);
    let wrong = pb::MakeCaseFileRequest {
        request_id: "1".to_owned(),
        application_id: "A-261124-4F7K2M9".to_owned(),
    };
    let wrong = told_raw(officer.make_case_file(wrong).await);
    wrong.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(wrong.paths(), ["request_id", "application_id"]);

    let request = pb::ListCaseFilesRequest {
        application_id: "x".to_owned(),
        page_size: -1,
        page_token: String::new(),
    };
    let listed = told_raw(officer.list_case_files(request).await);
    assert_eq!(listed.paths(), ["application_id", "page_size"]);
    let request = pb::ListCaseFilesRequest {
        application_id: tizilim::demo::client::new_request_id(),
        page_token: "x".to_owned(),
        ..Default::default()
    };
    let listed = told_raw(officer.list_case_files(request).await);
    assert_eq!(listed.reason, "PAGE_TOKEN_INVALID");

    for sha256 in ["", "abc", &"g".repeat(64), &"0".repeat(65)] {
        let request = pb::DownloadCaseFileRequest {
            sha256: sha256.to_owned(),
        };
        let refused = told_raw(officer.download_case_file(request).await);
        assert_eq!(refused.code, Code::InvalidArgument, "{sha256}");
        assert_eq!(refused.paths(), ["sha256"], "{sha256}");
    }
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}
