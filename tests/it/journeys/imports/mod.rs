//! Entries of a former register: brought over as a file, by the program itself, and what becomes of them.

mod at_odds;
mod away;
mod broken;
mod carrier;
mod life;
mod resumed;

pub(crate) use carrier::{Carrier, Cells, closed, former_row};

use tizilim::{
    pb::registry::v1::{
        self as pb, RegisterEntryState as State, ShareRightState as Right,
        get_register_entry_request::Key, get_share_rights_request::Key as RightsKey,
        list_share_history_request::Key as HistoryKey,
    },
    rpc::timestamp,
};
use tonic::Code;

use crate::harness::{Account, Town, moment, told_raw};

/// The entries of the cooperative that a filter finds.
async fn listed(town: &Town, filter: pb::ListRegisterEntriesRequest) -> Vec<pb::RegisterEntry> {
    let mut register = town.raw(Account::Officer).register();
    let listed = register.list_register_entries(filter).await.unwrap();
    listed.into_inner().entries
}

/// The one entry on an agreement.
pub(crate) async fn entry_on(town: &Town, agreement_number: &str) -> pb::RegisterEntry {
    let filter = pb::ListRegisterEntriesRequest {
        agreement_number: agreement_number.to_owned(),
        ..Default::default()
    };
    let [entry] = <[_; 1]>::try_from(listed(town, filter).await).unwrap();
    entry
}

#[tokio::test]
async fn what_a_file_would_do_is_said_before_it_is_done_and_a_repeat_does_nothing() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let rows = [former_row(&town, 1), former_row(&town, 2)];
    let head = town.journal_head().await;
    let (broken, told) = carrier.try_csv(&rows).await;
    assert!(broken.is_none());
    assert_eq!(
        told,
        "rows: 2; to import: 2; imported before: 0; broken: 0\n"
    );
    assert_eq!(town.journal_head().await, head, "nothing was written");

    let (broken, told) = carrier.import_csv(&rows).await;
    assert!(broken.is_none());
    assert!(told.ends_with("rows: 2; imported: 2; imported before: 0; broken: 0\n"));
    let head = town.journal_head().await;
    let (_, told) = carrier.import_csv(&rows).await;
    assert!(told.ends_with("rows: 2; imported: 0; imported before: 2; broken: 0\n"));
    // The same rows in the other format are the same rows.
    let (_, told) = carrier.import_jsonl(&rows).await;
    assert!(told.ends_with("rows: 2; imported: 0; imported before: 2; broken: 0\n"));
    assert_eq!(town.journal_head().await, head, "nothing was written again");
    // What an export tells besides is not read, so another of it is the same row.
    let exported = rows.map(|row| {
        row.with("entry_version", "2")
            .with("entered_at", "2026-11-24T05:00:00Z")
    });
    let (_, told) = carrier.import_csv(&exported).await;
    assert!(told.ends_with("rows: 2; imported: 0; imported before: 2; broken: 0\n"));
}

#[tokio::test]
async fn an_imported_entry_tells_where_it_comes_from_and_is_found_like_any_other() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let mut row = former_row(&town, 7);
    row.set("amendments", "2024-05-12 AMENDMENT 12/1");
    carrier.import_csv(&[row]).await;
    let world = &town.world;

    let entry = entry_on(&town, "2019/7").await;
    let origin = entry.origin.clone().unwrap();
    assert_eq!(entry.application_id, "");
    assert_eq!(entry.state(), State::Live);
    assert_eq!(entry.amendments[0].number, "12/1");
    assert_eq!(
        (
            origin.source.as_str(),
            origin.source_number.as_str(),
            origin.line
        ),
        (Carrier::SOURCE, "7", 2)
    );
    assert_eq!(origin.source_registered_on, "2019-06-05");
    assert_eq!(origin.act, Carrier::ACT);
    assert_eq!(origin.file_name, "rows.csv");
    assert_eq!(origin.file_sha256.len(), 64);
    assert_eq!(origin.imported_by, "operator");
    assert_eq!(origin.imported_at, entry.entered_at);

    let by_person = pb::ListRegisterEntriesRequest {
        shareholder_iin: world.shareholder.iin.as_str().to_owned(),
        ..Default::default()
    };
    let found = listed(&town, by_person).await;
    assert_eq!(found, std::slice::from_ref(&entry));
    let mut register = town.raw(Account::Portal).register();
    let request = |as_of_at| pb::GetRegisterEntryRequest {
        key: Some(Key::EntryNumber(entry.entry_number.clone())),
        as_of_at,
    };
    let read = register.get_register_entry(request(None)).await.unwrap();
    assert_eq!(read.into_inner().entry.as_ref(), Some(&entry));
    // What the register said of a moment, it says for good: before the import it held nothing.
    let before = timestamp(moment("2026-11-24T04:00:00Z"));
    let before = told_raw(register.get_register_entry(request(Some(before))).await);
    before.is(Code::NotFound, "NOT_REGISTERED_THEN");

    let rights = pb::GetShareRightsRequest {
        key: Some(RightsKey::EntryNumber(entry.entry_number.clone())),
        as_of_at: None,
    };
    let rights = register.get_share_rights(rights).await.unwrap();
    let rights = rights.into_inner().rights.unwrap();
    assert_eq!(rights.state(), Right::Claimed);
    assert_eq!(rights.holder.unwrap().iin, world.shareholder.iin.as_str());
    let history = pb::ListShareHistoryRequest {
        key: Some(HistoryKey::EntryNumber(entry.entry_number.clone())),
        ..Default::default()
    };
    let history = register.list_share_history(history).await.unwrap();
    let [record] = <[_; 1]>::try_from(history.into_inner().records).unwrap();
    assert_eq!(record.procedure(), pb::Procedure::Unspecified);
    assert_eq!(record.application_id, "");
    assert_eq!(record.origin, Some(origin));

    let extract = pb::GetExtractRequest {
        entry_id: entry.entry_id.clone(),
        entry_version: 0,
    };
    let elsewhere = told_raw(register.get_extract(extract).await);
    elsewhere.is(Code::FailedPrecondition, "EXTRACT_ELSEWHERE");
    let extract = pb::DownloadExtractRequest {
        entry_id: entry.entry_id,
        entry_version: 1,
    };
    let elsewhere = told_raw(register.download_extract(extract).await);
    elsewhere.is(Code::FailedPrecondition, "EXTRACT_ELSEWHERE");
}

#[tokio::test]
async fn only_whole_requests_of_operators_are_looked_at() {
    let town = Town::open_plainly().await;
    let mut imports = town.raw(Account::Operator).imports();
    let request = pb::ImportEntriesRequest {
        source: Some(pb::ImportSource {
            file_sha256: "0".repeat(63),
            ..Default::default()
        }),
        ..Default::default()
    };
    let told = told_raw(imports.import_entries(request).await);
    told.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    let expected = [
        "request_id",
        "source.name",
        "source.act",
        "source.file_name",
        "source.file_sha256",
        "rows",
    ];
    assert_eq!(told.paths(), expected);
    let many = pb::ImportEntriesRequest {
        rows: vec![pb::ImportRow::default(); 501],
        ..Default::default()
    };
    assert!(
        told_raw(imports.import_entries(many).await)
            .paths()
            .contains(&"rows")
    );
}
