//! Reading entries: by id or number, in the caller's scope.

use super::{
    rows::{self, entry},
    wire,
};
use crate::{
    application::{Objection, Office},
    authz::Scope,
    kernel::{Bin, EntryId},
    pb::registry::v1::{self as pb, get_register_entry_request::Key},
    rpc::{FieldErrors, Malformed},
    store::{Stop, StoreFault},
};

/// By which key an entry is asked for.
pub(crate) enum EntryKey {
    Id(EntryId),
    Number(String),
}

impl EntryKey {
    pub(crate) fn parse(message: pb::GetRegisterEntryRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let key = match message.key {
            Some(Key::EntryId(id)) => errors
                .required("entry_id", &id, EntryId::parse)
                .map(Self::Id),
            Some(Key::EntryNumber(number)) if number.is_empty() => {
                errors.missing("entry_number");
                None
            }
            Some(Key::EntryNumber(number)) => Some(Self::Number(number)),
            None => {
                errors.missing("key");
                None
            }
        };
        key.ok_or_else(|| errors.into_malformed())
    }
}

/// A version of an entry; `None` is the newest.
pub(crate) struct VersionKey {
    pub(crate) id: EntryId,
    pub(crate) version: Option<i32>,
}

impl VersionKey {
    pub(crate) fn parse(id: &str, version: i32) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let id = errors.required("entry_id", id, EntryId::parse);
        if version < 0 {
            errors.add("entry_version", "must not be below zero");
        }
        match id {
            Some(id) => errors.into_result(Self {
                id,
                version: Some(version).filter(|v| *v > 0),
            }),
            None => Err(errors.into_malformed()),
        }
    }
}

/// The entry as it stands.
pub(crate) async fn entry(
    office: &Office,
    scope: &Scope,
    key: &EntryKey,
) -> Result<pb::RegisterEntry, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = match key {
        EntryKey::Id(id) => rows::entry_by_id(reads, *id).await?,
        EntryKey::Number(number) => rows::entry_by_number(reads, number).await?,
    };
    let entry = visible(loaded, scope, office).map_err(Stop::Refused)?;
    let version = rows::entry_version(reads, entry.id.into(), newest(&entry)?)
        .await?
        .ok_or_else(|| StoreFault::corrupt("entry", "lacks its version"))?;
    Ok(wire::stored_entry(&version)?)
}

/// The number of the version that stands.
pub(crate) fn newest(entry: &entry::Model) -> Result<i32, StoreFault> {
    i32::try_from(entry.version).map_err(|error| StoreFault::corrupt("entry", error.to_string()))
}

/// Gives the entry if it is the caller's own; "not there" and "not yours" are one answer (I-8).
pub(crate) fn visible(
    loaded: Option<entry::Model>,
    scope: &Scope,
    office: &Office,
) -> Result<entry::Model, Objection> {
    loaded
        .filter(|entry| {
            let provider = office.providers().by_id(&entry.provider_id);
            let cooperative = Bin::parse(&entry.cooperative_bin).ok();
            cooperative
                .zip(provider)
                .is_some_and(|(cooperative, provider)| scope.holds(&cooperative, &provider.bin))
        })
        .ok_or(Objection::NotVisible)
}
