//! Activating a rule set by an act, from a day that is still to come (D-20).
//! It never lets one begin on a day on which something may have been judged already.

use std::sync::Arc;

use chrono::{Days, NaiveDate, TimeDelta};
use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::{given, wire};
use crate::{
    administration::act,
    application::{Office, RuleSet},
    authz::{Action as _, ActivateRuleSet, Permit},
    calendar::Act,
    kernel::{Moment, Problem, RequestId},
    pb::registry::v1::{self as pb, ErrorReason},
    reference::{Reference, StoredRuleSet, rule_set::rows::to_row},
    rpc::{FieldError, FieldErrors, Malformed, Reason, Refused},
    store::{Changes, Command, Guard, Insert, NewFact, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact.
const RULE_SET_ACTIVATED: &str = "rule_set_activated";

/// No commit takes longer, and no two clocks of an installation are further apart: what is decided this long
/// before a day begins stands when it does.
const LEAD: TimeDelta = TimeDelta::minutes(5);

/// The first day that nothing can have been judged on when a decision of now is committed.
pub(super) fn first_free_day(now: Moment) -> NaiveDate {
    let committed = now.instant.checked_add_signed(LEAD);
    let today = committed.map_or(now, Moment::at).today;
    today.checked_add_days(Days::new(1)).unwrap_or(today)
}

/// The command to activate a rule set; a change of the Rules that carries one commits what it decides.
pub(crate) struct Activate {
    pub(crate) office: Arc<Office>,
    pub(crate) by: String,
    pub(crate) method: &'static str,
    /// None if the configuration asks.
    pub(crate) request: Option<RequestKey>,
    pub(crate) rules: RuleSet,
    pub(crate) text: String,
    pub(crate) act: Act,
    pub(crate) validate_only: bool,
}

/// A rule set that cannot be activated, with all that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unactivatable(pub(crate) Vec<FieldError>);

impl Refused for Unactivatable {
    fn reason(&self) -> Reason {
        Reason::new(
            ErrorReason::InvalidFields,
            "the rule set cannot be activated",
        )
        .violating(self.0.iter().cloned())
    }
}

impl Activate {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: &Permit<ActivateRuleSet>,
        message: pb::ActivateRuleSetRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let rules = given::rule_set(&message.text, &mut errors);
        let act = act::act(message.act.as_ref(), &mut errors);
        let (Some(request_id), Some(rules), Some(act), true) =
            (request_id, rules, act, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let by = permit.caller().name.to_string();
        Ok(Self {
            office,
            request: Some(RequestKey::of(
                &by,
                ActivateRuleSet::PATH,
                request_id,
                &message,
            )),
            by,
            method: ActivateRuleSet::PATH,
            rules,
            act,
            text: message.text,
            validate_only: message.validate_only,
        })
    }

    fn problems(&self, known: &Reference, now: Moment) -> Vec<FieldError> {
        const FIRST_DAY: &str = "text.effective_from";
        let sets = &known.rule_sets;
        let (version, from) = (&self.rules.version, self.rules.effective_from);
        let is_used =
            *version == self.office.rules.shipped().version || sets.named(version).is_some();
        let problems = [
            (
                is_used,
                "text.version",
                Problem::new("must not be the version of another rule set"),
            ),
            (
                from < first_free_day(now),
                FIRST_DAY,
                Problem::new("must be after today, in the last minutes of a day after tomorrow"),
            ),
            (
                sets.beginning(from).is_some(),
                FIRST_DAY,
                Problem::new("must not be the first day of another rule set"),
            ),
        ];
        let found = problems.into_iter().filter(|(is_wrong, ..)| *is_wrong);
        found
            .map(|(_, path, problem)| FieldError::wrong(path, problem.to_string()))
            .collect()
    }
}

/// SHA-256 of a text, hexadecimal.
pub(super) fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

impl Command for Activate {
    type Loaded = Arc<Reference>;
    type Decided = StoredRuleSet;
    type Refusal = Unactivatable;
    type Answer = pb::ActivateRuleSetResponse;

    fn request(&self) -> Option<&RequestKey> {
        self.request.as_ref()
    }

    fn is_rehearsal(&self) -> bool {
        self.validate_only
    }

    /// A refusal commits nothing, so that no guard would tell of old data.
    async fn load(
        &self,
        _reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Arc<Reference>, StoreFault> {
        self.office.references.fresh().await
    }

    fn decide(
        &self,
        known: Arc<Reference>,
        moment: Moment,
    ) -> Result<StoredRuleSet, Unactivatable> {
        let problems = self.problems(&known, moment);
        if !problems.is_empty() {
            return Err(Unactivatable(problems));
        }
        Ok(StoredRuleSet {
            version: self.rules.version.clone(),
            effective_from: self.rules.effective_from,
            sha256: sha256(&self.text),
            text: self.text.clone(),
            act: self.act.clone(),
            activated_at: moment.instant,
            activated_by: self.by.clone(),
            withdrawal: None,
        })
    }

    fn changes(&self, stored: &StoredRuleSet) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.by.clone(),
            method: self.method,
            at: stored.activated_at,
        };
        let body = serde_json::json!({
            "version": stored.version,
            "effective_from": stored.effective_from.to_string(),
            "sha256": stored.sha256,
            "act": act::to_body(&stored.act),
        });
        let fact = NewFact {
            subject: self.office.store.ids().next(stored.activated_at),
            kind: RULE_SET_ACTIVATED,
            body: body.to_string(),
        };
        let row = to_row(stored)?;
        Ok(Changes::by(origin)
            .renewing_reference()
            .insert(Insert::guarded(&row, Guard::Version))
            .facts([fact]))
    }

    fn answer(&self, stored: StoredRuleSet) -> pb::ActivateRuleSetResponse {
        pb::ActivateRuleSetResponse {
            rule_set: Some(wire::stored(&stored, pb::RuleSetState::Scheduled)),
            replayed: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_free_if_it_begins_more_than_five_minutes_after_the_decision() {
        for (now, expected) in [
            ("2026-03-20T05:00:00Z", "2026-03-21"),
            ("2026-03-20T18:54:59.999999Z", "2026-03-21"),
            ("2026-03-20T18:55:00Z", "2026-03-22"),
            ("2026-03-20T18:59:59Z", "2026-03-22"),
            ("2026-03-20T19:00:00Z", "2026-03-22"),
        ] {
            let day = first_free_day(Moment::at(now.parse().unwrap()));
            assert_eq!(day.to_string(), expected, "{now}");
        }
    }
}
