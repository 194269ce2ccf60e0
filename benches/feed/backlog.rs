//! Makes a backlog: stages of more applications like one that the service itself recorded, as they would
//! have gathered in the journal while the monitoring system was away. Only the journal knows of them.

use std::ops::Range;

use sea_orm::ConnectionTrait as _;

use crate::kit::{arguments::Engine, database::Database};

/// How many stages an application has once its checks have passed.
pub(crate) const STAGES_EACH: i64 = 4;
/// So many applications are made by one transaction.
const CHUNK: i64 = 25_000;

/// Where the stages of the one application stand in the journal.
const SAMPLE: &str = "SELECT min(number) FROM journal WHERE kind = 'stage'";
const HEAD: &str = "SELECT number FROM journal_head";

/// Adds about so many stages to a journal that no process uses; tells how many.
pub(crate) async fn add(database: &Database, stages: i64) -> i64 {
    let connection = database.connect().await;
    let applications = stages / STAGES_EACH;
    let sample = sample(database).await;
    let head = database.count(HEAD).await;
    for from in (0..applications).step_by(CHUNK as usize) {
        let to = applications.min(from + CHUNK);
        let statements: Vec<_> = (1..)
            .zip(&sample)
            .map(|(place, number)| insert(database.engine, *number, head, place, from..to))
            .collect();
        let last = head + to * STAGES_EACH;
        let statements = statements.join(";");
        let chunk = format!("BEGIN; {statements}; UPDATE journal_head SET number = {last}; COMMIT");
        connection.execute_unprepared(&chunk).await.unwrap();
    }
    // All other readers went on while the monitoring system was away.
    let moved = "UPDATE reader_cursor SET version = version + 1, \
                 position = (SELECT number FROM journal_head) WHERE reader <> 'monitoring'";
    connection.execute_unprepared(moved).await.unwrap();
    if database.engine == Engine::Postgres {
        let known = "VACUUM ANALYZE journal";
        connection.execute_unprepared(known).await.unwrap();
    }
    database.settle().await;
    applications * STAGES_EACH
}

/// The numbers of the stages of the first application, in order.
async fn sample(database: &Database) -> Vec<i64> {
    let first = database.count(SAMPLE).await;
    let of_it = format!(
        "FROM journal WHERE kind = 'stage' \
         AND subject = (SELECT subject FROM journal WHERE number = {first})"
    );
    let count = database.count(&format!("SELECT count(*) {of_it}")).await;
    assert_eq!(count, STAGES_EACH, "its checks have passed");
    let mut numbers = vec![first];
    while let Some(last) = numbers.last().filter(|_| numbers.len() < count as usize) {
        let next = format!("SELECT min(number) {of_it} AND number > {last}");
        numbers.push(database.count(&next).await);
    }
    numbers
}

/// One stage of each of these applications, whose place among the stages of its application is the same.
fn insert(engine: Engine, sample: i64, head: i64, place: i64, applications: Range<i64>) -> String {
    let Range { start, end } = applications;
    let number = format!("({head} + {place} + n * {STAGES_EACH})");
    let application = format!("({head} + n * {STAGES_EACH})");
    // The ids are of another time than those that the service makes.
    let (subject, event, name) = match engine {
        Engine::Sqlite => (
            format!("unhex(printf('01900000000070008000%012x', {application}))"),
            format!("printf('01900000-0000-7000-8000-%012x', {number})"),
            format!("printf('B-%012d', {application})"),
        ),
        Engine::Postgres => (
            format!("{}::uuid", postgres_id(&application)),
            postgres_id(&number),
            format!("'B-' || lpad({application}::text, 12, '0')"),
        ),
    };
    let (old_event, old_name) = match engine {
        Engine::Sqlite => (
            "json_extract(body, '$.event_id')",
            "json_extract(body, '$.application_number')",
        ),
        Engine::Postgres => (
            "(body::json ->> 'event_id')",
            "(body::json ->> 'application_number')",
        ),
    };
    format!(
        "WITH RECURSIVE numbers (n) AS (SELECT CAST({start} AS bigint) \
         UNION ALL SELECT n + 1 FROM numbers WHERE n < {end} - 1) \
         INSERT INTO journal (number, subject, kind, body, at, caller, method, request_id) \
         SELECT {number}, {subject}, kind, \
         replace(replace(body, {old_event}, {event}), {old_name}, {name}), \
         at, caller, method, request_id \
         FROM numbers CROSS JOIN (SELECT * FROM journal WHERE number = {sample}) AS sample"
    )
}

fn postgres_id(number: &str) -> String {
    format!("('01900000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))")
}
