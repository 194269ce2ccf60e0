//! Case files: made over the wire, unpacked by another reader of archives, verified by the program, and
//! always the same. What they tell is what the service tells elsewhere.

mod forwarded;
mod kept;
mod large;
mod told;

use std::{collections::BTreeMap, io::Cursor};

use tizilim::{
    case_file::verify::{VerifyArgs, VerifyFault, verify},
    demo::client::{connect, new_request_id},
    pb::registry::v1::{self as pb, download_case_file_response::Part},
};
use tonic::Status;

use crate::harness::{Account, Installation, Program, Raw, TUESDAY_MORNING, Town};

/// The BIN of the provider of a town, whose seal its case files have.
const SEALED_BY: &str = "600940000017";

/// Makes the case file of an application.
pub(crate) async fn made(raw: &Raw, application: &str) -> Result<pb::CaseFile, Status> {
    let request = pb::MakeCaseFileRequest {
        request_id: new_request_id(),
        application_id: application.to_owned(),
    };
    let answer = raw.case_files().make_case_file(request).await?;
    Ok(answer.into_inner().case_file.unwrap())
}

/// The bytes of a case file, with its header.
pub(crate) async fn downloaded(
    raw: &Raw,
    sha256: &str,
) -> Result<(pb::DownloadCaseFileHeader, Vec<u8>), Status> {
    let request = pb::DownloadCaseFileRequest {
        sha256: sha256.to_owned(),
    };
    let mut parts = raw
        .case_files()
        .download_case_file(request)
        .await?
        .into_inner();
    let mut header = None;
    let mut bytes = Vec::new();
    while let Some(part) = parts.message().await? {
        match part.part.unwrap() {
            Part::Header(sent) => assert!(header.replace(sent).is_none() && bytes.is_empty()),
            Part::Chunk(chunk) => {
                assert!(!chunk.is_empty() && chunk.len() <= 256 * 1024);
                bytes.extend(chunk);
            }
        }
    }
    Ok((header.unwrap(), bytes))
}

/// The files of a case file, as another reader of archives gives them.
pub(crate) fn unpacked(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut member = archive.by_index(place).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        files.insert(member.name().unwrap().into_owned(), bytes);
    }
    files
}

pub(crate) fn json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> serde_json::Value {
    serde_json::from_slice(&files[path]).unwrap()
}

/// What the program says of a case file, with the town's anchor.
pub(crate) async fn verified(
    installation: &Installation,
    archive: &[u8],
    sha256: Option<&str>,
) -> (String, Result<(), VerifyFault>) {
    let file = installation.path().join("case.zip");
    std::fs::write(&file, archive).unwrap();
    let arguments = VerifyArgs {
        file,
        anchor: vec![installation.path().join("anchor.pem")],
        sha256: sha256.map(str::to_owned),
        sealed_by: Some(SEALED_BY.to_owned()),
    };
    let mut report = Vec::new();
    let outcome = verify(&arguments, &mut report).await;
    (String::from_utf8(report).unwrap(), outcome)
}

/// Another process of the service on an installation, and the officer who calls it.
async fn elsewhere(installation: &Installation) -> (Program, Raw) {
    let config = installation.config_file();
    let config = config.to_str().unwrap();
    let arguments = ["serve", "--config", config, "--test-clock", TUESDAY_MORNING];
    // What is freed is given back at once: the memory of the process is what it holds.
    let variables = [("MIMALLOC_PURGE_DELAY", "0")];
    let other = Program::start(installation.path(), &arguments, &variables).await;
    let channel = connect(other.address).await.unwrap();
    let officer = Raw::new(channel, Some(installation.accounts.token(Account::Officer)));
    (other, officer)
}

/// A copy whose scan an officer looked at, granted, with everything told to everybody.
async fn granted_copy(town: &Town, share_no: u32) -> (pb::Application, pb::RegisterEntry) {
    let copy = town.filed_copy(&town.agreement(share_no)).await;
    let looked_at = town.looked_at(&copy).await;
    let entry = town.granted(&looked_at).await.entry.unwrap();
    let sent = town
        .reached(&looked_at, pb::ApplicationStage::ExtractSent)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    (sent, entry)
}

/// The case file of an application as the officer gets it.
pub(crate) async fn case_of(town: &Town, application: &str) -> (pb::CaseFile, Vec<u8>) {
    let officer = town.raw(Account::Officer);
    let case_file = made(&officer, application).await.unwrap();
    let (header, bytes) = downloaded(&officer, &case_file.sha256).await.unwrap();
    assert_eq!(header.case_file.as_ref(), Some(&case_file));
    assert_eq!(case_file.size_bytes, i64::try_from(bytes.len()).unwrap());
    (case_file, bytes)
}
