//! The case of a scan as large as any may be and an entry that was changed fifty times, each time with a long
//! schedule of payments: it is made and given out by a process that never holds a scan, nor all that was filed.

use tizilim::{
    demo::scan,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, electronic_copy::Content,
    },
};

use super::{downloaded, elsewhere, json, made, unpacked, verified};
use crate::harness::Town;

/// As much as a document may have.
const SCAN_BYTES: usize = 50 * 1024 * 1024;
const AMENDMENTS: u32 = 50;
/// As many as an agreement may have.
const PAYMENTS: i64 = 600;
/// What the service may need besides while it makes one: less than a third of a scan.
const MAKING_KIB_MAX: u64 = 16 * 1024;
/// What the service may need besides while it sends one: less than a scan. It holds two pieces; the rest is what
/// the allocator keeps for each thread.
const SENDING_KIB_MAX: u64 = 40 * 1024;

/// A scan with a comment that makes it that large.
fn large_scan() -> Vec<u8> {
    let small = scan(981);
    let (head, rest) = small.split_at(b"%PDF-1.4\n".len());
    let line = [b"%".as_slice(), &[b'x'; 78], b"\n"].concat();
    let comment = line.repeat((SCAN_BYTES - small.len()) / line.len());
    [head, &comment, rest].concat()
}

/// An entry of that scan.
async fn entry(town: &Town) -> (String, pb::RegisterEntry) {
    let scan = large_scan();
    let document = town.portal().upload("scan.pdf", &scan).await.unwrap();
    let request = town
        .agreement(981)
        .electronic_copy(&document.document_id, &scan);
    let copy = town.portal().submit(request.unwrap()).await.unwrap();
    let copy = town.reached(&copy, Stage::InReview).await;
    let copy = town.looked_at(&copy).await;
    let mut findings = copy.findings.iter();
    assert!(!findings.any(|finding| finding.outcome() == CheckOutcome::NeedsOfficer));
    let entry = town.granted(&copy).await.entry.unwrap();
    town.reached(&copy, Stage::ExtractSent).await;
    (copy.application_id, entry)
}

/// Pays the same in as many parts as may be.
fn in_many_payments(content: &mut Content) {
    let Content::Amendment(amendment) = content else {
        panic!("no amendment");
    };
    let contribution = amendment.contribution.as_mut().unwrap();
    let last = contribution.payments.remove(0);
    let part = last.amount_tiyn / PAYMENTS;
    let parts = (1..=PAYMENTS).map(|place| pb::Payment {
        amount_tiyn: if place == PAYMENTS {
            last.amount_tiyn - part * (PAYMENTS - 1)
        } else {
            part
        },
        ..last.clone()
    });
    contribution.payments = parts.collect();
}

#[tokio::test]
async fn a_scan_of_fifty_mebibytes_and_fifty_amendments_become_a_case_file_in_a_stream() {
    let town = Town::open_plainly().await;
    let (large, entry) = entry(&town).await;
    let mut last = String::new();
    for number in 1..=AMENDMENTS {
        let amendment = town.amendment(&entry).numbered(&number.to_string());
        let changed = town.change(&amendment.with(in_many_payments)).await;
        last = changed.application_id;
    }
    town.operator().all_stages_delivered().await.unwrap();
    let (_, installation) = town.stopped().await;

    let (other, officer) = elsewhere(&installation).await;
    // What a process needs once and keeps, it has after the case of another application of the entry.
    let first = made(&officer, &last).await.unwrap();
    downloaded(&officer, &first.sha256).await.unwrap();
    let before = other.memory_peak_kib_from_now();
    let case_file = made(&officer, &large).await.unwrap();
    let making = other.memory_peak_kib().saturating_sub(before);
    let before = other.memory_peak_kib_from_now();
    let (_, bytes) = downloaded(&officer, &case_file.sha256).await.unwrap();
    let sending = other.memory_peak_kib().saturating_sub(before);
    let (lines, outcome) = verified(&installation, &bytes, Some(&case_file.sha256)).await;
    assert!(outcome.is_ok(), "{lines}");

    let files = unpacked(&bytes);
    assert!(making < MAKING_KIB_MAX, "{making} KiB to make it");
    assert!(sending < SENDING_KIB_MAX, "{sending} KiB to send it");
    let scan = large_scan();
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
