//! An import that is killed goes on when it is started again, and brings each row over once.

use std::process::{Command, Stdio};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use super::{
    Carrier, Cells,
    carrier::{csv, former_row},
};
use crate::harness::{Town, until};

const ROWS: u32 = 4_000;

async fn count(register: &DatabaseConnection, table: &str) -> i64 {
    let backend = register.get_database_backend();
    let statement = Statement::from_string(backend, format!("SELECT COUNT(*) FROM {table}"));
    let row = register.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

fn program(carrier: &Carrier, file: &std::path::Path) -> Command {
    let service = carrier.service();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tizilim"));
    command
        .arg("import")
        .arg(file)
        .args([
            "--source",
            Carrier::SOURCE,
            "--act",
            Carrier::ACT,
            "--commit",
            // It begins to write at once.
            "--skip-broken",
        ])
        .args(["--server", &service.server, "--token-file"])
        .arg(&service.token_file)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_goes_on_and_brings_each_row_over_once() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let rows: Vec<Cells> = (1..=ROWS)
        .map(|share_no| former_row(&town, share_no))
        .collect();
    let file = carrier.file("rows.csv", csv(&rows));
    let register = town.installation.register().await;

    let mut killed = program(&carrier, &file).spawn().unwrap();
    until("the first rows", async || {
        (count(&register, "register_import").await > 0).then_some(())
    })
    .await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    let before = count(&register, "register_import").await;
    assert!(
        before < i64::from(ROWS),
        "it was killed in the middle: {before}"
    );

    let again = program(&carrier, &file).status();
    assert_eq!(again.unwrap().code(), Some(0));
    for table in [
        "register_import",
        "register_entry",
        "register_entry_version",
    ] {
        assert_eq!(count(&register, table).await, i64::from(ROWS), "{table}");
    }
    let live = "share_claim WHERE state = 'LIVE'";
    assert_eq!(count(&register, live).await, i64::from(ROWS));

    let other = [former_row(&town, 1).with("share_floor", "x")];
    let broken = carrier.file("other.csv", csv(&other));
    assert_eq!(program(&carrier, &broken).status().unwrap().code(), Some(3));
    town.close().await;
}
