//! Where the service of a test keeps its register, the way that leads there, and what it logs.
//! It never touches another's database.

use std::net::SocketAddr;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use tizilim_test_database::VARIABLE;

use crate::harness::{Installation, OwnLog, Proxy, TUESDAY_MORNING, Town};

/// What a bad day makes shorter: a test cannot wait as long as an operator.
const IMPATIENT: &str = "[store]\nread_connections_max = 4\nstatement_seconds_max = 1\n";

/// What a human must look at when a database is gone for long.
const GONE: &str = "the database does not answer; health says no";

/// A town on a bad day, whose log is its own.
pub(super) struct Site {
    pub(super) town: Town,
    log: OwnLog,
}

impl Site {
    pub(super) async fn with(arrange: impl FnOnce(&Installation)) -> Self {
        Self::with_at(TUESDAY_MORNING, arrange).await
    }

    pub(super) async fn with_at(begins_at: &str, arrange: impl FnOnce(&Installation)) -> Self {
        let log = OwnLog::start();
        let town = Town::with(begins_at, |installation| {
            installation.replace("[store]\n", IMPATIENT);
            arrange(installation);
        });
        let town = town.await;
        Self { town, log }
    }

    /// A town whose register is a file.
    pub(super) async fn on_a_file() -> Self {
        Self::with(|installation| {
            let file = installation.path().join("register.db");
            let url = format!("sqlite:{}", file.display());
            installation.replace(installation.url(), &url);
            installation.keep_register_at(&url);
        })
        .await
    }

    /// A town whose way to its PostgreSQL is in the test's hand.
    pub(super) async fn behind_a_proxy() -> (Self, Proxy) {
        let url = std::env::var_os(VARIABLE).and_then(|url| url.into_string().ok());
        let url = url.unwrap_or_else(|| panic!("this test needs PostgreSQL: `tests/run` runs it"));
        let server = place(&url);
        let proxy = Proxy::before(server);
        let led = proxy.address().to_string();
        let site = Self::with(|installation| installation.replace(&server.to_string(), &led));
        (site.await, proxy)
    }

    /// A town whose register is at that URL of PostgreSQL, over a way in the test's hand, and in the
    /// end at another.
    pub(super) async fn behind_a_proxy_to(url: &str, in_the_end: &str) -> (Self, Proxy) {
        let proxy = Proxy::before(place(url));
        let led = url.replace(&place(url).to_string(), &proxy.address().to_string());
        let site = Self::with(|installation| {
            installation.replace(installation.url(), &led);
            installation.keep_register_at(in_the_end);
        });
        (site.await, proxy)
    }

    /// Whether these words stand in its log.
    pub(super) fn has_logged(&self, words: &str) -> bool {
        self.log.text().contains(words)
    }

    /// Drains the service. In its log nothing else wants a human than that the database was gone.
    pub(super) async fn close(self) {
        self.close_after(&[]).await;
    }

    /// Drains the service. In its log these, too, want a human, and nobody is named.
    pub(super) async fn close_after(self, faults: &[&str]) {
        let mut named = None;
        let agreement = self.town.agreement(1);
        drop(agreement.with(|agreement| named.clone_from(&agreement.shareholder)));
        let named = named.unwrap();
        drop(self.town.close().await);
        let mut errors = self.log.messages("ERROR");
        errors.remove(GONE);
        let faults = faults.iter().map(|&fault| fault.to_owned());
        assert_eq!(errors, faults.collect());
        let text = self.log.text();
        assert!(!text.contains(&named.iin), "I-7");
        assert!(!text.contains(&named.surname), "I-7");
    }
}

/// The register itself, beside the service and its way.
pub(super) async fn register(town: &Town) -> DatabaseConnection {
    town.installation.register().await
}

/// Another's session on the register, which holds something.
pub(super) struct Session(DatabaseConnection);

impl Session {
    pub(super) async fn on(town: &Town, statements: &[&str]) -> Self {
        let mut options = sea_orm::ConnectOptions::new(town.installation.url());
        options.max_connections(1).sqlx_logging(false);
        let session = Self(Database::connect(options).await.unwrap());
        for statement in statements {
            session.say(statement).await;
        }
        session
    }

    async fn say(&self, statement: &str) {
        self.0.execute_unprepared(statement).await.unwrap();
    }

    pub(super) async fn end(self) {
        self.say("COMMIT").await;
        self.0.close().await.unwrap();
    }
}

/// `127.0.0.1:5432` of `postgres://user:password@127.0.0.1:5432/database`.
pub(super) fn place(url: &str) -> SocketAddr {
    let (_, rest) = url.rsplit_once('@').unwrap();
    let (place, _) = rest.split_once('/').unwrap();
    place.parse().unwrap()
}
