//! Turns a form and its data into PDF/A-2b bytes; it never reaches for a file, a font, a package or a
//! clock, so the same manuscript always gives the same bytes.

mod desk;
mod fault;
mod fonts;
mod qr;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Timelike, Utc};
use typst::foundations::{Datetime, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::Source;
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use self::fault::TypesettingFault;
pub use self::fonts::legible;
pub use self::qr::qr_svg;

use self::desk::Desk;
use self::fault::told;

/// How many later documents may be set before a result nobody asked for again is forgotten. Typst
/// remembers every layout step: the fixed parts of a form must stay, the data of each document go.
const MEMORY_IN_DOCUMENTS: usize = 3;

/// Sets manuscripts by a fixed set of Typst templates.
#[derive(Debug)]
pub struct Typesetter {
    library: LazyHash<Library>,
    templates: BTreeMap<String, Source>,
}

/// One document to be set: the template to start from, and all that it may read besides templates.
#[derive(Debug)]
pub struct Manuscript<'a> {
    /// Name of the template that is the document, such as `extract.typ`.
    pub main: &'a str,
    /// Data and images by the names under which the templates read them.
    pub files: BTreeMap<&'a str, Vec<u8>>,
    /// Names the document among all others, whatever its content; its hash is the PDF's identifier.
    pub identifier: &'a str,
    /// The moment that the PDF states as its creation.
    pub dated_at: DateTime<Utc>,
}

impl Typesetter {
    /// Takes the templates by name, such as `extract.typ`; they are read when a manuscript is set.
    pub fn new(
        templates: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, TypesettingFault> {
        let templates = templates
            .into_iter()
            .map(|(name, text)| {
                let id = desk::id(&name)?;
                Ok((desk::name(id).to_owned(), Source::new(id, text)))
            })
            .collect::<Result<_, TypesettingFault>>()?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            templates,
        })
    }

    /// Sets a manuscript. It takes processor time, not waiting: call it where blocking is allowed.
    pub fn set(&self, manuscript: Manuscript<'_>) -> Result<SetDocument, TypesettingFault> {
        let timestamp = timestamp(manuscript.dated_at)?;
        let identifier = manuscript.identifier.to_owned();
        let desk = Desk::new(&self.library, &self.templates, manuscript)?;
        let document = typst::compile::<PagedDocument>(&desk).output;
        comemo::evict(MEMORY_IN_DOCUMENTS);
        match document {
            Ok(document) => Ok(SetDocument {
                document,
                identifier,
                timestamp,
            }),
            Err(diagnostics) => Err(TypesettingFault::Template(told(&desk, &diagnostics))),
        }
    }
}

/// A document that is set: its pages, before they become a file.
#[derive(Debug)]
pub struct SetDocument {
    document: PagedDocument,
    identifier: String,
    timestamp: Timestamp,
}

impl SetDocument {
    /// The pages as a PDF/A-2b file.
    pub fn pdf(&self) -> Result<Vec<u8>, TypesettingFault> {
        let options = PdfOptions {
            ident: Smart::Custom(self.identifier.clone()),
            timestamp: Some(self.timestamp),
            standards: PdfStandards::new(&[PdfStandard::A_2b])
                .map_err(|problem| TypesettingFault::Export(problem.message().to_string()))?,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.document, &options)
            .map_err(|diagnostics| TypesettingFault::Export(fault::joined(&diagnostics)))
    }

    /// How many pages there are.
    pub fn page_count(&self) -> usize {
        self.document.pages().len()
    }

    /// The words on the pages, a line for each run of text, in the order of printing.
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        for page in self.document.pages() {
            gather(&page.frame, &mut text);
        }
        text
    }
}

fn gather(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => gather(&group.frame, text),
            FrameItem::Text(run) => {
                text.push_str(&run.text);
                text.push('\n');
            }
            FrameItem::Shape(..)
            | FrameItem::Image(..)
            | FrameItem::Link(..)
            | FrameItem::Tag(..) => {}
        }
    }
}

fn timestamp(at: DateTime<Utc>) -> Result<Timestamp, TypesettingFault> {
    let outside = || TypesettingFault::Moment(at);
    let small = |part: u32| u8::try_from(part).ok();
    // PDF states a year in four digits.
    Some(at.year())
        .filter(|year| (0..=9999).contains(year))
        .zip(small(at.month()).zip(small(at.day())))
        .zip(small(at.hour()).zip(small(at.minute()).zip(small(at.second()))))
        .and_then(|((year, (month, day)), (hour, (minute, second)))| {
            Datetime::from_ymd_hms(year, month, day, hour, minute, second)
        })
        .map(Timestamp::new_utc)
        .ok_or_else(outside)
}
