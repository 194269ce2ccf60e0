//! An application with all that it is decided upon: what was filed, and the entry that it is to change
//! as that stands.
//! It never decides, and never looks at an entry in two versions at once.

use sea_orm::DatabaseConnection;

use super::{
    agreement::Agreement,
    checks::Reference,
    content::read_subject,
    entry_change::EntryChange,
    model::Application,
    rows::{self, content},
    standing::{Standing, standing_at},
    subject::Subject,
};
use crate::{
    kernel::EntryId,
    register::{
        EntryState,
        queries::newest,
        rows::{entry, entry_by_id, state_of},
    },
    store::StoreFault,
};

/// An application with all that it is decided upon.
pub(crate) struct Case {
    /// What was filed, byte for byte.
    pub(crate) content: content::Model,
    /// The change that is asked for, with the entry; none for a new agreement.
    pub(crate) change: Option<Change>,
    /// How the agreement stands once the application is granted.
    pub(crate) outcome: Standing,
}

/// A change, and the entry that it meets.
pub(crate) struct Change {
    /// What is asked for.
    asked: EntryChange,
    /// The entry, in the version that stands.
    pub(crate) entry: entry::Model,
    state: EntryState,
    /// How its agreement stands before the change.
    before: Agreement,
}

impl Change {
    /// What is asked for.
    pub(crate) const fn asked(&self) -> &EntryChange {
        &self.asked
    }

    /// The entry that it is asked of.
    pub(crate) fn entry_id(&self) -> EntryId {
        self.entry.id.into()
    }
}

impl Case {
    /// Reads what belongs to an application that is not decided yet.
    pub(crate) async fn load(
        reads: &DatabaseConnection,
        application: &Application,
    ) -> Result<Self, StoreFault> {
        let content = rows::content_of(reads, application.id).await?;
        let subject = read_subject(
            application.procedure,
            &content.agreement,
            application.received_at,
        )?;
        match subject {
            Subject::Agreement(agreement) => Ok(Self {
                content,
                change: None,
                outcome: Standing::first(*agreement),
            }),
            Subject::Change(asked) => {
                let entry = entry_of(reads, application).await?;
                // Of the version that was just read, even if there is another by now.
                let before = standing_at(reads, entry.id.into(), newest(&entry)?).await?;
                Ok(Self {
                    content,
                    change: Some(Change {
                        asked: asked.clone(),
                        state: state_of(&entry)?,
                        entry,
                        before: before.agreement.clone(),
                    }),
                    outcome: before.with(asked),
                })
            }
        }
    }

    /// The share that the application is about: of an entry as that stands, for a correction may have
    /// found it to be another since the application was filed.
    pub(crate) fn share_key<'a>(&'a self, application: &'a Application) -> &'a str {
        let entry = self.change.as_ref().map(|change| &change.entry);
        entry.map_or(&application.share_key, |entry| &entry.share_key)
    }

    /// What the entry says to the application's reference to it (C23).
    pub(crate) fn reference(&self) -> Option<Reference> {
        let Change {
            asked,
            entry,
            state,
            before,
        } = self.change.as_ref()?;
        Some(Reference {
            entry_number: entry.number.clone(),
            is_live: *state == EntryState::Live,
            is_of_shareholder: before.shareholder.iin == asked.entry().shareholder,
            is_of_share: self.outcome.agreement.share_key().to_string() == entry.share_key,
        })
    }
}

/// The entry that an application is to change.
async fn entry_of(
    reads: &DatabaseConnection,
    application: &Application,
) -> Result<entry::Model, StoreFault> {
    let missing = || StoreFault::corrupt("application", "names no entry that it is to change");
    let id = application.entry.ok_or_else(missing)?;
    entry_by_id(reads, id).await?.ok_or_else(missing)
}
