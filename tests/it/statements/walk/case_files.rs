//! Case files: made, made again, listed, given out.

use tizilim::pb::registry::v1 as pb;

use crate::{
    case_files::{downloaded, made},
    harness::{Account, Town},
};

pub(super) async fn case_files(town: &Town, application: &str) {
    let officer = town.raw(Account::Officer);
    let case_file = made(&officer, application).await.unwrap();
    downloaded(&officer, &case_file.sha256).await.unwrap();
    let request = pb::ListCaseFilesRequest {
        application_id: application.to_owned(),
        ..Default::default()
    };
    let mut case_files = officer.case_files();
    case_files.list_case_files(request).await.unwrap();
}
