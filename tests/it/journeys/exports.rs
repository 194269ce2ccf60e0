//! The register as a file: what is in it, as of when, for whom, and that another register reads it.

use std::{collections::BTreeMap, os::unix::fs::PermissionsExt as _};

use sha2::{Digest as _, Sha256};
use tizilim::{
    courier::{ExportArgs, ExportFormat, ImportArgs, export},
    pb::registry::v1::{self as pb, export_part::Piece},
    rpc::timestamp,
};
use tonic::{Code, Status};

use super::imports::{Carrier, Cells, closed, former_row};
use crate::harness::{Account, Town, moment, told_raw};

/// The bytes of an export without shareholders, with its summary.
async fn exported(
    town: &Town,
    account: Account,
    selection: pb::ExportSelection,
) -> Result<(Vec<u8>, pb::ExportSummary), Status> {
    let request = pb::ExportRegisterRequest {
        selection: Some(selection),
    };
    let mut exports = town.raw(account).exports();
    let mut parts = exports.export_register(request).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(part) = parts.message().await? {
        match part.part.unwrap().piece.unwrap() {
            Piece::Header(header) => assert!(bytes.is_empty() && !header.file_name.is_empty()),
            Piece::Chunk(chunk) => bytes.extend(chunk),
            Piece::Summary(summary) => {
                assert_eq!(summary.sha256, hex::encode(Sha256::digest(&bytes)));
                return Ok((bytes, summary));
            }
        }
    }
    panic!("an export without a summary")
}

/// The rows of a file by the names of their columns.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

/// A file with the shareholders, as the program writes it.
async fn file_with_shareholders(town: &Town, carrier: &Carrier) -> std::path::PathBuf {
    let output = carrier.file("export.csv", "");
    let args = ExportArgs {
        output: output.clone(),
        format: ExportFormat::Csv,
        provider: None,
        as_of: None,
        with_shareholders: true,
        service: carrier.service_of(town, Account::Officer),
    };
    export(&args, &mut Vec::new()).await.unwrap();
    output
}

#[tokio::test]
async fn an_export_tells_the_versions_of_its_moment_and_no_shareholder() {
    let town = Town::open_plainly().await;
    let entry = town.entry(551).await;
    town.advance("2026-11-24T05:10:00Z").await;
    town.change(&town.amendment(&entry)).await;
    town.entry(552).await;
    town.advance("2026-11-24T05:20:00Z").await;
    let (bytes, summary) = exported(&town, Account::Operator, pb::ExportSelection::default())
        .await
        .unwrap();
    let now = rows(&bytes);
    assert_eq!((summary.entries, now.len()), (2, 2));
    let amended = &now[0];
    assert_eq!(amended["source_number"], entry.entry_number);
    assert_eq!(amended["source_registered_on"], "2026-11-24");
    assert_eq!(amended["entry_version"], "2");
    assert_eq!(amended["amendments"], "2026-11-24 AMENDMENT 1");
    assert_eq!(
        (amended["share_number"].as_str(), amended["state"].as_str()),
        ("551", "LIVE")
    );
    assert!(
        !amended
            .keys()
            .any(|column| column.starts_with("shareholder_"))
    );
    let text = String::from_utf8(bytes).unwrap();
    for personal in [
        town.world.shareholder.iin.as_str(),
        town.world.shareholder.surname,
    ] {
        assert!(!text.contains(personal));
    }

    let then = pb::ExportSelection {
        as_of_at: Some(timestamp(moment("2026-11-24T05:05:00Z"))),
        ..Default::default()
    };
    let (bytes, _) = exported(&town, Account::Operator, then).await.unwrap();
    let [first] = <[_; 1]>::try_from(rows(&bytes)).unwrap();
    assert_eq!(
        (
            first["entry_version"].as_str(),
            first["amendments"].as_str()
        ),
        ("1", "")
    );
}

