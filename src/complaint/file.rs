//! A complaint is filed with the provider (cl. 14; APPK 91–93; O-37).
//! It never judges what is complained of, and never turns a complaint away because it is late (D-21).

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseConnection;

use super::{
    addressed::{Decided, act_row, told},
    codes::{Act, State, Subject},
    content::{Complainant, Content},
    fact::fact,
    model::{Complaint, Moved},
    rows::{self, content},
    terms, wire,
};
use crate::{
    application::{
        ComplaintStage, Objection, Office, Procedure, Stage, StageCode, Subject as Filed,
        addressed::{step_changes, visible},
        content::read_subject,
        model::{Application, Step},
        number::number,
        rows::{application_by_id, content_of as filed_content},
    },
    authz::{Action as _, FileComplaint, Permit},
    document::{Document, documents_by_ids},
    journal::{self, StageFact},
    kernel::{ApplicationId, ComplaintId, DocumentId, Iin, Moment, RequestId, local},
    pb::registry::v1 as pb,
    rpc::{FieldError, FieldErrors, Malformed},
    signature::{SignatureProblem, Signer},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, StoreFault},
};

/// The command to file a complaint.
pub(super) struct File {
    office: Arc<Office>,
    permit: Permit<FileComplaint>,
    request: RequestKey,
    validate_only: bool,
    content: Content,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    id: ComplaintId,
    random: [u8; 16],
    application: Option<Application>,
    /// Who is the shareholder of the agreement that was filed; read only if a shareholder complains.
    shareholder: Option<Iin>,
    /// When its term passed, of an application that was decided anew since; read only if that is complained of.
    overdue_since: Option<DateTime<Utc>>,
    documents: Vec<Document>,
    signer: Result<Signer, SignatureProblem>,
}

impl File {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<FileComplaint>,
        message: &pb::FileComplaintRequest,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let content = Content::parse(message, today, &mut errors);
        let (Some(request_id), Some(content), true) = (request_id, content, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.as_str();
        let request = RequestKey::of(caller, FileComplaint::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            validate_only: message.validate_only,
            content,
        })
    }

    /// All that the register knows otherwise. A cooperative complains of its own applications, a shareholder of
    /// the own agreement; nobody complained before it happened, of this or of another refusal.
    fn check_content(
        &self,
        application: &Application,
        shareholder: Option<&Iin>,
        happened_on: Option<NaiveDate>,
    ) -> Result<(), Objection> {
        let content = &self.content;
        let mut wrong = Vec::new();
        if let Complainant::Cooperative(bin) = &content.complainant
            && *bin != application.cooperative
        {
            let problem = "must be the application's cooperative";
            wrong.push(FieldError::wrong("content.complainant.bin", problem));
        }
        if let (Complainant::Shareholder(iin), Some(shareholder)) =
            (&content.complainant, shareholder)
            && iin != shareholder
        {
            let problem = "must be the shareholder of the application's agreement";
            wrong.push(FieldError::wrong("content.complainant.iin", problem));
        }
        let days = [
            ("content.drawn_up_on", Some(content.drawn_up_on)),
            ("content.learned_on", content.learned_on),
        ];
        for (path, on) in days {
            let both = on.zip(happened_on);
            if both.is_some_and(|(on, happened_on)| on < happened_on) {
                let problem = "must not be before what is complained of";
                wrong.push(FieldError::wrong(path, problem));
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Objection::Fields(wrong))
        }
    }

    /// Whoever complains signed it.
    fn check_signer(&self, signer: &Result<Signer, SignatureProblem>) -> Result<(), Objection> {
        match signer {
            Ok(signer) => self
                .content
                .complainant
                .signed(signer)
                .map_err(|unmet| Objection::SignatureInvalid(unmet.code())),
            Err(SignatureProblem::CouldNotVerify(_)) => Err(Objection::SignatureUnverifiable),
            Err(problem) => Err(Objection::SignatureInvalid(problem.code())),
        }
    }

    fn check_documents(&self, documents: &[Document]) -> Result<(), Objection> {
        let own = &self.permit.caller().organisation;
        let is_own = |id: &DocumentId| {
            let mut found = documents.iter();
            found.any(|document| document.id == *id && document.cooperative == *own)
        };
        if self.content.documents.iter().all(is_own) {
            Ok(())
        } else {
            Err(Objection::DocumentUnknown)
        }
    }

    fn filed(
        &self,
        (id, random): (ComplaintId, [u8; 16]),
        application: &Application,
        happened_on: Option<NaiveDate>,
        moment: Moment,
    ) -> Result<Complaint, Objection> {
        let content = &self.content;
        let (office, calendar) = (&self.office, self.office.calendar());
        // The term to complain runs from when it happened, or was learned of later.
        let learned_on = content.learned_on.or(happened_on);
        let learned_on = learned_on.ok_or(Objection::NothingComplainedOf)?;
        let provider = office.decider(&application.provider_id)?;
        let (registered_at, due_at) =
            terms::of_filing(&calendar, provider.hours, content.addressee, moment.instant)?;
        let state = if registered_at > moment.instant {
            State::Received
        } else {
            State::Registered
        };
        Ok(Complaint {
            id,
            number: format!("S-{}", number(moment.today, random)),
            version: 0,
            state,
            addressee: content.addressee,
            subject: content.subject,
            provider_id: application.provider_id.clone(),
            cooperative: application.cooperative.clone(),
            application: application.id,
            application_number: application.number.clone(),
            refused_at: (content.subject == Subject::Refusal)
                .then_some(application.decided_at)
                .flatten(),
            filed_by: self.permit.caller().name.to_string(),
            received_at: moment.instant,
            registered_at,
            due_at,
            calendar_version: calendar.version().to_owned(),
            filed_late: terms::is_late(&calendar, content.subject, learned_on, moment),
            silent_at: None,
            not_forwarded_at: None,
            extension: None,
            forwarding: None,
            decision: None,
        })
    }
}

