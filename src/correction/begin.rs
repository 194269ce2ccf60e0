//! A correction is begun: asked for by the cooperative, or by the provider on its own initiative
//! (APPK 82). It never corrects anything yet.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    case::{After, Case},
    content::{Content, CorrectedField, required},
    fact::fact,
    model::{Correction, CorrectionOrigin, CorrectionState, Moved},
    rows::{self, content},
    terms::end_of_decision,
    wire,
};
use crate::{
    application::{Form, Objection, Office, number::number, target::require_territory},
    authz::{Action, BeginCorrection, Permit, RequestCorrection},
    kernel::{Bin, CorrectionId, Moment, RequestId},
    pb::registry::v1 as pb,
    provider::Provider,
    register::{
        EntryState,
        queries::visible,
        rows::{entry, entry_by_number},
    },
    rpc::{FieldError, FieldErrors, Malformed},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, StoreFault},
};

/// A way to begin a correction.
pub(super) trait Beginning: Action {
    /// What is sent.
    type Message: prost::Message;
    /// What is answered.
    type Answer: prost::Message + Default;
    /// Who begins.
    const ORIGIN: CorrectionOrigin;

    /// The request id, whether nothing is to be stored, and the content.
    fn parts(message: &Self::Message) -> (&str, bool, Option<&pb::CorrectionContent>);

    /// The answer.
    fn answer(correction: pb::Correction) -> Self::Answer;
}

macro_rules! beginning {
    ($action:ident, $message:ident, $answer:ident, $origin:ident) => {
        impl Beginning for $action {
            type Message = pb::$message;
            type Answer = pb::$answer;
            const ORIGIN: CorrectionOrigin = CorrectionOrigin::$origin;

            fn parts(message: &pb::$message) -> (&str, bool, Option<&pb::CorrectionContent>) {
                let content = message.content.as_ref();
                (&message.request_id, message.validate_only, content)
            }

            fn answer(correction: pb::Correction) -> pb::$answer {
                pb::$answer {
                    correction: Some(correction),
                    replayed: false,
                }
            }
        }
    };
}

beginning!(
    RequestCorrection,
    RequestCorrectionRequest,
    RequestCorrectionResponse,
    Request
);
beginning!(
    BeginCorrection,
    BeginCorrectionRequest,
    BeginCorrectionResponse,
    OwnInitiative
);

/// The command to begin a correction.
pub(super) struct Begin<A> {
    office: Arc<Office>,
    permit: Permit<A>,
    request: RequestKey,
    validate_only: bool,
    content: Content,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    id: CorrectionId,
    random: [u8; 16],
    entry: Option<entry::Model>,
    cooperative: Option<Bin>,
    case: Option<Case>,
}

/// A correction as it begins.
pub(super) struct Begun {
    moved: Moved,
    fields: Vec<CorrectedField>,
}

impl<A: Beginning> Begin<A> {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<A>,
        message: &A::Message,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let (request_id, validate_only, content) = A::parts(message);
        let request_id = errors.required("request_id", request_id, RequestId::parse);
        let content = required(content, today, &mut errors);
        let (Some(request_id), Some(content), true) = (request_id, content, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let request = RequestKey::of(permit.caller().name.as_str(), A::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            validate_only,
            content,
        })
    }

    /// What the document comes to say must be a correction of it, and of nothing else.
    fn explained(&self, case: Case, provider: &Provider) -> Result<Vec<CorrectedField>, Objection> {
        // What the parties signed is the record itself: there is nothing that it could differ from.
        if case.application.form == Form::ElectronicContract {
            return Err(Objection::SignedAsItStands);
        }
        let closure = |columns| EntryState::of(&columns);
        let After {
            differences,
            document,
            standing,
        } = case.after.map_err(Objection::Fields)?;
        if closure(standing.columns()) != closure(case.before.columns()) {
            let path = "content.deregistration.basis";
            return Err(wrong(path, "must stay as it is"));
        }
        let moves = |path: &str| differences.iter().any(|one| one.path == path);
        if moves("construction_object.kato") {
            require_territory(&document, provider, &self.office.providers())?;
        }
        self.content
            .explained(differences)
            .map_err(Objection::Fields)
    }

    fn begun(
        &self,
        (id, random): (CorrectionId, [u8; 16]),
        (entry, cooperative): (&entry::Model, Bin),
        provider: &Provider,
        moment: Moment,
    ) -> Result<Correction, Objection> {
        let calendar = self.office.calendar();
        let (registered_at, due_at) = match A::ORIGIN {
            CorrectionOrigin::Request => {
                let registered_at = calendar.registration(moment.instant, provider.hours)?;
                let due_at = end_of_decision(&calendar, registered_at, provider.hours)?;
                (registered_at, Some(due_at))
            }
            CorrectionOrigin::OwnInitiative => (moment.instant, None),
        };
        let state = if registered_at > moment.instant {
            CorrectionState::Requested
        } else {
            CorrectionState::Registered
        };
        Ok(Correction {
            id,
            number: format!("C-{}", number(moment.today, random)),
            version: 0,
            state,
            origin: A::ORIGIN,
            provider_id: entry.provider_id.clone(),
            cooperative,
            entry: entry.id.into(),
            entry_number: entry.number.clone(),
            application: self.content.application,
            begun_by: self.permit.caller().name.to_string(),
            received_at: moment.instant,
            registered_at,
            due_at,
            calendar_version: calendar.version().to_owned(),
            overdue: false,
            decided_at: None,
            rejection: None,
            entry_version: None,
            findings: Vec::new(),
            former_share_key: None,
            sending_due_at: None,
            sending_overdue: false,
            sent_at: None,
            handover: None,
        })
    }
}

