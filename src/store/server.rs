//! A PostgreSQL server: how its URL is read, how it is reached, and what its sessions are allowed.
//! It never shows the URL, which may hold a password, nor lets the driver log it.

use std::{fmt, net::IpAddr, time::Duration};

use sea_orm::{
    ConnectOptions,
    sqlx::{
        self, ConnectOptions as _, Connection as _, PgConnection,
        postgres::{PgConnectOptions, PgSslMode},
    },
};

use super::{StoreFault, connect::quiet, fault};
use crate::kernel::Problem;

/// How long the server may take to answer at start.
const REACH: Duration = Duration::from_secs(5);
/// The committer needs one; the others take its place should the server fall silent on it.
const WRITERS: u32 = 3;
const PLANNED_ONCE: (&str, &str) = ("plan_cache_mode", "force_generic_plan");
/// Nobody waits longer for another's lock, which ends with a commit.
const LOCK_WAIT: Duration = Duration::from_secs(3);
/// A process that froze within a transaction gives back what all others wait for.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(5);
/// A connection that was idle so long is tried before it is used.
const IDLE_UNTESTED_MAX: Duration = Duration::from_secs(1);
/// A connection that was given back and says nothing for so long is closed.
const GIVEN_BACK: Duration = Duration::from_secs(2);
/// After this a connection is made anew, where the name of the server leads to by then.
const LIFETIME: Duration = Duration::from_mins(2);
/// More than there are texts of statements of one kind of load; those that are not asked for any more go first.
const STATEMENTS_PREPARED_MAX: usize = 250;
/// What a URL may say beside the place. Passwords stand before the `@` or in a file of passwords.
const PARAMETERS: [&str; 6] = [
    "host",
    "options",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
];

/// Where a server is, and how it is to be reached.
#[derive(Clone)]
pub(super) struct Server(PgConnectOptions);

/// Shows the place only.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.place())
    }
}

