//! Rows of one file that are at odds with each other: found before anything is written, and told the same
//! wherever a request ends.

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};

use super::{Carrier, Cells, broken::assert_told, carrier::former_row};
use crate::harness::{Account, Town};

#[tokio::test]
async fn rows_at_odds_are_told_the_same_wherever_a_request_ends() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    // The same row again, its share under other numbers, one of these again, and the share of that row.
    let at_odds = |first: &Cells| {
        let again = first.clone();
        let other = first.clone().with("agreement_number", "2020/1");
        let third = other.clone().with("share_number", "900");
        let fourth = third
            .clone()
            .with("source_number", "4")
            .with("agreement_number", "2020/4");
        [
            again,
            other.with("source_number", "2"),
            third.with("source_number", "2"),
            fourth,
        ]
    };
    for between in [0, 300] {
        let first = former_row(&town, 1);
        let mut rows = vec![first.clone()];
        rows.extend((1001..1001 + between).map(|share_no| former_row(&town, share_no)));
        rows.extend(at_odds(&first));
        let (broken, output) = carrier.try_csv(&rows).await;
        assert_eq!(
            broken.unwrap().to_string(),
            "broken rows: 4; nothing was imported"
        );
        let line = |row: u32| 3 + between + row;
        let told = [
            format!("line {}: source_number: is that of line 2", line(0)),
            format!("line {}: share_number: is that of line 2", line(1)),
            format!(
                "line {}: source_number: is that of line {}",
                line(2),
                line(1)
            ),
            format!(
                "line {}: share_number: is that of line {}",
                line(3),
                line(2)
            ),
        ];
        assert_told(&output, &told);
    }
}

/// The service itself, asked for rows of one request, and what it names.
#[tokio::test]
async fn a_row_of_the_same_request_is_named_by_its_line_since_its_entry_is_not_made() {
    let town = Town::open_plainly().await;
    let rows = [
        former_row(&town, 1),
        former_row(&town, 1).with("source_number", "2"),
        former_row(&town, 3).with("source_number", "1"),
    ];
    let rows = (2..).zip(rows).map(|(line, row)| pb::ImportRow {
        line,
        columns: row.columns(),
    });
    let mut request = pb::ImportEntriesRequest {
        request_id: new_request_id(),
        validate_only: true,
        source: Some(pb::ImportSource {
            name: Carrier::SOURCE.to_owned(),
            act: Carrier::ACT.to_owned(),
            file_name: "rows.csv".to_owned(),
            file_sha256: "0".repeat(64),
        }),
        rows: rows.collect(),
    };
    for validate_only in [true, false] {
        request.validate_only = validate_only;
        let mut imports = town.raw(Account::Operator).imports();
        let answer = imports.import_entries(request.clone()).await.unwrap();
        let told: Vec<_> = answer
            .into_inner()
            .verdicts
            .into_iter()
            .flat_map(|verdict| verdict.problems)
            .map(|problem| (problem.column, problem.problem))
            .collect();
        let line_2 = "is that of line 2".to_owned();
        let columns = ["agreement_number", "share_number", "source_number"];
        assert_eq!(
            told,
            columns.map(|column| (column.to_owned(), line_2.clone()))
        );
    }
}

#[tokio::test]
async fn rows_far_apart_that_are_at_odds_are_found_before_anything_is_written() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let mut rows: Vec<Cells> = (1..=600)
        .map(|share_no| former_row(&town, share_no))
        .collect();
    rows.push(rows[0].clone().with("source_number", "again"));
    let head = town.journal_head().await;
    let (broken, output) = carrier.import_csv(&rows).await;
    let told = [
        "line 602: agreement_number: is that of line 2",
        "line 602: share_number: is that of line 2",
    ];
    assert_told(&output, &told.map(str::to_owned));
    let broken = broken.unwrap().to_string();
    assert_eq!(broken, "broken rows: 1; nothing was imported");
    assert_eq!(town.journal_head().await, head);
}
