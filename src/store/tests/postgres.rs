//! What only a server can show: sessions, locks, certificates, and a server that goes away.
//! `tests/run` has a PostgreSQL for them; on SQLite they are listed as ignored.

use std::{io, path::Path, process::Command as Process, sync::Mutex, thread, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sea_orm::{DbBackend, Statement, sqlx::Connection as _};
use tempfile::TempDir;
use tizilim_migrations::{Migrator, MigratorTrait as _};
use tizilim_test_database::TestDatabase;

use super::{
    super::{Leases, TERM_MAX, schema::MIGRATION_LOCK},
    *,
};

async fn opened(url: &str) -> Result<Connections, StoreFault> {
    Connections::open(&StoreConfig::at(url)).await
}

async fn one<T: sea_orm::TryGetable>(connection: &DatabaseConnection, question: &str) -> T {
    let question = Statement::from_string(DbBackend::Postgres, question);
    let row = connection.query_one_raw(question).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// A server of the test's own, which it may stop.
struct Cluster {
    folder: TempDir,
    url: String,
}

impl Cluster {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut all = vec!["start", "--fast"];
        all.extend(arguments);
        let url = script(&all, folder.path());
        Self { folder, url }
    }

    fn does(&self, what: &str) {
        script(&[what], self.folder.path());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.does("stop");
    }
}

fn script(arguments: &[&str], folder: &Path) -> String {
    let mut script = Process::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres"));
    let ended = script.args(arguments).arg(folder).output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{told}");
    String::from_utf8(ended.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn every_session_has_its_limits_and_those_that_migrate_have_none() {
    let database = TestDatabase::on_postgres().await;
    let connections = opened(database.url()).await.unwrap();
    let server = connections.server.as_ref().unwrap();
    let migrating = connect::connect(server.for_migrations()).await.unwrap();
    for (setting, limited) in [
        ("statement_timeout", "5s"),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "5s"),
    ] {
        let question = format!("SHOW {setting}");
        for connection in [&connections.writes, &connections.reads] {
            let set: String = one(connection, &question).await;
            assert_eq!(set, limited, "{setting}");
        }
        let set: String = one(&migrating, &question).await;
        assert_eq!(set, "0", "{setting}");
    }
    let name: String = one(&connections.reads, "SHOW application_name").await;
    assert_eq!(name, "tizilim");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn the_statement_of_a_commit_is_prepared_once_in_a_session() {
    let temporary = store().await;
    for name in 0..12 {
        let make = Make::named(&temporary.store, &name.to_string());
        temporary.store.execute(&make).await.unwrap();
    }
    let pool = temporary.connections.writes.get_postgres_connection_pool();
    // The last is still being given back.
    while usize::try_from(pool.size()).unwrap() > pool.num_idle() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (mut sessions, mut prepared) = (Vec::new(), Vec::new());
    for _ in 0..pool.size() {
        let mut session = pool.acquire().await.unwrap();
        let question = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH %'";
        let count = sea_orm::sqlx::query_scalar::<_, i64>(question).fetch_one(&mut *session);
        prepared.push(count.await.unwrap());
        sessions.push(session);
    }
    assert_eq!(prepared.iter().max(), Some(&1), "{prepared:?}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn every_commit_is_durable_whatever_the_server_is_told_meanwhile() {
    let database = TestDatabase::on_postgres().await;
    let (_, name) = database.url().rsplit_once('/').unwrap();
    let admin = opened(database.url()).await.unwrap();
    for (said, kept) in [("off", "on"), ("local", "local"), ("on", "on")] {
        let say = |said| format!("ALTER DATABASE {name} SET synchronous_commit = {said}");
        admin.writes.execute_unprepared(&say(said)).await.unwrap();
        let connections = opened(database.url()).await.unwrap();
        admin.writes.execute_unprepared(&say("off")).await.unwrap();
        for (connection, pool) in [
            (
                &connections.writes,
                connections.writes.get_postgres_connection_pool(),
            ),
            (
                &connections.reads,
                connections.reads.get_postgres_connection_pool(),
            ),
        ] {
            // The one that was there is taken, so that the next is made.
            let _taken = pool.acquire().await.unwrap();
            let set: String = one(connection, "SHOW synchronous_commit").await;
            assert_eq!(set, kept, "{said}");
        }
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn the_writers_thread_does_not_end_before_its_connections_are_given_back() {
    let database = TestDatabase::on_postgres().await;
    let connections = opened(database.url()).await.unwrap();
    let pool = connections.writes.get_postgres_connection_pool().clone();
    // One that is waited for on the thread.
    let lending = async move { pool.acquire().await.unwrap() };
    let mut lent = connections.writer.handle().spawn(lending).await.unwrap();
    drop(connections);
    // A thread that does not wait ends meanwhile.
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        lent.ping().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn whoever_writes_elsewhere_leaves_the_writer_no_connection_of_its_own() {
    let database = TestDatabase::on_postgres().await;
    let connections = opened(database.url()).await.unwrap();
    let pool = connections.writes.get_postgres_connection_pool().clone();
    let _lent = pool.acquire().await.unwrap();
    // There is no other yet: it is opened now, and given back.
    let elsewhere = {
        let (connections, pool) = (connections.clone(), pool.clone());
        async move {
            let leases = Leases::of(connections, "elsewhere".to_owned(), TERM_MAX);
            leases.expire_all().await.unwrap();
            while pool.num_idle() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    thread::spawn(move || runtime.unwrap().block_on(elsewhere))
        .join()
        .unwrap();
    assert_eq!((pool.size(), pool.num_idle()), (2, 1));
    pool.acquire().await.unwrap().ping().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn processes_that_migrate_at_once_do_so_one_after_the_other() {
    let database = TestDatabase::empty_on_postgres().await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let connections = opened(database.url()).await.unwrap();
        running.spawn(async move { connections.migrate().await.is_ok() });
    }
    assert_eq!(running.join_all().await, [true; 4]);
    let connections = opened(database.url()).await.unwrap();
    connections.check().await.unwrap();
    let all = i64::try_from(Migrator::migrations().len()).unwrap();
    let applied: i64 = one(&connections.reads, "SELECT count(*) FROM seaql_migrations").await;
    assert_eq!(applied, all);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn who_migrates_waits_for_another_longer_than_a_statement_may_take() {
    let database = TestDatabase::empty_on_postgres().await;
    let other = opened(database.url()).await.unwrap();
    let server = other.server.as_ref().unwrap();
    let holder = connect::connect(server.for_migrations()).await.unwrap();
    let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
    holder.execute_unprepared(&lock).await.unwrap();

    let config = StoreConfig {
        statement_seconds_max: 1,
        ..StoreConfig::at(database.url())
    };
    let connections = Connections::open(&config).await.unwrap();
    let migration = connections.migrate();
    tokio::pin!(migration);
    let waited = tokio::time::timeout(Duration::from_millis(1_500), &mut migration).await;
    assert!(waited.is_err(), "the lock is held");
    let fault = connections.check().await.unwrap_err();
    assert!(matches!(fault, StoreFault::PendingMigrations { .. }));
    holder.close().await.unwrap();
    migration.await.unwrap();
    connections.check().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn the_schema_is_compared_without_the_right_to_change_it() {
    let database = TestDatabase::on_postgres().await;
    let connections = opened(database.url()).await.unwrap();
    let writes = &connections.writes;
    let name: String = one(writes, "SELECT current_database()::text").await;
    for statement in [
        format!("CREATE ROLE reader_{name} LOGIN PASSWORD 'canary-7731'"),
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}"),
    ] {
        writes.execute_unprepared(&statement).await.unwrap();
    }
    let (_, place) = database.url().split_once('@').unwrap();
    let url = format!("postgres://reader_{name}:canary-7731@{place}");
    opened(&url).await.unwrap().check().await.unwrap();

    let wrong = url.replace("canary-7731", "canary-7732");
    let fault = opened(&wrong).await.unwrap_err();
    let told = format!("{fault} {fault:?}");
    assert!(
        told.contains("28P01, the password is not accepted"),
        "{told}"
    );
    assert!(!told.contains("canary"), "{told}");
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn nothing_secret_of_the_url_reaches_the_finest_log() {
    let database = TestDatabase::on_postgres().await;
    let (account, _) = database.url().split_once('@').unwrap();
    let (_, password) = account.rsplit_once(':').unwrap();
    let lines = Lines::default();
    let writer = lines.clone();
    let all = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let here = tracing::subscriber::set_default(all);
    // Another test may come past a line of code for the first time, and decide that nobody wants to know: so all
    // of it is passed once before.
    for _ in 0..2 {
        tracing::callsite::rebuild_interest_cache();
        let connections = opened(database.url()).await.unwrap();
        connections.migrate().await.unwrap();
        read_journal_head(&connections.reads).await.unwrap();
    }
    drop(here);
    let lines = lines.0.lock().unwrap();
    let log = String::from_utf8_lossy(&lines);
    assert!(log.contains("journal_head"), "the log is caught: {log}");
    assert!(!log.contains(password), "{log}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_statement_that_takes_too_long_is_ended_and_may_be_tried_again() {
    let database = TestDatabase::on_postgres().await;
    let config = StoreConfig {
        statement_seconds_max: 1,
        ..StoreConfig::at(database.url())
    };
    let connections = Connections::open(&config).await.unwrap();
    let slow = connections.reads.execute_unprepared("SELECT pg_sleep(60)");
    let fault = slow.await.map_err(during("sleep")).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "sleep: database error 57014, it took too long"
    );
    assert!(fault.is_transient());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_server_that_went_away_and_came_back_is_served_again_without_a_restart() {
    let cluster = Cluster::start(&[]);
    let connections = opened(&cluster.url).await.unwrap();
    connections.migrate().await.unwrap();
    let head = || read_journal_head(&connections.reads);
    assert_eq!(head().await.unwrap(), 0);

    cluster.does("kill");
    let fault = head().await.unwrap_err();
    assert!(fault.is_transient(), "{fault}");
    let fault = opened(&cluster.url).await.unwrap_err();
    let place = format!("{:?}", connections.server.as_ref().unwrap());
    assert!(place.starts_with("Server(127.0.0.1:"), "{place}");
    assert!(fault.to_string().contains("127.0.0.1"), "{fault}");
    assert!(!fault.to_string().contains(&cluster.url), "{fault}");

    cluster.does("restart");
    assert_eq!(head().await.unwrap(), 0);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn only_a_server_that_proves_its_name_is_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let [right, wrong] = ["right.pem", "wrong.pem"].map(|name| folder.path().join(name));
    let authority = authority();
    std::fs::write(&right, authority.pem()).unwrap();
    std::fs::write(&wrong, self::authority().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let server = server.signed_by(&key, &authority).unwrap();
    let [certificate, private] = ["server.crt", "server.key"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, server.pem()).unwrap();
    std::fs::write(&private, key.serialize_pem()).unwrap();
    let cluster = Cluster::start(&[
        "--tls",
        certificate.to_str().unwrap(),
        private.to_str().unwrap(),
    ]);
    let asking = |authority: &Path| {
        let authority = authority.display();
        format!(
            "{}?sslmode=verify-full&sslrootcert={authority}",
            cluster.url
        )
    };

    let connections = opened(&asking(&right)).await.unwrap();
    let question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    for connection in [&connections.writes, &connections.reads] {
        assert!(one::<bool>(connection, question).await);
    }
    let elsewhere = asking(&right).replace("127.0.0.1", "localhost");
    for url in [asking(&wrong), elsewhere] {
        let fault = opened(&url).await.unwrap_err();
        assert!(matches!(fault, StoreFault::Unreachable { .. }));
        assert!(fault.to_string().contains("certificate"), "{fault}");
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}
