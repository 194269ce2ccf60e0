//! All that Typst may see while it sets one manuscript; it has no way to anything outside it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

use crate::fonts::SHIPPED;
use crate::{Manuscript, TypesettingFault};

pub(crate) struct Desk<'a> {
    library: &'a LazyHash<Library>,
    templates: &'a BTreeMap<String, Source>,
    files: BTreeMap<String, Bytes>,
    main: FileId,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        library: &'a LazyHash<Library>,
        templates: &'a BTreeMap<String, Source>,
        manuscript: Manuscript<'_>,
    ) -> Result<Self, TypesettingFault> {
        let files = manuscript
            .files
            .into_iter()
            .map(|(given, bytes)| Ok((name(id(given)?).to_owned(), Bytes::new(bytes))))
            .collect::<Result<_, TypesettingFault>>()?;
        Ok(Self {
            library,
            templates,
            files,
            main: id(manuscript.main)?,
        })
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHIPPED.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.templates
            .get(in_project(id)?)
            .cloned()
            .ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = in_project(id)?;
        let template = || {
            self.templates
                .get(name)
                .map(|it| Bytes::from_string(it.text().to_owned()))
        };
        self.files
            .get(name)
            .cloned()
            .or_else(template)
            .ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHIPPED.fonts.get(index).cloned()
    }

    // A document that says "today" would not be the same tomorrow.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The id of a file by its name. Typst never forgets an id and has 65,535 of them, so names must be
/// few and fixed: a file's content varies, never its name.
pub(crate) fn id(name: &str) -> Result<FileId, TypesettingFault> {
    VirtualPath::new(name)
        .map(|path| RootedPath::new(VirtualRoot::Project, path).intern())
        .map_err(|problem| TypesettingFault::Name {
            name: name.to_owned(),
            problem: problem.to_string(),
        })
}

pub(crate) fn name(id: FileId) -> &'static str {
    id.get().vpath().get_without_slash()
}

fn in_project(id: FileId) -> FileResult<&'static str> {
    match id.get().root() {
        VirtualRoot::Project => Ok(name(id)),
        VirtualRoot::Package(_) => Err(FileError::AccessDenied),
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(name(id)))
}
