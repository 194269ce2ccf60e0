//! Reading entries: by id or number, in the caller's scope.

use chrono::{DateTime, Utc};
use prost_types::Timestamp;
use sea_orm::DatabaseConnection;

use super::{
    rows::{self, entry},
    wire,
};
use crate::{
    application::{Objection, Office},
    authz::Scope,
    court::{self, restraint::restraints_of_entry},
    kernel::{Bin, EntryId, Moment},
    pb::registry::v1::{self as pb, get_register_entry_request::Key},
    rpc::{FieldErrors, Malformed, instant},
    store::{Stop, StoreFault},
};

/// By which key an entry is asked for.
enum EntryKey {
    Id(EntryId),
    Number(String),
}

/// An entry as it stands, or as it stood at a moment.
pub(crate) struct EntryQuery {
    key: EntryKey,
    as_of: Option<DateTime<Utc>>,
}

impl EntryQuery {
    pub(crate) fn parse(
        message: pb::GetRegisterEntryRequest,
        now: Moment,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let as_of = as_of(message.as_of_at, now, &mut errors);
        let key = match message.key {
            Some(Key::EntryId(id)) => errors
                .required("entry_id", &id, EntryId::parse)
                .map(EntryKey::Id),
            Some(Key::EntryNumber(number)) if number.is_empty() => {
                errors.missing("entry_number");
                None
            }
            Some(Key::EntryNumber(number)) => Some(EntryKey::Number(number)),
            None => {
                errors.missing("key");
                None
            }
        };
        match key {
            Some(key) => errors.into_result(Self { key, as_of }),
            None => Err(errors.into_malformed()),
        }
    }
}

/// Reads a moment that has come; none is now.
pub(crate) fn as_of(
    given: Option<Timestamp>,
    now: Moment,
    errors: &mut FieldErrors,
) -> Option<DateTime<Utc>> {
    let at = errors.read("as_of_at", instant(given?))?;
    if at > now.instant {
        errors.add("as_of_at", "must not be in the future");
        return None;
    }
    Some(at)
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

/// The entry as it stands, or as it stood.
pub(crate) async fn entry(
    office: &Office,
    scope: &Scope,
    query: &EntryQuery,
) -> Result<pb::RegisterEntry, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = match &query.key {
        EntryKey::Id(id) => rows::entry_by_id(reads, *id).await?,
        EntryKey::Number(number) => rows::entry_by_number(reads, number).await?,
    };
    let entry = visible(loaded, scope, office).map_err(Stop::Refused)?;
    let version = match query.as_of {
        Some(at) => rows::version_as_of(reads, entry.id.into(), at)
            .await?
            .ok_or(Stop::Refused(Objection::NotRegisteredThen))?,
        None => rows::entry_version(reads, entry.id.into(), newest(&entry)?)
            .await?
            .ok_or_else(|| StoreFault::corrupt("entry", "lacks its version"))?,
    };
    Ok(restrained(reads, &version, query.as_of).await?)
}

/// What a version says, with what courts say of the entry now or at the moment.
pub(super) async fn restrained(
    reads: &DatabaseConnection,
    version: &rows::version::Model,
    as_of: Option<DateTime<Utc>>,
) -> Result<pb::RegisterEntry, StoreFault> {
    let restraints = restraints_of_entry(reads, version.entry_id.into(), as_of).await?;
    Ok(pb::RegisterEntry {
        court_restraints: court::wire::restraints(restraints),
        ..wire::stored_entry(version)?
    })
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
        .filter(|entry| is_visible(&entry.cooperative_bin, &entry.provider_id, scope, office))
        .ok_or(Objection::NotVisible)
}

/// Whether what a cooperative has at a provider is the caller's.
pub(super) fn is_visible(
    cooperative_bin: &str,
    provider_id: &str,
    scope: &Scope,
    office: &Office,
) -> bool {
    Bin::parse(cooperative_bin)
        .is_ok_and(|cooperative| office.shows(scope, &cooperative, provider_id))
}
