//! The accounts of a town and their tokens. A token never leaves the test.

use std::collections::BTreeMap;

use tizilim::{
    authn::{account, mint},
    config::Secret,
    demo::World,
    kernel::SystemIds,
};

use super::OTHER_PROVIDER;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Account {
    /// Acts for the cooperative.
    Portal,
    /// Acts for the cooperative too, from another system.
    OtherPortal,
    /// Acts for the cooperative too, but may only read.
    Reader,
    /// Acts for another cooperative.
    Neighbour,
    /// Works at the provider and may review and decide.
    Officer,
    /// The same; another desk.
    Colleague,
    /// Hands in what the head signed.
    Head,
    /// Works at another provider.
    Stranger,
    /// Watches the quality of state services.
    Agency,
    /// Runs the installation.
    Operator,
    /// Works at the body above the provider.
    HigherBody,
    /// Works at the authority for the quality of state services.
    QualityAuthority,
    /// Tells changes of the Rules.
    Ministry,
    /// Acts for the State Corporation.
    Corporation,
    /// Acts for the operator of the infrastructure, and for the contact centre.
    EgovOperator,
}

impl Account {
    pub(crate) const ALL: [Self; 15] = [
        Self::Portal,
        Self::OtherPortal,
        Self::Reader,
        Self::Neighbour,
        Self::Officer,
        Self::Colleague,
        Self::Head,
        Self::Stranger,
        Self::Agency,
        Self::Operator,
        Self::HigherBody,
        Self::QualityAuthority,
        Self::Ministry,
        Self::Corporation,
        Self::EgovOperator,
    ];

    /// Party and rights.
    pub(crate) const fn is(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Portal | Self::OtherPortal | Self::Neighbour => {
                ("cooperative", &["read", "submit"])
            }
            Self::Reader => ("cooperative", &["read"]),
            Self::Officer | Self::Colleague | Self::Stranger => (
                "provider",
                &["read", "review", "decide", "submit", "acknowledge"],
            ),
            Self::Head => ("provider", &["read", "decide", "assign"]),
            Self::Agency => ("agency", &["read"]),
            Self::Operator => ("operator", &["read", "operate"]),
            Self::HigherBody | Self::QualityAuthority => ("reviewing-body", &["read", "decide"]),
            Self::Ministry => ("authorized-body", &["read", "submit", "decide"]),
            Self::Corporation | Self::EgovOperator => ("addressee", &["read", "acknowledge"]),
        }
    }

    fn bin(self, world: &World) -> &str {
        match self {
            Self::Portal | Self::OtherPortal | Self::Reader => world.cooperative.bin.as_str(),
            Self::Neighbour => world.neighbour.bin.as_str(),
            Self::Officer | Self::Colleague | Self::Head => world.provider.bin.as_str(),
            Self::Stranger => OTHER_PROVIDER,
            Self::Agency => world.agency.as_str(),
            Self::Operator => world.operator.as_str(),
            Self::HigherBody => world.higher_body.as_str(),
            Self::QualityAuthority => world.quality_authority.as_str(),
            Self::Ministry => world.authorized_body.as_str(),
            Self::Corporation => world.state_corporation.as_str(),
            Self::EgovOperator => world.egov_operator.as_str(),
        }
    }
}

/// All accounts of a town.
pub(crate) struct Accounts {
    tokens: BTreeMap<Account, Secret<String>>,
    /// The file of callers.
    pub(crate) file: String,
}

impl Accounts {
    pub(crate) fn of(world: &World) -> Self {
        let mut tokens = BTreeMap::new();
        let mut file = String::new();
        for who in Account::ALL {
            let (party, rights) = who.is();
            let rights: Vec<String> = rights.iter().map(|right| (*right).to_owned()).collect();
            let name = format!("{who:?}").to_lowercase();
            let caller = account(&name, party, who.bin(world), &rights).unwrap();
            let minted = mint(&caller, &SystemIds::default());
            file.push_str(&minted.row);
            tokens.insert(who, minted.token);
        }
        Self { tokens, file }
    }

    pub(crate) fn token(&self, account: Account) -> &Secret<String> {
        &self.tokens[&account]
    }
}
