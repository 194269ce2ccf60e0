//! Withdrawing a rule set before its first day. Its version stays used, its text can still be read.
//! It never touches one that may have judged something.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{activate::first_free_day, wire};
use crate::{
    administration::act::TEXT_CHARACTERS_MAX,
    application::Office,
    authz::{Action as _, Permit, WithdrawRuleSet},
    kernel::{Localized, Moment, RequestId},
    pb::registry::v1::{self as pb, ErrorReason},
    reference::{Reference, StoredRuleSet, Withdrawal, rule_set::rows::to_withdrawal_row},
    rpc::{FieldErrors, Malformed, Reason, Refused},
    store::{Changes, Command, Guard, Insert, NewFact, Origin, RequestKey, StoreFault},
};

/// The journal's kind of the fact.
const RULE_SET_WITHDRAWN: &str = "rule_set_withdrawn";

/// The command to withdraw a rule set.
pub(super) struct Withdraw {
    office: Arc<Office>,
    by: String,
    request: RequestKey,
    version: String,
    reason: Localized,
}

/// Why it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stays {
    /// There is none of this version that stands.
    Unknown,
    /// Its first day has come.
    InForce(NaiveDate),
}

impl Refused for Stays {
    fn reason(&self) -> Reason {
        match self {
            Self::Unknown => Reason::new(
                ErrorReason::RuleSetUnknown,
                "there is no rule set of this version that stands",
            ),
            Self::InForce(from) => Reason::new(
                ErrorReason::RuleSetInForce,
                "the first day of the rule set has come",
            )
            .with("effective_from_on", from),
        }
    }
}

impl Withdraw {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: &Permit<WithdrawRuleSet>,
        message: &pb::WithdrawRuleSetRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        if message.version.is_empty() {
            errors.missing("version");
        }
        let reason = errors.localized::<TEXT_CHARACTERS_MAX>("reason", message.reason.as_ref());
        let (Some(request_id), Some(reason), true) = (request_id, reason, errors.is_empty()) else {
            return Err(errors.into_malformed());
        };
        let by = permit.caller().name.to_string();
        Ok(Self {
            office,
            request: RequestKey::of(&by, WithdrawRuleSet::PATH, request_id, message),
            by,
            version: message.version.clone(),
            reason,
        })
    }
}

impl Command for Withdraw {
    type Loaded = Arc<Reference>;
    type Decided = (StoredRuleSet, Withdrawal);
    type Refusal = Stays;
    type Answer = pb::WithdrawRuleSetResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    /// A refusal commits nothing, so that no guard would tell of old data.
    async fn load(
        &self,
        _reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Arc<Reference>, StoreFault> {
        self.office.references.fresh().await
    }

    fn decide(&self, known: Arc<Reference>, moment: Moment) -> Result<Self::Decided, Stays> {
        let shipped = self.office.rules.shipped();
        if self.version == shipped.version {
            return Err(Stays::InForce(shipped.effective_from));
        }
        let mut standing = known.rule_sets.standing();
        let stored = standing.find(|stored| stored.version == self.version);
        let stored = stored.ok_or(Stays::Unknown)?;
        if stored.effective_from < first_free_day(moment) {
            return Err(Stays::InForce(stored.effective_from));
        }
        let withdrawal = Withdrawal {
            reason: self.reason.clone(),
            at: moment.instant,
            by: self.by.clone(),
        };
        Ok((stored.clone(), withdrawal))
    }

    fn changes(&self, (stored, withdrawal): &Self::Decided) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.by.clone(),
            method: WithdrawRuleSet::PATH,
            at: withdrawal.at,
        };
        let body = serde_json::json!({
            "version": stored.version,
            "reason": withdrawal.reason,
        });
        let fact = NewFact {
            subject: self.office.store.ids().next(withdrawal.at),
            kind: RULE_SET_WITHDRAWN,
            body: body.to_string(),
        };
        let row = to_withdrawal_row(&stored.version, withdrawal)?;
        Ok(Changes::by(origin)
            .renewing_reference()
            .insert(Insert::guarded(&row, Guard::Version))
            .facts([fact]))
    }

    fn answer(&self, (stored, withdrawal): Self::Decided) -> pb::WithdrawRuleSetResponse {
        let stored = StoredRuleSet {
            withdrawal: Some(withdrawal),
            ..stored
        };
        pb::WithdrawRuleSetResponse {
            rule_set: Some(wire::stored(&stored, pb::RuleSetState::Withdrawn)),
            replayed: false,
        }
    }
}
