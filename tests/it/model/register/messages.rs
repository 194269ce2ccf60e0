//! What is sent to the office, and what comes back. It never judges an answer.

use std::sync::Arc;

use prost::Message as _;
use tizilim::{
    authn::Caller,
    demo::{Change, agreement, client::new_request_id},
    pb::registry::v1::{
        self as pb, application_service_server::ApplicationService as _, deregistration::Basis,
        electronic_copy::Content, review_service_server::ReviewService as _,
        submit_application_request::Form,
    },
};
use tonic::Status;
use tonic_types::StatusExt as _;

use super::{
    kept::Kind,
    office::{Desk, call, cooperative, person, signature, world},
};

/// A change that is asked for.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Submit(Box<pb::SubmitApplicationRequest>),
    Withdraw(pb::WithdrawApplicationRequest),
    Take(pb::TakeApplicationRequest),
    Record(pb::RecordCheckRequest),
    Refuse(pb::RefuseApplicationRequest),
    Grant(pb::GrantApplicationRequest),
}

/// What it was answered with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) application: pb::Application,
    pub(super) entry: Option<pb::RegisterEntry>,
    pub(super) replayed: bool,
}

macro_rules! answered {
    ($call:expr, $entry:expr) => {{
        let answer = $call.await.map_err(|status| reason(&status))?.into_inner();
        let entry: fn(&_) -> Option<pb::RegisterEntry> = $entry;
        Ok(Answer {
            entry: entry(&answer),
            application: answer.application.unwrap(),
            replayed: answer.replayed,
        })
    }};
}

impl Desk {
    /// Sends it, on a slow machine again, as clients do; gives the answer, or the reason why not.
    pub(super) async fn send(&self, by: &Arc<Caller>, message: Message) -> Result<Answer, String> {
        const ATTEMPTS: usize = 50;
        for _ in 1..ATTEMPTS {
            let answered = self.send_once(by, message.clone()).await;
            if answered != Err("TRY_AGAIN".to_owned()) {
                return answered;
            }
        }
        self.send_once(by, message).await
    }

    async fn send_once(&self, by: &Arc<Caller>, message: Message) -> Result<Answer, String> {
        let (applications, review) = (&self.applications, &self.review);
        match message {
            Message::Submit(it) => {
                answered!(applications.submit_application(call(by, *it)), |_| None)
            }
            Message::Withdraw(it) => {
                answered!(applications.withdraw_application(call(by, it)), |_| None)
            }
            Message::Take(it) => answered!(review.take_application(call(by, it)), |_| None),
            Message::Record(it) => answered!(review.record_check(call(by, it)), |_| None),
            Message::Refuse(it) => answered!(review.refuse_application(call(by, it)), |_| None),
            Message::Grant(it) => {
                answered!(review.grant_application(call(by, it)), |answer| {
                    let answer: &pb::GrantApplicationResponse = answer;
                    answer.entry.clone()
                })
            }
        }
    }

    /// The application as an officer reads it.
    pub(super) async fn read(&self, id: &str) -> pb::Application {
        let request = pb::GetApplicationRequest {
            application_id: id.to_owned(),
        };
        let request = call(&self.officers[0], request);
        let read = self.applications.get_application(request).await.unwrap();
        read.into_inner().application.unwrap()
    }
}

/// The reason of an answer that says no.
pub(super) fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details.error_info().unwrap().reason.clone()
}

impl Message {
    /// Something else under the same id.
    pub(super) fn altered(mut self) -> Self {
        let other = || "\"999\"".to_owned();
        match &mut self {
            Self::Submit(it) => "elsewhere".clone_into(&mut it.provider_id),
            Self::Withdraw(it) => it.etag = other(),
            Self::Take(it) => it.etag = other(),
            Self::Record(it) => it.etag = other(),
            Self::Refuse(it) => it.etag = other(),
            Self::Grant(it) => it.etag = other(),
        }
        self
    }

    pub(super) fn withdraw(application_id: String, etag: String) -> Self {
        Self::Withdraw(pb::WithdrawApplicationRequest {
            request_id: new_request_id(),
            application_id,
            etag,
        })
    }

    pub(super) fn take(application_id: String, etag: String) -> Self {
        Self::Take(pb::TakeApplicationRequest {
            request_id: new_request_id(),
            application_id,
            etag,
        })
    }

