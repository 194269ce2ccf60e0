//! `[monitoring]` and `[[sinks]]`: where stages go (cl. 13).
//! It never lets two sinks share a name, which is that of a cursor.

use std::path::PathBuf;

use super::{
    reader::Section,
    sections::{path, web_address},
};
use crate::kernel::{Problem, SinkName};

/// A receiver of stages.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Its name; `monitoring` is the section `[monitoring]`.
    pub name: SinkName,
    /// `http://…` or `https://…`.
    pub endpoint: String,
    /// The authority of its certificate; none for the public ones.
    pub ca: Option<PathBuf>,
    /// The file that says what it calls our stages; none if it calls them as we do.
    pub mapping: Option<PathBuf>,
    /// How long a stage may take until it is acknowledged.
    pub lag_seconds_max: u32,
    /// Whether it is told only of what happens after it was first configured.
    pub from_now: bool,
    /// How it is spoken to.
    pub kind: SinkKind,
}

/// How a receiver is spoken to.
#[derive(Clone, Debug)]
pub enum SinkKind {
    /// `StageIngestService`.
    Grpc {
        /// The file with our bearer token.
        token_file: Option<PathBuf>,
    },
    /// `CloudEvents` over HTTP.
    Http {
        /// The files with the secrets that deliveries are signed with, the newest first.
        secret_files: Vec<PathBuf>,
        /// Whether attributes stand in headers.
        binary: bool,
        /// What events call this installation.
        source: String,
    },
}

/// All of them, the monitoring system first.
pub(super) fn sinks(root: &mut Section<'_>) -> Option<Vec<Sink>> {
    let monitoring = root.section_if_given("monitoring", monitoring);
    let mut all: Vec<Option<Sink>> = monitoring.into_iter().collect();
    let mut names = vec![SinkName::monitoring()];
    all.extend(root.sections("sinks", |section| {
        let name = section.required("name", SinkName::parse);
        if let Some(name) = &name {
            if names.contains(name) {
                section.problem("name", "must be another than that of other sinks");
            }
            names.push(name.clone());
        }
        sink(section, name)
    }));
    all.into_iter().collect()
}

fn monitoring(section: &mut Section<'_>) -> Option<Sink> {
    let endpoint = section.required("endpoint", web_address);
    let token_file = section.read("token_file", path);
    let ca = section.read("ca", path);
    let mapping = section.read("mapping", path);
    let lag_seconds_max = lag_seconds_max(section);
    Some(Sink {
        name: SinkName::monitoring(),
        endpoint: endpoint?,
        ca,
        mapping,
        lag_seconds_max,
        from_now: false,
        kind: SinkKind::Grpc { token_file },
    })
}

fn sink(section: &mut Section<'_>, name: Option<SinkName>) -> Option<Sink> {
    let endpoint = section.required("endpoint", web_address);
    let ca = section.read("ca", path);
    let mapping = section.read("mapping", path);
    let lag_seconds_max = lag_seconds_max(section);
    let from_now = section.read_or("from", "start", |word| match word {
        "start" => Ok(false),
        "now" => Ok(true),
        _ => Err(Problem::new("must be start or now")),
    });
    let is_grpc = section.required("kind", |word| match word {
        "grpc" => Ok(true),
        "http" => Ok(false),
        _ => Err(Problem::new("must be grpc or http")),
    });
    let kind = if is_grpc? {
        SinkKind::Grpc {
            token_file: section.read("token_file", path),
        }
    } else {
        http(section)?
    };
    Some(Sink {
        name: name?,
        endpoint: endpoint?,
        ca,
        mapping,
        lag_seconds_max,
        from_now: from_now?,
        kind,
    })
}

fn lag_seconds_max(section: &mut Section<'_>) -> u32 {
    section.number_or("lag_seconds_max", 900, 1..=2_592_000)
}

fn http(section: &mut Section<'_>) -> Option<SinkKind> {
    let secret_files = section.texts("secret_files");
    if secret_files.is_empty() {
        section.problem("secret_files", "must name at least one file");
    }
    let binary = section.read_or("format", "structured", |word| match word {
        "structured" => Ok(false),
        "binary" => Ok(true),
        _ => Err(Problem::new("must be structured or binary")),
    });
    let source = section.read_or("source", "/tizilim", |text| {
        let is_reference = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        is_reference
            .then(|| text.to_owned())
            .ok_or(Problem::new("must be a URI reference"))
    });
    Some(SinkKind::Http {
        secret_files: secret_files.into_iter().map(PathBuf::from).collect(),
        binary: binary?,
        source: source?,
    })
}
