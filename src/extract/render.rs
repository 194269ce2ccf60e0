//! Makes the PDF of an extract from its form. The template is shipped and can be replaced file by
//! file; a template that does not work is told at start, never when the first extract is due.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;
use tizilim_typesetting::{Manuscript, SetDocument, Typesetter, TypesettingFault, qr_svg};

use super::{ExtractForm, specimen};

const TEMPLATES: [(&str, &str); 4] = [
    ("extract.typ", include_str!("form/extract.typ")),
    ("columns.typ", include_str!("form/columns.typ")),
    ("words.typ", include_str!("form/words.typ")),
    ("print.typ", include_str!("form/print.typ")),
];

/// Makes the PDF of an extract (clause 11). A pure function of the form: same form, same bytes.
pub trait ExtractRenderer: Debug + Send + Sync {
    /// The extract as a PDF/A-2b file. It takes processor time: call it where blocking is allowed.
    fn render(&self, form: &ExtractForm) -> Result<Vec<u8>, RenderFault>;
}

/// Why an extract could not be made.
#[derive(Debug, Error)]
pub enum RenderFault {
    /// A file of the folder of replacing templates cannot be read.
    #[error("the templates in {} cannot be read", folder.display())]
    Templates {
        /// The configured folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The form cannot be given to the template.
    #[error("the form cannot be written as JSON")]
    Data(#[source] serde_json::Error),
    /// The template or the document is at fault.
    #[error(transparent)]
    Typesetting(#[from] TypesettingFault),
}

/// Sets extracts by Typst.
#[derive(Debug)]
pub struct TypstRenderer {
    typesetter: Typesetter,
}

impl TypstRenderer {
    /// Takes the shipped templates, or in their place those of the same name in the folder, which
    /// may also hold further ones for them to import. Replaced templates must set the specimen.
    pub fn load(templates_dir: Option<&Path>) -> Result<Self, RenderFault> {
        let mut templates: BTreeMap<String, String> = TEMPLATES
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into();
        if let Some(folder) = templates_dir {
            templates.extend(
                read_templates(folder).map_err(|source| RenderFault::Templates {
                    folder: folder.to_owned(),
                    source,
                })?,
            );
        }
        let renderer = Self {
            typesetter: Typesetter::new(templates)?,
        };
        if templates_dir.is_some() {
            renderer.render(&specimen())?;
        }
        Ok(renderer)
    }

    fn set(&self, form: &ExtractForm) -> Result<SetDocument, RenderFault> {
        let code = qr_svg(&form.verification_code.to_string())?;
        let data = form.data().map_err(RenderFault::Data)?;
        Ok(self.typesetter.set(Manuscript {
            main: "extract.typ",
            files: BTreeMap::from([("data.json", data), ("code.svg", code)]),
            identifier: &format!("{}/{}", form.entry_number, form.entry_version),
            dated_at: form.entered_at,
        })?)
    }
}

impl ExtractRenderer for TypstRenderer {
    fn render(&self, form: &ExtractForm) -> Result<Vec<u8>, RenderFault> {
        Ok(self.set(form)?.pdf()?)
    }
}

fn read_templates(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut templates = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        match (name, path.extension()) {
            (Some(name), Some(extension)) if extension == "typ" => {
                templates.insert(name.to_owned(), fs::read_to_string(&path)?);
            }
            _ => {}
        }
    }
    Ok(templates)
}

#[cfg(test)]
mod tests;
