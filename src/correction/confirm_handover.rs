//! The cooperative confirms that it handed the corrected extract over in person (D-15).
//! It never begins that duty: that is for whoever sends the extract.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, require_state},
    model::{Correction, CorrectionState, Moved},
    wire,
};
use crate::{
    application::{Objection, Office, handover::handed_over_at},
    authz::{ConfirmCorrectionHandover, Permit},
    kernel::{Moment, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to confirm a hand-over.
pub(super) struct ConfirmHandover {
    addressed: Addressed<ConfirmCorrectionHandover>,
    on: NaiveDate,
}

impl ConfirmHandover {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<ConfirmCorrectionHandover>,
        message: &pb::ConfirmCorrectionHandoverRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.correction_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let on = errors.required("handed_over_on", &message.handed_over_on, parse_date);
        match (addressed, on) {
            (Some(addressed), Some(on)) => errors.into_result(Self { addressed, on }),
            _ => Err(errors.into_malformed()),
        }
    }
}

impl Command for ConfirmHandover {
    type Loaded = Option<Correction>;
    type Decided = Moved;
    type Refusal = Objection;
    type Answer = pb::ConfirmCorrectionHandoverResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        self.addressed.load(reads).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Moved, Objection> {
        let correction = self.addressed.checked(loaded)?;
        require_state(&correction, &[CorrectionState::HandoverPending])?;
        let at = handed_over_at(self.on, correction.decided_at, moment)?;
        Ok(
            Moved::by(correction, "correction_handed_over", moment.instant)
                .to(CorrectionState::HandedOver)
                .with(|correction| {
                    if let Some(handover) = &mut correction.handover {
                        handover.handed_over_at = Some(at);
                    }
                }),
        )
    }

    fn changes(&self, moved: &Moved) -> Result<Changes, StoreFault> {
        self.addressed.changes(moved)
    }

    fn answer(&self, moved: Moved) -> pb::ConfirmCorrectionHandoverResponse {
        pb::ConfirmCorrectionHandoverResponse {
            correction: Some(wire::correction(moved.correction)),
            replayed: false,
        }
    }
}
