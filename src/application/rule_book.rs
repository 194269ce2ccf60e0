//! By which rule set an application is judged: the one that was in force on the day of its registration,
//! whenever that is asked (D-20). It never gives one that is not complete.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;

use super::{
    checks::{RuleSet, RulesFault},
    model::Application,
};
use crate::{
    kernel::local,
    reference::{References, StoredRuleSet},
    store::StoreFault,
};

/// The shipped rule set, and those that operators activated since; clones share what was read.
#[derive(Clone, Debug)]
pub struct RuleBook {
    references: References,
    shipped: Arc<RuleSet>,
    /// By the hash of their texts.
    read: Arc<Mutex<BTreeMap<String, Arc<RuleSet>>>>,
}

impl RuleBook {
    /// Opens the rule sets of a register; all that may judge must be readable.
    pub fn open(references: References) -> Result<Self, RulesFault> {
        let book = Self {
            references,
            shipped: Arc::new(RuleSet::shipped()?),
            read: Arc::default(),
        };
        for stored in book.references.current().rule_sets.standing() {
            book.parsed(stored)?;
        }
        Ok(book)
    }

    /// The one that the service is shipped with.
    pub fn shipped(&self) -> &RuleSet {
        &self.shipped
    }

    /// The one that judges what is registered on a day.
    pub fn on(&self, day: NaiveDate) -> Result<Arc<RuleSet>, StoreFault> {
        let known = self.references.current();
        known
            .rule_sets
            .in_force(day)
            .map_or_else(|| Ok(Arc::clone(&self.shipped)), |stored| self.of(stored))
    }

    /// The one that judges an application.
    pub(crate) fn for_application(
        &self,
        application: &Application,
    ) -> Result<Arc<RuleSet>, StoreFault> {
        self.on(local(application.registered_at).date())
    }

    /// The one of a version, even if it was withdrawn.
    pub fn named(&self, version: &str) -> Result<Option<Arc<RuleSet>>, StoreFault> {
        if version == self.shipped.version {
            return Ok(Some(Arc::clone(&self.shipped)));
        }
        let known = self.references.current();
        let stored = known.rule_sets.named(version);
        stored.map(|stored| self.of(stored)).transpose()
    }

    /// An older release may not know what a newer one let an operator activate.
    fn of(&self, stored: &StoredRuleSet) -> Result<Arc<RuleSet>, StoreFault> {
        self.parsed(stored)
            .map_err(|fault| StoreFault::corrupt("rule set", fault.to_string()))
    }

    fn parsed(&self, stored: &StoredRuleSet) -> Result<Arc<RuleSet>, RulesFault> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = read.get(&stored.sha256) {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(RuleSet::parse(&stored.text)?);
        read.insert(stored.sha256.clone(), Arc::clone(&rules));
        Ok(rules)
    }
}
