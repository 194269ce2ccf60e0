//! Why a letter did not leave. It never repeats a server's words: they often hold the address.

use std::{error::Error, io};

use lettre::transport::smtp::{Error as SmtpError, response::Code};
use thiserror::Error as ThisError;
use tokio_rustls::rustls::Error as TlsError;

/// A letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum MailFault {
    /// Trying again may help: the server is away, asks to wait, or we are set up wrongly.
    #[error("not taken for now: {reason}")]
    Transient {
        /// The step and the codes of the reply, without personal data.
        reason: String,
    },
    /// The mailbox will never take it.
    #[error("refused for good: {reason}")]
    Permanent {
        /// The step and the codes of the reply, without personal data.
        reason: String,
    },
}

/// Mail cannot be set up as configured.
#[derive(Debug, ThisError)]
pub enum MailSetupFault {
    /// The sender's address cannot stand in a header.
    #[error("mail.from is not an address that mail servers take")]
    Sender,
    /// The certificates to trust cannot be read.
    #[error("the certificates that the mail server is checked by cannot be read")]
    Certificates(#[source] SmtpError),
    /// TLS cannot be set up.
    #[error("TLS to the mail server cannot be set up")]
    Tls(#[source] SmtpError),
    /// A password would travel in the clear.
    #[error("a password is sent to a mail server only over TLS, or on this machine itself")]
    PasswordInTheClear,
    /// The folder of letters cannot be made.
    #[error("the folder of letters {} cannot be made", path.display())]
    Folder {
        /// The folder.
        path: std::path::PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl MailFault {
    pub(super) fn transient(reason: impl Into<String>) -> Self {
        Self::Transient {
            reason: reason.into(),
        }
    }

    pub(super) fn permanent(reason: impl Into<String>) -> Self {
        Self::Permanent {
            reason: reason.into(),
        }
    }

    /// A failed step that concerns the server and us: whatever it says, the mailbox is not to blame.
    pub(super) fn ours(step: &'static str) -> impl Fn(SmtpError) -> Self {
        move |error| Self::transient(format!("{step}: {}", described(&error)))
    }

    /// A failed step that concerns the recipient: 5xx is for good, unless it speaks of us.
    pub(super) fn theirs(step: &'static str) -> impl Fn(SmtpError) -> Self {
        move |error| {
            let reason = format!("{step}: {}", described(&error));
            match error.status() {
                Some(code) if error.is_permanent() && !speaks_of_us(code) => {
                    Self::permanent(reason)
                }
                Some(_) | None => Self::transient(reason),
            }
        }
    }
}

/// 50x: the server does not understand us; 53x: it wants us to authenticate.
fn speaks_of_us(code: Code) -> bool {
    matches!(u16::from(code), 500..=509 | 530..=539)
}

fn described(error: &SmtpError) -> String {
    match error.status() {
        Some(code) => with_enhanced(code, error.source().map(ToString::to_string)),
        None if error.is_timeout() => "timed out".to_owned(),
        None if error.is_tls() => "TLS failed".to_owned(),
        None if error.is_response() => "the answer is not SMTP".to_owned(),
        None if error.is_client() => "the server does not offer what is configured".to_owned(),
        None => broken_connection(error),
    }
}

/// What broke a connection, by the kind that the operating system or TLS gives.
fn broken_connection(error: &SmtpError) -> String {
    let mut cause = error.source();
    while let Some(link) = cause {
        if let Some(broken) = link.downcast_ref::<io::Error>() {
            let inner = broken.get_ref();
            let is_tls = inner.is_some_and(<dyn Error + Send + Sync>::is::<TlsError>);
            return if is_tls {
                "TLS failed".to_owned()
            } else {
                broken.kind().to_string()
            };
        }
        cause = link.source();
    }
    "the connection failed".to_owned()
}

/// The reply code with the enhanced code (RFC 3463) that its text may begin with; nothing else of
/// the text.
pub(super) fn with_enhanced(code: Code, text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    let word = text.split_whitespace().next().unwrap_or_default();
    if is_enhanced(word) {
        format!("{code} {word}")
    } else {
        code.to_string()
    }
}

fn is_enhanced(word: &str) -> bool {
    let is_number = |part: &str, length_max: usize| {
        (1..=length_max).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<_> = word.split('.').collect();
    matches!(*parts, [class, subject, detail]
        if is_number(class, 1) && is_number(subject, 3) && is_number(detail, 3))
}

#[cfg(test)]
mod tests {
    use lettre::transport::smtp::response::{Category, Detail, Severity};

    use super::*;

    const REFUSED: Code = Code {
        severity: Severity::PermanentNegativeCompletion,
        category: Category::MailSystem,
        detail: Detail::Zero,
    };

    #[test]
    fn only_codes_are_told_of_a_reply() {
        for (text, told) in [
            (Some("5.1.1 <name@example.kz> unknown"), "550 5.1.1"),
            (Some("5.1.10\nmore"), "550 5.1.10"),
            (Some("name@example.kz unknown"), "550"),
            (Some("1.2.3.4 is blocked"), "550"),
            (Some("010101300010.1.1"), "550"),
            (Some("5.1234.1 odd"), "550"),
            (Some("5.. odd"), "550"),
            (Some(""), "550"),
            (None, "550"),
        ] {
            assert_eq!(
                with_enhanced(REFUSED, text.map(str::to_owned)),
                told,
                "{text:?}"
            );
        }
    }
}
