//! An e-mail address that is safe to write into a message's header.
//! It never tells whether somebody reads it, and never shows itself in debug output.

use std::fmt;

use super::Problem;

const LENGTH_MAX: usize = 254;
const LOCAL_LENGTH_MAX: usize = 64;
const LABEL_LENGTH_MAX: usize = 63;

/// An address `local@domain` in ASCII, without quoted local parts or address literals.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// Reads an address; the domain may be in punycode.
    pub fn parse(address: &str) -> Result<Self, Problem> {
        let problem = Problem::new("must be an e-mail address like name@example.kz");
        if address.len() > LENGTH_MAX {
            return Err(Problem::stated(format!(
                "must have at most {LENGTH_MAX} characters"
            )));
        }
        let (local, domain) = address.split_once('@').ok_or_else(|| problem.clone())?;
        if is_local_part(local) && is_domain(domain) {
            Ok(Self(address.to_owned()))
        } else {
            Err(problem)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email([personal])")
    }
}

/// RFC 5321 `Dot-string`.
fn is_local_part(local: &str) -> bool {
    let is_atom_character =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= LOCAL_LENGTH_MAX
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_character))
}

/// At least two labels of letters, digits and inner hyphens, the last one not a number: an address
/// that the Internet can deliver to.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_LENGTH_MAX).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').all(is_label)
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, last)| last.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_addresses_are_read() {
        for address in [
            "name@example.kz",
            "n.a+tag@mail.example.org",
            "o'neil_1@xn--80ak6aa92e.xn--80ao21a",
            "a@b.co",
        ] {
            assert_eq!(Email::parse(address).unwrap().as_str(), address);
        }
    }

    #[test]
    fn whatever_could_break_out_of_a_header_is_refused() {
        for address in [
            "",
            "@",
            "name",
            "name@",
            "@example.kz",
            "name@localhost",
            "name@example.kz\r\nBcc: other@example.kz",
            "name@example.kz\n",
            "na\rme@example.kz",
            "na\0me@example.kz",
            "name @example.kz",
            " name@example.kz",
            "name@example.kz ",
            "a@b@example.kz",
            "\"a b\"@example.kz",
            "name@[127.0.0.1]",
            "name@127.0.0.1",
            "a..b@example.kz",
            ".a@example.kz",
            "a.@example.kz",
            "name@example..kz",
            "name@-example.kz",
            "name@example-.kz",
            "name@example.kz.",
            "Name <name@example.kz>",
            "name@example.kz,other@example.kz",
            "имя@example.kz",
            "name@пример.қаз",
        ] {
            assert!(Email::parse(address).is_err(), "{address:?}");
        }
    }

    #[test]
    fn lengths_are_bounded() {
        let local = "a".repeat(64);
        assert!(Email::parse(&format!("{local}@example.kz")).is_ok());
        assert!(Email::parse(&format!("{local}a@example.kz")).is_err());
        let label = "b".repeat(63);
        let longest = format!("{local}@{label}.{label}.{}", "c".repeat(61));
        assert_eq!(longest.len(), 254);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(
            Email::parse(&format!("{longest}c"))
                .unwrap_err()
                .to_string(),
            "must have at most 254 characters"
        );
        assert!(Email::parse(&format!("a@{label}b.kz")).is_err());
    }

    #[test]
    fn debug_output_hides_the_address() {
        assert_eq!(
            format!("{:?}", Email::parse("a@b.co").unwrap()),
            "Email([personal])"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_printable_ascii_with_one_at_sign(given in "[ -~\\PC]{0,20}@[a-z.\\r\\n-]{0,20}") {
            if let Ok(email) = Email::parse(&given) {
                prop_assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert_eq!(email.as_str().matches('@').count(), 1);
            }
        }
    }
}
