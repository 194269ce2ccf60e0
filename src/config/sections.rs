//! The sections of the configuration, with their keys, limits and defaults.
//! It never lets a section that would be unsafe pass: only tokens and TLS open the service to others.

use std::{
    net::{AddrParseError, SocketAddr},
    path::PathBuf,
};

use toml::Table;

use super::{
    Config, notice::notice, providers::providers, reader::Section, rules::rules, seal::seal,
    sinks::sinks,
};
use crate::{
    kernel::{Bin, Email, Problem, Text},
    store::StoreConfig,
};

/// As [`TERM_MAX`](crate::store::TERM_MAX) says.
const LEASE_SECONDS_MAX: u32 = 60;

/// `[listen]`: where and how much.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Address and port; port 0 takes any free one.
    pub address: SocketAddr,
    /// Connections at once; more wait to be accepted.
    pub connections_max: u32,
    /// Calls at once; more are turned away.
    pub calls_max: u32,
    /// Uploads and downloads at once.
    pub streams_max: u32,
    /// How long the health says no before the drain begins: one period of whoever asks it.
    pub probe_seconds: u32,
    /// How long the drain waits for what runs.
    pub drain_seconds_max: u32,
}

/// `[tls]`: PEM files.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Certificate, with the chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The authority whose certificate each client must show; none to ask for none.
    pub client_ca: Option<PathBuf>,
}

/// `[metrics]`: who may scrape.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Address and port; port 0 takes any free one.
    pub listen: SocketAddr,
}

/// `[mail]`: how extracts reach shareholders (cl. 11).
#[derive(Clone, Debug)]
pub struct Mail {
    /// The sender's address.
    pub from: Email,
    /// Where letters go.
    pub outlet: Outlet,
    /// Attempts before a delivery has failed for good (D-15).
    pub attempts_max: u32,
    /// Pause before the second attempt; it doubles.
    pub first_retry_seconds: u32,
    /// The longest pause.
    pub retry_seconds_max: u32,
}

/// Where letters go.
#[derive(Clone, Debug)]
pub enum Outlet {
    /// To a mail server.
    Smtp(Smtp),
    /// Into a maildir folder: for trials, nobody gets them.
    Maildir(PathBuf),
}

/// `[mail.smtp]`.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Name of the server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// The account, if the server wants one.
    pub username: Option<String>,
    /// The file with its password.
    pub password_file: Option<PathBuf>,
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Plain until `STARTTLS`, which is required.
    StartTls,
    /// From the first byte.
    Implicit,
    /// Not at all.
    None,
}

/// `[replica]`: how this process stands beside others on one database.
#[derive(Clone, Debug)]
pub struct Replica {
    /// Its name for operators; none for its host and process.
    pub name: Option<String>,
    /// How long others wait for it when it falls silent.
    pub lease_seconds: u32,
}

/// `[extract]`: how extracts look (cl. 11).
#[derive(Clone, Debug)]
pub struct Extract {
    /// Folder of templates; none for the shipped ones.
    pub templates: Option<PathBuf>,
}

/// `[log]`.
#[derive(Clone, Debug)]
pub struct Log {
    /// Form of a line.
    pub format: LogFormat,
    /// Which lines: `info`, `tizilim=debug,info`.
    pub filter: String,
}

/// Form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object each.
    Json,
}

impl Log {
    /// Only what was not expected, for people.
    pub fn warnings() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "warn".to_owned(),
        }
    }
}

