//! Mail: a letter leaves for one mailbox, or says whether trying again may help (cl. 11).
//! It never puts an address, or a server's words that may hold one, into a log or an error.

pub mod catcher;
mod compose;
mod fault;
mod letter;
mod letters;
mod maildir;
mod rules_letters;
mod smtp;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use async_trait::async_trait;

pub use compose::Sender;
pub use fault::{MailFault, MailSetupFault};
pub use letter::{Attachment, Letter};
pub use letters::{ExtractNotice, Occasion, extract_letter};
pub use maildir::Maildir;
pub use rules_letters::{RulesNotice, rules_letter};
pub use smtp::{Security, Smtp, SmtpOptions};

/// Sends letters.
#[async_trait]
pub trait Mailer: Send + Sync + Debug {
    /// Sends a letter; when this answers, somebody else is answerable for it.
    async fn send(&self, letter: &Letter) -> Result<Receipt, MailFault>;
}

/// What to look for where the letter went, without personal data: the code of an SMTP reply, or the
/// name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt(pub String);
