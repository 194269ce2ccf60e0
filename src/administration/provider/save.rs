//! Entering a provider, and changing one: each is a new version, which everything uses from then on.
//! It never loses what another operator changed meanwhile.

use std::{marker::PhantomData, sync::Arc};

use prost::Message;
use sea_orm::DatabaseConnection;

use super::{request::provider, wire};
use crate::{
    application::{Office, etag::version_of},
    authz::{Action, CreateProvider, Permit, UpdateProvider},
    kernel::{Moment, RequestId},
    pb::registry::v1::{self as pb, ErrorReason},
    provider::{Provider, Providers, StoredProvider, to_row},
    reference::{Reference, provider_fact},
    rpc::{FieldErrors, Malformed, Reason, Refused},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, StoreFault},
};

/// An action that makes a version of a provider.
pub(super) trait Saving: Action {
    /// What the caller is told.
    type Answer: Message + Default;

    fn answer(provider: pb::Provider) -> Self::Answer;
}

impl Saving for CreateProvider {
    type Answer = pb::CreateProviderResponse;

    fn answer(provider: pb::Provider) -> Self::Answer {
        pb::CreateProviderResponse {
            provider: Some(provider),
            replayed: false,
        }
    }
}

impl Saving for UpdateProvider {
    type Answer = pb::UpdateProviderResponse;

    fn answer(provider: pb::Provider) -> Self::Answer {
        pb::UpdateProviderResponse {
            provider: Some(provider),
            replayed: false,
        }
    }
}

/// The command to make a version of a provider.
pub(super) struct Save<A> {
    office: Arc<Office>,
    caller: String,
    request: RequestKey,
    provider: Provider,
    /// The version that was read; none for a new provider.
    read: Option<i64>,
    action: PhantomData<A>,
}

/// Why no version can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotSaved {
    Exists,
    Unknown,
    Stale,
}

impl Refused for NotSaved {
    fn reason(&self) -> Reason {
        match self {
            Self::Exists => Reason::new(
                ErrorReason::ProviderExists,
                "there is a provider of this id already",
            ),
            Self::Unknown => Reason::new(ErrorReason::ProviderUnknown, "there is no such provider"),
            Self::Stale => Reason::new(
                ErrorReason::StaleEtag,
                "the provider changed since it was read; read it again",
            ),
        }
    }
}

impl Save<CreateProvider> {
    pub(super) fn create(
        office: Arc<Office>,
        permit: &Permit<CreateProvider>,
        message: &pb::CreateProviderRequest,
    ) -> Result<Self, Malformed> {
        let sent = message.provider.as_ref();
        Self::parse(office, permit, message, &message.request_id, sent, None)
    }
}

impl Save<UpdateProvider> {
    pub(super) fn update(
        office: Arc<Office>,
        permit: &Permit<UpdateProvider>,
        message: &pb::UpdateProviderRequest,
    ) -> Result<Self, Malformed> {
        let (sent, etag) = (message.provider.as_ref(), Some(message.etag.as_str()));
        Self::parse(office, permit, message, &message.request_id, sent, etag)
    }
}

impl<A: Saving> Save<A> {
    fn parse(
        office: Arc<Office>,
        permit: &Permit<A>,
        message: &impl Message,
        request_id: &str,
        sent: Option<&pb::Provider>,
        etag: Option<&str>,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", request_id, RequestId::parse);
        let provider = errors
            .present("provider", sent)
            .and_then(|sent| errors.at("provider", |errors| provider(sent, errors)));
        let read = etag.map(|etag| errors.required("etag", etag, version_of));
        let (Some(request_id), Some(provider), true) = (request_id, provider, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.to_string();
        Ok(Self {
            office,
            request: RequestKey::of(&caller, A::PATH, request_id, message),
            caller,
            provider,
            read: read.flatten(),
            action: PhantomData,
        })
    }

    fn version(&self, providers: &Providers) -> Result<i64, NotSaved> {
        let stands = providers.by_id(&self.provider.id);
        match (stands, self.read) {
            (None, None) => Ok(1),
            (Some(_), None) => Err(NotSaved::Exists),
            (None, Some(_)) => Err(NotSaved::Unknown),
            (Some(stands), Some(read)) if stands.version == read => Ok(read.saturating_add(1)),
            (Some(_), Some(_)) => Err(NotSaved::Stale),
        }
    }
}

impl<A: Saving> Command for Save<A> {
    type Loaded = Arc<Reference>;
    type Decided = StoredProvider;
    type Refusal = NotSaved;
    type Answer = A::Answer;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    /// A refusal commits nothing, so that no guard would tell of old data.
    async fn load(
        &self,
        _reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Arc<Reference>, StoreFault> {
        self.office.references.fresh().await
    }

    fn decide(&self, known: Arc<Reference>, moment: Moment) -> Result<StoredProvider, NotSaved> {
        let provider = Provider {
            version: self.version(&known.providers)?,
            ..self.provider.clone()
        };
        Ok(StoredProvider {
            provider,
            set_at: moment.instant,
            set_by: self.caller.clone(),
        })
    }

    fn changes(&self, stored: &StoredProvider) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: stored.set_by.clone(),
            method: A::PATH,
            at: stored.set_at,
        };
        let subject = self.office.store.ids().next(stored.set_at);
        Ok(Changes::by(origin)
            .renewing_reference()
            .insert(Insert::guarded(&to_row(stored)?, Guard::Version))
            .facts([provider_fact(&stored.provider, subject)]))
    }

    fn answer(&self, stored: StoredProvider) -> A::Answer {
        A::answer(wire::stored(&stored))
    }
}
