//! The providers that the configuration names become the first versions of those in the register.
//! It never changes one that stands there already.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{Reference, References};
use crate::{
    kernel::Moment,
    provider::{Provider, Providers, StoredProvider, to_row},
    store::{Changes, Command, Guard, Insert, NewFact, Origin, RequestKey, Stop, StoreFault},
};

/// The journal's kind of a fact about a provider.
pub const PROVIDER_CHANGED: &str = "provider_changed";

struct Seed<'a> {
    references: &'a References,
    configured: &'a Providers,
}

/// All of them stand in the register.
struct NothingMissing;

impl Command for Seed<'_> {
    type Loaded = Arc<Reference>;
    type Decided = (Vec<Provider>, Moment);
    type Refusal = NothingMissing;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    async fn load(
        &self,
        _reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Arc<Reference>, StoreFault> {
        self.references.fresh().await
    }

    fn decide(
        &self,
        known: Arc<Reference>,
        moment: Moment,
    ) -> Result<Self::Decided, NothingMissing> {
        let is_missing = |provider: &&Provider| known.providers.by_id(&provider.id).is_none();
        let missing: Vec<_> = self.configured.all().filter(is_missing).cloned().collect();
        if missing.is_empty() {
            return Err(NothingMissing);
        }
        Ok((missing, moment))
    }

    fn changes(&self, (missing, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let origin = Origin::of_system("configuration", *moment);
        let mut changes = Changes::by(origin).renewing_reference();
        for provider in missing {
            let stored = StoredProvider {
                provider: provider.clone(),
                set_at: moment.instant,
                set_by: "configuration".to_owned(),
            };
            let fact = provider_fact(provider, self.references.store.ids().next(moment.instant));
            changes = changes
                .insert(Insert::guarded(&to_row(&stored)?, Guard::Version))
                .facts([fact]);
        }
        Ok(changes)
    }

    fn answer(&self, _decided: Self::Decided) {}
}

/// The fact that a provider has a new version; without names of persons.
pub(crate) fn provider_fact(provider: &Provider, subject: uuid::Uuid) -> NewFact {
    let body = serde_json::json!({
        "provider_id": provider.id,
        "version": provider.version,
        "kind": provider.kind.code(),
        "bin": provider.bin.as_str(),
        "territory": provider.territory,
    });
    NewFact {
        subject,
        kind: PROVIDER_CHANGED,
        body: body.to_string(),
    }
}

impl References {
    /// Takes those of the configuration into the register that are not there yet.
    pub async fn seed(&self, configured: &Providers) -> Result<(), StoreFault> {
        let seed = Seed {
            references: self,
            configured,
        };
        match self.store.execute(&seed).await {
            Ok(_) | Err(Stop::Refused(NothingMissing)) => {}
            Err(Stop::Fault(fault)) => return Err(fault),
            Err(
                Stop::RequestIdReused | Stop::TryAgain { .. } | Stop::Full { .. } | Stop::LeaseLost,
            ) => {
                return Err(StoreFault::Late {
                    operation: "take the providers of the configuration",
                });
            }
        }
        let known = self.reload().await?;
        for provider in configured.all() {
            let stands = known.providers.by_id(&provider.id);
            let stands = stands.map(|stands| Provider {
                version: provider.version,
                ..Provider::clone(&stands)
            });
            if stands.as_ref() != Some(provider) {
                let id = &provider.id;
                tracing::warn!(
                    id,
                    "a provider stands in the register otherwise than configured"
                );
            }
        }
        Ok(())
    }
}
