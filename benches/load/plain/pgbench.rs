//! PostgreSQL by itself: its own `pgbench` with prepared statements, in the database's durable
//! settings. It never sends what differs: each script makes its keys of a counter.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};

use super::{BATCH, HEADS, Key, TABLES};
use crate::kit::database::Database;

/// Keys of one run are that far from those of the next, and of the next client.
const APART: i64 = 1_000_000_000;
const BATCHES_CLIENTS: u16 = 2;

/// A writer of the rows of one submission after another.
pub(crate) struct Pgbench {
    program: PathBuf,
    url: String,
    folder: PathBuf,
    one_each: PathBuf,
    batches: PathBuf,
    runs: i64,
}

impl Pgbench {
    /// A writer to one database of the rows that it finds in another.
    pub(super) async fn open(database: &Database, sample: &Database, folder: &Path) -> Self {
        let sample = sample.connect().await;
        let mut one_each = "\\set i :i + 1\n\\set n :i * 64 + :client_id\nBEGIN;\n".to_owned();
        let mut batches = one_each.clone();
        for (table, keys) in TABLES {
            let row = read(&sample, table).await;
            let values = |number: &str| -> String {
                let value = |column: &Column| column.value(keys, number);
                row.iter().map(value).collect::<Vec<_>>().join(", ")
            };
            writeln!(
                one_each,
                "INSERT INTO {table} VALUES ({});",
                values("(:n::bigint)")
            )
            .unwrap();
            let values = values(&format!("(:n::bigint * {BATCH} + s)"));
            writeln!(batches, "INSERT INTO {table} SELECT {values} {EACH};").unwrap();
        }
        writeln!(
            one_each,
            "INSERT INTO {HEADS} VALUES (:n::bigint);\nCOMMIT;"
        )
        .unwrap();
        let number = format!(":n::bigint * {BATCH} + s");
        writeln!(
            batches,
            "INSERT INTO {HEADS} SELECT {number} {EACH};\nCOMMIT;"
        )
        .unwrap();
        let script = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            program: program(),
            url: database.url.clone(),
            folder: folder.to_owned(),
            one_each: script("one-each.sql", one_each),
            batches: script("batches.sql", batches),
            runs: 0,
        }
    }

    /// One transaction for each submission; tells how long each took.
    pub(super) fn write_one_each(&mut self, clients: u16, limit: Duration) -> Written {
        self.run(&self.one_each.clone(), clients, limit)
    }

    /// Batches of submissions; tells how long each batch took.
    pub(super) fn write_batches(&mut self, limit: Duration) -> Written {
        self.run(&self.batches.clone(), BATCHES_CLIENTS, limit)
    }

    fn run(&mut self, script: &Path, clients: u16, limit: Duration) -> Written {
        self.runs += 1;
        let log = self.folder.join(format!("pgbench-{}", self.runs));
        let ran = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared", "--log", "--jobs=2"])
            .arg(format!("--log-prefix={}", log.display()))
            .arg(format!("--client={clients}"))
            .arg(format!("--time={}", limit.as_secs()))
            .arg(format!("--define=i={}", self.runs * APART))
            .arg(format!("--file={}", script.display()))
            .arg(&self.url)
            .output()
            .unwrap();
        let why = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "pgbench fails: {why}");
        let latencies = latencies(&self.folder, &log);
        let per_second = per_second(&String::from_utf8(ran.stdout).unwrap());
        Written {
            took: Duration::from_secs_f64(latencies.len() as f64 / per_second),
            latencies,
        }
    }
}

/// What a run wrote, and how long it took without the making of connections.
pub(super) struct Written {
    pub(super) latencies: Vec<Duration>,
    pub(super) took: Duration,
}

/// `tps = 5109.123456 (without initial connection time)`
fn per_second(told: &str) -> f64 {
    let mut lines = told.lines();
    let line = lines.find_map(|line| line.strip_prefix("tps = ")).unwrap();
    line.split(' ').next().unwrap().parse().unwrap()
}

const EACH: &str = "FROM generate_series(0, 63) AS s";

/// A column of a row as the service stored it.
struct Column {
    name: String,
    kind: String,
    text: Option<String>,
}

impl Column {
    /// What a script says for it: itself, or a key of the same length made of a number.
    fn value(&self, keys: &[Key], number: &str) -> String {
        let Some(text) = &self.text else {
            return format!("NULL::{}", self.kind);
        };
        let key = keys.iter().find(|key| key.column == self.name);
        let scattered = format!("md5({number}::text)");
        match (key, &*self.kind) {
            (None, kind) => format!("{}::{kind}", literal(text)),
            (Some(key), "uuid") if key.is_scattered => format!("{scattered}::uuid"),
            (Some(key), _) if key.is_scattered => format!("left({scattered}, {})", text.len()),
            (Some(_), "uuid") => {
                format!("('{}' || lpad(to_hex{number}, 12, '0'))::uuid", &text[..24])
            }
            (Some(_), "bigint") => number.to_owned(),
            (Some(_), _) => format!("lpad({number}::text, {}, '0')", text.len()),
        }
    }
}

async fn read(sample: &DatabaseConnection, table: &str) -> Vec<Column> {
    let columns = format!(
        "SELECT column_name::text, data_type::text FROM information_schema.columns \
         WHERE table_name = '{table}' ORDER BY ordinal_position"
    );
    let columns: Vec<(String, String)> = query(sample, columns)
        .await
        .iter()
        .map(|row| (at(row, 0), at(row, 1)))
        .collect();
    let texts: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("\"{name}\"::text"))
        .collect();
    let row = format!(
        "SELECT {} FROM {table} ORDER BY 1 LIMIT 1",
        texts.join(", ")
    );
    let rows = query(sample, row).await;
    let values = columns.into_iter().enumerate();
    values
        .map(|(place, (name, kind))| Column {
            name,
            kind,
            text: at(&rows[0], place),
        })
        .collect()
}

async fn query(connection: &DatabaseConnection, text: String) -> Vec<QueryResult> {
    let statement = Statement::from_string(connection.get_database_backend(), text);
    connection.query_all_raw(statement).await.unwrap()
}

fn at<T: sea_orm::TryGetable>(row: &QueryResult, place: usize) -> T {
    row.try_get_by_index(place).unwrap()
}

/// A literal in which `pgbench` finds no variable, since it holds no colon.
fn literal(text: &str) -> String {
    let escaped = text
        .replace('\\', r"\\")
        .replace('\'', r"\'")
        .replace(':', r"\072");
    format!("E'{escaped}'")
}

/// The latencies in the logs of a run, one file for each thread; the third word of each line, in µs.
fn latencies(folder: &Path, log: &Path) -> Vec<Duration> {
    let prefix = log.file_name().unwrap().to_str().unwrap();
    let mut latencies = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('.'))
        {
            let text = fs::read_to_string(&path).unwrap();
            let micros = text.lines().map(|line| line.split(' ').nth(2).unwrap());
            latencies.extend(micros.map(|text| Duration::from_micros(text.parse().unwrap())));
        }
    }
    latencies
}

/// The one of the path, or the newest of Debian's, which keeps it beside the server.
fn program() -> PathBuf {
    let named = PathBuf::from("pgbench");
    if Command::new(&named).arg("--version").output().is_ok() {
        return named;
    }
    let versions = fs::read_dir("/usr/lib/postgresql").unwrap();
    let programs = versions.map(|version| version.unwrap().path().join("bin/pgbench"));
    programs.filter(|path| path.exists()).max().unwrap()
}
