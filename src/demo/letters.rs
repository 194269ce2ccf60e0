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