/// The shareholder of the agreement that was filed; none of what changes an entry, in which there may be several.
async fn shareholder_of(
    reads: &DatabaseConnection,
    application: &Application,
) -> Result<Option<Iin>, StoreFault> {
    if application.procedure != Procedure::ParticipationAgreement {
        return Ok(None);
    }
    let filed = filed_content(reads, application.id).await?;
    let filed = read_subject(
        application.procedure,
        &filed.agreement,
        application.received_at,
    )?;
    Ok(match filed {
        Filed::Agreement(agreement) => Some(agreement.shareholder.iin.into_disclosed()),
        Filed::Change(_) => None,
    })
}

/// When the term of an application last passed without a decision (D-22).
async fn overdue_since(
    reads: &DatabaseConnection,
    application: ApplicationId,
) -> Result<Option<DateTime<Utc>>, StoreFault> {
    let rows = journal::stage_rows_of(reads, application.get()).await?;
    let mut last = None;
    for row in rows {
        let fact = StageFact::from_body(&row.body)?;
        if fact.stage == StageCode::Overdue.code() {
            last = Some(fact.occurred_at);
        }
    }
    Ok(last)
}

/// The day on which it happened; none for an act that the register does not know. What did not happen cannot
/// be complained of (D-22).
fn happened_on(
    subject: Subject,
    application: &Application,
    overdue_since: Option<DateTime<Utc>>,
) -> Result<Option<NaiveDate>, Objection> {
    let decided_at = application.decided_at;
    let (has_happened, at) = match subject {
        Subject::Refusal => (application.stage == Stage::Refused, decided_at),
        // It may have been decided since, or be decided anew: too late is too late.
        Subject::Overdue if application.overdue => (true, Some(application.due_at)),
        Subject::Overdue => (overdue_since.is_some(), overdue_since),
        Subject::Extract => (has_extract(application.stage), decided_at),
        Subject::Action => (true, None),
    };
    if has_happened {
        Ok(at.map(|at| local(at).date()))
    } else {
        Err(Objection::NothingComplainedOf)
    }
}

