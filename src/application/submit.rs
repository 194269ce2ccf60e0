//! Filing an application (cl. 5–7, 10): parse, decide, and what is stored of it.
//! It never checks what the agreement says against the law: that is `checks`.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::{
    Office,
    fact::stage_facts,
    filed::{Filed, read_contract, read_copy},
    model::{Application, Step},
    number::application_number,
    objection::Objection,
    procedure::Procedure,
    rows::{self, content},
    stage::Stage,
    subject::Subject,
    target::{Target, require_own, require_territory},
    terms::{Terms, is_late},
    wire,
};
use crate::{
    authz::{Action as _, Permit, SubmitApplication},
    document::{self, Document},
    kernel::{ApplicationId, Bin, Moment, Problem, RequestId},
    pb::registry::v1::{self as pb, submit_application_request::Form},
    register::rows::{entry, entry_by_number},
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, StoreFault},
};

/// The command to file an application.
pub(crate) struct Submit {
    office: Arc<Office>,
    permit: Permit<SubmitApplication>,
    request: RequestKey,
    validate_only: bool,
    provider_id: String,
    procedure: Procedure,
    subject: Subject,
    filed: Filed,
    refused_application: Option<ApplicationId>,
}

/// What the decision is made upon.
pub(crate) struct Loaded {
    id: ApplicationId,
    random: [u8; 16],
    document: Option<Document>,
    refused: Option<Application>,
    entry: Option<entry::Model>,
}

impl Submit {
    /// Reads the request; everything that is missing or wrong is told at once (D-9).
    pub(crate) fn parse(
        office: Arc<Office>,
        permit: Permit<SubmitApplication>,
        message: &pb::SubmitApplicationRequest,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let procedure = procedure(message, &mut errors);
        if message.provider_id.is_empty() {
            errors.missing("provider_id");
        }
        let refused_application = errors.optional(
            "refused_application_id",
            &message.refused_application_id,
            ApplicationId::parse,
        );
        let form = errors.present("form", message.form.as_ref());
        let read = procedure
            .zip(form)
            .and_then(|(procedure, form)| match form {
                Form::ElectronicCopy(copy) => errors.at("electronic_copy", |errors| {
                    read_copy(copy, procedure, today, errors)
                }),
                Form::ElectronicContract(contract) => errors.at("electronic_contract", |errors| {
                    read_contract(contract, procedure, today, errors)
                }),
            });
        let (Some(request_id), Some(procedure), Some(refused_application), Some(read), true) = (
            request_id,
            procedure,
            refused_application,
            read,
            errors.is_empty(),
        ) else {
            return Err(errors.into_malformed());
        };
        let (subject, filed) = read;
        let request = RequestKey::of(
            permit.caller().name.as_str(),
            SubmitApplication::PATH,
            request_id,
            message,
        );
        Ok(Self {
            office,
            permit,
            request,
            validate_only: message.validate_only,
            provider_id: message.provider_id.clone(),
            procedure,
            subject,
            filed,
            refused_application,
        })
    }
}

fn procedure(
    message: &pb::SubmitApplicationRequest,
    errors: &mut FieldErrors,
) -> Option<Procedure> {
    let unknown = |_| Problem::new("must be a known procedure");
    let procedure = pb::Procedure::try_from(message.procedure).map_err(unknown);
    let procedure = errors.read("procedure", procedure)?;
    errors.present("procedure", wire::procedure_of(procedure))
}

impl Command for Submit {
    type Loaded = Loaded;
    type Decided = Step;
    type Refusal = Objection;
    type Answer = pb::SubmitApplicationResponse;

    fn request(&self) -> Option<&RequestKey> {
        (!self.validate_only).then_some(&self.request)
    }

