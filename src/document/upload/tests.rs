//! Uploads over a real store: what is stored, what is refused, and that nothing is left behind.

use std::{path::PathBuf, sync::Arc, time::Duration};

use futures_util::stream;
use ring::digest::{SHA256, digest};
use sea_orm::EntityTrait as _;
use tonic::Code;
use tonic_types::StatusExt as _;

use super::{
    super::{Document, FileName, document_by_id, store::test_files::files},
    *,
};
use crate::{
    authn, authz,
    kernel::{Bin, Clock as _, Personal},
    store::{
        journal_row,
        test_support::{Temporary, temporary},
    },
};

const COOPERATIVE: &str = "600740000012";
const REQUEST: &str = "019b5f6e-4c00-7abc-8def-0123456789ab";
const FILE_NAME: &str = "Шарт, Ахметов.pdf";
const SCAN: &[u8] = b"%PDF-1.7\n% an agreement\n%%EOF\n";

type Answer = Result<pb::UploadDocumentResponse, Status>;

/// A store of rows and one of documents.
struct Bench {
    temporary: Temporary,
    documents: Documents,
}

impl Bench {
    async fn new() -> Self {
        let temporary = temporary().await;
        let documents = Documents::local(&temporary.folder.path().join("data")).unwrap();
        Self {
            temporary,
            documents,
        }
    }

    async fn upload(&self, parts: Vec<Part>) -> Answer {
        self.upload_stream(stream::iter(messages(parts))).await
    }

    async fn upload_stream(
        &self,
        parts: impl Stream<Item = Result<pb::UploadDocumentRequest, Status>> + Send + Unpin,
    ) -> Answer {
        upload_document(&self.temporary.store, &self.documents, permit(), parts).await
    }

    fn files(&self) -> Vec<PathBuf> {
        files(&self.temporary.folder.path().join("data"))
    }

    async fn facts(&self) -> Vec<journal_row::Model> {
        let rows = journal_row::Entity::find();
        rows.all(self.temporary.store.reads()).await.unwrap()
    }

    async fn document(&self, answer: &pb::UploadDocumentResponse) -> Option<Document> {
        let id = DocumentId::parse(&answer.document_id).unwrap();
        document_by_id(self.temporary.store.reads(), id)
            .await
            .unwrap()
    }
}

fn permit() -> Permit<UploadDocument> {
    let rights = ["submit".to_owned()];
    let caller = authn::account("portal", "cooperative", COOPERATIVE, &rights).unwrap();
    authz::require(&Arc::new(caller)).unwrap()
}

fn messages(parts: Vec<Part>) -> Vec<Result<pb::UploadDocumentRequest, Status>> {
    let message = |part| Ok(pb::UploadDocumentRequest { part: Some(part) });
    parts.into_iter().map(message).collect()
}

fn header() -> pb::UploadDocumentHeader {
    pb::UploadDocumentHeader {
        request_id: REQUEST.to_owned(),
        file_name: FILE_NAME.to_owned(),
        sha256: String::new(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// A header and the content in chunks of seven bytes.
fn upload_of(header: pb::UploadDocumentHeader, content: &[u8]) -> Vec<Part> {
    let chunks = content.chunks(7).map(|chunk| Part::Chunk(chunk.to_vec()));
    [Part::Header(header)].into_iter().chain(chunks).collect()
}

fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details.error_info().unwrap().reason.clone()
}

fn fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|bad| &bad.field_violations);
    let paths = violations.into_iter().flatten();
    paths.map(|violation| violation.field.clone()).collect()
}

