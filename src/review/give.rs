//! Giving an application to another officer, or back to the queue: by who has it, or by the head.
//! It never gives one to an account that the provider does not have.

use std::sync::Arc;

use super::{
    acts::{Act, GivingReason},
    take::{IN_WORK, require_taken},
};
use crate::{
    application::{
        Objection, Office,
        addressed::{Address, Addressed, require_stage},
        model::{Application, Step},
        stepping::Stepping,
    },
    authz::{Action, HandOverApplication, Permit, ReassignApplication},
    kernel::{Moment, Text},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, StoreFault},
};

/// An action that gives an application to somebody.
pub(super) trait Giving: Action + Sized {
    /// What the caller is told.
    type Told: prost::Message + Default;

    /// Whether the account may give away the application.
    fn allow(application: &Application, account: &str) -> Result<(), Objection>;

    /// How it is kept.
    fn act(reason: &GivingReason) -> Act<'_>;

    fn told(application: pb::Application) -> Self::Told;
}

impl Giving for HandOverApplication {
    type Told = pb::HandOverApplicationResponse;

    fn allow(application: &Application, account: &str) -> Result<(), Objection> {
        require_taken(application, account)
    }

    fn act(reason: &GivingReason) -> Act<'_> {
        Act::HandedOver(reason)
    }

    fn told(application: pb::Application) -> Self::Told {
        pb::HandOverApplicationResponse {
            application: Some(application),
            replayed: false,
        }
    }
}

impl Giving for ReassignApplication {
    type Told = pb::ReassignApplicationResponse;

    /// The right to it is all that is asked.
    fn allow(_application: &Application, _account: &str) -> Result<(), Objection> {
        Ok(())
    }

    fn act(reason: &GivingReason) -> Act<'_> {
        Act::Reassigned(reason)
    }

    fn told(application: pb::Application) -> Self::Told {
        pb::ReassignApplicationResponse {
            application: Some(application),
            replayed: false,
        }
    }
}

/// The command to give an application to somebody.
pub(super) struct Give<A> {
    addressed: Addressed<A>,
    /// None for nobody: back to the queue.
    officer: Option<Text<64>>,
    reason: GivingReason,
}

/// What is sent, of either method.
pub(super) struct Given<'a> {
    pub(super) address: Address<'a>,
    pub(super) officer: &'a str,
    pub(super) reason: &'a str,
}

impl Give<HandOverApplication> {
    pub(super) fn hand_over(
        office: Arc<Office>,
        permit: Permit<HandOverApplication>,
        message: &pb::HandOverApplicationRequest,
    ) -> Result<Self, Malformed> {
        let given = Given {
            address: Address {
                request_id: &message.request_id,
                id: &message.application_id,
                etag: &message.etag,
            },
            officer: &message.officer,
            reason: &message.reason,
        };
        Self::parse(office, permit, message, &given)
    }
}

impl Give<ReassignApplication> {
    pub(super) fn reassign(
        office: Arc<Office>,
        permit: Permit<ReassignApplication>,
        message: &pb::ReassignApplicationRequest,
    ) -> Result<Self, Malformed> {
        let given = Given {
            address: Address {
                request_id: &message.request_id,
                id: &message.application_id,
                etag: &message.etag,
            },
            officer: &message.officer,
            reason: &message.reason,
        };
        Self::parse(office, permit, message, &given)
    }
}

impl<A: Giving> Give<A> {
    fn parse(
        office: Arc<Office>,
        permit: Permit<A>,
        message: &impl prost::Message,
        given: &Given<'_>,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let addressed = Addressed::parse(office, permit, message, &given.address, &mut errors);
        let officer = errors.optional("officer", given.officer, Text::parse);
        let reason = errors.required("reason", given.reason, Text::parse);
        match (addressed, officer, reason) {
            (Some(addressed), Some(officer), Some(reason)) => errors.into_result(Self {
                addressed,
                officer,
                reason,
            }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// The account must be one of the provider's that reviews, and another than has it.
    fn check_officer(&self, application: &Application) -> Result<(), Objection> {
        let office = &self.addressed.office;
        let officer = self.officer.as_ref().map(Text::as_str);
        if officer == application.officer.as_deref() {
            return Err(Objection::OfficerHasIt);
        }
        let provider = office.decider(&application.provider_id)?;
        match officer {
            Some(name) if office.officer(name, &provider).is_none() => {
                Err(Objection::OfficerUnknown)
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl<A: Giving> Stepping for Give<A> {
    type Action = A;
    type Told = A::Told;

    fn addressed(&self) -> &Addressed<A> {
        &self.addressed
    }

    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
        require_stage(&application, IN_WORK)?;
        A::allow(&application, self.addressed.permit.caller().name.as_str())?;
        self.check_officer(&application)?;
        let officer = self.officer.clone().map(String::from);
        Ok(Step::of(application, moment.instant).with(|application| application.officer = officer))
    }

    fn beside(&self, step: &Step, changes: Changes) -> Result<Changes, StoreFault> {
        A::act(&self.reason).keep(&self.addressed, step, changes)
    }

    fn told(application: pb::Application) -> A::Told {
        A::told(application)
    }
}
