//! What the journal keeps of a change of the Rules and of its notices.
//! It never holds an address: the kind of fact, the addressee and the moments are all that is needed (I-7).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    model::{Notice, RulesChange},
    moved::Moved,
};
use crate::{
    calendar::Act,
    kernel::{Localized, Text},
    store::{NewFact, StoreFault},
};

/// The kind of the fact that a change of the Rules was told: the feed shows it.
pub(crate) const RULES_CHANGE_PUBLISHED: &str = "rules_change_published";

/// What the journal keeps of a change that was told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PublishedFact {
    act_title: Localized,
    act_number: Text<50>,
    act_dated_on: NaiveDate,
    pub(crate) published_on: NaiveDate,
    pub(crate) in_force_on: NaiveDate,
    pub(crate) rule_set: Option<String>,
    due_at: DateTime<Utc>,
    calendar_version: String,
    addressee_count: i32,
    /// SHA-256 of each file.
    files: Vec<String>,
}

impl PublishedFact {
    /// Reads the fact of the journal.
    pub(crate) fn from_body(body: &str) -> Result<Self, StoreFault> {
        serde_json::from_str(body).map_err(|error| StoreFault::json("rules change fact", error))
    }

    /// The act.
    pub(crate) fn act(&self) -> Act {
        Act {
            title: self.act_title.clone(),
            number: self.act_number.clone(),
            dated_on: self.act_dated_on,
        }
    }
}

/// The fact that a change was told.
pub(super) fn published(change: &RulesChange) -> Result<NewFact, StoreFault> {
    let fact = PublishedFact {
        act_title: change.act.title.clone(),
        act_number: change.act.number.clone(),
        act_dated_on: change.act.dated_on,
        published_on: change.published_on,
        in_force_on: change.in_force_on,
        rule_set: change.rule_set.clone(),
        due_at: change.due_at,
        calendar_version: change.calendar_version.clone(),
        addressee_count: change.addressee_count,
        files: change
            .files
            .iter()
            .map(|file| file.sha256.clone())
            .collect(),
    };
    let body = serde_json::to_string(&fact);
    Ok(NewFact {
        subject: change.id.get(),
        kind: RULES_CHANGE_PUBLISHED,
        body: body.map_err(|error| StoreFault::json("rules change fact", error))?,
    })
}

/// The facts of a change of a notice, in the order in which they came about.
pub(super) fn moved(moved: &Moved) -> Vec<NewFact> {
    let body = body(&moved.notice);
    let fact = |kind: &&'static str| NewFact {
        subject: moved.notice.id.get(),
        kind,
        body: body.clone(),
    };
    moved.acts.iter().map(fact).collect()
}

fn body(notice: &Notice) -> String {
    json!({
        "rules_change_id": notice.change.to_string(),
        "addressee": notice.addressee.key(),
        "due_at": notice.due_at,
        "overdue": notice.overdue,
        "told_at": notice.told.map(|told| told.at),
        "told_by": notice.told.map(|told| told.by.code()),
        "letter": notice.letter_count(),
    })
    .to_string()
}
