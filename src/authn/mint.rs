//! Makes a token: shown once to who asked for it, kept by the service only as its hash.
//! It never writes a file.

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

use super::{Caller, Party, Right, tokens::account_name};
use crate::{
    config::Secret,
    kernel::{Bin, IdSource, Problem},
};

/// Makes tokens recognisable to programs that look for secrets where none belong.
const PREFIX: &str = "tizilim_";

/// A new token and its row for the file of callers.
#[derive(Debug)]
pub struct Minted {
    /// To be given to the caller.
    pub token: Secret<String>,
    /// To be pasted into the file.
    pub row: String,
}

/// Reads what an account is to be.
pub fn account(name: &str, party: &str, bin: &str, rights: &[String]) -> Result<Caller, Problem> {
    let rights: BTreeSet<Right> = rights
        .iter()
        .map(|word| Right::parse(word))
        .collect::<Result<_, _>>()?;
    Ok(Caller {
        name: account_name(name)?,
        party: Party::parse(party)?,
        organisation: Bin::parse(bin)?,
        rights,
    })
}

/// Makes a token of 256 bits that nobody can foresee.
pub fn mint(caller: &Caller, ids: &dyn IdSource) -> Minted {
    let bytes = [ids.random(), ids.random()].concat();
    let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let hash = hex::encode(digest(&SHA256, token.as_bytes()));
    let rights: Vec<String> = caller
        .rights
        .iter()
        .map(|right| format!("\"{}\"", right.as_str()))
        .collect();
    let row = format!(
        "[[caller]]\nname = \"{}\"\nparty = \"{}\"\nbin = \"{}\"\nrights = [{}]\n\
         token_sha256 = \"{hash}\"\n",
        caller.name,
        caller.party.as_str(),
        caller.organisation,
        rights.join(", "),
    );
    Minted {
        token: Secret::new(token),
        row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{authn::Tokens, kernel::SystemIds};

    #[test]
    fn a_minted_row_makes_its_token_known() {
        let rights = ["submit".to_owned(), "read".to_owned()];
        let caller = account("portal", "cooperative", "600740000012", &rights).unwrap();
        let first = mint(&caller, &SystemIds::default());
        let second = mint(&caller, &SystemIds::default());
        assert_ne!(first.token, second.token);
        let tokens = Tokens::parse(&first.row).unwrap();
        assert_eq!(*tokens.caller(first.token.expose()).unwrap(), caller);
        assert!(tokens.caller(second.token.expose()).is_none());
    }

    #[test]
    fn a_wrong_account_is_refused() {
        let read = ["read".to_owned()];
        for (name, party, bin, rights) in [
            ("a b", "agency", "600740000012", &read[..]),
            ("a", "agents", "600740000012", &read),
            ("a", "agency", "1", &read),
            ("a", "agency", "600740000012", &["all".to_owned()]),
        ] {
            assert!(account(name, party, bin, rights).is_err());
        }
    }
}
