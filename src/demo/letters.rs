//! A letter as the mail server caught it. It never believes what the sender says it sent.

use std::path::Path;

use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};

use super::DemoFault;

/// A letter with one attachment.
#[derive(Debug)]
pub struct CaughtLetter {
    /// Sender.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// Name of the attached file.
    pub attachment_name: String,
    /// The attached file.
    pub attachment: Vec<u8>,
}

impl CaughtLetter {
    /// Reads a letter from its file.
    pub fn read(path: &Path) -> Result<Self, DemoFault> {
        let bytes = std::fs::read(path)?;
        let letter = MessageParser::default().parse(&bytes);
        letter
            .as_ref()
            .and_then(Self::of)
            .ok_or_else(|| DemoFault::Letter(path.display().to_string()))
    }

    fn of(letter: &Message<'_>) -> Option<Self> {
        let attachment = letter
            .attachment(0)
            .filter(|_| letter.attachment_count() == 1)?;
        Some(Self {
            from: only_address(letter.from()?)?,
            to: only_address(letter.to()?)?,
            subject: letter.subject()?.to_owned(),
            body: letter.body_text(0)?.into_owned(),
            attachment_name: attachment.attachment_name()?.to_owned(),
            attachment: attachment.contents().to_owned(),
        })
    }
}

fn only_address(address: &Address<'_>) -> Option<String> {
    let mut all = address.iter();
    match (all.next(), all.next()) {
        (Some(only), None) => only.address().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&str]) -> Result<CaughtLetter, DemoFault> {
        let head = "Return-Path: <register@example.org>\r\nFrom: Tizilim <register@example.org>\r\n\
                    To: rival@example.org\r\nSubject: =?utf-8?b?0JLRi9C/0LjRgdC60LA=?=\r\n\
                    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=b\"\r\n\r\n";
        let body = format!("--=b\r\n{}", parts.join("\r\n--=b\r\n"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.eml");
        std::fs::write(&path, format!("{head}{body}\r\n--=b--\r\n")).unwrap();
        CaughtLetter::read(&path)
    }

    const TEXT: &str = "Content-Type: text/plain\r\n\r\nHello";
    const PDF: &str = "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\
                       Content-Disposition: attachment; filename=\"e.pdf\"\r\n\r\nJVBERi0A/w==";

    #[test]
    fn a_letter_is_read_as_the_recipient_would_see_it() {
        let letter = read(&[TEXT, PDF]).unwrap();
        assert_eq!(letter.from, "register@example.org");
        assert_eq!(letter.to, "rival@example.org");
        assert_eq!(letter.subject, "Выписка");
        assert_eq!(letter.attachment_name, "e.pdf");
        assert_eq!(letter.attachment, b"%PDF-\0\xff");
    }

    #[test]
    fn a_letter_without_one_attachment_is_none() {
        assert!(matches!(read(&[TEXT]), Err(DemoFault::Letter(_))));
        assert!(matches!(read(&[TEXT, PDF, PDF]), Err(DemoFault::Letter(_))));
    }
}
