//! The rights to a share at a moment, in the caller's scope.
//! "Not there" and "not yours" never get different answers (I-8).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::wire;
use crate::{
    application::{
        Objection, Office,
        agreement::{
            Agreement,
            parse::{premises::share_identification, section},
        },
        standing::standing_at,
    },
    authz::Scope,
    correction::rows::entries_formerly_on_share,
    kernel::{Moment, ShareKey},
    pb::registry::v1::{self as pb, get_share_rights_request::Key},
    register::{
        EntryState,
        listing::rows::{listed_on_share, listing},
        queries::{as_of, is_visible, restrained, visible},
        rows::{entry_by_number, version_as_of},
    },
    rpc::{FieldErrors, Malformed},
    store::{Stop, StoreFault},
};

/// By what a share is asked for.
pub(crate) enum ShareQuery {
    EntryNumber(String),
    Share(ShareKey),
}

/// The rights to a share at a moment.
pub(crate) struct RightsQuery {
    share: ShareQuery,
    as_of: DateTime<Utc>,
}

impl RightsQuery {
    pub(crate) fn parse(
        message: pb::GetShareRightsRequest,
        now: Moment,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let as_of = as_of(message.as_of_at, now, &mut errors);
        let share = match message.key {
            Some(Key::EntryNumber(number)) => by_number(number, &mut errors),
            Some(Key::Share(share)) => by_share(&share, &mut errors),
            None => errors.present("key", None),
        };
        match share {
            Some(share) => errors.into_result(Self {
                share,
                as_of: as_of.unwrap_or(now.instant),
            }),
            None => Err(errors.into_malformed()),
        }
    }
}

pub(super) fn by_number(number: String, errors: &mut FieldErrors) -> Option<ShareQuery> {
    let number = (!number.is_empty()).then_some(number);
    errors
        .present("entry_number", number)
        .map(ShareQuery::EntryNumber)
}

pub(super) fn by_share(
    share: &pb::ShareIdentification,
    errors: &mut FieldErrors,
) -> Option<ShareQuery> {
    section(errors, "share", Some(share), share_identification).map(ShareQuery::Share)
}

/// All entries that were ever of the share, the latest first; also those that a correction found to be
/// of another since.
pub(super) struct Listed {
    share_key: String,
    /// The entry by whose number the share is asked for.
    named: Option<Uuid>,
    pub(super) entries: Vec<listing::Model>,
}

impl Listed {
    /// Lists them, if the caller may know of the share.
    pub(super) async fn of(
        office: &Office,
        scope: &Scope,
        share: &ShareQuery,
    ) -> Result<Self, Stop<Objection>> {
        let reads = office.store.reads();
        let (share_key, named) = match share {
            ShareQuery::Share(key) => (key.to_string(), None),
            ShareQuery::EntryNumber(number) => {
                let loaded = entry_by_number(reads, number).await?;
                let entry = visible(loaded, scope, office).map_err(Stop::Refused)?;
                (entry.share_key, Some(entry.id))
            }
        };
        let former = entries_formerly_on_share(reads, &share_key).await?;
        Ok(Self {
            entries: listed_on_share(reads, &share_key, &former).await?,
            share_key,
            named,
        })
    }

    /// Whether an entry, as its agreement stood, was of the share. The one that was named is asked for
    /// whatever share it was of then.
    fn is_of(&self, entry: &listing::Model, stood: &Agreement) -> bool {
        self.named == Some(entry.entry_id) || stood.share_key().as_str() == self.share_key
    }
}

pub(super) fn is_own(entry: &listing::Model, scope: &Scope, office: &Office) -> bool {
    is_visible(&entry.cooperative_bin, &entry.provider_id, scope, office)
}

/// Who had which right at the moment. One entry on a share follows another (I-2), so the one that was
/// begun last by then, and was of the share, says it.
pub(crate) async fn rights(
    office: &Office,
    scope: &Scope,
    query: &RightsQuery,
) -> Result<pb::ShareRights, Stop<Objection>> {
    let listed = Listed::of(office, scope, &query.share).await?;
    let by_then = listed.entries.iter();
    for entry in by_then.filter(|entry| entry.registered_at <= query.as_of) {
        let (reads, id) = (office.store.reads(), entry.entry_id.into());
        let version = version_as_of(reads, id, query.as_of)
            .await?
            .ok_or_else(|| StoreFault::corrupt("entry", "lacks its first version"))?;
        let standing = standing_at(reads, id, version.version).await?;
        if !listed.is_of(entry, &standing.agreement) {
            continue;
        }
        if !is_own(entry, scope, office) {
            return Err(Stop::Refused(Objection::NotVisible));
        }
        let state = EntryState::of(&standing.columns());
        return Ok(wire::rights(
            state,
            query.as_of,
            restrained(reads, &version, Some(query.as_of)).await?,
            &standing.agreement.shareholder,
        ));
    }
    let is_known = listed
        .entries
        .iter()
        .any(|entry| is_own(entry, scope, office));
    Err(Stop::Refused(if is_known {
        Objection::NotRegisteredThen
    } else {
        Objection::NotVisible
    }))
}