impl Server {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`; a server on another machine
    /// must prove who it is, unless the URL says otherwise.
    pub(super) fn at(url: &str) -> Result<Self, Problem> {
        let is_ours = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        if !is_ours {
            return Err(Problem::new("must begin with sqlite: or postgres://"));
        }
        let said = parameters(url);
        if said.iter().any(|name| !PARAMETERS.contains(name)) {
            return Err(Problem::new(
                "may have the parameters host, options, sslcert, sslkey, sslmode and sslrootcert",
            ));
        }
        // The driver's words may repeat parts of the URL.
        let options: PgConnectOptions = url
            .parse()
            .map_err(|_unreadable| Problem::new("must be like postgres://USER@HOST/DATABASE"))?;
        let is_local = options.get_socket().is_some() || is_loopback(options.get_host());
        let options = if is_local || said.contains(&"sslmode") {
            options
        } else {
            options.ssl_mode(PgSslMode::VerifyFull)
        };
        let options = options
            .application_name("tizilim")
            .statement_cache_capacity(STATEMENTS_PREPARED_MAX)
            .disable_statement_logging();
        Ok(Self(options))
    }

    /// Makes sure that the server lets us in, and that it commits durably for us.
    pub(super) async fn reached(self) -> Result<Self, StoreFault> {
        let asked = async {
            let mut connection = PgConnection::connect_with(&self.0).await?;
            let durable = sqlx::query_scalar::<_, String>("SHOW synchronous_commit");
            let setting = durable.fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(setting)
        };
        let problem = match tokio::time::timeout(REACH, asked).await {
            // Each session is told: what the server's setting becomes later does not reach it.
            Ok(Ok(setting)) => {
                let durable = if setting == "off" { "on" } else { &setting };
                return Ok(Self(self.0.options([("synchronous_commit", durable)])));
            }
            Ok(Err(error)) => fault::described_cause(&error).0,
            Err(_elapsed) => "no answer in time".to_owned(),
        };
        let place = self.place();
        Err(StoreFault::Unreachable { place, problem })
    }

    /// For the committer, whose statements are planned once: each has one way to be done, whatever the
    /// batch, and to look for a better one takes as long as a small batch.
    pub(super) fn for_writes(&self, statements: Duration) -> ConnectOptions {
        let planned_once = Self(self.0.clone().options([PLANNED_ONCE]));
        planned_once.pool(statements, WRITERS)
    }

    /// For everything else.
    pub(super) fn for_reads(&self, statements: Duration, connections: u32) -> ConnectOptions {
        self.pool(statements, connections)
    }

    /// A single session without limits, for migrations: they take as long as they take.
    pub(super) fn for_migrations(&self) -> ConnectOptions {
        let mut options = self.limited(&[]);
        options
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        options
    }

    fn pool(&self, statements: Duration, connections: u32) -> ConnectOptions {
        let mut options = self.limited(&[
            ("statement_timeout", statements),
            ("lock_timeout", LOCK_WAIT),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
        ]);
        options
            .max_connections(connections)
            .min_connections(1)
            .test_before_acquire_if_idle_for(IDLE_UNTESTED_MAX)
            .max_lifetime(LIFETIME)
            // The pool itself would wait for ever for a connection that is given back and silent.
            .map_sqlx_postgres_pool_opts(|pool| {
                pool.after_release(|connection, _| {
                    Box::pin(async {
                        let answered = tokio::time::timeout(GIVEN_BACK, connection.ping()).await;
                        Ok(answered.is_ok_and(|answer| answer.is_ok()))
                    })
                })
            });
        options
    }

    fn limited(&self, limits: &[(&str, Duration)]) -> ConnectOptions {
        let limits = limits
            .iter()
            .map(|(name, limit)| (*name, limit.as_millis().to_string()));
        let isolation = ("default_transaction_isolation", "read committed");
        let server = self.0.clone().options(limits).options([isolation]);
        // The layer above the driver would log what it is given here.
        let mut options = quiet("postgres:");
        options.map_sqlx_postgres_opts(move |_| server.clone());
        options
    }

    /// Host and port, or the socket.
    fn place(&self) -> String {
        match self.0.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", self.0.get_host(), self.0.get_port()),
        }
    }
}

/// The names of the parameters after the `?`.
fn parameters(url: &str) -> Vec<&str> {
    let Some((_, query)) = url.split_once('?') else {
        return Vec::new();
    };
    query
        .split('&')
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
        .collect()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.starts_with('/')
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> String {
        format!("{:?}", Server::at(url).unwrap().0.get_ssl_mode())
    }

    #[test]
    fn a_server_on_another_machine_must_prove_its_name_unless_it_is_said_otherwise() {
        for (url, expected) in [
            ("postgres://tizilim@127.0.0.1/register", "Prefer"),
            ("postgresql://tizilim@localhost:5433/register", "Prefer"),
            ("postgres://tizilim@[::1]/register", "Prefer"),
            (
                "postgres://tizilim@h/register?host=/run/postgresql",
                "Prefer",
            ),
            ("postgres://tizilim@db.example/register", "VerifyFull"),
            ("postgres://tizilim@10.0.0.7/register", "VerifyFull"),
            (
                "postgres://tizilim@db.example/register?sslmode=disable",
                "Disable",
            ),
            (
                "postgres://tizilim@localhost/r?sslmode=verify-full",
                "VerifyFull",
            ),
        ] {
            assert_eq!(mode(url), expected, "{url}");
        }
    }

    #[test]
    fn a_url_that_is_of_no_use_is_told_without_repeating_it() {
        for (url, problem) in [
            (
                "mysql://swordfish@h/r",
                "must begin with sqlite: or postgres://",
            ),
            (
                "postgres://u:swordfish@h:port/r",
                "must be like postgres://USER@HOST/DATABASE",
            ),
            (
                "postgres://u@h/r?sslmode=swordfish",
                "must be like postgres://USER@HOST/DATABASE",
            ),
            (
                "postgres://u@h/r?password=swordfish",
                "may have the parameters host, options, sslcert, sslkey, sslmode and sslrootcert",
            ),
        ] {
            assert_eq!(Server::at(url).unwrap_err().to_string(), problem);
        }
        let server = Server::at("postgres://u:swordfish@h:1/r").unwrap();
        assert_eq!(format!("{server:?}"), "Server(h:1)");
    }
}