    /// What an officer says of the document.
    pub(super) fn record(application_id: String, etag: String, holds: bool) -> Self {
        let outcome = if holds {
            pb::CheckOutcome::Passed
        } else {
            pb::CheckOutcome::Failed
        };
        Self::Record(pb::RecordCheckRequest {
            request_id: new_request_id(),
            application_id,
            etag,
            check: "C01".to_owned(),
            outcome: outcome.into(),
            note: Some(words()),
        })
    }

    pub(super) fn refuse(application_id: String, etag: String) -> Self {
        Self::Refuse(pb::RefuseApplicationRequest {
            request_id: new_request_id(),
            application_id,
            etag,
            grounds: vec![pb::RefusalGround {
                code: pb::RefusalGroundCode::UnreliableData.into(),
                subject: "column 4".to_owned(),
                reasoning: Some(words()),
                ..Default::default()
            }],
        })
    }

    pub(super) fn grant(application_id: String, etag: String) -> Self {
        let body = &world().provider;
        Self::Grant(pb::GrantApplicationRequest {
            request_id: new_request_id(),
            application_id,
            etag,
            head_signature: signature(&body.head.iin, Some(&body.bin)),
        })
    }

    /// An agreement about a share with that number, under a number of its own.
    pub(super) fn agreement(
        of: usize,
        share: u32,
        with: usize,
        consent: bool,
        number: &str,
    ) -> Self {
        let agreement = agreement(world(), share)
            .of_cooperative(cooperative(of))
            .concluded_with(person(with))
            .with(|agreement| {
                number.clone_into(&mut agreement.agreement_number);
                if !consent {
                    agreement.consent = None;
                }
            });
        let bytes = agreement.message().encode_to_vec();
        contract(
            pb::Procedure::ParticipationAgreement,
            of,
            bytes,
            Some(with),
            None,
        )
    }

    /// A change of an entry that is said to be a person's; of an assignment, to another.
    pub(super) fn change(
        of: usize,
        kind: Kind,
        entry: &str,
        (of_person, to): (usize, usize),
        number: &str,
    ) -> Self {
        let (world, member) = (world(), person(of_person));
        let change = match kind {
            Kind::Amendment => Change::amendment(world, entry, member),
            Kind::Assignment => Change::assignment(world, entry, member, person(to)),
            Kind::Termination => Change::termination(world, entry, member),
            Kind::Ownership => Change::ownership(world, entry, member),
        };
        let change = change.numbered(number).with(|content| {
            if let Content::Deregistration(removal) = content {
                match removal.basis.as_mut().unwrap() {
                    Basis::Termination(it) => number.clone_into(&mut it.document_number),
                    Basis::Ownership(it) => number.clone_into(&mut it.document_number),
                }
            }
        });
        let (procedure, content) = match change.content() {
            Content::Agreement(it) => (pb::Procedure::ParticipationAgreement, it.encode_to_vec()),
            Content::Amendment(it) => (pb::Procedure::Amendment, it.encode_to_vec()),
            Content::Assignment(it) => (pb::Procedure::Assignment, it.encode_to_vec()),
            Content::Deregistration(it) => (pb::Procedure::Deregistration, it.encode_to_vec()),
        };
        let (signs, former) = match kind {
            Kind::Amendment | Kind::Termination => (Some(of_person), None),
            Kind::Assignment => (Some(to), Some(of_person)),
            Kind::Ownership => (None, None),
        };
        contract(procedure, of, content, signs, former)
    }
}

fn contract(
    procedure: pb::Procedure,
    of: usize,
    agreement: Vec<u8>,
    signs: Option<usize>,
    former: Option<usize>,
) -> Message {
    let own = |of: Option<usize>| of.map_or_else(Vec::new, |of| signature(&person(of).iin, None));
    let cooperative = cooperative(of);
    Message::Submit(Box::new(pb::SubmitApplicationRequest {
        request_id: new_request_id(),
        validate_only: false,
        procedure: procedure.into(),
        provider_id: world().provider.id.to_owned(),
        form: Some(Form::ElectronicContract(pb::ElectronicContract {
            agreement,
            cooperative_signature: signature(&cooperative.chair.iin, Some(&cooperative.bin)),
            shareholder_signature: own(signs),
            former_shareholder_signature: own(former),
        })),
        refused_application_id: String::new(),
    }))
}

fn words() -> pb::LocalizedText {
    pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    }
}
