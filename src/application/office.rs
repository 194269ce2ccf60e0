//! What the commands of the service work with: the store, the calendar, the rules, the verifiers.
//! It never decides anything itself.

use std::sync::Arc;

use super::{
    Objection, RuleSet, model::Application, rule_book::RuleBook, whole::WholeApplications,
};
use crate::{
    authn::{Accounts, Caller, Party, Right},
    authz::Scope,
    calendar::Calendar,
    document::Documents,
    kernel::{Bin, Moment},
    provider::{Provider, Providers},
    reference::References,
    register::ShareholderMarks,
    rpc::page::PageTokens,
    signature::{SignatureVerifier, SigningIdentity},
    store::{RequestKey, Store, StoreFault},
};

/// Whose something is: an index of it begins with one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Of the cooperative with this BIN.
    Cooperative(String),
    /// With the provider of this id.
    Provider(String),
}

/// The parts that every command may need, shared by all services.
#[derive(Clone, Debug)]
pub struct Office {
    /// Where everything is kept.
    pub store: Store,
    /// Applications with what was filed, read many at a time.
    pub applications: WholeApplications,
    /// Who may be given an application.
    pub accounts: Arc<dyn Accounts>,
    /// The authority for the quality of state services; none if the installation names none.
    pub quality_authority: Option<Bin>,
    /// Who decides, and how terms are counted.
    pub references: References,
    /// How applications are checked.
    pub rules: RuleBook,
    /// Who says whose a signature is.
    pub verifier: Arc<dyn SignatureVerifier>,
    /// Where scans and extracts lie.
    pub documents: Documents,
    /// What seals page tokens.
    pub page_tokens: Arc<PageTokens>,
    /// What marks shareholders, to find their entries.
    pub shareholder_marks: Arc<ShareholderMarks>,
    /// With what the service signs the manifests of case files, if it has a key for that.
    pub seal: Option<Arc<SigningIdentity>>,
}

impl Office {
    /// The provider of a stored application; providers are never taken away.
    pub fn provider(&self, id: &str) -> Result<Arc<Provider>, StoreFault> {
        self.providers()
            .by_id(id)
            .ok_or_else(|| StoreFault::corrupt("application", "names a provider that is not there"))
    }

    /// Identifies what is recorded once and by nobody's request: had its answer been lost, it would be recorded
    /// again by whoever makes sure that it is.
    pub(crate) fn record_key(&self, caller: &str, method: &'static str) -> RequestKey {
        let id = self.store.ids().next(self.now().instant);
        RequestKey::of(caller, method, id.into(), &())
    }

    /// Whether what a cooperative has at a provider is the caller's own (I-8).
    pub(crate) fn shows(&self, scope: &Scope, cooperative: &Bin, provider_id: &str) -> bool {
        let provider = self.providers().by_id(provider_id);
        provider.is_some_and(|provider| scope.holds(cooperative, &provider.bin))
    }

    /// The provider that decides.
    pub(crate) fn decider(&self, provider_id: &str) -> Result<Arc<Provider>, Objection> {
        let provider = self.providers().by_id(provider_id);
        provider.ok_or(Objection::ProviderUnknown)
    }

    /// The rule set that judges an application (D-20); an older release may not be able to read it.
    pub(crate) fn rules_of(&self, application: &Application) -> Result<Arc<RuleSet>, Objection> {
        let rules = self.rules.for_application(application);
        rules.map_err(|_unreadable| Objection::RuleSetUnknown)
    }

    /// The account of a provider that reviews under a name.
    pub(crate) fn officer(&self, name: &str, provider: &Provider) -> Option<Arc<Caller>> {
        let reviews = |account: &Arc<Caller>| {
            account.party == Party::Provider
                && account.organisation == provider.bin
                && account.rights.contains(&Right::Review)
        };
        self.accounts.account(name).filter(reviews)
    }

    /// Who decides. A command that asks is decided again if that changed before it is committed.
    pub fn providers(&self) -> Arc<Providers> {
        Arc::clone(&self.references.current().providers)
    }

    /// Whose applications and entries a caller may see (I-8); none means that it sees none.
    pub(crate) fn owners(&self, scope: &Scope) -> Vec<Owner> {
        let providers = self.providers();
        let owner = |provider: &Provider| Owner::Provider(provider.id.clone());
        match scope {
            Scope::Cooperative(bin) => vec![Owner::Cooperative(bin.to_string())],
            Scope::Provider(bin) => providers.by_bin(bin).map(owner).collect(),
            Scope::Everything => providers.all().map(owner).collect(),
            Scope::ReviewingBody(_) | Scope::Addressee(_) => Vec::new(),
        }
    }

    /// How terms are counted. A command that asks is decided again if that changed before it is
    /// committed.
    pub fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(&self.references.current().calendar)
    }

    /// The moment it is.
    pub fn now(&self) -> Moment {
        self.store.clock().now()
    }
}
