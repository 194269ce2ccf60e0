//! A letter before it is encoded. It never holds more than one recipient.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::{Email, Language, Personal};

/// A letter to one mailbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The same letter always carries the same id, so that a mailbox recognises a repeat.
    pub id: Uuid,
    /// Whom it is for.
    pub to: Personal<Email>,
    /// What languages it is in.
    pub languages: Vec<Language>,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// What it carries.
    pub attachments: Vec<Attachment>,
}

/// A PDF that a letter carries.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Name of the file.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment")
            .field("file_name", &self.file_name)
            .field("size_bytes", &self.bytes.len())
            .finish()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An invented letter.
    pub(in crate::mail) fn letter() -> Letter {
        Letter {
            id: "019b5f6e-4c00-7abc-8def-0123456789ab".parse().unwrap(),
            to: Personal::new(Email::parse("shareholder@example.kz").unwrap()),
            languages: vec![Language::Russian],
            written_at: "2026-10-23T04:00:00.123456Z".parse().unwrap(),
            subject: "Выписка № 7".to_owned(),
            body: "Здравствуйте!\n\n.точка в начале строки\n".to_owned(),
            attachments: vec![Attachment {
                file_name: "extract-7.pdf".to_owned(),
                bytes: b"%PDF-1.7\r\n.\r\n\0\xff".repeat(40),
            }],
        }
    }

    #[test]
    fn debug_output_hides_the_address_and_the_file() {
        let shown = format!("{:?}", letter());
        assert!(shown.contains("[personal]"), "{shown}");
        assert!(!shown.contains("shareholder@"), "{shown}");
        assert!(!shown.contains("PDF-"), "{shown}");
    }
}
