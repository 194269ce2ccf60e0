//! The holder of the leases dies or freezes in the middle of each kind of background work.

use super::{fleet::Fleet, handover::content};
use crate::harness::until;

const SHARE: u32 = 201;

/// The holder dies at the point in the middle of its work on an application that another process is
/// called about.
async fn goes_on_after_a_death(point: &str) -> Fleet {
    let fleet = Fleet::with_mishap("TIZILIM_CRASH_AT", point).await;
    fleet.whole_job("b", SHARE).await;
    until("the death of the holder", async || {
        fleet.replica("a").program.has_ended().then_some(())
    })
    .await;
    fleet.taken_over("a", "b").await;
    fleet.check("c", 1).await;
    fleet
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_the_registrar_dies_in_a_check_another_checks() {
    goes_on_after_a_death("checks.begun").await;
    goes_on_after_a_death("execute.fenced").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_the_push_dies_before_its_cursor_moves_another_repeats_what_is_dropped() {
    let fleet = goes_on_after_a_death("push.acknowledged").await;
    assert!(fleet.duplicates().await > 0, "the dead one had pushed");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_the_counter_dies_before_it_commits_another_counts_each_application_once() {
    goes_on_after_a_death("statistics.counted").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_counter_that_was_frozen_before_it_committed_counts_nothing_twice() {
    writes_nothing_when_it_wakes("statistics.counted").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_an_extract_s_clerk_dies_another_forms_it_and_one_letter_leaves() {
    let fleet = goes_on_after_a_death("extract.kept").await;
    assert_eq!(fleet.catcher.letters().unwrap().len(), 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_a_letter_s_clerk_dies_before_the_record_another_sends_the_same_letter() {
    let fleet = goes_on_after_a_death("letter.sent").await;
    let letters = fleet.catcher.letters().unwrap();
    let identifiers = letters.iter().map(|letter| {
        let letter = std::fs::read_to_string(letter).unwrap();
        let line = letter.lines().find(|line| line.starts_with("Message-ID:"));
        line.unwrap().to_owned()
    });
    let identifiers: Vec<String> = identifiers.collect();
    assert_eq!(identifiers.len(), 2);
    assert_eq!(identifiers[0], identifiers[1]);
}

/// The holder freezes at the point for longer than its lease, and wakes when others have done its work.
async fn writes_nothing_when_it_wakes(point: &str) -> Fleet {
    let fleet = Fleet::with_mishap("TIZILIM_FREEZE_AT", point).await;
    fleet.whole_job("b", SHARE).await;
    until("the freeze", async || {
        fleet.replica("a").program.is_frozen().then_some(())
    })
    .await;
    fleet.taken_over("a", "b").await;
    fleet.check("b", 1).await;
    let before = fleet.holders("b").await;
    let content = content(&fleet).await;

    fleet.replica("a").program.signal("CONT");
    until("the end of what it had begun", async || {
        fleet.log().contains("frozen and woken").then_some(())
    })
    .await;
    until("its knowledge of the loss", async || {
        let lost = fleet.log().matches("a lease was lost").count();
        (lost >= 4).then_some(())
    })
    .await;
    fleet.check("a", 1).await;
    assert_eq!(fleet.holders("a").await, before, "it waits for its turn");
    assert_eq!(self::content(&fleet).await, content, "it wrote nothing");
    // A second job finds nothing in its way.
    fleet.whole_job("a", SHARE + 1).await;
    fleet.check("c", 2).await;
    fleet
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_registrar_that_was_frozen_over_its_decision_commits_nothing() {
    writes_nothing_when_it_wakes("execute.fenced").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_push_that_was_frozen_before_its_cursor_moved_leaves_duplicates_only() {
    let fleet = writes_nothing_when_it_wakes("push.acknowledged").await;
    assert!(fleet.duplicates().await > 0);
    let lost = "another process took the lease, or an operator moved the cursor";
    until("the refusal of its cursor", async || {
        fleet.log().contains(lost).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_clerk_that_was_frozen_before_it_recorded_an_extract_changes_nothing() {
    let fleet = writes_nothing_when_it_wakes("extract.kept").await;
    assert_eq!(
        fleet.catcher.letters().unwrap().len(),
        2,
        "one for each job"
    );
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_process_frozen_in_a_transaction_stops_the_others_for_seconds_only() {
    // With its rows and the journal's head locked.
    let fleet = Fleet::with_mishap("TIZILIM_FREEZE_AT", "commit.before").await;
    fleet.whole_job("b", SHARE).await;
    assert!(fleet.replica("a").program.is_frozen());
    fleet.taken_over("a", "b").await;
    fleet.replica("a").program.signal("CONT");
    fleet.whole_job("a", SHARE + 1).await;
    fleet.check("a", 2).await;
}
