//! The accounts of the invented world: tokens for their holders, and the file by which the service
//! knows them. It never gives an account more than its part needs.

use super::{
    DemoFault, Folder,
    client::{
        AddresseeClient, AgencyClient, AnyoneClient, AuthorizedBodyClient, CooperativeClient, Line,
        OperatorClient, ProviderClient, ReviewerClient,
    },
    parties::World,
};
use crate::{
    authn::{account, mint},
    config::Secret,
    kernel::{Bin, SystemIds},
};
use std::path::PathBuf;
use tonic::transport::Channel;

/// The name of an account, its kind of party, and its rights.
type Account = (&'static str, &'static str, &'static [&'static str]);

const COOPERATIVE: Account = ("cooperative", "cooperative", &["read", "submit"]);
const NEIGHBOUR: Account = ("neighbour", "cooperative", &["read", "submit"]);
const OFFICER: Account = ("officer", "provider", &["read", "review", "submit"]);
const HEAD: Account = (
    "head",
    "provider",
    &[
        "read",
        "review",
        "decide",
        "assign",
        "submit",
        "acknowledge",
    ],
);
const OPERATOR: Account = ("operator", "operator", &["read", "operate"]);
const AGENCY: Account = ("agency", "agency", &["read"]);
const HIGHER_BODY: Account = ("higher-body", "reviewing-body", &["read", "decide"]);
const QUALITY_AUTHORITY: Account = ("quality-authority", "reviewing-body", &["read", "decide"]);
const AUTHORIZED_BODY: Account = (
    "authorized-body",
    "authorized-body",
    &["read", "submit", "decide"],
);
const STATE_CORPORATION: Account = ("state-corporation", "addressee", &["read", "acknowledge"]);
const EGOV_OPERATOR: Account = ("egov-operator", "addressee", &["read", "acknowledge"]);

/// The token of each account.
#[derive(Debug)]
pub struct Callers {
    cooperative: Secret<String>,
    neighbour: Secret<String>,
    officer: Secret<String>,
    head: Secret<String>,
    operator: Secret<String>,
    agency: Secret<String>,
    higher_body: Secret<String>,
    quality_authority: Secret<String>,
    authorized_body: Secret<String>,
    state_corporation: Secret<String>,
    egov_operator: Secret<String>,
    /// The rows by which the service knows the accounts.
    rows: String,
}

/// A client for each account, and for somebody without one.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Acts for the cooperative.
    pub cooperative: CooperativeClient,
    /// Acts for another cooperative.
    pub neighbour: CooperativeClient,
    /// An officer of the provider.
    pub officer: ProviderClient,
    /// The head of the provider.
    pub head: ProviderClient,
    /// Runs the installation.
    pub operator: OperatorClient,
    /// Watches the quality of state services.
    pub agency: AgencyClient,
    /// The body above the provider.
    pub higher_body: ReviewerClient,
    /// The authority for the quality of state services.
    pub quality_authority: ReviewerClient,
    /// Tells changes of the Rules.
    pub authorized_body: AuthorizedBodyClient,
    /// Is told of them, beside the provider.
    pub state_corporation: AddresseeClient,
    /// Likewise, for two bodies.
    pub egov_operator: AddresseeClient,
    /// Has no account.
    pub anyone: AnyoneClient,
}

impl Callers {
    /// Makes an account for everybody, with a new token.
    pub fn new(world: &World) -> Result<Self, DemoFault> {
        let mut rows = String::new();
        let mut token = |(name, party, rights): Account, bin: &Bin| {
            let rights: Vec<String> = rights.iter().map(|right| (*right).to_owned()).collect();
            let caller = account(name, party, bin.as_str(), &rights)?;
            let minted = mint(&caller, &SystemIds::default());
            rows.push_str(&minted.row);
            rows.push('\n');
            Ok::<_, DemoFault>(minted.token)
        };
        Ok(Self {
            cooperative: token(COOPERATIVE, &world.cooperative.bin)?,
            neighbour: token(NEIGHBOUR, &world.neighbour.bin)?,
            officer: token(OFFICER, &world.provider.bin)?,
            head: token(HEAD, &world.provider.bin)?,
            operator: token(OPERATOR, &world.operator)?,
            agency: token(AGENCY, &world.agency)?,
            higher_body: token(HIGHER_BODY, &world.higher_body)?,
            quality_authority: token(QUALITY_AUTHORITY, &world.quality_authority)?,
            authorized_body: token(AUTHORIZED_BODY, &world.authorized_body)?,
            state_corporation: token(STATE_CORPORATION, &world.state_corporation)?,
            egov_operator: token(EGOV_OPERATOR, &world.egov_operator)?,
            rows,
        })
    }

    /// Writes the file of callers and a file for each token; tells where the former lies.
    pub fn write(&self, folder: &Folder) -> Result<PathBuf, DemoFault> {
        for ((name, _, _), token) in [
            (COOPERATIVE, &self.cooperative),
            (NEIGHBOUR, &self.neighbour),
            (OFFICER, &self.officer),
            (HEAD, &self.head),
            (OPERATOR, &self.operator),
            (AGENCY, &self.agency),
            (HIGHER_BODY, &self.higher_body),
            (QUALITY_AUTHORITY, &self.quality_authority),
            (AUTHORIZED_BODY, &self.authorized_body),
            (STATE_CORPORATION, &self.state_corporation),
            (EGOV_OPERATOR, &self.egov_operator),
        ] {
            folder.write_private("tokens", &format!("{name}.token"), token.expose())?;
        }
        Ok(folder.write("", "callers.toml", &self.rows)?)
    }

    /// A client for each account, over one channel.
    pub fn clients(&self, channel: &Channel) -> Result<Clients, DemoFault> {
        let line = |token| Line::new(channel.clone(), token);
        Ok(Clients {
            cooperative: CooperativeClient::new(line(&self.cooperative)?),
            neighbour: CooperativeClient::new(line(&self.neighbour)?),
            officer: ProviderClient::new(line(&self.officer)?),
            head: ProviderClient::new(line(&self.head)?),
            operator: OperatorClient::new(line(&self.operator)?),
            agency: AgencyClient::new(line(&self.agency)?),
            higher_body: ReviewerClient::new(line(&self.higher_body)?),
            quality_authority: ReviewerClient::new(line(&self.quality_authority)?),
            authorized_body: AuthorizedBodyClient::new(line(&self.authorized_body)?),
            state_corporation: AddresseeClient::new(line(&self.state_corporation)?),
            egov_operator: AddresseeClient::new(line(&self.egov_operator)?),
            anyone: AnyoneClient::new(Line::anonymous(channel.clone())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authn::Tokens;

    #[test]
    fn the_file_of_callers_knows_every_token_and_holds_none() {
        let world = World::new("2026-11-24T05:00:00Z".parse().unwrap()).unwrap();
        let callers = Callers::new(&world).unwrap();
        let base = tempfile::tempdir().unwrap();
        let folder = Folder::afresh(base.path()).unwrap();
        let file = callers.write(&folder).unwrap();
        let tokens = Tokens::open(&file).unwrap();
        let rows = std::fs::read_to_string(file).unwrap();
        for name in [
            "cooperative",
            "neighbour",
            "officer",
            "head",
            "operator",
            "agency",
            "authorized-body",
            "state-corporation",
            "egov-operator",
        ] {
            let path = folder.path().join("tokens").join(format!("{name}.token"));
            let token = std::fs::read_to_string(path).unwrap();
            assert_eq!(tokens.caller(&token).unwrap().name.as_str(), name);
            assert!(!rows.contains(&token));
        }
    }
}