    fn is_rehearsal(&self) -> bool {
        self.validate_only
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let ids = self.office.store.ids();
        let document = match self.filed.document {
            Some(id) => document::document_by_id(reads, id).await?,
            None => None,
        };
        let refused = match self.refused_application {
            Some(id) => rows::application_by_id(reads, id).await?,
            None => None,
        };
        let entry = match self.subject.change() {
            Some(change) => entry_by_number(reads, change.entry().entry_number.as_str()).await?,
            None => None,
        };
        Ok(Loaded {
            id: ids.next(moment.instant).into(),
            random: ids.random(),
            document,
            refused,
            entry,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Step, Objection> {
        let cooperative = &self.permit.caller().organisation;
        require_own(&self.subject, cooperative)?;
        let providers = self.office.providers();
        let provider = providers.by_id(&self.provider_id);
        let provider = provider.ok_or(Objection::ProviderUnknown)?;
        require_territory(&self.subject, &provider, &providers)?;
        let target = Target::of(&self.subject, loaded.entry, cooperative, &provider)?;
        self.requires_refused(loaded.refused.as_ref(), cooperative)?;
        let agreement_sha256 = self.signed_hash(loaded.document.as_ref(), cooperative)?;
        let calendar = self.office.calendar();
        let terms = Terms::reckon(&calendar, &provider, self.filed.form, moment)?;
        let application = Application {
            id: loaded.id,
            number: application_number(moment.today, loaded.random),
            version: 0,
            stage: Stage::Received,
            stage_count: 0,
            procedure: self.procedure,
            form: self.filed.form,
            provider_id: self.provider_id.clone(),
            cooperative: cooperative.clone(),
            filed_by: self.permit.caller().name.to_string(),
            share_key: target.share_key,
            agreement_key: self.subject.document_key(cooperative),
            agreement_sha256,
            document: self.filed.document,
            refused_application: self.refused_application,
            received_at: moment.instant,
            registered_at: terms.registered_at,
            reopened_at: None,
            due_at: terms.due_at,
            near_due_at: terms.near_due_at,
            calendar_version: calendar.version().to_owned(),
            near_due: false,
            overdue: false,
            filed_late: is_late(&calendar, self.subject.document_on(), moment),
            officer: None,
            checked_at: None,
            findings: Vec::new(),
            refusal: None,
            decided_at: None,
            entry: target.entry,
            handover: None,
        };
        let step = Step::of(application, moment.instant).reach(Stage::Received);
        Ok(if terms.registered_at == moment.instant {
            step.reach(Stage::Registered)
        } else {
            step
        })
    }

    fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        let application = &step.application;
        let provider = self.office.provider(&application.provider_id)?;
        let content = content::Model {
            application_id: application.id.get(),
            agreement: self.filed.content.clone(),
            cooperative_signature: self.filed.cooperative_signature.clone(),
            shareholder_signature: self.filed.shareholder_signature.clone(),
            former_shareholder_signature: self.filed.former_shareholder_signature.clone(),
        };
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: SubmitApplication::PATH,
            at: application.received_at,
        };
        Ok(Changes::by(origin)
            .insert(Insert::guarded(&rows::to_row(application)?, Guard::Number))
            .insert(Insert::of(&content))
            .facts(stage_facts(step, &provider, self.office.store.ids())?))
    }

    fn answer(&self, step: Step) -> pb::SubmitApplicationResponse {
        let mut application = wire::application(step.application);
        if self.validate_only {
            application.application_id.clear();
            application.application_number.clear();
            application.etag.clear();
        }
        pb::SubmitApplicationResponse {
            application: Some(application),
            replayed: false,
        }
    }
}

impl Submit {
    /// Decides an electronic contract that repeats nothing, for measurement.
    pub(super) fn decide_unstored(&self, moment: Moment) -> Result<String, Objection> {
        let ids = self.office.store.ids();
        let loaded = Loaded {
            id: ids.next(moment.instant).into(),
            random: ids.random(),
            document: None,
            refused: None,
            entry: None,
        };
        Ok(self.decide(loaded, moment)?.application.number)
    }

    /// The application to repeat must be a refused one of the same cooperative (cl. 10).
    fn requires_refused(
        &self,
        refused: Option<&Application>,
        cooperative: &Bin,
    ) -> Result<(), Objection> {
        let is_right = refused.is_some_and(|refused| {
            refused.cooperative == *cooperative && refused.stage == Stage::Refused
        });
        if self.refused_application.is_none() || is_right {
            Ok(())
        } else {
            Err(Objection::NotRefused)
        }
    }

    /// Hash of what the parties signed: of the scan, or of the contract.
    fn signed_hash(
        &self,
        document: Option<&Document>,
        cooperative: &Bin,
    ) -> Result<String, Objection> {
        match (self.filed.document, document) {
            (None, _) => Ok(hex::encode(Sha256::digest(&self.filed.content))),
            (Some(_), Some(document)) if document.cooperative == *cooperative => {
                Ok(document.sha256.clone())
            }
            (Some(_), _) => Err(Objection::DocumentUnknown),
        }
    }
}