pub(super) fn config(root: &mut Section<'_>) -> Option<Config> {
    let tls = root.section_if_given("tls", tls);
    let callers = root.section("callers", |callers| callers.read("file", path));
    let is_protected = tls.is_some() && callers.is_some();
    let listen = root.section("listen", |section| listen(section, is_protected));
    let (store, documents) = root.section("store", |store| {
        let register = register(store);
        let documents = store.read_or("documents", "./tizilim-data/documents", path);
        (register, documents)
    });
    let sinks = sinks(root);
    let metrics = root.section_if_given("metrics", metrics);
    let mail = root.section("mail", mail);
    let trust_anchors = root.section("signature", |section| section.texts("trust_anchors"));
    let seal = root.section_if_given("case_file", seal);
    let replica = root.section("replica", replica);
    let extract = root.section("extract", |extract| Extract {
        templates: extract.read("templates", path),
    });
    let rules = root.section_if_given("rules", rules);
    let quality_authority = root.section("complaints", |complaints| {
        complaints.read("quality_authority_bin", Bin::parse)
    });
    let notice = root.section("notice", notice);
    let log = root.section("log", log);
    let providers = providers(root);
    Some(Config {
        listen: listen?,
        tls: tls.map_or(Some(None), |tls| tls.map(Some))?,
        callers,
        store: store?,
        documents: documents?,
        sinks: sinks?,
        metrics: metrics.map_or(Some(None), |given| given.map(Some))?,
        mail: mail?,
        trust_anchors: trust_anchors.into_iter().map(PathBuf::from).collect(),
        seal: seal.map_or(Some(None), |seal| seal.map(Some))?,
        replica,
        extract,
        rules: rules.map_or(Some(None), |rules| rules.map(Some))?,
        quality_authority,
        notice: notice?,
        log: log?,
        providers: providers?,
        effective: Table::new(),
    })
}

fn listen(section: &mut Section<'_>, is_protected: bool) -> Option<Listen> {
    let address = section.read_or("address", "127.0.0.1:50051", |text| {
        socket_address(text, "must be an address like 127.0.0.1:50051")
    });
    if let Some(address) = address
        && !address.ip().is_loopback()
        && !is_protected
    {
        let problem = "must be loopback, unless [tls] and [callers] are configured";
        section.problem("address", problem);
    }
    Some(Listen {
        connections_max: section.number_or("connections_max", 1_024, 1..=100_000),
        calls_max: section.number_or("calls_max", 256, 1..=100_000),
        streams_max: section.number_or("streams_max", 64, 1..=100_000),
        probe_seconds: section.number_or("probe_seconds", 0, 0..=300),
        drain_seconds_max: section.number_or("drain_seconds_max", 20, 1..=600),
        address: address?,
    })
}

fn register(section: &mut Section<'_>) -> Option<StoreConfig> {
    let default = "sqlite:./tizilim-data/register.db";
    let url = section.read_or("url", default, StoreConfig::check_url);
    let shown = url.as_deref().map(without_password);
    section.show_as("url", shown.as_deref().unwrap_or_default());
    let readers = StoreConfig::read_connections_max_of(url.as_deref().unwrap_or(default));
    Some(StoreConfig {
        read_connections_max: section.number_or("read_connections_max", readers, 1..=1_000),
        statement_seconds_max: section.number_or(
            "statement_seconds_max",
            StoreConfig::STATEMENT_SECONDS_MAX,
            1..=600,
        ),
        url: url?,
    })
}

fn tls(section: &mut Section<'_>) -> Option<Tls> {
    let certificate = section.required("certificate", path);
    let key = section.required("key", path);
    let client_ca = section.read("client_ca", path);
    Some(Tls {
        certificate: certificate?,
        key: key?,
        client_ca,
    })
}

/// Scrapes need no token, so others than the machine's own must be let in on purpose.
fn metrics(section: &mut Section<'_>) -> Option<Metrics> {
    let listen = section.required("listen", |text| {
        socket_address(text, "must be an address like 127.0.0.1:9464")
    });
    let is_open = section.read_or("reach", "machine", |word| match word {
        "machine" => Ok(false),
        "network" => Ok(true),
        _ => Err(Problem::new("must be machine or network")),
    });
    if let Some(listen) = listen
        && !listen.ip().is_loopback()
        && is_open == Some(false)
    {
        section.problem("listen", "must be loopback, unless reach is network");
    }
    Some(Metrics { listen: listen? })
}

