//! What can go wrong with a manuscript, in words that let a template's author find the place.

use chrono::{DateTime, Utc};
use thiserror::Error;
use typst::diag::SourceDiagnostic;
use typst::{World, WorldExt};

use crate::desk::{Desk, name};

/// Why a manuscript did not become a document.
#[derive(Debug, Error)]
pub enum TypesettingFault {
    /// A template or a file has a name that leads nowhere, such as `../data.json`.
    #[error("{name:?} cannot name a template or a file: {problem}")]
    Name {
        /// The name as given.
        name: String,
        /// What Typst says about it.
        problem: String,
    },
    /// The templates cannot be set; all of Typst's diagnostics, with their places.
    #[error("the template cannot be set: {0}")]
    Template(String),
    /// The pages are set, but break a rule of PDF/A-2b; all of Typst's diagnostics.
    #[error("the pages do not make a PDF/A-2b file: {0}")]
    Export(String),
    /// A PDF cannot state this moment.
    #[error("{0} cannot be the date of a document")]
    Moment(DateTime<Utc>),
    /// The text does not fit into a QR picture.
    #[error("the text does not fit into a QR picture")]
    Qr(#[source] qrcode::types::QrError),
}

/// Diagnostics joined, each with its place where it has one: `extract.typ:12:5: unknown variable`.
pub(crate) fn told(desk: &Desk<'_>, diagnostics: &[SourceDiagnostic]) -> String {
    join(diagnostics, |diagnostic| {
        place(desk, diagnostic).unwrap_or_default()
    })
}

/// Diagnostics joined, when the desk is already cleared.
pub(crate) fn joined(diagnostics: &[SourceDiagnostic]) -> String {
    join(diagnostics, |_| String::new())
}

fn join(diagnostics: &[SourceDiagnostic], place: impl Fn(&SourceDiagnostic) -> String) -> String {
    let told = diagnostics.iter().map(|diagnostic| {
        let hints = diagnostic.hints.iter().map(|hint| format!(" ({})", hint.v));
        let hints = hints.collect::<Vec<_>>().concat();
        format!("{}{}{hints}", place(diagnostic), diagnostic.message)
    });
    told.collect::<Vec<_>>().join("; ")
}

fn place(desk: &Desk<'_>, diagnostic: &SourceDiagnostic) -> Option<String> {
    let id = diagnostic.span.id()?;
    let start = desk.range(diagnostic.span)?.start;
    let (line, column) = desk.source(id).ok()?.lines().byte_to_line_column(start)?;
    Some(format!(
        "{}:{}:{}: ",
        name(id),
        line.saturating_add(1),
        column.saturating_add(1)
    ))
}
