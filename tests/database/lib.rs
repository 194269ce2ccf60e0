//! The database of one test: an SQLite file in its folder or, where `TIZILIM_TEST_POSTGRES` names a
//! server, a database of its own there. It never touches a database that it did not make.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test reports by failing"
)]

use std::{
    path::Path,
    process,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use tizilim_migrations::{Migrator, MigratorTrait as _};
use tokio::{runtime, sync::OnceCell};

/// Names the server that the tests may use; `tests/run` starts one and sets it.
pub const VARIABLE: &str = "TIZILIM_TEST_POSTGRES";

/// The database of one test; it goes with the value.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    /// On a server; a file goes with its folder.
    name: Option<String>,
}

impl TestDatabase {
    /// A database on the engine of this run: on PostgreSQL with the whole schema and nothing in it,
    /// on SQLite a file in the folder that is still to be made, as `serve` does by itself.
    pub async fn new(folder: &Path) -> Self {
        match server() {
            Some(server) => Self::copied(&server, template().await).await,
            None => Self {
                url: format!("sqlite:{}", folder.join("register.db").display()),
                name: None,
            },
        }
    }

    /// A database on the engine of this run without a schema.
    pub async fn empty(folder: &Path) -> Self {
        match server() {
            Some(server) => Self::copied(&server, "template0").await,
            None => Self::new(folder).await,
        }
    }

    /// A database on PostgreSQL with the whole schema, for tests that concern that engine only.
    pub async fn on_postgres() -> Self {
        Self::copied(&required_server(), template().await).await
    }

    /// A database on PostgreSQL without a schema, for tests that concern that engine only.
    pub async fn empty_on_postgres() -> Self {
        Self::copied(&required_server(), "template0").await
    }

    async fn copied(server: &str, template: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "test_{}_{}",
            process::id(),
            MADE.fetch_add(1, Ordering::Relaxed)
        );
        let connection = connect(server.to_owned()).await;
        make(&connection, &name, template).await;
        connection.close().await.unwrap();
        Self {
            url: url_of(server, &name),
            name: Some(name),
        }
    }

    /// How the program is told of it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Nobody waits for it: what is left over goes with the server.
impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = self.name.take() {
            drop(REMOVER.send(name));
        }
    }
}

/// The server of this run, of a test that concerns PostgreSQL only.
fn required_server() -> String {
    server().expect("this test needs PostgreSQL: `tests/run` starts one and runs it")
}

fn server() -> Option<String> {
    let url = std::env::var_os(VARIABLE)?;
    Some(url.into_string().expect("the server's URL is text"))
}

/// Migrated once in a process, and copied for each test: that is quicker, and nobody ever connects
/// to it, which would keep it from being copied.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let made = TEMPLATE.get_or_init(async || {
        let server = required_server();
        let name = format!("template_{}", process::id());
        let connection = connect(server.clone()).await;
        make(&connection, &name, "template0").await;
        connection.close().await.unwrap();
        let connection = connect(url_of(&server, &name)).await;
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        name
    });
    made.await
}

/// Takes the place of what a process of the same number left behind.
async fn make(connection: &DatabaseConnection, name: &str, template: &str) {
    for statement in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    ] {
        connection.execute_unprepared(&statement).await.unwrap();
    }
}

async fn connect(url: String) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .expect("the server answers")
}

/// `postgres://…/other` for `postgres://…/postgres`.
fn url_of(server: &str, database: &str) -> String {
    let (server, _) = server.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{database}")
}

/// Removes databases beside the tests, one after the other. What runs when a test ends may still be
/// connected: the server waits some seconds for it to hang up, and never cuts it off, which would be
/// logged as a fault. What it waited for in vain is left over.
static REMOVER: LazyLock<mpsc::Sender<String>> = LazyLock::new(|| {
    let (sender, names) = mpsc::channel::<String>();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let connection = connect(required_server()).await;
            for name in names {
                let removed = format!("DROP DATABASE {name}");
                drop(connection.execute_unprepared(&removed).await);
            }
        });
    });
    sender
});
