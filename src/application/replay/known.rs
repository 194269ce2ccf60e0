//! What the register said of an application when it was checked, picked out of all that it says by now.
//! It never asks the database: everything was read before.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{AsOf, rows::Registered};
use crate::{
    application::{
        agreement::Agreement,
        checks::{CheckCode, Reference, RegisterFacts},
        entry_change::EntryChange,
        model::Application,
        standing::{Past, Standing},
        subject::Subject,
    },
    register::{ClaimState, EntryState, listing::rows::listing},
    store::StoreFault,
};

/// What the register says by now of the shares, documents and entries of some applications.
#[derive(Default)]
pub(super) struct Register {
    pub(super) documents: Vec<Registered>,
    /// The entries on each share, the latest first.
    pub(super) listed: BTreeMap<String, Vec<listing::Model>>,
    pub(super) pasts: BTreeMap<Uuid, Past>,
}

/// What an application asked for, and the agreement that it would have led to.
pub(super) struct Asked {
    pub(super) change: Option<EntryChange>,
    pub(super) agreement: Agreement,
    pub(super) register: RegisterFacts,
}

impl Register {
    /// What was known of an application then.
    pub(super) fn asked(
        &self,
        application: &Application,
        subject: Subject,
        as_of: AsOf,
    ) -> Result<Asked, StoreFault> {
        match subject {
            Subject::Agreement(agreement) => Ok(Asked {
                change: None,
                agreement: *agreement,
                register: self.facts(application, None, as_of.register)?,
            }),
            Subject::Change(change) => {
                let at_first = self.standing(application, as_of.agreement)?;
                let agreement = change.applied_to(at_first.agreement);
                let reference = self.reference(application, &change, as_of.register)?;
                Ok(Asked {
                    register: self.facts(application, Some(reference), as_of.register)?,
                    change: Some(change),
                    agreement,
                })
            }
        }
    }

    fn past(&self, application: &Application) -> Result<&Past, StoreFault> {
        let entry = application.entry;
        entry
            .and_then(|entry| self.pasts.get(&entry.get()))
            .ok_or_else(|| {
                StoreFault::corrupt("application", "names no entry that it is to change")
            })
    }

    fn standing(
        &self,
        application: &Application,
        at: DateTime<Utc>,
    ) -> Result<Standing, StoreFault> {
        let standing = self.past(application)?.standing_at(at, application.id)?;
        standing.ok_or_else(|| StoreFault::corrupt("entry", "was changed before it was made"))
    }

    /// As `Case::reference` says it of what stands now (C23).
    fn reference(
        &self,
        application: &Application,
        change: &EntryChange,
        at: DateTime<Utc>,
    ) -> Result<Reference, StoreFault> {
        let past = self.past(application)?;
        let content = past.content_at(at, application.id)?;
        let content = content
            .ok_or_else(|| StoreFault::corrupt("entry", "was changed before it was made"))?;
        let before = self.standing(application, at)?.agreement;
        let after = change.applied_to(before.clone());
        Ok(Reference {
            is_live: EntryState::of(&content.columns) == EntryState::Live,
            is_of_shareholder: before.shareholder.iin == change.entry().shareholder,
            is_of_share: after.share_key() == before.share_key(),
            entry_number: content.entry_number,
        })
    }

    /// As `register_facts` says it of what stands now (C14, C21, C23, C25).
    fn facts(
        &self,
        application: &Application,
        reference: Option<Reference>,
        at: DateTime<Utc>,
    ) -> Result<RegisterFacts, StoreFault> {
        let claim = self.claim(application, at)?;
        let held = |state: ClaimState| {
            let claim = claim.as_ref().filter(|(held, _)| *held == state);
            claim.map(|(_, number)| number.clone())
        };
        Ok(RegisterFacts {
            live_entry_on_share: held(ClaimState::Live),
            owned_by_entry: held(ClaimState::Owned),
            same_agreement_registered: self.same_document(application, at),
            document_key: application.agreement_key.clone(),
            reference,
            open_applications_on_share: open_applications(application),
        })
    }

    /// How the share was claimed by another entry than the application's own, and by which.
    fn claim(
        &self,
        application: &Application,
        at: DateTime<Utc>,
    ) -> Result<Option<(ClaimState, String)>, StoreFault> {
        let listed = self.listed.get(&application.share_key);
        let of_others = listed.into_iter().flatten().filter(|entry| {
            application.entry != Some(entry.entry_id.into()) && entry.registered_at <= at
        });
        for entry in of_others {
            let past = self.pasts.get(&entry.entry_id);
            let past = past.ok_or_else(|| StoreFault::corrupt("entry", "lacks its versions"))?;
            // What was brought over may have been registered elsewhere before it was known here.
            if let Some(content) = past.content_at(at, application.id)? {
                let state = EntryState::of(&content.columns).claim();
                return Ok(Some((state, content.entry_number)));
            }
        }
        Ok(None)
    }

    /// The number of the entry of the same document (C21).
    fn same_document(&self, application: &Application, at: DateTime<Utc>) -> Option<String> {
        let known = || {
            self.documents.iter().filter(|document| {
                document.application != application.id.get() && document.entered_at <= at
            })
        };
        let by_key = || known().find(|known| known.document_key == application.agreement_key);
        let by_hash = || known().find(|known| known.sha256 == application.agreement_sha256);
        let found = by_key().or_else(by_hash);
        found.map(|document| document.entry_number.clone())
    }
}

/// Those that the finding of then names: no table keeps when an application was open.
fn open_applications(application: &Application) -> Vec<String> {
    let of_share = |check: CheckCode| check == CheckCode::C25;
    let finding = application
        .findings
        .iter()
        .find(|finding| of_share(finding.check));
    let numbers = finding.and_then(|finding| finding.evidence.get("application_numbers"));
    let numbers = numbers.into_iter().flat_map(|numbers| numbers.split(", "));
    numbers.map(str::to_owned).collect()
}
