//! A document as it was uploaded: whose it is and what it holds.
//! It never holds the bytes, which lie in the store of documents, and never changes.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::kernel::{Bin, DocumentId, Personal, Problem, Text};

/// The one type that is accepted.
pub(crate) const PDF: &str = "application/pdf";

/// An uploaded document (cl. 5, 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Names it.
    pub id: DocumentId,
    /// The organisation that it belongs to: the cooperative, or the provider, that uploaded it.
    pub cooperative: Bin,
    /// What people called the file; people name files after persons.
    pub file_name: Personal<FileName>,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// Size of the content, bytes.
    pub size_bytes: i64,
    /// Type, told by content.
    pub content_type: String,
    /// When.
    pub uploaded_at: DateTime<Utc>,
    /// Name of the caller.
    pub uploaded_by: String,
}

/// Name of a file for people: never a path, and never used as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(Text<200>);

impl FileName {
    /// Reads a name of 1–200 characters without path separators.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.contains(['/', '\\']) {
            return Err(Problem::new("must not contain path separators"));
        }
        Text::parse(text).map(Self)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_no_path() {
        let name = FileName::parse("Қатысу шарты № 7.pdf").unwrap();
        assert_eq!(name.to_string(), "Қатысу шарты № 7.pdf");
        for wrong in ["", " ", "a/b.pdf", "a\\b.pdf", "a\nb.pdf", &"a".repeat(201)] {
            assert!(FileName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(FileName::parse(&"ә".repeat(200)).is_ok());
    }
}