#[tokio::test]
async fn everybody_exports_what_is_his_own_and_persons_only_with_the_right() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    carrier.import_csv(&[former_row(&town, 1)]).await;
    let of = |id: &str| pb::ExportSelection {
        provider_id: id.to_owned(),
        ..Default::default()
    };
    for (account, count) in [
        (Account::Portal, 1),
        (Account::Neighbour, 0),
        (Account::Officer, 1),
        (Account::Stranger, 0),
        (Account::Agency, 1),
    ] {
        let (_, summary) = exported(&town, account, of("")).await.unwrap();
        assert_eq!(summary.entries, count, "{account:?}");
    }
    let own = town.world.provider.id;
    let foreign = told_raw(exported(&town, Account::Stranger, of(own)).await);
    assert_eq!(foreign.code, Code::PermissionDenied);
    let unknown = told_raw(exported(&town, Account::Officer, of("nowhere")).await);
    unknown.is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
    let wrong = pb::ExportSelection {
        as_of_at: Some(timestamp(moment("2027-01-01T00:00:00Z"))),
        format: 9,
        ..Default::default()
    };
    let wrong = told_raw(exported(&town, Account::Officer, wrong).await);
    assert_eq!(wrong.paths(), ["selection.as_of_at", "selection.format"]);

    let head = town.journal_head().await;
    let file = file_with_shareholders(&town, &carrier).await;
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
    let [row] = <[_; 1]>::try_from(rows(&std::fs::read(file).unwrap())).unwrap();
    assert_eq!(row["shareholder_iin"], town.world.shareholder.iin.as_str());
    assert_eq!(town.journal_head().await, head + 2, "begun and ended");
    let denied = ExportArgs {
        output: carrier.file("denied.csv", "as it was"),
        format: ExportFormat::Parquet,
        provider: None,
        as_of: None,
        with_shareholders: true,
        service: carrier.service(),
    };
    let told = export(&denied, &mut Vec::new()).await.unwrap_err();
    assert!(told.to_string().contains("PERMISSION_DENIED"), "{told}");
    assert_eq!(std::fs::read_to_string(denied.output).unwrap(), "as it was");
    let mut left = std::fs::read_dir(carrier.path("")).unwrap();
    let is_unfinished = |name: std::ffi::OsString| name.to_string_lossy().starts_with('.');
    assert!(!left.any(|file| is_unfinished(file.unwrap().file_name())));
}

/// What differs between two registers that hold the same.
const OWN: [&str; 4] = [
    "source_number",
    "source_registered_on",
    "entry_version",
    "entered_at",
];

async fn told_by(town: &Town, carrier: &Carrier) -> Vec<BTreeMap<String, String>> {
    let file = file_with_shareholders(town, carrier).await;
    let mut rows = rows(&std::fs::read(file).unwrap());
    for row in &mut rows {
        for column in OWN {
            assert!(row.remove(column).is_some(), "{column}");
        }
    }
    rows
}

#[tokio::test]
async fn what_one_register_exports_another_imports_and_exports_again() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let ended = closed(former_row(&town, 1), "TERMINATED");
    let follower = former_row(&town, 1)
        .with("source_number", "1/2")
        .with("agreement_number", "2024/1")
        .with(
            "amendments",
            "2024-05-12 AMENDMENT 12/1; 2025-01-10 ASSIGNMENT 7",
        )
        .with("construction_object_technical_characteristics", "'=1+1")
        .with("share_floor", "-2");
    let owned = closed(former_row(&town, 2), "OWNERSHIP_REGISTERED").with("share_block", "");
    carrier.import_csv(&[ended, follower, owned]).await;
    town.advance("2026-11-24T05:10:00Z").await;
    let entry = town.entry(553).await;
    town.change(&town.assignment(&entry, &town.world.rival))
        .await;
    let told = told_by(&town, &carrier).await;
    assert_eq!(told.len(), 4);

    let other = Town::open_plainly().await;
    let there = Carrier::of(&other);
    let import = ImportArgs {
        commit: true,
        ..there.args(carrier.path("export.csv"))
    };
    let (broken, output) = there.run(&import).await;
    assert!(broken.is_none(), "{output}");
    assert_eq!(told_by(&other, &there).await, told);
}

#[tokio::test]
async fn an_export_goes_on_over_all_pages_in_both_formats() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let rows_of_file: Vec<Cells> = (1..=600)
        .map(|share_no| former_row(&town, share_no))
        .collect();
    carrier.import_csv(&rows_of_file).await;
    let (bytes, summary) = exported(&town, Account::Operator, pb::ExportSelection::default())
        .await
        .unwrap();
    assert_eq!(summary.entries, 600);
    let mut numbers: Vec<u32> = rows(&bytes)
        .iter()
        .map(|row| row["share_number"].parse().unwrap())
        .collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=600), "each once");
    let parquet = pb::ExportSelection {
        format: pb::ExportFormat::Parquet.into(),
        ..Default::default()
    };
    let (bytes, summary) = exported(&town, Account::Operator, parquet).await.unwrap();
    assert_eq!(summary.entries, 600);
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
}
