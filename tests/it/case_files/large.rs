//! The case of a scan as large as any may be and an entry that was changed fifty times: another process
//! gives it out, byte for byte the same, and never holds a scan.

use tizilim::{
    demo::{client::connect, scan},
    pb::registry::v1::{ApplicationStage as Stage, CheckOutcome},
};

use super::{case_of, downloaded, json, unpacked, verified};
use crate::harness::{Account, Program, Raw, TUESDAY_MORNING, Town};

/// As much as a document may have.
const SCAN_BYTES: usize = 50 * 1024 * 1024;
const AMENDMENTS: u32 = 50;
/// What the service may need besides, while it sends; less than half a scan.
const MEMORY_KIB_MAX: u64 = 20 * 1024;

/// A scan with a comment that makes it that large.
fn large_scan() -> Vec<u8> {
    let small = scan(981);
    let (head, rest) = small.split_at(b"%PDF-1.4\n".len());
    let line = [b"%".as_slice(), &[b'x'; 78], b"\n"].concat();
    let comment = line.repeat((SCAN_BYTES - small.len()) / line.len());
    [head, &comment, rest].concat()
}

#[tokio::test]
async fn a_scan_of_fifty_mebibytes_and_fifty_amendments_leave_in_a_stream() {
    let town = Town::open_plainly().await;
    let scan = large_scan();
    let document = town.portal().upload("scan.pdf", &scan).await.unwrap();
    let request = town
        .agreement(981)
        .electronic_copy(&document.document_id, &scan);
    let copy = town.portal().submit(request.unwrap()).await.unwrap();
    let copy = town.reached(&copy, Stage::InReview).await;
    let copy = town.looked_at(&copy).await;
    let open = |outcome| {
        copy.findings
            .iter()
            .any(|finding| finding.outcome() == outcome)
    };
    assert!(!open(CheckOutcome::NeedsOfficer));
    let entry = town.granted(&copy).await.entry.unwrap();
    town.reached(&copy, Stage::ExtractSent).await;
    for number in 1..=AMENDMENTS {
        let amendment = town.amendment(&entry).numbered(&number.to_string());
        town.change(&amendment).await;
    }
    town.operator().all_stages_delivered().await.unwrap();
    let (case_file, bytes) = case_of(&town, &copy.application_id).await;
    let (_, installation) = town.stopped().await;

    let config = installation.config_file();
    let config = config.to_str().unwrap();
    let arguments = ["serve", "--config", config, "--test-clock", TUESDAY_MORNING];
    let other = Program::start(installation.path(), &arguments, &[]).await;
    let channel = connect(other.address).await.unwrap();
    let officer = Raw::new(channel, Some(installation.accounts.token(Account::Officer)));
    let before = other.memory_peak_kib_from_now();
    let (_, same) = downloaded(&officer, &case_file.sha256).await.unwrap();
    let grown = other.memory_peak_kib().saturating_sub(before);
    assert!(
        grown < MEMORY_KIB_MAX,
        "{grown} KiB for {} bytes",
        same.len()
    );
    assert!(same == bytes, "another process gives out other bytes");

    let (lines, outcome) = verified(&installation, &same, Some(&case_file.sha256)).await;
    assert!(outcome.is_ok(), "{lines}");
    let files = unpacked(&same);
    assert!(
        files.values().any(|file| *file == scan),
        "the scan is in it"
    );
    let versions = json(&files, "entry-versions.json");
    let versions = versions.as_array().unwrap().len();
    assert_eq!(versions, usize::try_from(AMENDMENTS + 1).unwrap());
    let extracts = files.keys().filter(|path| path.starts_with("extracts/"));
    assert_eq!(extracts.count(), versions);
}
