//! Writes grounds as messages.
//! It discloses the reasoning, and therefore goes only to who may see the application.

use chrono::{DateTime, Utc};

use super::{CourtDecision, Ground, RefusalGround};
use crate::{
    application::model::DecidedRefusal,
    kernel::Personal,
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
};

/// A refusal as sent.
pub(crate) fn refusal(
    DecidedRefusal { grounds, text }: &DecidedRefusal,
    refused_at: Option<DateTime<Utc>>,
) -> pb::Refusal {
    pb::Refusal {
        refused_at: refused_at.map(timestamp),
        grounds: grounds.iter().map(ground).collect(),
        text: Some(localized(text.clone())),
    }
}

/// A ground as sent.
pub fn ground(ground: &RefusalGround) -> pb::RefusalGround {
    pb::RefusalGround {
        code: ground_code(ground.code).into(),
        failed_checks: ground
            .failed_checks
            .iter()
            .map(|check| check.code().to_owned())
            .collect(),
        article: ground
            .article
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        subject: ground
            .subject
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        court_decision: ground.court_decision.as_ref().map(court_decision),
        reasoning: ground
            .reasoning
            .as_ref()
            .map(Personal::disclose)
            .map(|text| localized(text.clone())),
    }
}

/// The code of a ground as sent.
pub const fn ground_code(ground: Ground) -> pb::RefusalGroundCode {
    match ground {
        Ground::UnreliableData => pb::RefusalGroundCode::UnreliableData,
        Ground::NonComplianceWithHousingLaw => pb::RefusalGroundCode::NonComplianceWithHousingLaw,
        Ground::CourtProhibition => pb::RefusalGroundCode::CourtProhibition,
        Ground::CourtDeprivationOfRight => pb::RefusalGroundCode::CourtDeprivationOfRight,
        Ground::NoConsent => pb::RefusalGroundCode::NoConsent,
    }
}

/// The ground of a code; none for "unspecified".
pub(super) const fn ground_of(code: pb::RefusalGroundCode) -> Option<Ground> {
    match code {
        pb::RefusalGroundCode::Unspecified => None,
        pb::RefusalGroundCode::UnreliableData => Some(Ground::UnreliableData),
        pb::RefusalGroundCode::NonComplianceWithHousingLaw => {
            Some(Ground::NonComplianceWithHousingLaw)
        }
        pb::RefusalGroundCode::CourtProhibition => Some(Ground::CourtProhibition),
        pb::RefusalGroundCode::CourtDeprivationOfRight => Some(Ground::CourtDeprivationOfRight),
        pb::RefusalGroundCode::NoConsent => Some(Ground::NoConsent),
    }
}

fn court_decision(decision: &CourtDecision) -> pb::CourtDecision {
    pb::CourtDecision {
        court: decision.court.to_string(),
        case_number: decision.case_number.to_string(),
        decided_on: decision.decided_on.to_string(),
        in_force_on: decision.in_force_on.to_string(),
    }
}
