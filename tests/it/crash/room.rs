//! There is no room for what the service writes, and then there is: documents on either engine, and
//! the register where it is a file.

use std::{path::Path, time::Duration};

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, upload_document_request::Part},
};
use tokio_stream::iter;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::site::Site;
use crate::harness::{Account, Told};

const FIRST_SHARE: u32 = 211;
/// Less than a register's file has from the beginning.
const ROOM: u64 = 64 * 1024;

/// An upload that is larger than the room.
fn upload() -> [pb::UploadDocumentRequest; 2] {
    let header = Part::Header(pb::UploadDocumentHeader {
        request_id: new_request_id(),
        file_name: "scan.pdf".to_owned(),
        sha256: String::new(),
    });
    let bytes = [b"%PDF-1.7\n", vec![b' '; 200_000].as_slice(), b"%%EOF"].concat();
    [header, Part::Chunk(bytes)].map(|part| pb::UploadDocumentRequest { part: Some(part) })
}

async fn uploaded(
    site: &Site,
    upload: &[pb::UploadDocumentRequest],
) -> Result<pb::UploadDocumentResponse, Status> {
    let mut raw = site.raw(Account::Portal).applications();
    let answer = raw.upload_document(iter(upload.to_vec())).await?;
    Ok(answer.into_inner())
}

fn is_asked_to_come_again(status: &Status) {
    Told::of(status).is(Code::Unavailable, "TRY_AGAIN");
    let details = status.get_error_details();
    let delay = details.retry_info().unwrap().retry_delay;
    assert_eq!(delay, Some(Duration::from_secs(1)));
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[tokio::test]
async fn without_room_nothing_is_taken_and_nothing_lost_until_there_is_room() {
    let mut site = Site::open(None).await;
    let (first, second) = (FIRST_SHARE, FIRST_SHARE + 1);
    site.file(first).await.unwrap();
    site.reached(first, Stage::AwaitingSignature).await;
    let upload = upload();
    let documents = site.installation.path().join("documents/documents");

    site.limit_files(Some(ROOM));
    is_asked_to_come_again(&uploaded(&site, &upload).await.unwrap_err());
    assert_eq!(names(&documents), Vec::<String>::new());
    let filed = site.file(second).await;
    if site.installation.url().starts_with("sqlite:") {
        is_asked_to_come_again(&filed.unwrap_err());
    }
    site.portal().application(&site.id(first)).await.unwrap();

    site.limit_files(None);
    let document = uploaded(&site, &upload).await.unwrap();
    assert!(!document.replayed);
    assert_eq!(names(&documents), [format!("{}.pdf", document.document_id)]);
    site.insist(async |site| site.file(second).await).await;
    site.reached(second, Stage::AwaitingSignature).await;
    assert_eq!(site.deaths, 0, "without a restart");
    site.check().await;
}
