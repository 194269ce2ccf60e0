//! What the catcher answers to each line of a client (RFC 5321). Pure: it never reads or writes.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// What a client must do before a letter is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manners<'a> {
    pub(super) offers_tls: bool,
    pub(super) is_secured: bool,
    pub(super) credentials: Option<&'a (String, String)>,
}

/// A conversation so far.
#[derive(Debug)]
pub(super) struct Session<'a> {
    manners: Manners<'a>,
    is_admitted: bool,
    sender: Option<String>,
    recipients: Vec<String>,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This is the answer.
    Say(String),
    /// The letter follows.
    Letter(Envelope),
    /// The handshake follows.
    Handshake,
    /// The client leaves.
    Farewell,
}

/// From whom and for whom a letter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) sender: String,
    pub(super) recipients: Vec<String>,
}

impl<'a> Session<'a> {
    pub(super) const fn new(manners: Manners<'a>) -> Self {
        Self {
            manners,
            is_admitted: manners.credentials.is_none(),
            sender: None,
            recipients: Vec::new(),
        }
    }

    /// Hears a line; `refusals` are the replies that some addresses get.
    pub(super) fn hear(&mut self, line: &str, refusals: &BTreeMap<String, String>) -> Next {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => Next::Say(self.greet()),
            "HELO" => say("250 catcher"),
            "STARTTLS" if self.manners.offers_tls => Next::Handshake,
            "AUTH" => self.admit(rest),
            "MAIL" => self.mail(rest, refusals),
            "RCPT" => self.recipient(rest, refusals),
            "DATA" => self.letter(),
            "RSET" => {
                self.forget();
                say("250 2.0.0 forgotten")
            }
            "NOOP" => say("250 2.0.0 here"),
            "QUIT" => Next::Farewell,
            _ => say("502 5.5.1 not known"),
        }
    }

    fn greet(&mut self) -> String {
        self.forget();
        let mut lines = vec!["250-catcher", "250-8BITMIME"];
        if self.manners.offers_tls {
            lines.push("250-STARTTLS");
        }
        if self.manners.credentials.is_some() {
            lines.push("250-AUTH PLAIN");
        }
        lines.push("250 ENHANCEDSTATUSCODES");
        lines.join("\r\n")
    }

    fn admit(&mut self, rest: &str) -> Next {
        let given = rest
            .strip_prefix("PLAIN ")
            .and_then(|token| BASE64_STANDARD.decode(token).ok());
        let wanted = self
            .manners
            .credentials
            .map(|(name, password)| format!("\0{name}\0{password}").into_bytes());
        self.is_admitted = given.is_some() && given == wanted;
        if self.is_admitted {
            say("235 2.7.0 welcome")
        } else {
            say("535 5.7.8 not you")
        }
    }

    fn mail(&mut self, rest: &str, refusals: &BTreeMap<String, String>) -> Next {
        if self.manners.offers_tls && !self.manners.is_secured {
            return say("530 5.7.0 STARTTLS first");
        }
        if !self.is_admitted {
            return say("530 5.7.0 AUTH first");
        }
        let Some(address) = path(rest, "FROM:") else {
            return say("501 5.1.7 which sender?");
        };
        if let Some(reply) = refusals.get(address) {
            return Next::Say(reply.clone());
        }
        self.forget();
        self.sender = Some(address.to_owned());
        say("250 2.1.0 ok")
    }

    fn recipient(&mut self, rest: &str, refusals: &BTreeMap<String, String>) -> Next {
        if self.sender.is_none() {
            return say("503 5.5.1 MAIL first");
        }
        let Some(address) = path(rest, "TO:") else {
            return say("501 5.1.3 which recipient?");
        };
        if let Some(reply) = refusals.get(address) {
            return Next::Say(reply.clone());
        }
        self.recipients.push(address.to_owned());
        say("250 2.1.5 ok")
    }

    fn letter(&mut self) -> Next {
        match self.sender.take() {
            Some(sender) if !self.recipients.is_empty() => Next::Letter(Envelope {
                sender,
                recipients: std::mem::take(&mut self.recipients),
            }),
            Some(_) | None => {
                self.forget();
                say("503 5.5.1 MAIL and RCPT first")
            }
        }
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }
}

fn say(reply: &str) -> Next {
    Next::Say(reply.to_owned())
}

/// The address in `FROM:<address> …`.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<&'a str> {
    let (given, rest) = rest.split_at_checked(keyword.len())?;
    if !given.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, _parameters) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Manners<'_> = Manners {
        offers_tls: false,
        is_secured: false,
        credentials: None,
    };

    fn replies(manners: Manners<'_>, lines: &[&str]) -> Vec<String> {
        let refusals = BTreeMap::from([("no@example.kz".to_owned(), "550 5.1.1 no".to_owned())]);
        let mut session = Session::new(manners);
        lines
            .iter()
            .map(|line| match session.hear(line, &refusals) {
                Next::Say(reply) => reply.split(' ').next().unwrap_or_default().to_owned(),
                Next::Letter(envelope) => {
                    format!("{}>{}", envelope.sender, envelope.recipients.join(","))
                }
                Next::Handshake => "handshake".to_owned(),
                Next::Farewell => "farewell".to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_letter_needs_a_sender_and_a_recipient() {
        let lines = [
            "DATA",
            "RCPT TO:<b@example.kz>",
            "MAIL FROM:<a@example.kz> BODY=8BITMIME",
            "DATA",
            "mail from:<a@example.kz>",
            "rcpt to:<no@example.kz>",
            "rcpt to:<b@example.kz>",
            "RCPT TO: <c@example.kz>",
            "DATA",
            "DATA",
            "MAIL FROM:<a@example.kz>",
            "RSET",
            "RCPT TO:<b@example.kz>",
            "MAIL a@example.kz",
            "VRFY b",
            "NOOP",
            "STARTTLS",
            "QUIT",
        ];
        assert_eq!(
            replies(OPEN, &lines),
            [
                "503",
                "503",
                "250",
                "503",
                "250",
                "550",
                "250",
                "250",
                "a@example.kz>b@example.kz,c@example.kz",
                "503",
                "250",
                "250",
                "503",
                "501",
                "502",
                "250",
                "502",
                "farewell"
            ]
        );
    }

    #[test]
    fn manners_are_asked_for_before_a_letter() {
        let credentials = ("name".to_owned(), "word".to_owned());
        let plain = Manners {
            offers_tls: true,
            credentials: Some(&credentials),
            ..OPEN
        };
        let right = format!("AUTH PLAIN {}", BASE64_STANDARD.encode("\0name\0word"));
        let wrong = format!("AUTH PLAIN {}", BASE64_STANDARD.encode("\0name\0wrong"));
        assert_eq!(
            replies(plain, &["STARTTLS", &right, "MAIL FROM:<a@example.kz>"]),
            ["handshake", "235", "530"]
        );
        let secured = Manners {
            is_secured: true,
            offers_tls: false,
            ..plain
        };
        let lines = [
            "MAIL FROM:<>",
            &wrong,
            "AUTH LOGIN",
            "MAIL FROM:<>",
            &right,
            "MAIL FROM:<>",
        ];
        assert_eq!(
            replies(secured, &lines),
            ["530", "535", "535", "530", "235", "250"]
        );
    }
}
