//! Filing an application (cl. 5–7, 10): parse, decide, and what is stored of it.
//! It never checks what the agreement says against the law: that is `checks`.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::{
    Office,
    agreement::Agreement,
    fact::stage_facts,
    filed::{Filed, read_contract, read_copy},
    model::{Application, Step},
    number::application_number,
    objection::Objection,
    rows::{self, content},
    stage::Stage,
    terms::{Terms, is_late},
    wire,
};
use crate::{
    authz::{Action as _, Permit, SubmitApplication},
    document::{self, Document},
    kernel::{ApplicationId, Bin, Moment, RequestId, folded_text},
    pb::registry::v1 as pb,
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
    agreement: Agreement,
    filed: Filed,
    refused_application: Option<ApplicationId>,
}

/// What the decision is made upon.
pub(crate) struct Loaded {
    id: ApplicationId,
    random: [u8; 16],
    document: Option<Document>,
    refused: Option<Application>,
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
        procedure(message, &mut errors);
        if message.provider_id.is_empty() {
            errors.missing("provider_id");
        }
        let refused_application = errors.optional(
            "refused_application_id",
            &message.refused_application_id,
            ApplicationId::parse,
        );
        let read = match &message.form {
            Some(pb::submit_application_request::Form::ElectronicCopy(copy)) => {
                errors.at("electronic_copy", |errors| read_copy(copy, today, errors))
            }
            Some(pb::submit_application_request::Form::ElectronicContract(contract)) => errors
                .at("electronic_contract", |errors| {
                    read_contract(contract, today, errors)
                }),
            None => {
                errors.missing("form");
                None
            }
        };
        let (Some(request_id), Some(refused_application), Some((agreement, filed)), true) =
            (request_id, refused_application, read, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
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
            agreement,
            filed,
            refused_application,
        })
    }
}

fn procedure(message: &pb::SubmitApplicationRequest, errors: &mut FieldErrors) {
    match pb::Procedure::try_from(message.procedure) {
        Ok(pb::Procedure::ParticipationAgreement) => {}
        Ok(pb::Procedure::Unspecified) => errors.missing("procedure"),
        Err(_) => errors.add("procedure", "must be a known procedure"),
    }
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
        Ok(Loaded {
            id: ids.next(moment.instant).into(),
            random: ids.random(),
            document,
            refused,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Step, Objection> {
        let caller = &self.permit.caller().organisation;
        let cooperative = &self.agreement.cooperative.bin;
        if caller != cooperative {
            return Err(Objection::NotVisible);
        }
        let provider = self
            .office
            .providers()
            .by_id(&self.provider_id)
            .ok_or(Objection::ProviderUnknown)?;
        if !self
            .agreement
            .construction_object
            .kato
            .lies_in(&provider.kato)
        {
            return Err(Objection::OutsideTerritory);
        }
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
            form: self.filed.form,
            provider_id: self.provider_id.clone(),
            cooperative: cooperative.clone(),
            filed_by: self.permit.caller().name.to_string(),
            share_key: self.agreement.share_key().to_string(),
            agreement_key: agreement_key(&self.agreement),
            agreement_sha256,
            document: self.filed.document,
            refused_application: self.refused_application,
            received_at: moment.instant,
            registered_at: terms.registered_at,
            due_at: terms.due_at,
            calendar_version: calendar.version().to_owned(),
            overdue: false,
            filed_late: is_late(&calendar, self.agreement.concluded_on, moment),
            officer: None,
            checked_at: None,
            findings: Vec::new(),
            refusal: None,
            decided_at: None,
            entry: None,
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
            agreement: self.filed.agreement.clone(),
            cooperative_signature: self.filed.cooperative_signature.clone(),
            shareholder_signature: self.filed.shareholder_signature.clone(),
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
            (None, _) => Ok(hex::encode(Sha256::digest(&self.filed.agreement))),
            (Some(_), Some(document)) if document.cooperative == *cooperative => {
                Ok(document.sha256.clone())
            }
            (Some(_), _) => Err(Objection::DocumentUnknown),
        }
    }
}

/// BIN, number and date: what makes two agreements one (C21).
fn agreement_key(agreement: &Agreement) -> String {
    let number: String = agreement.number.as_str().split_whitespace().collect();
    let number = folded_text(&number);
    format!(
        "{}|{number}|{}",
        agreement.cooperative.bin, agreement.concluded_on
    )
}