fn cooperative_of(entry: &entry::Model) -> Result<Bin, StoreFault> {
    Bin::parse(&entry.cooperative_bin)
        .map_err(|problem| StoreFault::corrupt("entry", problem.to_string()))
}

fn wrong(path: &str, problem: &str) -> Objection {
    Objection::Field(FieldError::wrong(path, problem))
}

impl<A: Beginning> Command for Begin<A> {
    type Loaded = Loaded;
    type Decided = Begun;
    type Refusal = Objection;
    type Answer = A::Answer;

    fn request(&self) -> Option<&RequestKey> {
        (!self.validate_only).then_some(&self.request)
    }

    fn is_rehearsal(&self) -> bool {
        self.validate_only
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let content = &self.content;
        let entry = entry_by_number(reads, &content.entry_number).await?;
        let case = match &entry {
            Some(entry) => {
                let (application, procedure) = (content.application, content.procedure);
                Case::load(reads, entry, application, procedure, &content.parts).await?
            }
            None => None,
        };
        let cooperative = entry.as_ref().map(cooperative_of).transpose()?;
        let ids = self.office.store.ids();
        Ok(Loaded {
            id: ids.next(moment.instant).into(),
            random: ids.random(),
            entry,
            cooperative,
            case,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Begun, Objection> {
        let entry = visible(loaded.entry, &self.permit.scope(), &self.office)?;
        let provider = self.office.decider(&entry.provider_id)?;
        let case = loaded.case.ok_or_else(|| {
            let problem = "must be one whose grant made a version of the entry";
            wrong("content.application_id", problem)
        })?;
        let fields = self.explained(case, &provider)?;
        let cooperative = loaded.cooperative.ok_or(Objection::NotVisible)?;
        let named = (loaded.id, loaded.random);
        let correction = self.begun(named, (&entry, cooperative), &provider, moment)?;
        Ok(Begun {
            moved: Moved::by(correction, "correction_begun", moment.instant),
            fields,
        })
    }

    fn changes(&self, begun: &Begun) -> Result<Changes, StoreFault> {
        let correction = &begun.moved.correction;
        let fields = serde_json::to_string(&begun.fields)
            .map_err(|error| StoreFault::json("corrected fields", error))?;
        let content = content::Model {
            correction_id: correction.id.get(),
            corrected: self.content.parts.clone(),
            fields,
        };
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: A::PATH,
            at: correction.received_at,
        };
        Ok(Changes::by(origin)
            .insert(Insert::guarded(&rows::to_row(correction)?, Guard::Number))
            .insert(Insert::of(&content))
            .facts([fact(&begun.moved)]))
    }

    fn answer(&self, begun: Begun) -> A::Answer {
        let mut correction = wire::correction(begun.moved.correction);
        if self.validate_only {
            // What is stored is read with `GetCorrection`: an answer that is kept holds no values.
            correction.fields = begun.fields.into_iter().map(wire::field).collect();
            correction.correction_id.clear();
            correction.correction_number.clear();
            correction.etag.clear();
        }
        A::answer(correction)
    }
}
