//! The service under load: the program itself as a process of its own, on its own files, and the
//! clients of the invented world. It never reaches into the service.

use std::{net::SocketAddr, path::Path, process::Command, sync::Arc};

use chrono::{DateTime, SecondsFormat, Utc};
use tizilim::demo::{ANY_PORT, Callers, Clients, Folder, World, client::connect, configuration};
use toml::{Table, Value};

use super::{database::Database, program::Program};

/// More streams than any measurement opens.
const STREAMS_MAX: i64 = 100_000;

/// A running service.
pub(crate) struct Site {
    pub(crate) target: Target,
    pub(crate) database: Database,
    /// Locked while the service uses it.
    _folder: Folder,
    pub(crate) callers: Callers,
}

/// What is called: a program and the connections to it.
pub(crate) struct Target {
    pub(crate) program: Program,
    /// One of each for each connection.
    pub(crate) clients: Arc<Vec<Clients>>,
}

impl Site {
    /// Starts the service on a clock that stands at that moment; it pushes to the monitoring system
    /// if there is one.
    pub(crate) async fn start(
        world: &World,
        database: Database,
        folder: &Path,
        at: DateTime<Utc>,
        monitoring: Option<SocketAddr>,
        connections: usize,
    ) -> Self {
        let folder = Folder::afresh(folder).unwrap();
        let callers = Callers::new(world).unwrap();
        callers.write(&folder).unwrap();
        folder
            .write("trust", "anchor.pem", world.authority.anchor_pem())
            .unwrap();
        let config = config(world, &folder, &database, monitoring);
        let config = folder.write("", "config.toml", format!("{config}\n"));
        let mut serve = Command::new(env!("CARGO_BIN_EXE_tizilim"));
        serve.arg("serve").arg("--config").arg(config.unwrap());
        serve.arg("--test-clock");
        serve.arg(at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let program = Program::start(&mut serve, &folder.path().join("service.log"));
        Self {
            target: Target::reach(program, &callers, connections).await,
            database,
            _folder: folder,
            callers,
        }
    }
}

impl Target {
    /// Connects the callers to a program.
    pub(crate) async fn reach(program: Program, callers: &Callers, connections: usize) -> Self {
        let mut clients = Vec::new();
        for _ in 0..connections {
            let channel = connect(program.address).await.unwrap();
            clients.push(callers.clients(&channel).unwrap());
        }
        Self {
            clients: Arc::new(clients),
            program,
        }
    }
}

/// The demonstration's, but for the database and the neighbours: no letter is sent here, and no case file is made.
fn config(
    world: &World,
    folder: &Folder,
    database: &Database,
    monitoring: Option<SocketAddr>,
) -> Table {
    let stub = monitoring.unwrap_or(ANY_PORT);
    let mut config = configuration(world, folder, ANY_PORT, stub, ANY_PORT).unwrap();
    let mut set = |section: &str, key: &str, value: String| {
        let section = config[section].as_table_mut().unwrap();
        section.insert(key.to_owned(), Value::String(value));
    };
    set("store", "url", database.url.clone());
    let mail = folder.folder("mail").unwrap();
    set("mail", "maildir", mail.display().to_string());
    config["mail"].as_table_mut().unwrap().remove("smtp");
    let listen = config["listen"].as_table_mut().unwrap();
    let streams = Value::Integer(STREAMS_MAX);
    listen.insert("streams_max".to_owned(), streams);
    let push = config["monitoring"].as_table_mut().unwrap();
    push.remove("token_file");
    config.remove("case_file");
    if monitoring.is_none() {
        config.remove("monitoring");
    }
    config
}
