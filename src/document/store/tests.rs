//! What lies on the disk after a document was stored, and after it was not.

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf};

use super::{test_files::files, *};
use crate::kernel::{IdSource as _, SystemIds};

fn id() -> DocumentId {
    SystemIds::default()
        .next("2026-03-20T13:30:00Z".parse().unwrap())
        .into()
}

#[tokio::test]
async fn a_document_is_read_as_it_was_written_whatever_the_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::local(folder.path()).unwrap();
    let whole: Vec<u8> = (0..=u8::MAX).cycle().take(2 * PART_BYTES + 1).collect();
    for piece in [PART_BYTES, PART_BYTES + 1, 700_001, whole.len()] {
        let id = id();
        let mut upload = documents.upload(id).await.unwrap();
        for bytes in whole.chunks(piece) {
            upload.write(bytes).await.unwrap();
            assert!(upload.part.capacity() <= PART_BYTES);
        }
        upload.finish().await.unwrap();
        assert!(documents.read(id).await.unwrap() == whole);
    }
}

#[tokio::test]
async fn an_upload_is_not_there_before_it_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::local(folder.path()).unwrap();
    let id = id();
    let mut upload = documents.upload(id).await.unwrap();
    upload.write(&vec![7; PART_BYTES]).await.unwrap();
    let fault = documents.read(id).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Corrupt { .. }));
    upload.finish().await.unwrap();
    assert_eq!(documents.read(id).await.unwrap().len(), PART_BYTES);
}

#[tokio::test]
async fn an_aborted_upload_and_a_discarded_document_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::local(folder.path()).unwrap();
    let mut upload = documents.upload(id()).await.unwrap();
    upload.write(&vec![7; PART_BYTES]).await.unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    upload.abort().await;
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());

    let id = id();
    documents.upload(id).await.unwrap().finish().await.unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    documents.discard(id).await;
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_object_is_put_again_and_got() {
    const KEY: &str = "extracts/019b5f6e-4c00-7abc-8def-0123456789ab/1.pdf";
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::local(folder.path()).unwrap();
    assert_eq!(documents.get(KEY).await.unwrap(), None);
    for _ in 0..2 {
        documents.put(KEY, b"the same".to_vec()).await.unwrap();
        assert_eq!(documents.get(KEY).await.unwrap().unwrap(), b"the same");
    }
    assert_eq!(files(folder.path()), [folder.path().join(KEY)]);
}

#[tokio::test]
async fn no_key_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::local(&folder.path().join("documents")).unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    assert!(documents.get("../secret").await.is_err());
    assert!(
        documents
            .put("extracts/../../secret", Vec::new())
            .await
            .is_err()
    );
    let secret = std::fs::read_to_string(folder.path().join("secret")).unwrap();
    assert_eq!(secret, "secret");
}

#[test]
fn the_folder_is_made_for_its_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data/documents");
    Documents::local(&folder).unwrap();
    Documents::local(&folder).unwrap();
    for made in [folder.parent().unwrap(), &folder] {
        let mode = made.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    std::fs::write(parent.path().join("file"), "").unwrap();
    assert!(Documents::local(&parent.path().join("file")).is_err());
}
