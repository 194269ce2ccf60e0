//! Granting: the head's signature over exactly what enters the register (cl. 9, 11; I-2).
//! It never forms or sends the extract: that follows from the entry, whatever happens here.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::prepare::{GRANTABLE, load_content};
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        checks::RegisterFacts,
        model::{Application, Step},
        run_checks::register_facts,
        wire,
    },
    authz::{GrantApplication, Permit},
    extract::NewExtract,
    kernel::{ApplicationId, Moment},
    pb::registry::v1 as pb,
    register::{self, NewEntry, SignedContent},
    rpc::{FieldErrors, Malformed},
    signature::{CMS_BYTES_MAX, SignatureProblem, Signer, provider_head},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to grant an application.
pub(super) struct Grant {
    addressed: Addressed<GrantApplication>,
    head_signature: Vec<u8>,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    application: Option<Application>,
    granting: Option<Granting>,
}

/// What can be known only of an application that can be granted.
struct Granting {
    content: SignedContent,
    signed_content: Vec<u8>,
    signer: Result<Signer, SignatureProblem>,
    register: RegisterFacts,
    entry_id: uuid::Uuid,
    code: [u8; 16],
}

/// A grant: the application's step, the entry, and the extract to be formed.
pub(super) struct Granted {
    step: Step,
    entry: NewEntry,
    extract: NewExtract,
}

impl Grant {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<GrantApplication>,
        message: &pb::GrantApplicationRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            application_id: &message.application_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        if message.head_signature.is_empty() {
            errors.missing("head_signature");
        } else if message.head_signature.len() > CMS_BYTES_MAX {
            errors.add("head_signature", "must have at most 65536 bytes");
        }
        match addressed {
            Some(addressed) => errors.into_result(Self {
                addressed,
                head_signature: message.head_signature.clone(),
            }),
            None => Err(errors.into_malformed()),
        }
    }

    /// The application to be granted.
    pub(super) const fn application(&self) -> ApplicationId {
        self.addressed.id
    }

    async fn load_granting(
        &self,
        reads: &DatabaseConnection,
        application: &Application,
        moment: Moment,
    ) -> Result<Granting, StoreFault> {
        let office = &self.addressed.office;
        let content = load_content(office, reads, application).await?;
        let signed_content = content.to_bytes()?;
        let signer = office
            .verifier
            .verify(&signed_content, &self.head_signature, moment.instant)
            .await;
        let register = register_facts(reads, application).await?;
        let ids = office.store.ids();
        Ok(Granting {
            content,
            signed_content,
            signer,
            register,
            entry_id: ids.next(moment.instant),
            code: ids.random(),
        })
    }

    /// The signature must be the head's of the deciding provider.
    fn check_signature(&self, granting: &Granting) -> Result<(), Objection> {
        let signer = match &granting.signer {
            Ok(signer) => signer,
            Err(SignatureProblem::CouldNotVerify(_)) => {
                return Err(Objection::SignatureUnverifiable);
            }
            Err(problem) => return Err(Objection::SignatureInvalid(problem.code())),
        };
        let provider = self
            .addressed
            .office
            .providers()
            .by_id(&granting.content.provider.id);
        let provider = provider.ok_or(Objection::ProviderUnknown)?;
        provider_head(signer, &provider.bin)
            .map_err(|unmet| Objection::SignatureInvalid(unmet.code()))
    }
}

/// Nothing may have been registered meanwhile that would fail C14 or C21.
fn check_register(register: &RegisterFacts) -> Result<(), Objection> {
    if register.same_agreement_registered.is_some() {
        return Err(Objection::AgreementRegistered);
    }
    match register.live_entry_on_share {
        Some(_) => Err(Objection::ShareTaken),
        None => Ok(()),
    }
}

impl Command for Grant {
    type Loaded = Loaded;
    type Decided = Granted;
    type Refusal = Objection;
    type Answer = pb::GrantApplicationResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let application = self.addressed.load(reads).await?;
        let granting = match &application {
            Some(application) if GRANTABLE.contains(&application.stage) => {
                Some(self.load_granting(reads, application, moment).await?)
            }
            Some(_) | None => None,
        };
        Ok(Loaded {
            application,
            granting,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Granted, Objection> {
        let application = self.addressed.checked(loaded.application)?;
        require_stage(&application, GRANTABLE)?;
        let granting = loaded.granting.ok_or(Objection::NotVisible)?;
        check_register(&granting.register)?;
        self.check_signature(&granting)?;
        let entry = NewEntry {
            id: granting.entry_id.into(),
            cooperative: application.cooperative.clone(),
            application: application.id,
            share_key: application.share_key.clone(),
            agreement_key: application.agreement_key.clone(),
            signed_content: granting.signed_content,
            head_signature: self.head_signature.clone(),
            entered_at: moment.instant,
            content: granting.content,
        };
        let extract = NewExtract {
            entry: entry.id,
            entry_version: entry.content.entry_version,
            application: application.id,
            random: granting.code,
            at: moment.instant,
        };
        let post = entry.content.provider.head_post.clone();
        let step = Step::of(application, moment.instant)
            .with(|application| {
                application.entry = Some(entry.id);
                application.decided_at = Some(moment.instant);
            })
            .reach_by(Stage::Granted, &post);
        Ok(Granted {
            step,
            entry,
            extract,
        })
    }

    fn changes(&self, granted: &Granted) -> Result<Changes, StoreFault> {
        let changes = self.addressed.changes(&granted.step)?;
        Ok(granted.extract.enter(granted.entry.enter(changes)))
    }

    fn answer(&self, granted: Granted) -> pb::GrantApplicationResponse {
        let entry = &granted.entry;
        pb::GrantApplicationResponse {
            application: Some(wire::application(granted.step.application)),
            entry: Some(register::wire::register_entry(
                entry.id,
                entry.application,
                &entry.content,
                entry.entered_at,
            )),
            replayed: false,
        }
    }
}
