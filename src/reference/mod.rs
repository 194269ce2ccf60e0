//! Reference data: the calendar, the providers and the rule sets, as this process knows them, in memory.
//! A look never asks the database; what is decided on old reference data is never committed (ADR 12).

pub mod rows;
pub mod rule_set;
mod seed;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub use rule_set::{RuleSets, StoredRuleSet, Withdrawal};
pub use seed::PROVIDER_CHANGED;
pub(crate) use seed::provider_fact;

use crate::{
    calendar::Calendar,
    provider::{self, Providers},
    store::{Store, StoreFault},
};

/// How often a process looks for what another one changed; its decisions do not wait for that.
const LOOK: Duration = Duration::from_secs(1);

/// Fewer covered days ahead than these are told to operators.
pub const CALENDAR_DAYS_AHEAD_MIN: i64 = 400;

/// Reference data as one change left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The number of the fact that changed it last; 0 before the first.
    pub number: i64,
    /// How terms are counted.
    pub calendar: Arc<Calendar>,
    /// Who renders the service.
    pub providers: Arc<Providers>,
    /// How applications are checked, where not as the service is shipped.
    pub rule_sets: Arc<RuleSets>,
}

/// What this process knows; clones share it.
#[derive(Clone, Debug)]
pub struct References {
    store: Store,
    shipped: Arc<Calendar>,
    current: Arc<RwLock<Arc<Reference>>>,
}

impl References {
    /// Begins with the shipped calendar and these providers, as before the first change.
    pub fn of(store: &Store, shipped: Calendar, providers: Providers) -> Self {
        let shipped = Arc::new(shipped);
        let first = Reference {
            number: 0,
            calendar: Arc::clone(&shipped),
            providers: Arc::new(providers),
            rule_sets: Arc::default(),
        };
        Self {
            store: store.clone(),
            shipped,
            current: Arc::new(RwLock::new(Arc::new(first))),
        }
    }

    /// What is known now.
    pub fn current(&self) -> Arc<Reference> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }

    /// What the shipped table says, with no change upon it, for days up to a last one: beyond the table's
    /// own the day of the week says what a day is.
    pub fn base(&self, to: NaiveDate) -> Calendar {
        self.shipped.reaching(to)
    }

    /// The calendar under one of its versions; none if this program never had it so.
    pub async fn calendar_of(&self, version: &str) -> Result<Option<Calendar>, StoreFault> {
        let current = self.current();
        if current.calendar.version() == version {
            return Ok(Some(Calendar::clone(&current.calendar)));
        }
        let reading = rows::calendar_changes(self.store.reads());
        let changes = self.store.in_time("read the calendar", reading).await?;
        let shipped = Calendar::clone(&self.shipped);
        let later = changes.iter().scan(shipped.clone(), |calendar, stored| {
            *calendar = calendar.overlaid(&stored.change);
            Some(calendar.clone())
        });
        let mut all = std::iter::once(shipped).chain(later);
        Ok(all.find(|calendar| calendar.version() == version))
    }

    /// The calendar as it counted until a moment, upon the table that is shipped now.
    pub async fn calendar_at(&self, at: DateTime<Utc>) -> Result<Calendar, StoreFault> {
        let reading = rows::calendar_changes(self.store.reads());
        let changes = self.store.in_time("read the calendar", reading).await?;
        let until_then = changes.iter().filter(|stored| stored.set_at < at);
        let shipped = Calendar::clone(&self.shipped);
        Ok(until_then.fold(shipped, |calendar, stored| {
            calendar.overlaid(&stored.change)
        }))
    }

    /// What is in force now, whichever process changed it: for whoever answers without a commit.
    pub async fn fresh(&self) -> Result<Arc<Reference>, StoreFault> {
        if self.store.look_at_reference().await? > self.current().number {
            self.reload().await
        } else {
            Ok(self.current())
        }
    }

    /// Reads all of it anew.
    pub async fn reload(&self) -> Result<Arc<Reference>, StoreFault> {
        // The number first: data that is newer than its number is read again, older data would stay.
        let number = self.store.look_at_reference().await?;
        let reading = rows::calendar_changes(self.store.reads());
        let changes = self.store.in_time("read the calendar", reading).await?;
        let reading = provider::providers(self.store.reads());
        let providers = self.store.in_time("read the providers", reading).await?;
        let reading = rule_set::rows::rule_sets(self.store.reads());
        let rule_sets = self.store.in_time("read the rule sets", reading).await?;
        let calendar = changes
            .iter()
            .fold(Calendar::clone(&self.shipped), |calendar, stored| {
                calendar.overlaid(&stored.change)
            });
        let read = Reference {
            number,
            calendar: Arc::new(calendar),
            providers: Arc::new(providers),
            rule_sets: Arc::new(rule_sets),
        };
        Ok(self.replace(read))
    }

    /// Of two that read at once the newer stays.
    fn replace(&self, read: Reference) -> Arc<Reference> {
        let number = read.number;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if number >= current.number {
            *current = Arc::new(read);
        }
        let current = Arc::clone(&current);
        // Only now: a decision that takes this number finds this data or newer.
        self.store.reference().knows(number);
        current
    }

    /// Follows what this process and others change, until it is told to stop.
    pub fn follow(&self, stop: CancellationToken) {
        let following = self.clone();
        self.store.tasks().spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = following.follow_on() => {}
            }
        });
    }

    async fn follow_on(&self) {
        let mut newest = self.store.reference().newest();
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut warned_on = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                changed = newest.changed() => if changed.is_err() {
                    return;
                },
            }
            let before = self.current().number;
            match self.fresh().await {
                Ok(reference) if reference.number > before => {
                    tracing::info!(
                        number = reference.number,
                        calendar = reference.calendar.version(),
                        "reference data changed"
                    );
                }
                Ok(_) => {}
                Err(fault) if fault.is_of_one_object() => {
                    tracing::error!(%fault, "reference data cannot be read; nothing can be decided");
                }
                // Health tells of an outage.
                Err(fault) => tracing::debug!(%fault, "reference data was not looked at"),
            }
            self.warn_once_a_day(&mut warned_on);
        }
    }

    fn warn_once_a_day(&self, warned_on: &mut Option<NaiveDate>) {
        let today = self.store.clock().now().today;
        let calendar = &self.current().calendar;
        if ends_soon(calendar, today) && *warned_on != Some(today) {
            *warned_on = Some(today);
            let days = days_ahead(calendar, today);
            tracing::warn!(days, "the calendar ends soon: it must be extended");
        }
    }
}

/// How many days the calendar covers after a day.
pub fn days_ahead(calendar: &Calendar, today: NaiveDate) -> i64 {
    let end = *calendar.span().end();
    end.signed_duration_since(today).num_days()
}

/// Whether operators must extend the calendar.
pub fn ends_soon(calendar: &Calendar, today: NaiveDate) -> bool {
    days_ahead(calendar, today) < CALENDAR_DAYS_AHEAD_MIN
}
