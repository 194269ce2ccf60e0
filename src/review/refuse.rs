//! A reasoned refusal on grounds of the closed list (cl. 9, Annex 2 item 9; I-4).
//! It never ends a service negatively without a ground that rests on something named.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    record_check::officer_post,
    take::{IN_WORK, require_taken},
};
use crate::{
    application::{
        Form, Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        model::{Application, DecidedRefusal, Step},
        refusal::{self, RefusalGround},
        wire,
    },
    authz::{Permit, RefuseApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
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
            application_id: &message.application_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let grounds = refusal::parse(&message.grounds, today, &mut errors);
        match (addressed, grounds) {
            (Some(addressed), Some(grounds)) => errors.into_result(Self { addressed, grounds }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// A copy is refused by the officer who took it; a contract by anyone unless somebody took it.
    fn check_officer(&self, application: &Application) -> Result<(), Objection> {
        let account = self.addressed.permit.caller().name.as_str();
        match (application.form, &application.officer) {
            (Form::ElectronicContract, None) => Ok(()),
            (Form::ElectronicContract | Form::ElectronicCopy, _) => {
                require_taken(application, account)
            }
        }
    }
}

impl Command for Refuse {
    type Loaded = Option<Application>;
    type Decided = Step;
    type Refusal = Objection;
    type Answer = pb::RefuseApplicationResponse;

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

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Step, Objection> {
        let application = self.addressed.checked(loaded)?;
        require_stage(&application, IN_WORK)?;
        self.check_officer(&application)?;
        refusal::support(&self.grounds, &application.findings)
            .map_err(Objection::GroundNotSupported)?;
        let provider = self
            .addressed
            .office
            .providers()
            .by_id(&application.provider_id);
        let provider = provider.ok_or(Objection::ProviderUnknown)?;
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

    fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        self.addressed.changes(step)
    }

    fn answer(&self, step: Step) -> pb::RefuseApplicationResponse {
        pb::RefuseApplicationResponse {
            application: Some(wire::application(step.application)),
            replayed: false,
        }
    }
}
