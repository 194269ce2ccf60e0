//! The cooperative confirms that it handed the extract over in person (cl. 11, O-32).
//! It never begins that duty: that is for whoever sends the extract.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    Office,
    addressed::{Address, Addressed, require_stage},
    handover::handed_over_at,
    model::{Application, Step},
    objection::Objection,
    stage::Stage,
    stepping::Stepping,
};
use crate::{
    authz::{ConfirmExtractHandover, Permit},
    kernel::{Moment, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
};

/// The command to confirm a hand-over.
pub(crate) struct ConfirmHandover {
    addressed: Addressed<ConfirmExtractHandover>,
    on: NaiveDate,
}

impl ConfirmHandover {
    pub(crate) fn parse(
        office: Arc<Office>,
        permit: Permit<ConfirmExtractHandover>,
        message: &pb::ConfirmExtractHandoverRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.application_id,
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

impl Stepping for ConfirmHandover {
    type Action = ConfirmExtractHandover;
    type Told = pb::ConfirmExtractHandoverResponse;

    fn addressed(&self) -> &Addressed<ConfirmExtractHandover> {
        &self.addressed
    }

    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
        require_stage(&application, &[Stage::HandoverPending])?;
        let at = handed_over_at(self.on, application.decided_at, moment)?;
        Ok(Step::of(application, moment.instant)
            .with(|application| {
                if let Some(handover) = &mut application.handover {
                    handover.handed_over_at = Some(at);
                    handover.overdue |= moment.instant > handover.due_at;
                }
            })
            .reach(Stage::ExtractHandedOver))
    }

    fn told(application: pb::Application) -> pb::ConfirmExtractHandoverResponse {
        pb::ConfirmExtractHandoverResponse {
            application: Some(application),
            replayed: false,
        }
    }
}
