//! What became of a share, page by page: which versions there are is read first, and then the histories of
//! the entries of the page. It never tells of an entry that is not the caller's (I-8).

use std::collections::BTreeSet;

use tonic::Status;

use super::{
    queries::{Listed, ShareQuery, by_number, by_share, is_own},
    wire,
};
use crate::{
    application::{Objection, Office, standing::histories},
    authz::{Action as _, ListShareHistory, Scope},
    court::{self, restraint::acts_on},
    pb::registry::v1::{self as pb, list_share_history_request::Key},
    register::rows::{VersionKey, version_keys},
    rpc::{FieldErrors, page},
    store::{Stop, StoreFault},
};

/// Which page of the history of which share.
pub(crate) struct HistoryQuery {
    share: ShareQuery,
    /// What its tokens are bound to.
    filter: pb::ListShareHistoryRequest,
    after: Option<VersionKey>,
    size: usize,
}

impl HistoryQuery {
    pub(crate) fn parse(
        office: &Office,
        message: pb::ListShareHistoryRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let size = page::size(message.page_size, &mut errors);
        let filter = pb::ListShareHistoryRequest {
            key: message.key.clone(),
            ..Default::default()
        };
        let share = match message.key {
            Some(Key::EntryNumber(number)) => by_number(number, &mut errors),
            Some(Key::Share(share)) => by_share(&share, &mut errors),
            None => errors.present("key", None),
        };
        let (Some(size), Some(share), true) = (size, share, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let after = match message.page_token.as_str() {
            "" => None,
            token => Some(
                office
                    .page_tokens
                    .open(ListShareHistory::PATH, &filter, token)?,
            ),
        };
        Ok(Self {
            share,
            filter,
            after,
            size: usize::try_from(size).unwrap_or(usize::MAX),
        })
    }

    /// The page, as far as it is the caller's.
    pub(crate) async fn page(
        &self,
        office: &Office,
        scope: &Scope,
    ) -> Result<pb::ListShareHistoryResponse, Stop<Objection>> {
        let listed = Listed::of(office, scope, &self.share).await?;
        let own = listed.entries.iter();
        let own = own.filter(|entry| is_own(entry, scope, office));
        // The entry that was begun first is told first.
        let own: Vec<_> = own.rev().map(|entry| entry.entry_id).collect();
        if own.is_empty() {
            return Err(Stop::Refused(Objection::NotVisible));
        }
        let reads = office.store.reads();
        let mut keys = version_keys(reads, &own).await?;
        // Of one moment, in the order of the entries, which no index knows: the end of one may free the
        // share for the next.
        let place = |(at, entry, version): &VersionKey| {
            let entry = own.iter().position(|own| own == entry);
            (*at, entry, *version)
        };
        keys.sort_unstable_by_key(place);
        if let Some(after) = &self.after {
            let seen = keys.partition_point(|key| place(key) <= place(after));
            keys.drain(..seen);
        }
        let has_more = keys.len() > self.size;
        keys.truncate(self.size);
        let next = keys.last().filter(|_| has_more);
        let told: BTreeSet<_> = keys
            .iter()
            .map(|(_, entry, version)| (*entry, *version))
            .collect();
        let is_told = |entry| told.iter().any(|(told, _)| *told == entry);
        let entries: Vec<_> = own.iter().copied().filter(|own| is_told(*own)).collect();
        let versions = histories(reads, &entries).await?;
        let versions = versions.iter();
        let versions = versions.filter(|one| told.contains(&(one.entry.get(), one.version)));
        let records = versions.map(wire::record);
        let acts = acts_on(reads, &entries).await?.into_iter();
        let court_effects = acts.map(court::wire::effect_record);
        Ok(pb::ListShareHistoryResponse {
            records: records.collect::<Result<_, StoreFault>>()?,
            next_page_token: self.token(office, next)?,
            court_effects: court_effects.collect::<Result<_, StoreFault>>()?,
        })
    }

    fn token(&self, office: &Office, next: Option<&VersionKey>) -> Result<String, StoreFault> {
        let tokens = &office.page_tokens;
        let sealed = next.map(|key| tokens.seal(ListShareHistory::PATH, &self.filter, key));
        let token = sealed.transpose();
        let token = token.map_err(|error| StoreFault::json("page key", error))?;
        Ok(token.unwrap_or_default())
    }
}
