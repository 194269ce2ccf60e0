//! Where the service of a test keeps its register, and the way that leads there.
//! It never touches another's database.

use std::net::SocketAddr;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};

use crate::harness::{Installation, Proxy, TUESDAY_MORNING, Town};

/// What a bad day makes shorter: a test cannot wait as long as an operator.
const IMPATIENT: &str = "read_connections_max = 4\nstatement_seconds_max = 1\n";

/// A town whose way to its PostgreSQL is in the test's hand.
pub(super) async fn behind_a_proxy() -> (Town, Proxy) {
    let mut proxy = None;
    let town = Town::with(TUESDAY_MORNING, |installation| {
        let url = installation.url().to_owned();
        let way = Proxy::to(place(&url));
        lead(installation, &elsewhere(&url, way.address()));
        proxy = Some(way);
    });
    (town.await, proxy.unwrap())
}

/// A town whose register is at that URL of PostgreSQL, over a way in the test's hand, and in the end
/// at another.
pub(super) async fn behind_a_proxy_to(url: &str, in_the_end: &str) -> (Town, Proxy) {
    let proxy = Proxy::to(place(url));
    let led = elsewhere(url, proxy.address());
    let town = Town::with(TUESDAY_MORNING, |installation| {
        installation.keep_register_at(in_the_end);
        lead(installation, &led);
    });
    (town.await, proxy)
}

/// A town whose register is a file.
pub(super) async fn on_a_file() -> Town {
    let town = Town::with(TUESDAY_MORNING, |installation| {
        let file = installation.path().join("register.db");
        let url = format!("sqlite:{}", file.display());
        installation.keep_register_at(&url);
        lead(installation, &url);
    });
    town.await
}

/// The register itself, beside the service and its way.
pub(super) async fn register(town: &Town) -> DatabaseConnection {
    town.installation.register().await
}

/// Another's session on the register, which holds something.
pub(super) struct Session(DatabaseConnection);

impl Session {
    pub(super) async fn on(town: &Town, statements: &[&str]) -> Self {
        let url = town.installation.url();
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let session = Self(Database::connect(options).await.unwrap());
        for statement in statements {
            session.say(statement).await;
        }
        session
    }

    pub(super) async fn say(&self, statement: &str) {
        self.0.execute_unprepared(statement).await.unwrap();
    }

    pub(super) async fn end(self) {
        self.say("COMMIT").await;
        self.0.close().await.unwrap();
    }
}

/// Writes another URL into the configuration.
fn lead(installation: &Installation, url: &str) {
    let file = installation.config_file();
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once("[store]\n").unwrap();
    let (_, after) = rest.split_once('\n').unwrap();
    let text = format!("{before}[store]\nurl = \"{url}\"\n{IMPATIENT}{after}");
    std::fs::write(file, text).unwrap();
}

/// `127.0.0.1:5432` of `postgres://user:password@127.0.0.1:5432/database`.
pub(super) fn place(url: &str) -> SocketAddr {
    let (_, rest) = url
        .rsplit_once('@')
        .unwrap_or_else(|| panic!("this test needs PostgreSQL: `tests/run` starts one"));
    let (place, _) = rest.split_once('/').unwrap();
    place.parse().unwrap()
}

fn elsewhere(url: &str, place: SocketAddr) -> String {
    let (before, rest) = url.rsplit_once('@').unwrap();
    let (_, after) = rest.split_once('/').unwrap();
    format!("{before}@{place}/{after}")
}
