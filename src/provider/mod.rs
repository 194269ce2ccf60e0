//! The service providers: local executive bodies, each with its territory, hours and head (cl. 3).
//! They stand in the register, version by version; the configuration names the first ones only.

#[cfg(test)]
pub(crate) mod fixture;
mod model;
mod rows;

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

pub use model::{ContractDecision, Official, Provider, ProviderKind};
pub(crate) use rows::to_row;
pub use rows::{StoredProvider, providers, versions_of};

use crate::kernel::{Bin, Kato};

/// All providers, each in its last version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Providers {
    last: BTreeMap<String, Arc<Provider>>,
    /// The id of the provider that had a BIN first; it may have another one by now.
    first_with: BTreeMap<Bin, String>,
}

impl Providers {
    /// Takes the providers; of two with one id the later stands.
    pub fn of(providers: impl IntoIterator<Item = Provider>) -> Self {
        let last: BTreeMap<_, _> = providers
            .into_iter()
            .map(|provider| (provider.id.clone(), Arc::new(provider)))
            .collect();
        let bins = last.values();
        let bins: Vec<_> = bins
            .map(|provider| (provider.bin.clone(), provider.id.clone()))
            .collect();
        let providers = Self {
            last,
            first_with: BTreeMap::new(),
        };
        providers.remembering(bins)
    }

    /// Remembers who had which BIN, in the order of time.
    fn remembering(mut self, bins: impl IntoIterator<Item = (Bin, String)>) -> Self {
        self.first_with.clear();
        for (bin, id) in bins {
            self.first_with.entry(bin).or_insert(id);
        }
        self
    }

    /// Finds a provider by its id.
    pub fn by_id(&self, id: &str) -> Option<Arc<Provider>> {
        self.last.get(id).map(Arc::clone)
    }

    /// Finds the providers with a BIN.
    pub fn by_bin<'a>(&'a self, bin: &'a Bin) -> impl Iterator<Item = &'a Provider> {
        self.all().filter(move |provider| provider.bin == *bin)
    }

    /// The id of the provider that had a BIN first, whatever its BIN is by now: what once was said of a BIN
    /// is of one provider for good.
    pub fn first_with(&self, bin: &Bin) -> Option<&str> {
        self.first_with.get(bin).map(String::as_str)
    }

    /// Finds the providers in whose territory a place lies (D-12), the one that names it most exactly first.
    pub fn competent(&self, place: &Kato) -> Vec<&Provider> {
        let with_exactness = |provider| Some((Provider::competence(provider, place)?, provider));
        let mut found: Vec<_> = self.all().filter_map(with_exactness).collect();
        found.sort_by_key(|(exactness, provider)| (Reverse(*exactness), &provider.id));
        found.into_iter().map(|(_, provider)| provider).collect()
    }

    /// All, by id.
    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.last.values().map(|provider| &**provider)
    }
}

#[cfg(test)]
mod tests;