#[tokio::test]
async fn a_document_is_stored_with_its_row_and_its_fact() {
    let bench = Bench::new().await;
    let mut header = header();
    header.sha256 = sha256(SCAN).to_uppercase();
    let answer = bench.upload(upload_of(header, SCAN)).await.unwrap();
    let expected = pb::UploadDocumentResponse {
        document_id: answer.document_id.clone(),
        sha256: sha256(SCAN),
        size_bytes: 30,
        content_type: "application/pdf".to_owned(),
        replayed: false,
    };
    assert_eq!(answer, expected);

    let id = DocumentId::parse(&answer.document_id).unwrap();
    assert_eq!(bench.documents.read(id).await.unwrap(), SCAN);
    let now = bench.temporary.clock.now().instant;
    let expected = Document {
        id,
        cooperative: Bin::parse(COOPERATIVE).unwrap(),
        file_name: Personal::new(FileName::parse(FILE_NAME).unwrap()),
        sha256: sha256(SCAN),
        size_bytes: 30,
        content_type: "application/pdf".to_owned(),
        uploaded_at: now,
        uploaded_by: "portal".to_owned(),
    };
    let document = bench.document(&answer).await.unwrap();
    assert_eq!(document, expected);
    assert!(!format!("{document:?}").contains("Ахметов"));

    let facts = bench.facts().await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].kind, "document_stored");
    assert_eq!(facts[0].subject, id.get());
    assert_eq!(
        facts[0].body,
        format!(
            r#"{{"organisation_bin":"{COOPERATIVE}","sha256":"{}","size_bytes":30}}"#,
            sha256(SCAN)
        )
    );
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_its_bytes_are_discarded() {
    let bench = Bench::new().await;
    let first = bench.upload(upload_of(header(), SCAN)).await.unwrap();
    let repeat = bench.upload(upload_of(header(), SCAN)).await.unwrap();
    let expected = pb::UploadDocumentResponse {
        replayed: true,
        ..first.clone()
    };
    assert_eq!(repeat, expected);
    assert_eq!(bench.files().len(), 1);
    assert!(bench.files()[0].ends_with(format!("documents/{}.pdf", first.document_id)));
    assert_eq!(bench.facts().await.len(), 1);
}

#[tokio::test]
async fn equal_uploads_at_once_make_one_document() {
    let bench = Bench::new().await;
    let upload = || bench.upload(upload_of(header(), SCAN));
    let (a, b, c) = tokio::join!(upload(), upload(), upload());
    let answers = [a.unwrap(), b.unwrap(), c.unwrap()];
    let new = answers.iter().filter(|answer| !answer.replayed);
    assert_eq!(new.count(), 1);
    let id = &answers[0].document_id;
    assert!(answers.iter().all(|answer| answer.document_id == *id));
    assert_eq!(bench.files().len(), 1);
    assert!(bench.document(&answers[0]).await.is_some());
}

#[tokio::test]
async fn a_request_id_names_one_header_and_one_content() {
    let bench = Bench::new().await;
    let first = bench.upload(upload_of(header(), SCAN)).await.unwrap();
    let mut renamed = header();
    renamed.file_name = "another.pdf".to_owned();
    let other = [SCAN, b"%%EOF"].concat();
    for parts in [upload_of(renamed, SCAN), upload_of(header(), &other)] {
        let status = bench.upload(parts).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(reason(&status), "REQUEST_ID_REUSED");
    }
    assert_eq!(bench.files().len(), 1);
    assert!(bench.document(&first).await.is_some());
    assert_eq!(bench.facts().await.len(), 1);
}

