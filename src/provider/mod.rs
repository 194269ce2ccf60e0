//! The service providers: local executive bodies, each with its territory, hours and head (cl. 3).
//! They never change while the service runs; they come from the configuration for now.

mod service;

use std::{collections::BTreeMap, sync::Arc};

pub use service::ServiceInfoEndpoint;

use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Kato, Localized},
};

/// A local executive body that renders the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Named in requests.
    pub id: String,
    /// Its BIN; the head signs with a certificate of it.
    pub bin: Bin,
    /// Its territory (D-12).
    pub kato: Kato,
    /// Its name.
    pub name: Localized,
    /// When it works (D-4).
    pub hours: WorkingHours,
    /// Who signs (Annex 1).
    pub head: Head,
    /// Who reviews complaints against its decisions (cl. 14).
    pub reviewing_body: Localized,
}

/// The head of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Surname, name, patronymic.
    pub name: String,
    /// Post.
    pub post: Localized,
}

/// All providers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Providers(BTreeMap<String, Arc<Provider>>);

impl Providers {
    /// Takes the providers; of two with one id the later stands.
    pub fn of(providers: impl IntoIterator<Item = Provider>) -> Self {
        Self(
            providers
                .into_iter()
                .map(|provider| (provider.id.clone(), Arc::new(provider)))
                .collect(),
        )
    }

    /// Finds a provider by its id.
    pub fn by_id(&self, id: &str) -> Option<Arc<Provider>> {
        self.0.get(id).map(Arc::clone)
    }

    /// Finds the providers with a BIN.
    pub fn by_bin<'a>(&'a self, bin: &'a Bin) -> impl Iterator<Item = &'a Provider> {
        self.all().filter(move |provider| provider.bin == *bin)
    }

    /// All, by id.
    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.0.values().map(|provider| &**provider)
    }
}
