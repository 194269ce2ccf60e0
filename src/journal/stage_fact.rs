//! The fact that an application reached a stage: what the monitoring system is told (cl. 13).
//! It never holds personal data of a shareholder (I-7).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{ApplicationId, EventId, Localized};
use crate::store::{NewFact, StoreFault};

/// The journal's kind of this fact.
pub const STAGE: &str = "stage";

/// A stage that an application reached, or a mark, complete as it is pushed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageFact {
    /// Made when the stage happened; the receiver drops repeats by it.
    pub event_id: EventId,
    /// Number of the application.
    pub application_number: String,
    /// 1, 2, 3 … within the application, without gaps.
    pub sequence: i32,
    /// Code of the state service.
    pub service_code: String,
    /// Procedure, as its code.
    pub procedure: String,
    /// Form, as its code.
    pub form: String,
    /// Who decides.
    pub provider: ProviderFact,
    /// BIN of the cooperative.
    pub recipient_bin: String,
    /// Code of the stage or mark.
    pub stage: String,
    /// Its name.
    pub label: Localized,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the decision is due, `None` before registration; for the hand-over, when that is due.
    pub due_at: Option<DateTime<Utc>>,
    /// The due moment passed without a decision (D-22).
    pub overdue: bool,
    /// Filed later than 5 working days after the agreement's date (D-8).
    pub filed_late: bool,
    /// Post of the official who acted; `None` for the system.
    pub official: Option<Localized>,
    /// `GRANTED` or `REFUSED`; `None` before the decision.
    pub result: Option<String>,
    /// Codes of the grounds of a refusal.
    pub refusal_grounds: Vec<String>,
    /// The complaint, if something became of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<ComplaintFact>,
}

/// A complaint, as far as the monitoring system is told of it: never who complains, nor in which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintFact {
    /// Its number.
    pub number: String,
    /// Code of what was decided; `None` before.
    pub outcome: Option<String>,
}

/// A service provider, as the monitoring system knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderFact {
    /// Its id here; empty in facts of releases that did not say it. The monitoring system is not told.
    #[serde(default)]
    pub id: String,
    /// BIN.
    pub bin: String,
    /// KATO code of the territory.
    pub kato: String,
    /// Name.
    pub name: Localized,
}

impl StageFact {
    /// The fact for the journal, encoded now: a later release does not change what was decided.
    pub fn into_new_fact(self, application: ApplicationId) -> Result<NewFact, serde_json::Error> {
        let body = serde_json::to_string(&self)?;
        Ok(NewFact {
            subject: application.get(),
            kind: STAGE,
            body,
        })
    }

    /// Reads a fact back.
    pub fn from_body(body: &str) -> Result<Self, StoreFault> {
        serde_json::from_str(body).map_err(|error| StoreFault::json("stage fact", error))
    }
}
