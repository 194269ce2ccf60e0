//! The cooperative confirms that it handed the extract over in person (cl. 11, O-32).
//! It never begins that duty: that is for whoever sends the extract.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    Office,
    addressed::{Address, Addressed, require_stage},
    model::{Application, Step},
    objection::Objection,
    stage::Stage,
    stepping::Stepping,
};
use crate::{
    authz::{ConfirmExtractHandover, Permit},
    kernel::{Moment, instant_of, local, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldError, FieldErrors, Malformed},
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
            application_id: &message.application_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let on = errors.required("handed_over_on", &message.handed_over_on, parse_date);
        match (addressed, on) {
            (Some(addressed), Some(on)) => errors.into_result(Self { addressed, on }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// Not in the future, not before the entry was made.
    fn check_day(&self, application: &Application, moment: Moment) -> Result<(), Objection> {
        let entered_on = application.decided_at.map(|at| local(at).date());
        if self.on <= moment.today && entered_on.is_some_and(|entered_on| self.on >= entered_on) {
            return Ok(());
        }
        Err(Objection::Field(FieldError {
            path: "handed_over_on".to_owned(),
            problem: "must not be in the future nor before the entry was made".to_owned(),
            missing: false,
        }))
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
        self.check_day(&application, moment)?;
        let at = instant_of(self.on.and_time(chrono::NaiveTime::MIN));
        Ok(Step::of(application, moment.instant)
            .with(|application| {
                if let Some(handover) = &mut application.handover {
                    handover.handed_over_at = Some(at);
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
