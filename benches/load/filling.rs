//! Fills a database with entries that an installation of many years would have, by statements that
//! each make many rows of numbers and of one application that the service itself stored.
//! It never makes a row that the service cannot read.

use std::{fmt::Write as _, fs::File};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use crate::kit::{arguments::Engine, database::Database};

/// So many applications are made by one transaction.
const CHUNK: i64 = 50_000;

/// A table, and what of its columns is made of the number `n` of a row; all others are as in the sample, or
/// nothing if that has none.
struct Table {
    name: &'static str,
    /// The table whose row is the sample.
    sample: &'static str,
    made: &'static [(&'static str, Made)],
}

/// How a value is made.
#[derive(Clone, Copy)]
enum Made {
    /// An id that is older than all of the service's, and ascends.
    Id,
    /// A text that no other row has.
    Text,
    /// The number itself, behind the facts that are there.
    Number,
    /// A blob of no bytes.
    Empty,
    /// Always the same, in SQL.
    Same(&'static str),
    /// A column of the sample.
    Of(&'static str),
}

use Made::{Empty, Id, Number, Of, Same, Text};

const TABLES: [Table; 7] = [
    Table {
        name: "request_memory",
        sample: "request_memory",
        made: &[("request_id", Id)],
    },
    Table {
        name: "application",
        sample: "application",
        made: &[
            ("id", Id),
            ("number", Text),
            ("stage", Same("'EXTRACT_SENT'")),
            ("share_key", Text),
            ("agreement_key", Text),
            ("agreement_sha256", Text),
            ("entry_id", Id),
        ],
    },
    // The signatures are never read again, and would only fill the disk.
    Table {
        name: "application_content",
        sample: "application_content",
        made: &[
            ("application_id", Id),
            ("cooperative_signature", Empty),
            ("shareholder_signature", Empty),
        ],
    },
    Table {
        name: "journal",
        sample: "journal",
        made: &[("number", Number), ("subject", Id)],
    },
    Table {
        name: "register_entry",
        sample: "application",
        made: &[
            ("id", Id),
            ("number", Text),
            ("version", Same("1")),
            ("state", Same("'LIVE'")),
            ("provider_id", Of("provider_id")),
            ("cooperative_bin", Of("cooperative_bin")),
            ("share_key", Text),
        ],
    },
    Table {
        name: "register_entry_version",
        sample: "application",
        made: &[
            ("entry_id", Id),
            ("version", Same("1")),
            ("application_id", Id),
            ("document_key", Text),
            ("document_sha256", Text),
            ("entered_at", Of("received_at")),
            ("signed_content", Empty),
            ("head_signature", Empty),
        ],
    },
    Table {
        name: "share_claim",
        sample: "application",
        made: &[
            ("share_key", Text),
            ("entry_id", Id),
            ("state", Same("'LIVE'")),
            ("changed_at", Of("received_at")),
            ("version", Same("1")),
        ],
    },
];

/// What reads the journal has read it: otherwise the service would catch up while it is measured.
const READ: &str = "INSERT INTO reader_cursor (reader, position, moved_at, version) \
    SELECT readers.name, journal_head.number, journal.at, 1 FROM journal_head, journal, \
    (SELECT 'statistics' AS name UNION SELECT 'reconciliation') AS readers WHERE journal.number = 1 \
    ON CONFLICT (reader) DO UPDATE SET position = excluded.position";

/// Adds so many entries with all that leads to them, after the one application that is there; tells how many facts
/// there are of other things.
pub(crate) async fn fill(database: &Database, entries: i64) -> i64 {
    let connection = database.connect().await;
    if database.engine == Engine::Sqlite {
        // What is lost by a power cut is made again.
        let fast = "PRAGMA synchronous = OFF";
        connection.execute_unprepared(fast).await.unwrap();
    }
    let mut statements = Vec::new();
    for table in &TABLES {
        statements.push(table.statement(&connection, database.engine).await);
    }
    // Those of the program's start.
    let facts = database.count("SELECT number FROM journal_head").await - 1;
    let last = entries + 1;
    for from in (2..=last).step_by(CHUNK as usize) {
        let to = last.min(from + CHUNK - 1);
        let mut chunk = "BEGIN;".to_owned();
        for statement in &statements {
            let statement = statement
                .replace("$from", &from.to_string())
                .replace("$to", &to.to_string())
                .replace("$facts", &facts.to_string());
            write!(chunk, "{statement};").unwrap();
        }
        let head = to + facts;
        write!(chunk, "UPDATE journal_head SET number = {head}; COMMIT").unwrap();
        connection.execute_unprepared(&chunk).await.unwrap();
    }
    connection.execute_unprepared(READ).await.unwrap();
    // As the engine would have done by itself in all those years.
    let known = match database.engine {
        Engine::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
        Engine::Postgres => "VACUUM ANALYZE",
    };
    connection.execute_unprepared(known).await.unwrap();
    keep(database);
    facts
}

/// Lets the system write what it still holds of a file that was written without waiting for the disk.
fn keep(database: &Database) {
    if let Some(file) = database.url.strip_prefix("sqlite:") {
        let file = file.split('?').next().unwrap_or(file);
        File::open(file).unwrap().sync_all().unwrap();
    }
}

/// The id of what was made of a number.
pub(crate) fn id(number: i64) -> String {
    format!("01900000-0000-7000-8000-{number:012x}")
}

impl Table {
    /// Makes the rows from `$from` to `$to`.
    async fn statement(&self, connection: &DatabaseConnection, engine: Engine) -> String {
        let columns = columns_of(self.name, connection, engine).await;
        let sampled = columns_of(self.sample, connection, engine).await;
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let made = self.made.iter().find(|(name, _)| name == column);
                let same = || {
                    if sampled.contains(column) {
                        format!("sample.{column}")
                    } else {
                        "NULL".to_owned()
                    }
                };
                made.map_or_else(same, |(_, made)| made.sql(engine))
            })
            .collect();
        format!(
            "WITH RECURSIVE numbers (n) AS (SELECT CAST($from AS bigint) \
             UNION ALL SELECT n + 1 FROM numbers WHERE n < $to) \
             INSERT INTO {} ({}) SELECT {} FROM numbers \
             CROSS JOIN (SELECT * FROM {} LIMIT 1) AS sample",
            self.name,
            columns.join(", "),
            values.join(", "),
            self.sample
        )
    }
}

/// The names of a table's columns.
async fn columns_of(table: &str, connection: &DatabaseConnection, engine: Engine) -> Vec<String> {
    let text = match engine {
        Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Engine::Postgres => format!(
            "SELECT column_name::text FROM information_schema.columns \
             WHERE table_name = '{table}'"
        ),
    };
    let statement = Statement::from_string(connection.get_database_backend(), text);
    let rows = connection.query_all_raw(statement).await.unwrap();
    let name = |row: &sea_orm::QueryResult| row.try_get_by_index(0).unwrap();
    rows.iter().map(name).collect()
}

impl Made {
    fn sql(self, engine: Engine) -> String {
        let is_sqlite = engine == Engine::Sqlite;
        match self {
            Id if is_sqlite => "unhex(printf('01900000000070008000%012x', n))".to_owned(),
            Id => "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid".to_owned(),
            Text if is_sqlite => "printf('%020d', n)".to_owned(),
            Text => "lpad(n::text, 20, '0')".to_owned(),
            Number => "n + $facts".to_owned(),
            Empty if is_sqlite => "x''".to_owned(),
            Empty => "''::bytea".to_owned(),
            Same(text) => text.to_owned(),
            Of(column) => format!("sample.{column}"),
        }
    }
}
