//! The one place where a letter becomes a message (RFC 5322). The same letter gives the same bytes,
//! and no value in it can add a header or a recipient.

use std::time::SystemTime;

use lettre::{
    Address, Message,
    message::{
        Attachment as Part, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{Letter, MailFault, MailSetupFault};
use crate::kernel::Email;

/// Who sends.
#[derive(Clone, Debug)]
pub struct Sender(Mailbox);

impl Sender {
    /// A sender with a name that mailboxes show.
    pub fn new(name: &str, address: &Email) -> Result<Self, MailSetupFault> {
        let address = smtp_address(address).ok_or(MailSetupFault::Sender)?;
        Ok(Self(Mailbox::new(Some(one_line(name)), address)))
    }

    /// The address that bounces come back to.
    pub(super) const fn address(&self) -> &Address {
        &self.0.email
    }
}

/// A letter, ready to travel.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) to: Address,
    pub(super) message: Vec<u8>,
}

/// Encodes a letter; the only thing that can fail is an address that SMTP cannot express.
pub(super) fn compose(letter: &Letter, sender: &Sender) -> Result<Composed, MailFault> {
    let unspeakable = || MailFault::permanent("recipient: not an address for SMTP");
    let to = smtp_address(letter.to.disclose()).ok_or_else(unspeakable)?;
    let id = letter.id.hyphenated();
    let message = Message::builder()
        .from(sender.0.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&letter.subject))
        .date(SystemTime::from(letter.written_at))
        .message_id(Some(format!("<{id}@{}>", sender.address().domain())))
        .raw_header(header("Content-Language", &languages(letter)))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .multipart(parts(letter)?);
    let message = message.map_err(|_missing| unspeakable())?.formatted();
    Ok(Composed { to, message })
}

fn parts(letter: &Letter) -> Result<MultiPart, MailFault> {
    let pdf = pdf()?;
    let text = MultiPart::mixed()
        // Not a boundary of chance, so that the same letter gives the same bytes; nothing in
        // quoted-printable or base64 begins a line with `--=`.
        .boundary(format!("={}", letter.id.simple()))
        .singlepart(SinglePart::plain(letter.body.clone()));
    let files = letter.attachments.iter();
    Ok(files.fold(text, |parts, file| {
        let part = Part::new(one_line(&file.file_name)).body(file.bytes.clone(), pdf.clone());
        parts.singlepart(part)
    }))
}

fn languages(letter: &Letter) -> String {
    let tags: Vec<_> = letter.languages.iter().map(|one| one.tag()).collect();
    tags.join(", ")
}

fn smtp_address(email: &Email) -> Option<Address> {
    email.as_str().parse().ok()
}

fn pdf() -> Result<ContentType, MailFault> {
    ContentType::parse("application/pdf")
        .map_err(|_not_a_type| MailFault::transient("content: no type for PDF"))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Values are refused long before if they hold control characters; here no line can end even so.
fn one_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::letter::tests::letter, *};

    fn sender() -> Sender {
        let address = Email::parse("register@example.kz").unwrap();
        Sender::new("Тізілім", &address).unwrap()
    }

    fn composed(letter: &Letter) -> String {
        let composed = compose(letter, &sender()).unwrap();
        String::from_utf8(composed.message).unwrap()
    }

    /// The names of the headers above the body, and of those of its parts.
    fn header_names(message: &str) -> Vec<&str> {
        message
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split_once(": "))
            .map(|(name, _)| name)
            .collect()
    }

    const HEADERS: [&str; 13] = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Content-Language",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Content-Type",
    ];

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        let first = composed(&letter());
        assert_eq!(first, composed(&letter()));
        assert!(first.is_ascii());
        assert!(
            first.contains("Message-ID: <019b5f6e-4c00-7abc-8def-0123456789ab@example.kz>\r\n")
        );
        assert!(first.contains("Date: Fri, 23 Oct 2026 04:00:00 +0000\r\n"));
        assert!(first.contains("Content-Language: ru\r\n"));
        assert!(first.contains("To: shareholder@example.kz\r\n"));
    }

    #[test]
    fn every_line_ends_as_smtp_asks_and_is_short() {
        let message = composed(&letter());
        for line in message.split("\r\n") {
            assert!(!line.contains(['\r', '\n']), "{line:?}");
            assert!(line.len() <= 998, "{line:?}");
        }
    }

    #[test]
    fn no_value_adds_a_header_or_a_recipient() {
        let attack = "x\r\nBcc: other@example.kz\r\n\r\nbody\n\nBcc: third@example.kz";
        let mut letter = letter();
        letter.subject = attack.to_owned();
        letter.attachments[0].file_name = format!("{attack}\".pdf");
        let address = Email::parse("register@example.kz").unwrap();
        let sender = Sender::new(attack, &address).unwrap();
        let composed = compose(&letter, &sender).unwrap();
        assert_eq!(composed.to.to_string(), "shareholder@example.kz");
        let message = String::from_utf8(composed.message).unwrap();
        let names = header_names(&message);
        assert!(!names.contains(&"Bcc"), "{message}");
        assert_eq!(
            names.iter().take(13).copied().collect::<Vec<_>>(),
            HEADERS,
            "{message}"
        );
    }

    #[test]
    fn text_and_file_come_back_as_they_were() {
        let letter = letter();
        let message = composed(&letter);
        let boundary = format!("--={}", letter.id.simple());
        let parts: Vec<_> = message.split(&boundary).collect();
        let [_, _, file, _] = parts.as_slice() else {
            panic!("{message}")
        };
        let (_, file) = file.split_once("\r\n\r\n").unwrap();
        let file: String = file.split_whitespace().collect();
        let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, file).unwrap();
        assert_eq!(bytes, letter.attachments[0].bytes);
    }
}
