//! A file with thirty kinds of broken rows: each is named with its line, and the others are imported only
//! if that is asked for.

use std::path::Path;

use tizilim::{courier::ImportArgs, pb::registry::v1 as pb};

use super::{
    Carrier, Cells,
    carrier::{closed, csv, former_row},
    entry_on, listed,
};
use crate::harness::Town;

/// A column, what is wrong in it, and what is told of it.
const WRONG_CELLS: [(&str, &str, &str); 24] = [
    ("source_number", "", "is required"),
    (
        "source_registered_on",
        "05.06.2019",
        "must be a date like 2026-10-23",
    ),
    (
        "source_registered_on",
        "2019-06-02",
        "must not be before the agreement",
    ),
    (
        "source_registered_on",
        "2026-11-25",
        "must not be in the future",
    ),
    (
        "provider_id",
        "nowhere",
        "must be a provider of this register",
    ),
    (
        "state",
        "ACTIVE",
        "must be LIVE, TERMINATED or OWNERSHIP_REGISTERED",
    ),
    ("agreement_number", "", "is required"),
    (
        "agreement_concluded_on",
        "2019-02-30",
        "must be a date like 2026-10-23",
    ),
    (
        "cooperative_bin",
        "600741000025",
        "must be the number of a resident legal entity's head unit",
    ),
    (
        "cooperative_name",
        "a\u{202e}b",
        "must not contain control or invisible characters",
    ),
    ("construction_object_kato", "75111000", "must have 9 digits"),
    (
        "construction_object_kato",
        "710000000",
        "must lie in the territory of the provider",
    ),
    (
        "construction_object_cadastral_number",
        "20:315",
        "must be a cadastral number like 20:315:032:150",
    ),
    (
        "construction_object_storey_count",
        "201",
        "must be from 1 to 200",
    ),
    (
        "construction_object_total_area_dm2",
        "5000.5",
        "must be a whole number",
    ),
    ("share_kind", "FLAT", "must be a known kind of share"),
    ("share_floor", "", "is required"),
    ("share_number", "№", "must have a letter or a digit"),
    ("share_area_dm2", "-1", "must be at least 1"),
    ("member_share_count", "0", "must be from 1 to 1000"),
    (
        "shareholder_iin",
        "010101300011",
        "must have a right check digit",
    ),
    (
        "shareholder_email",
        "name@",
        "must be an e-mail address like name@example.kz",
    ),
    (
        "amendments",
        "12/1",
        "must be like 2024-05-12 AMENDMENT 12/1; 2025-01-10 ASSIGNMENT 7",
    ),
    (
        "termination_on",
        "2024-01-01",
        "must be empty of an entry that stands",
    ),
];

/// The rows, and what is told of each that is broken, in the order of lines.
fn rows(town: &Town) -> (Vec<Cells>, Vec<String>) {
    let mut rows = vec![former_row(town, 1)];
    let mut told = Vec::new();
    let line = |rows: &[Cells]| rows.len() + 1;
    for (share_no, (column, cell, problem)) in (100..).zip(WRONG_CELLS) {
        rows.push(former_row(town, share_no).with(column, cell));
        told.push(format!("line {}: {column}: {problem}", line(&rows)));
    }
    // Of a closed entry column 8 must be told, all of it.
    rows.push(former_row(town, 200).with("state", "TERMINATED"));
    for column in ["termination_number", "termination_on", "termination_ground"] {
        told.push(format!("line {}: {column}: is required", line(&rows)));
    }
    // What the file says twice is broken the second time, and the first is named by its line.
    rows.push(former_row(town, 1).with("member_share_count", "2"));
    told.push(format!(
        "line {}: source_number: is that of line 2",
        line(&rows)
    ));
    rows.push(former_row(town, 1).with("source_number", "1 again"));
    let again = line(&rows);
    told.push(format!("line {again}: agreement_number: is that of line 2"));
    told.push(format!("line {again}: share_number: is that of line 2"));
    let taken = former_row(town, 1)
        .with("source_number", "1 taken")
        .with("agreement_number", "2020/1");
    rows.push(taken.clone());
    let line_of_taken = line(&rows);
    told.push(format!(
        "line {line_of_taken}: share_number: is that of line 2"
    ));
    // A closed entry after the one that followed it.
    let closed = closed(taken.with("source_number", "1 closed"), "TERMINATED");
    rows.push(closed.with("agreement_number", "2018/1"));
    told.push(format!(
        "line {}: share_number: is that of line 2",
        line(&rows)
    ));
    rows.push(former_row(town, 2));
    (rows, told)
}

/// The file, with two rows that are no rows.
fn file(rows: &[Cells], told: &mut Vec<String>) -> Vec<u8> {
    let mut text = csv(rows).into_bytes();
    let line = rows.len() + 2;
    text.extend_from_slice(b"1,2,3\r\n");
    told.push(format!(
        "line {line}: row: has 3 cells under {} columns",
        rows[0].0.len()
    ));
    let mut last = csv(&rows[..1]).lines().nth(1).unwrap().as_bytes().to_vec();
    last[1] = 0xff;
    text.extend(last);
    let first_column = rows[0].0.keys().next().unwrap();
    told.push(format!(
        "line {}: row: {first_column} is not UTF-8",
        line + 1
    ));
    text
}

