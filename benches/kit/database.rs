//! Databases for one run: files in its folder, or of a private PostgreSQL cluster in it, which keeps
//! its durable defaults. It never touches a database that was there before.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use sea_orm::{ConnectionTrait as _, Database as SeaOrm, DatabaseConnection, Statement};

use super::arguments::{Common, Engine};

const CLUSTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres");

/// Where the databases of a run are made.
pub(crate) struct Databases {
    engine: Engine,
    folder: PathBuf,
    server: Option<Server>,
}

/// A database that has the schema of the program.
#[derive(Clone)]
pub(crate) struct Database {
    pub(crate) engine: Engine,
    pub(crate) url: String,
}

/// A running PostgreSQL.
struct Server {
    /// Of a private one.
    folder: Option<PathBuf>,
    url: String,
}

impl Databases {
    pub(crate) fn open(common: &Common, folder: &Path) -> Self {
        let server = match (common.engine, &common.server) {
            (Engine::Sqlite, _) => None,
            (Engine::Postgres, None) => Some(Server::start(folder.join("cluster"))),
            (Engine::Postgres, Some(url)) => Some(Server {
                folder: None,
                url: url.clone(),
            }),
        };
        Self {
            engine: common.engine,
            folder: folder.to_owned(),
            server,
        }
    }

    /// A new database with the program's schema.
    pub(crate) async fn make(&self, name: &str) -> Database {
        let url = match &self.server {
            None => {
                let file = self.folder.join(format!("{name}.db"));
                format!("sqlite:{}", file.display())
            }
            Some(server) => {
                let name = format!("measured_{}_{name}", process::id());
                let connection = SeaOrm::connect(&server.url).await.unwrap();
                let create = format!("CREATE DATABASE {name}");
                connection.execute_unprepared(&create).await.unwrap();
                named(&server.url, &name)
            }
        };
        let config = self.folder.join(format!("{name}.toml"));
        fs::write(&config, format!("[store]\nurl = \"{url}\"\n")).unwrap();
        let migrated = Command::new(env!("CARGO_BIN_EXE_tizilim"))
            .args(["migrate", "--config"])
            .arg(config)
            .stderr(Stdio::null())
            .status();
        assert!(migrated.unwrap().success(), "{name} is not migrated");
        Database {
            engine: self.engine,
            url,
        }
    }
}

impl Database {
    pub(crate) async fn connect(&self) -> DatabaseConnection {
        SeaOrm::connect(&self.url).await.unwrap()
    }

    /// Lets nothing that was written before be written out during the next round.
    pub(crate) async fn settle(&self) {
        let checkpoint = match self.engine {
            Engine::Sqlite => "PRAGMA wal_checkpoint",
            Engine::Postgres => "CHECKPOINT",
        };
        let connection = self.connect().await;
        connection.execute_unprepared(checkpoint).await.unwrap();
    }

    /// What a statement counts.
    pub(crate) async fn count(&self, statement: &str) -> i64 {
        let connection = self.connect().await;
        let statement = Statement::from_string(connection.get_database_backend(), statement);
        let row = connection.query_one_raw(statement).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }
}

impl Server {
    fn start(folder: PathBuf) -> Self {
        let started = Command::new(CLUSTERS).arg("start").arg(&folder).output();
        let started = started.unwrap();
        let told = String::from_utf8(started.stdout).unwrap();
        let why = String::from_utf8_lossy(&started.stderr);
        assert!(started.status.success(), "no PostgreSQL: {why}");
        Self {
            folder: Some(folder),
            url: told.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let mut stop = Command::new(CLUSTERS);
            stop.arg("stop").arg(folder).stdout(Stdio::null());
            assert!(stop.status().unwrap().success(), "PostgreSQL does not stop");
        }
    }
}

/// The same server's other database.
fn named(url: &str, database: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let (server, _) = address.rsplit_once('/').unwrap();
    format!("{server}/{database}{parameters}")
}
