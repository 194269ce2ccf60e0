//! SQLite by itself: one thread, statements prepared once, as durable as the service.
//! It never batches unless it is told to.

use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, params_from_iter, types::Value};

use super::{HEADS, Key, TABLES};

/// Odd, so that multiplying by it makes of different numbers different ones, far apart.
const SCATTER: i64 = 0x1E37_79B9_7F4A_7C15;

/// A writer of the rows of one submission after another.
pub(crate) struct PlainSqlite {
    connection: Connection,
    rows: Vec<Row>,
    written: i64,
}

/// A row as the service stored it.
struct Row {
    insert: String,
    values: Vec<Value>,
    /// Places of the values that no two rows share, and whether they are scattered.
    keys: Vec<(usize, bool)>,
}

impl PlainSqlite {
    /// A writer to one file of the rows that it finds in another.
    pub(super) fn open(url: &str, sample: &str) -> Self {
        let sample = file(sample);
        let sample = Connection::open_with_flags(sample, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let rows = TABLES.map(|(table, keys)| Row::read(&sample, table, keys));
        let connection = Connection::open(file(url)).unwrap();
        let durable = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000";
        connection.execute_batch(durable).unwrap();
        Self {
            connection,
            rows: rows.into(),
            written: 0,
        }
    }

    /// Commits so many submissions at once, again and again; tells how long each commit took.
    pub(super) fn write(&mut self, at_once: usize, limit: Duration) -> Vec<Duration> {
        let begun = Instant::now();
        let mut latencies = Vec::new();
        while begun.elapsed() < limit {
            let asked = Instant::now();
            self.commit(at_once);
            latencies.push(asked.elapsed());
        }
        latencies
    }

    fn commit(&mut self, at_once: usize) {
        let transaction = self.connection.transaction().unwrap();
        for _ in 0..at_once {
            self.written += 1;
            for row in &mut self.rows {
                row.renew(self.written);
                let mut insert = transaction.prepare_cached(&row.insert).unwrap();
                insert.execute(params_from_iter(&row.values)).unwrap();
            }
            let head = format!("INSERT INTO {HEADS} VALUES (?)");
            let mut head = transaction.prepare_cached(&head).unwrap();
            head.execute([self.written]).unwrap();
        }
        transaction.commit().unwrap();
    }
}

/// Where the database of a URL is.
fn file(url: &str) -> &str {
    url.strip_prefix("sqlite:").unwrap()
}

impl Row {
    fn read(sample: &Connection, table: &str, keys: &[Key]) -> Self {
        let mut select = sample
            .prepare(&format!("SELECT * FROM {table} ORDER BY 1 LIMIT 1"))
            .unwrap();
        let columns: Vec<String> = select
            .column_names()
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        let read =
            |row: &rusqlite::Row<'_>| (0..columns.len()).map(|place| row.get(place)).collect();
        let values = select.query_row([], read).unwrap();
        let place = |key: &Key| {
            let mut names = columns.iter();
            let place = names.position(|column| column == key.column).unwrap();
            (place, key.is_scattered)
        };
        Self {
            insert: format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                columns.join(", "),
                vec!["?"; columns.len()].join(", ")
            ),
            values,
            keys: keys.iter().map(place).collect(),
        }
    }

    /// Gives the row other keys, of the same length.
    fn renew(&mut self, number: i64) {
        for (place, is_scattered) in &self.keys {
            let number = match is_scattered {
                true => number.wrapping_mul(SCATTER),
                false => number,
            };
            match &mut self.values[*place] {
                Value::Integer(value) => *value = number,
                Value::Text(text) => *text = format!("{number:0width$x}", width = text.len()),
                Value::Blob(bytes) if *is_scattered => {
                    bytes[..size_of::<i64>()].copy_from_slice(&number.to_be_bytes());
                }
                Value::Blob(bytes) => {
                    let place = bytes.len() - size_of::<i64>();
                    bytes[place..].copy_from_slice(&number.to_be_bytes());
                }
                Value::Null | Value::Real(_) => panic!("no key"),
            }
        }
    }
}