/// Uploads that are not taken, with the fields that the answer names.
fn malformed() -> Vec<(Vec<Part>, &'static [&'static str])> {
    let chunk = |bytes: &[u8]| Part::Chunk(bytes.to_vec());
    let with = |change: fn(&mut pb::UploadDocumentHeader)| {
        let mut header = header();
        change(&mut header);
        upload_of(header, SCAN)
    };
    let all_wrong = pb::UploadDocumentHeader {
        request_id: "1".to_owned(),
        file_name: "/etc/passwd".to_owned(),
        sha256: "00".to_owned(),
    };
    vec![
        (vec![], &["header"]),
        (vec![chunk(SCAN)], &["header"]),
        (vec![chunk(SCAN), Part::Header(header())], &["header"]),
        (
            vec![Part::Header(header()), Part::Header(header())],
            &["header"],
        ),
        (
            vec![Part::Header(header()), chunk(SCAN), Part::Header(header())],
            &["header"],
        ),
        (vec![Part::Header(header())], &["chunk"]),
        (vec![Part::Header(header()), chunk(b"")], &["chunk"]),
        (
            vec![Part::Header(header()), chunk(SCAN), chunk(b"")],
            &["chunk"],
        ),
        (
            with(|header| *header = pb::UploadDocumentHeader::default()),
            &["header.request_id", "header.file_name"],
        ),
        (
            upload_of(all_wrong, SCAN),
            &["header.request_id", "header.file_name", "header.sha256"],
        ),
        (
            with(|header| header.sha256 = sha256(b"other")),
            &["header.sha256"],
        ),
    ]
}

#[tokio::test]
async fn a_malformed_upload_is_told_what_is_wrong_and_leaves_nothing_behind() {
    let bench = Bench::new().await;
    for (parts, expected) in malformed() {
        let status = bench.upload(parts).await.unwrap_err();
        assert_eq!(reason(&status), "INVALID_FIELDS", "{expected:?}");
        assert_eq!(fields(&status), expected);
        assert_eq!(bench.files(), Vec::<PathBuf>::new(), "{expected:?}");
    }
    let neither = Ok(pb::UploadDocumentRequest { part: None });
    let status = bench.upload_stream(stream::iter([neither])).await;
    assert_eq!(fields(&status.unwrap_err()), ["part"]);
    assert_eq!(bench.facts().await, []);
}

#[tokio::test]
async fn what_is_too_large_or_no_pdf_is_refused_and_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let chunk = |bytes: Vec<u8>| Part::Chunk(bytes);
    let mut large = vec![Part::Header(header()), chunk(SCAN.to_vec())];
    large.extend((0..50).map(|_| chunk(vec![b' '; 1024 * 1024])));
    for (parts, expected) in [
        (large, "DOCUMENT_TOO_LARGE"),
        (
            upload_of(header(), b"PK\x03\x04 a text"),
            "DOCUMENT_TYPE_NOT_ACCEPTED",
        ),
        (
            upload_of(header(), b"%PDF-1.7 cut off"),
            "DOCUMENT_TYPE_NOT_ACCEPTED",
        ),
    ] {
        let status = bench.upload(parts).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(reason(&status), expected);
        assert_eq!(bench.files(), Vec::<PathBuf>::new(), "{expected}");
    }
    assert_eq!(bench.facts().await, []);
}

#[tokio::test]
async fn an_upload_that_is_broken_off_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let mut broken = messages(upload_of(header(), SCAN));
    broken.push(Err(Status::cancelled("the client went away")));
    let status = bench.upload_stream(stream::iter(broken)).await;
    assert_eq!(status.unwrap_err().code(), Code::Cancelled);
    assert_eq!(bench.files(), Vec::<PathBuf>::new());

    let parts = stream::iter(messages(upload_of(header(), SCAN)));
    let mut endless = parts.chain(stream::pending());
    let upload = tokio::time::timeout(
        Duration::from_millis(200),
        bench.upload_stream(&mut endless),
    );
    assert!(upload.await.is_err(), "the upload waits for its end");
    let is_gone = async {
        while !bench.files().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), is_gone)
        .await
        .expect("what was staged is taken away");
    assert_eq!(bench.facts().await, []);
}

#[tokio::test]
async fn without_room_for_the_bytes_there_is_no_row() {
    let bench = Bench::new().await;
    let data = bench.temporary.folder.path().join("data");
    std::fs::write(data.join("documents"), "in the way").unwrap();
    let status = bench.upload(upload_of(header(), SCAN)).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.message(), "a fault of the service");
    assert_eq!(bench.facts().await, []);
}
