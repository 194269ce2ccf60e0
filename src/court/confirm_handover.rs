//! The cooperative confirms that it handed the extract on the annulment over in person (cl. 11, D-15).
//! It never begins that duty: that is for whoever sends the extract.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed},
    model::{Annulment, CourtCase, Moved},
    rows, wire,
};
use crate::{
    application::{Objection, Office, handover::handed_over_at},
    authz::{ConfirmAnnulmentHandover, Permit},
    kernel::{Moment, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to confirm a hand-over.
pub(super) struct ConfirmHandover {
    addressed: Addressed<ConfirmAnnulmentHandover>,
    on: NaiveDate,
}

impl ConfirmHandover {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<ConfirmAnnulmentHandover>,
        message: &pb::ConfirmAnnulmentHandoverRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.court_case_id,
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
    type Loaded = Option<CourtCase>;
    type Decided = Moved;
    type Refusal = Objection;
    type Answer = pb::ConfirmAnnulmentHandoverResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        rows::case_by_id(reads, self.addressed.id).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Moved, Objection> {
        let case = self.addressed.checked(loaded)?;
        let owed = case.annulment.as_ref().filter(|made| made.owes_handover());
        let Some(made) = owed else {
            return Err(Objection::WrongState {
                of: "CourtCase",
                state: case.annulment.as_ref().map_or("NONE", Annulment::code),
                allowed: "HANDOVER_PENDING".to_owned(),
            });
        };
        let at = handed_over_at(self.on, Some(made.made_at), moment)?;
        let moved = Moved::by(case, "annulment_handed_over", moment.instant);
        Ok(moved.with(|case| {
            let handover = case
                .annulment
                .as_mut()
                .and_then(|made| made.handover.as_mut());
            if let Some(handover) = handover {
                handover.handed_over_at = Some(at);
                handover.overdue |= moment.instant > handover.due_at;
            }
        }))
    }

    fn changes(&self, moved: &Moved) -> Result<Changes, StoreFault> {
        Ok(self.addressed.changes(moved))
    }

    fn answer(&self, moved: Moved) -> pb::ConfirmAnnulmentHandoverResponse {
        pb::ConfirmAnnulmentHandoverResponse {
            court_case: Some(wire::case(moved.case)),
            replayed: false,
        }
    }
}