/// The rows of a report below its first line.
fn outcomes(report: &Path) -> Vec<Vec<String>> {
    let mut reader = ::csv::Reader::from_path(report).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

pub(super) fn assert_told(output: &str, expected: &[String]) {
    let lines: Vec<&str> = output
        .lines()
        .filter(|line| line.starts_with("line "))
        .collect();
    for (line, expected) in lines.iter().zip(expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len(), "{output}");
}

#[tokio::test]
async fn thirty_kinds_of_broken_rows_are_named_and_the_rest_is_imported_only_if_asked_for() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let (rows, mut told) = rows(&town);
    let file = carrier.file("rows.csv", file(&rows, &mut told));
    let commit = ImportArgs {
        commit: true,
        ..carrier.args(file)
    };
    let head = town.journal_head().await;
    let report = carrier.path("report.csv");
    let judging = ImportArgs {
        report: Some(report.clone()),
        ..commit.clone()
    };
    let (broken, output) = carrier.run(&judging).await;
    assert_told(&output, &told);
    let rehearsed = outcomes(&report);
    assert_eq!(rehearsed.len(), 33);
    let to_import: Vec<_> = (2..)
        .zip(&rehearsed)
        .filter(|(_, row)| row[1] == "TO_IMPORT")
        .collect();
    assert_eq!(to_import.len(), 2, "{rehearsed:?}");
    assert!(
        to_import
            .iter()
            .all(|(line, row)| row[0] == line.to_string() && row[3].is_empty())
    );
    let broken = broken.unwrap().to_string();
    assert_eq!(broken, "broken rows: 31; nothing was imported");
    assert_eq!(town.journal_head().await, head);
    let all = pb::ListRegisterEntriesRequest::default;
    assert!(listed(&town, all()).await.is_empty());

    let skipping = ImportArgs {
        skip_broken: true,
        report: Some(report.clone()),
        ..commit
    };
    let (broken, output) = carrier.run(&skipping).await;
    assert_told(&output, &told);
    let broken = broken.unwrap().to_string();
    assert_eq!(broken, "broken rows: 31; the others were imported");
    assert!(output.ends_with("rows: 33; imported: 2; imported before: 0; broken: 31\n"));
    let number = entry_on(&town, "2019/2").await.entry_number;
    for (was, is) in rehearsed.iter().zip(outcomes(&report)) {
        let outcome = if was[1] == "TO_IMPORT" {
            "IMPORTED"
        } else {
            "BROKEN"
        };
        assert_eq!((is[1].as_str(), &is[4]), (outcome, &was[4]));
        assert!(is[2] != "2" || is[3] == number);
    }
    assert_eq!(outcomes(&report).len(), 33);
    assert_eq!(entry_on(&town, "2019/1").await.member_share_count, 1);
    assert_eq!(listed(&town, all()).await.len(), 2);
    let (_, output) = carrier.run(&skipping).await;
    assert_told(&output, &told);
    let again = outcomes(&report);
    let there = again.iter().filter(|row| row[1] == "ALREADY_THERE");
    assert_eq!(there.count(), 2, "{again:?}");
}

#[tokio::test]
async fn a_file_that_does_not_name_its_columns_is_not_read() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let text = csv(&[former_row(&town, 1)]);
    let text = text
        .replacen("state", "status", 1)
        .replacen("share_block", "share_floor", 1);
    let args = carrier.args(carrier.file("rows.csv", text));
    let fault = tizilim::courier::import(&args, &mut Vec::new()).await;
    let fault = fault.unwrap_err().to_string();
    for problem in [
        " is no column of an import",
        "state is missing",
        "share_floor is named more than once",
    ] {
        assert!(fault.contains(problem), "{fault}");
    }
    assert!(!fault.contains("status"), "{fault}");
}

#[tokio::test]
async fn a_file_without_a_line_of_columns_is_not_told_on() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let text = csv(&[former_row(&town, 1)]);
    let (_, rows) = text.split_once("\r\n").unwrap();
    let args = carrier.args(carrier.file("rows.csv", rows));
    let fault = tizilim::courier::import(&args, &mut Vec::new()).await;
    let fault = fault.unwrap_err().to_string();
    assert!(
        fault.contains("none of its cells is a column of an import (source_number, "),
        "{fault}"
    );
    let person = &town.world.shareholder;
    for personal in [person.iin.as_str(), person.surname, person.given_name] {
        assert!(!fault.contains(personal), "{fault}");
    }
}

#[tokio::test]
async fn a_quotation_mark_that_is_never_closed_does_not_fill_the_memory() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let mut text = csv(&[former_row(&town, 1)]);
    text.push_str("\"open");
    text.push_str(&"x\n".repeat(2_000_000));
    let args = carrier.args(carrier.file("rows.csv", text));
    let fault = tizilim::courier::import(&args, &mut Vec::new()).await;
    assert_eq!(fault.unwrap_err().to_string(), "line 3 cannot be read");
}

#[tokio::test]
async fn a_row_too_large_to_be_sent_is_a_broken_row_and_no_stop() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    // Together more than a request holds, and with the large one among them more than a service takes.
    let long = "2024-05-12 AMENDMENT 12/1; ".repeat(90) + "2024-05-12 AMENDMENT 12/1";
    let many = (10..260).map(|share_no| former_row(&town, share_no).with("amendments", &long));
    let mut rows: Vec<Cells> = many.collect();
    let fat = former_row(&town, 2).with("amendments", &"x".repeat(700 * 1024));
    rows.insert(200, fat);
    let (broken, output) = carrier.try_csv(&rows).await;
    assert_told(
        &output,
        &["line 202: row: has more than 128 KiB".to_owned()],
    );
    let broken = broken.unwrap().to_string();
    assert_eq!(broken, "broken rows: 1; nothing was imported");
    assert!(output.ends_with("rows: 251; to import: 250; imported before: 0; broken: 1\n"));
}
