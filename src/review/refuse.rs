//! A reasoned refusal on grounds of the closed list (cl. 9, Annex 2 item 9; I-4).
//! It never ends a service negatively without a ground that rests on something named.

use std::sync::Arc;

use super::{
    record_check::officer_post,
    take::{IN_WORK, require_taken},
};
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        model::{Application, DecidedRefusal, Step},
        refusal::{self, RefusalGround},
        stepping::Stepping,
    },
    authz::{Permit, RefuseApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    provider::Provider,
    rpc::{FieldErrors, Malformed},
};

/// The command to refuse an application.
pub(super) struct Refuse {
    addressed: Addressed<RefuseApplication>,
    grounds: Vec<RefusalGround>,
}

impl Refuse {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RefuseApplication>,
        message: &pb::RefuseApplicationRequest,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.application_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let grounds = refusal::parse(&message.grounds, today, &mut errors);
        match (addressed, grounds) {
            (Some(addressed), Some(grounds)) => errors.into_result(Self { addressed, grounds }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// What an officer decides on is refused by the one who has it; any other contract by anyone unless
    /// somebody took it.
    fn check_officer(
        &self,
        application: &Application,
        provider: &Provider,
    ) -> Result<(), Objection> {
        if application.officer.is_none() && !application.is_officers(provider) {
            return Ok(());
        }
        require_taken(application, self.addressed.permit.caller().name.as_str())
    }
}

impl Stepping for Refuse {
    type Action = RefuseApplication;
    type Told = pb::RefuseApplicationResponse;

    fn addressed(&self) -> &Addressed<RefuseApplication> {
        &self.addressed
    }

    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
        require_stage(&application, IN_WORK)?;
        let provider = self.addressed.office.decider(&application.provider_id)?;
        self.check_officer(&application, &provider)?;
        refusal::support(&self.grounds, &application.findings)
            .map_err(Objection::GroundNotSupported)?;
        let text = refusal::compose(&refusal::RefusalText {
            procedure: application.procedure,
            grounds: &self.grounds,
            findings: &application.findings,
            application_number: &application.number,
            provider: &provider.name,
            reviewing_body: &provider.reviewing_body,
            on: moment.today,
        });
        Ok(Step::of(application, moment.instant)
            .with(|application| {
                application.refusal = Some(DecidedRefusal {
                    grounds: self.grounds.clone(),
                    text,
                });
                application.decided_at = Some(moment.instant);
            })
            .reach_by(Stage::Refused, &officer_post()))
    }

    fn told(application: pb::Application) -> pb::RefuseApplicationResponse {
        pb::RefuseApplicationResponse {
            application: Some(application),
            replayed: false,
        }
    }
}
