//! The file of callers: each is known by the SHA-256 of its token.
//! It never holds a token, and never stops comparing at the first difference.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use super::{Caller, Party, Right};
use crate::{
    config::reader::{self, Section},
    kernel::{Bin, Problem, Text},
};

/// All callers of an installation.
#[derive(Debug)]
pub struct Tokens(Vec<Row>);

#[derive(Debug)]
struct Row {
    token_sha256: [u8; 32],
    caller: Arc<Caller>,
}

/// Why a file of callers is of no use.
#[derive(Debug, Error)]
pub enum TokensFault {
    /// It cannot be read.
    #[error("cannot read {}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not TOML.
    #[error("the file of callers is not TOML")]
    NotToml(#[source] toml::de::Error),
    /// It is wrong, in all these places.
    #[error("the file of callers is wrong: {}", .0.join("; "))]
    Invalid(Vec<String>),
}

impl Tokens {
    /// Reads a file.
    pub fn open(file: &Path) -> Result<Self, TokensFault> {
        let text = std::fs::read_to_string(file).map_err(|source| TokensFault::Unreadable {
            file: file.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, TokensFault> {
        let table = text.parse().map_err(TokensFault::NotToml)?;
        let (rows, _) = reader::read(table, |root| {
            if !root.has("caller") {
                root.problem("caller", "must be given: nobody could call");
            }
            let rows: Option<Vec<Row>> = root.sections("caller", row).into_iter().collect();
            refuse_repeats(root, rows.as_deref().unwrap_or_default());
            rows
        })
        .map_err(TokensFault::Invalid)?;
        Ok(Self(rows))
    }

    /// Nobody.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The caller of a name.
    pub fn named(&self, name: &str) -> Option<Arc<Caller>> {
        let mut rows = self.0.iter();
        let row = rows.find(|row| row.caller.name.as_str() == name)?;
        Some(Arc::clone(&row.caller))
    }

    /// The caller whose token this is.
    pub fn caller(&self, token: &str) -> Option<Arc<Caller>> {
        let hash = digest(&SHA256, token.as_bytes());
        let mut found = None;
        for row in &self.0 {
            if bool::from(row.token_sha256.ct_eq(hash.as_ref())) {
                found = Some(&row.caller);
            }
        }
        found.map(Arc::clone)
    }
}

fn row(section: &mut Section<'_>) -> Option<Row> {
    let name = section.required("name", account_name);
    let party = section.required("party", Party::parse);
    let organisation = section.required("bin", Bin::parse);
    let rights = rights(section);
    let token_sha256 = section.required("token_sha256", sha256);
    Some(Row {
        token_sha256: token_sha256?,
        caller: Arc::new(Caller {
            name: name?,
            party: party?,
            organisation: organisation?,
            rights: rights?,
        }),
    })
}

fn rights(section: &mut Section<'_>) -> Option<BTreeSet<Right>> {
    let words = section.texts("rights");
    if words.is_empty() {
        section.problem("rights", "must not be empty");
    }
    let mut rights = Some(BTreeSet::new());
    for word in words {
        match Right::parse(&word) {
            Ok(right) => {
                if let Some(rights) = &mut rights {
                    rights.insert(right);
                }
            }
            Err(problem) => {
                section.problem("rights", problem);
                rights = None;
            }
        }
    }
    rights
}

/// Names stand in logs and in the journal, so they look the same everywhere.
pub(super) fn account_name(name: &str) -> Result<Text<64>, Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if !name.chars().all(plain) {
        return Err(Problem::new(
            "must have only the characters a–z, 0–9, '.', '_' and '-'",
        ));
    }
    Text::parse(name)
}

fn sha256(hex: &str) -> Result<[u8; 32], Problem> {
    let mut hash = [0; 32];
    hex::decode_to_slice(hex, &mut hash)
        .map(|()| hash)
        .map_err(|_error| Problem::new("must be a SHA-256 in 64 hexadecimal digits"))
}

fn refuse_repeats(root: &mut Section<'_>, rows: &[Row]) {
    let mut names = BTreeSet::new();
    let mut hashes = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        if !names.insert(&row.caller.name) {
            root.problem(&format!("caller[{index}].name"), "is not the only one");
        }
        if !hashes.insert(row.token_sha256) {
            root.problem(
                &format!("caller[{index}].token_sha256"),
                "is not the only one",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, token: &str) -> String {
        let hash = hex::encode(digest(&SHA256, token.as_bytes()));
        format!(
            "[[caller]]\nname = '{name}'\nparty = 'provider'\nbin = '600740000012'\n\
             rights = ['read', 'review']\ntoken_sha256 = '{hash}'\n"
        )
    }

    fn problems(text: &str) -> Vec<String> {
        match Tokens::parse(text) {
            Err(TokensFault::Invalid(problems)) => problems,
            other => panic!("not invalid: {other:?}"),
        }
    }

    #[test]
    fn a_caller_is_known_by_its_token_and_by_nothing_else() {
        let text = row("officer-1", "one") + &row("officer-2", "two");
        let tokens = Tokens::parse(&text).unwrap();
        let caller = tokens.caller("two").unwrap();
        assert_eq!(caller.name.as_str(), "officer-2");
        assert_eq!(caller.party, Party::Provider);
        assert_eq!(caller.organisation.as_str(), "600740000012");
        assert_eq!(caller.rights, BTreeSet::from([Right::Read, Right::Review]));
        for wrong in [
            "",
            "tw",
            "two ",
            "three",
            &hex::encode(digest(&SHA256, b"two")),
        ] {
            assert!(tokens.caller(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let text = "[[caller]]\nname = 'A b'\nparty = 'citizen'\nbin = '1'\nrights = ['fly', 'read']\n\
                    token_sha256 = 'abc'\ntoken = 'oops'\n[[caller]]\n";
        assert_eq!(
            problems(text),
            [
                "caller[0].name must have only the characters a–z, 0–9, '.', '_' and '-'",
                "caller[0].party must be cooperative, provider, agency, operator, reviewing-body, \
                 authorized-body or addressee",
                "caller[0].bin must have 12 digits",
                "caller[0].rights must be read, submit, review, decide, operate, assign or \
                 acknowledge",
                "caller[0].token_sha256 must be a SHA-256 in 64 hexadecimal digits",
                "caller[0].token is not a known key",
                "caller[1].name is required",
                "caller[1].party is required",
                "caller[1].bin is required",
                "caller[1].rights must not be empty",
                "caller[1].token_sha256 is required",
            ]
        );
    }

    #[test]
    fn a_name_or_a_token_that_comes_twice_is_refused() {
        let text = row("officer", "one") + &row("officer", "two") + &row("head", "one");
        assert_eq!(
            problems(&text),
            [
                "caller[1].name is not the only one",
                "caller[2].token_sha256 is not the only one"
            ]
        );
    }

    #[test]
    fn a_file_without_callers_is_refused() {
        assert_eq!(problems(""), ["caller must be given: nobody could call"]);
        assert!(matches!(
            Tokens::parse("[[caller"),
            Err(TokensFault::NotToml(_))
        ));
        assert!(matches!(
            Tokens::open(Path::new("no such file")),
            Err(TokensFault::Unreadable { .. })
        ));
    }
}