fn mail(section: &mut Section<'_>) -> Option<Mail> {
    let from = section.read_or("from", "register@tizilim.example", Email::parse);
    let smtp = section.section_if_given("smtp", smtp);
    let outlet = if let Some(smtp) = smtp {
        if section.text("maildir").is_some() {
            section.problem("maildir", "must not be given together with smtp");
        }
        smtp.map(Outlet::Smtp)
    } else {
        section
            .read_or("maildir", "./tizilim-data/mail", path)
            .map(Outlet::Maildir)
    };
    let attempts_max = section.number_or("attempts_max", 20, 1..=100);
    let first_retry_seconds = section.number_or("first_retry_seconds", 60, 1..=86_400);
    let retry_seconds_max = section.number_or("retry_seconds_max", 21_600, 1..=86_400);
    Some(Mail {
        from: from?,
        outlet: outlet?,
        attempts_max,
        first_retry_seconds,
        retry_seconds_max,
    })
}

fn smtp(section: &mut Section<'_>) -> Option<Smtp> {
    let host = section.required("host", |host| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
        if host.is_empty() || !host.chars().all(is_plain) {
            return Err(Problem::new("must be the name or address of a server"));
        }
        Ok(host.to_owned())
    });
    let tls = section.read_or("tls", "starttls", |word| match word {
        "starttls" => Ok(SmtpTls::StartTls),
        "implicit" => Ok(SmtpTls::Implicit),
        "none" => Ok(SmtpTls::None),
        _ => Err(Problem::new("must be starttls, implicit or none")),
    });
    let default_port = if tls == Some(SmtpTls::Implicit) {
        465
    } else {
        587
    };
    let port = section.number_or("port", default_port, 1..=65_535);
    let username = section.text("username");
    let password_file = section.read("password_file", path);
    if username.is_some() != password_file.is_some() {
        section.problem("username", "and password_file must be given together");
    }
    Some(Smtp {
        host: host?,
        port: u16::try_from(port).ok()?,
        tls: tls?,
        username,
        password_file,
    })
}

fn replica(section: &mut Section<'_>) -> Replica {
    Replica {
        name: section.read("name", |name| Text::<100>::parse(name).map(String::from)),
        lease_seconds: section.number_or("lease_seconds", 10, 1..=LEASE_SECONDS_MAX),
    }
}

fn log(section: &mut Section<'_>) -> Option<Log> {
    let format = section.read_or("format", "text", |word| match word {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Problem::new("must be text or json")),
    });
    let filter = section.read_or("filter", "info", |filter| {
        filter
            .parse::<tracing_subscriber::filter::Targets>()
            .map(|_| filter.to_owned())
            .map_err(|_unreadable| Problem::new("must be a level, or targets with levels"))
    });
    Some(Log {
        format: format?,
        filter: filter?,
    })
}

fn socket_address(text: &str, problem: &'static str) -> Result<SocketAddr, Problem> {
    text.parse()
        .map_err(|_unreadable: AddrParseError| Problem::new(problem))
}

pub(super) fn path(text: &str) -> Result<PathBuf, Problem> {
    if text.is_empty() {
        return Err(Problem::new("must not be empty"));
    }
    Ok(text.into())
}

pub(super) fn web_address(text: &str) -> Result<String, Problem> {
    let address: Option<http::Uri> = text.parse().ok();
    let is_complete = address.is_some_and(|address| {
        matches!(address.scheme_str(), Some("http" | "https")) && address.host().is_some()
    });
    if is_complete {
        Ok(text.to_owned())
    } else {
        Err(Problem::new("must be an http or https address"))
    }
}

/// `postgres://user:password@host/db` without what is between `//` and `@`.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://[secret]@{place}"),
        _ => url.to_owned(),
    }
}
