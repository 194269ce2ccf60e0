//! When a lease goes from one process to another: within the lease time and one look of who waits, and
//! never before it ends; and what a process may do that does not hold it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use tizilim::{pb::registry::v1 as pb, rpc::timestamp};
use tonic::Code;

use super::fleet::{Fleet, LEASE_SECONDS, LEASES, number};
use crate::harness::{Account, Told, moment, until};

const SHARE: u32 = 401;
/// Who waits for a lease looks at it again after this at the latest.
const LOOK_MS: i64 = 1_000;
/// By the clock that leases end by.
const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// A lease, in milliseconds by the database's clock.
struct Held {
    holder: String,
    since: i64,
    until: i64,
}

async fn leases(register: &DatabaseConnection) -> BTreeMap<String, Held> {
    let query = "SELECT name, holder, since_ms, expires_ms FROM lease";
    let query = Statement::from_string(register.get_database_backend(), query);
    let rows = register.query_all_raw(query).await.unwrap();
    let leases = rows.iter().map(|row| {
        let held = Held {
            holder: row.try_get("", "holder").unwrap(),
            since: row.try_get("", "since_ms").unwrap(),
            until: row.try_get("", "expires_ms").unwrap(),
        };
        (row.try_get("", "name").unwrap(), held)
    });
    leases.collect()
}

/// All that the register holds, by table; of leases who took them, and not until when they last.
pub(super) async fn content(fleet: &Fleet) -> BTreeMap<String, String> {
    let register = fleet.installation.register().await;
    let backend = register.get_database_backend();
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    let tables = register
        .query_all_raw(Statement::from_string(backend, tables))
        .await
        .unwrap();
    let mut content = BTreeMap::new();
    for table in &tables {
        let table: String = table.try_get_by_index(0).unwrap();
        let row = if table == "lease" {
            "(t.name, t.holder, t.fence)"
        } else {
            "t"
        };
        let query = format!(
            "SELECT coalesce(md5(string_agg({row}::text, '|' ORDER BY {row}::text)), '') \
             FROM {table} AS t"
        );
        let query = Statement::from_string(backend, query);
        let sum = register.query_one_raw(query).await.unwrap().unwrap();
        content.insert(table, sum.try_get_by_index(0).unwrap());
    }
    register.close().await.unwrap();
    assert!(content.len() > 10, "{content:?}");
    content
}

/// Ends or freezes the holder of all leases, and waits until others have them.
async fn gone(fleet: &Fleet, stop: impl FnOnce()) {
    let register = fleet.installation.register().await;
    stop();
    let stopped = number(&register, NOW).await;
    let before = leases(&register).await;
    assert!(before.values().all(|lease| lease.holder == "a"));
    fleet.taken_over("a", "b").await;
    for (name, lease) in leases(&register).await {
        assert!(lease.since >= before[&name].until, "{name}: was held");
        let gap = lease.since - stopped;
        assert!(gap <= 1_000 * LEASE_SECONDS + LOOK_MS, "{name}: {gap} ms");
    }
    register.close().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_the_holder_is_killed_others_have_its_leases_within_the_lease_time() {
    let fleet = Fleet::of(&["a", "b", "c"]).await;
    gone(&fleet, fleet.replica("a").program.killer()).await;
    fleet.whole_job("b", SHARE).await;
    fleet.check("c", 1).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn when_the_holder_freezes_others_have_its_leases_within_the_lease_time() {
    let fleet = Fleet::of(&["a", "b", "c"]).await;
    let holder = fleet.replica("a");
    gone(&fleet, || holder.program.signal("STOP")).await;
    fleet.whole_job("b", SHARE).await;
    fleet.check("c", 1).await;
    let before = content(&fleet).await;
    holder.program.signal("CONT");
    until("its knowledge of the loss", async || {
        let lost = fleet.log().matches("a lease was lost").count();
        (lost >= 4).then_some(())
    })
    .await;
    fleet.check("a", 1).await;
    assert_eq!(content(&fleet).await, before, "it wrote nothing");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn the_acceptance_clock_moves_only_where_the_leases_are() {
    let fleet = Fleet::of(&["a", "b"]).await;
    let advance = pb::AdvanceClockRequest {
        to_at: Some(timestamp(moment("2026-11-24T06:00:00Z"))),
    };
    let mut elsewhere = fleet.raw("b", Account::Operator).operations();
    let refused = elsewhere.advance_clock(advance).await.unwrap_err();
    Told::of(&refused).is(Code::FailedPrecondition, "LEASE_ELSEWHERE");
    let status = elsewhere.get_status(pb::GetStatusRequest {}).await.unwrap();
    let now = timestamp(fleet.world.begins_at);
    assert_eq!(status.into_inner().now_at, Some(now), "it stands still");

    let mut here = fleet.raw("a", Account::Operator).operations();
    let moved = here.advance_clock(advance).await.unwrap().into_inner();
    assert_eq!(moved.now_at, advance.to_at);
}

#[test]
fn operators_read_what_each_lease_is_for() {
    let handbook = include_str!("../../../docs/OPERATING.md");
    for lease in LEASES {
        assert!(handbook.contains(&format!("\n| `{lease}` | ")), "{lease}");
    }
}