const fn has_extract(stage: Stage) -> bool {
    match stage {
        Stage::Granted | Stage::ExtractSent | Stage::HandoverPending | Stage::ExtractHandedOver => {
            true
        }
        Stage::Received
        | Stage::Registered
        | Stage::InReview
        | Stage::AwaitingSignature
        | Stage::Refused
        | Stage::Withdrawn => false,
    }
}

impl Command for File {
    type Loaded = Loaded;
    type Decided = Decided;
    type Refusal = Objection;
    type Answer = pb::FileComplaintResponse;

    fn request(&self) -> Option<&RequestKey> {
        (!self.validate_only).then_some(&self.request)
    }

    fn is_rehearsal(&self) -> bool {
        self.validate_only
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let (content, ids) = (&self.content, self.office.store.ids());
        let verifier = &self.office.verifier;
        let application = application_by_id(reads, content.application).await?;
        let shareholder = match (&content.complainant, &application) {
            (Complainant::Shareholder(_), Some(application)) => {
                shareholder_of(reads, application).await?
            }
            _ => None,
        };
        let overdue_since = match content.subject {
            Subject::Overdue => overdue_since(reads, content.application).await?,
            Subject::Refusal | Subject::Action | Subject::Extract => None,
        };
        Ok(Loaded {
            id: ids.next(moment.instant).into(),
            random: ids.random(),
            application,
            shareholder,
            overdue_since,
            documents: documents_by_ids(reads, &content.documents).await?,
            signer: verifier
                .verify(&content.bytes, &content.signature, moment.instant)
                .await,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Decided, Objection> {
        let application = visible(loaded.application, &self.permit.scope(), &self.office)?;
        self.check_documents(&loaded.documents)?;
        // A term that has just passed is marked first, so that its passing can be complained of.
        let step = Step::of(application, moment.instant);
        let application = &step.application;
        let subject = self.content.subject;
        let happened_on = happened_on(subject, application, loaded.overdue_since)?;
        self.check_content(application, loaded.shareholder.as_ref(), happened_on)?;
        self.check_signer(&loaded.signer)?;
        let named = (loaded.id, loaded.random);
        let complaint = self.filed(named, application, happened_on, moment)?;
        let moved = Moved::by(complaint, Act::Filed, moment.instant).telling(ComplaintStage::Filed);
        let step = told(&moved, step, None);
        Ok(Decided::with(moved, step))
    }

    fn changes(&self, decided: &Decided) -> Result<Changes, StoreFault> {
        let moved = &decided.moved;
        let complaint = &moved.complaint;
        let content = content::Model {
            complaint_id: complaint.id.get(),
            content: self.content.bytes.clone(),
            signature: self.content.signature.clone(),
        };
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: FileComplaint::PATH,
            at: moved.at,
        };
        let act = act_row(moved, &origin.caller)?;
        let changes = match &decided.step {
            Some(step) => step_changes(&self.office, step, origin)?,
            None => Changes::by(origin),
        };
        Ok(changes
            .insert(Insert::guarded(&rows::to_row(complaint)?, Guard::Number))
            .insert(Insert::of(&content))
            .insert(Insert::of(&act))
            .facts([fact(moved)]))
    }

    fn answer(&self, decided: Decided) -> pb::FileComplaintResponse {
        let mut complaint = wire::complaint(decided.moved.complaint);
        if self.validate_only {
            complaint.complaint_id.clear();
            complaint.complaint_number.clear();
            complaint.etag.clear();
        }
        pb::FileComplaintResponse {
            complaint: Some(complaint),
            replayed: false,
        }
    }
}
