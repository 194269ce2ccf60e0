//! A stop between any two steps of a commit, a push, an extract and a letter.

use sea_orm::{ConnectionTrait as _, Statement};
use tizilim::pb::registry::v1::ApplicationStage as Stage;

use super::site::Site;

const SHARE: u32 = 181;

/// Files, grants and waits for the letter, while the service stops dead at the point.
async fn survives(point: &str) -> Site {
    let mut site = Site::open(Some(point)).await;
    site.insist(async |site| site.file(SHARE).await).await;
    site.reached(SHARE, Stage::AwaitingSignature).await;
    site.delivered().await;
    site.insist(async |site| site.grant(SHARE).await).await;
    site.reached(SHARE, Stage::ExtractSent).await;
    site.delivered().await;
    assert_eq!(site.deaths, 1, "at {point}");
    site.check().await;
    site
}

#[tokio::test]
async fn a_stop_before_rows_are_committed() {
    for passage in 1..=6 {
        survives(&format!("commit.before:{passage}")).await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_stop_before_the_one_statement_of_a_commit() {
    for passage in [1, 2] {
        survives(&format!("commit.alone:{passage}")).await;
    }
}

#[tokio::test]
async fn a_stop_among_the_statements_of_a_commit() {
    for passage in [1, 3, 5] {
        survives(&format!("commit.rows:{passage}")).await;
    }
}

#[tokio::test]
async fn a_stop_after_a_commit_that_nobody_was_told_of() {
    for passage in 1..=6 {
        survives(&format!("commit.after:{passage}")).await;
    }
}

#[tokio::test]
async fn a_stop_between_a_push_and_the_cursor() {
    for passage in [1, 2] {
        survives(&format!("push.acknowledged:{passage}")).await;
    }
}

#[tokio::test]
async fn a_stop_while_the_days_of_stages_are_counted_counts_none_twice() {
    let site = survives("reconciliation.followed").await;
    let register = site.installation.register().await;
    let query = "SELECT CAST((SELECT sum(stages) FROM stage_day) - (SELECT count(*) FROM journal \
        WHERE kind = 'stage' AND number <= (SELECT position FROM reader_cursor \
        WHERE reader = 'reconciliation')) AS BIGINT)";
    let query = Statement::from_string(register.get_database_backend(), query);
    let row = register.query_one_raw(query).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
    register.close().await.unwrap();
}

#[tokio::test]
async fn a_stop_between_a_letter_and_its_record_repeats_the_letter_and_loses_none() {
    let site = survives("letter.sent").await;
    let letters = site.catcher.letters().unwrap();
    let identifiers: Vec<String> = letters
        .iter()
        .map(|letter| std::fs::read_to_string(letter).unwrap())
        .map(|letter| {
            let line = letter.lines().find(|line| line.starts_with("Message-ID:"));
            line.unwrap().to_owned()
        })
        .collect();
    assert_eq!(letters.len(), 2);
    assert_eq!(
        identifiers[0], identifiers[1],
        "a mailbox can tell that it is a repeat"
    );
}

#[tokio::test]
async fn an_extract_that_was_formed_and_lost_is_formed_anew_in_the_same_bytes() {
    let mut site = Site::open(Some("extract.kept")).await;
    site.insist(async |site| site.file(SHARE).await).await;
    site.reached(SHARE, Stage::AwaitingSignature).await;
    let entry = site.insist(async |site| site.grant(SHARE).await).await;
    site.died().await;
    let folder = site.installation.path().join("documents/extracts");
    let file = folder.join(&entry.entry_id).join("1.pdf");
    let before = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();

    site.reached(SHARE, Stage::ExtractSent).await;
    let (_, after) = site
        .portal()
        .download_extract(&entry.entry_id)
        .await
        .unwrap();
    assert!(after == before, "I-10");
    site.check().await;
}

#[tokio::test]
async fn a_stop_between_the_forming_and_the_keeping_of_an_extract() {
    survives("extract.rendered").await;
}
