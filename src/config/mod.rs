//! What an installation decides: defaults, then a TOML file, then the environment, then checked.
//! It never opens what it names: keys, databases and folders are for others.

mod environment;
mod notice;
mod providers;
pub mod reader;
mod rules;
mod seal;
mod secret;
mod sections;
mod sinks;
#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use thiserror::Error;
use toml::Table;

pub use notice::{Notice, NoticeAddressee};
pub use rules::Rules;
pub use seal::Seal;
pub use secret::Secret;
pub use sections::{
    Extract, Listen, Log, LogFormat, Mail, Metrics, Outlet, Replica, Smtp, SmtpTls, Tls,
};
pub use sinks::{Sink, SinkKind};

use crate::{kernel::Bin, provider::Providers, store::StoreConfig};

/// All that an installation decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where and how much the service listens.
    pub listen: Listen,
    /// The service's certificate; none for plain connections.
    pub tls: Option<Tls>,
    /// The file of callers.
    pub callers: Option<PathBuf>,
    /// Where the register is kept.
    pub store: StoreConfig,
    /// Where uploaded documents are kept.
    pub documents: PathBuf,
    /// The receivers of stages; none if stages wait.
    pub sinks: Vec<Sink>,
    /// Where metrics are shown; none if nowhere.
    pub metrics: Option<Metrics>,
    /// How letters leave.
    pub mail: Mail,
    /// PEM files of the authorities whose signatures count (C20).
    pub trust_anchors: Vec<PathBuf>,
    /// With what case files are signed; none if they are not.
    pub seal: Option<Seal>,
    /// How this process stands beside others.
    pub replica: Replica,
    /// How extracts look.
    pub extract: Extract,
    /// A rule set that is activated at start unless it was before; none for no other than there are.
    pub rules: Option<Rules>,
    /// BIN of the authority for the quality of state services; none if it has no accounts here.
    pub quality_authority: Option<Bin>,
    /// How notices of changes of the Rules go out (cl. 4).
    pub notice: Notice,
    /// How the service logs.
    pub log: Log,
    /// The service providers (cl. 3).
    pub providers: Providers,
    effective: Table,
}

/// Why a configuration is of no use.
#[derive(Debug, Error)]
pub enum ConfigFault {
    /// The file cannot be read.
    #[error("cannot read {}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not TOML", file.display())]
    NotToml {
        /// The file.
        file: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// The configuration is wrong, in all these places.
    #[error("the configuration is wrong: {}", .0.join("; "))]
    Invalid(Vec<String>),
}

impl Config {
    /// Reads the file, if there is one, and the environment of the process.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigFault> {
        let table = file.map_or_else(|| Ok(Table::new()), table)?;
        Self::of(table, environment::of_process())
    }

    /// Reads a table that is overridden by the given variables.
    pub fn of(
        mut table: Table,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigFault> {
        environment::override_with(&mut table, variables).map_err(ConfigFault::Invalid)?;
        let (config, effective) =
            reader::read(table, sections::config).map_err(ConfigFault::Invalid)?;
        Ok(Self {
            effective,
            ..config
        })
    }
}

/// The effective configuration as TOML, defaults included, without secrets.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = toml::to_string_pretty(&self.effective).map_err(|_not_toml| fmt::Error)?;
        f.write_str(&text)
    }
}

fn table(file: &Path) -> Result<Table, ConfigFault> {
    let text = std::fs::read_to_string(file).map_err(|source| ConfigFault::Unreadable {
        file: file.to_owned(),
        source,
    })?;
    text.parse().map_err(|source| ConfigFault::NotToml {
        file: file.to_owned(),
        source,
    })
}
