//! A note beside an application, for the provider only.
//! It changes nothing of the application, and its words reach no journal, log, letter or other party.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use serde_json::json;
use uuid::Uuid;

use super::{rows::review_note, wire};
use crate::{
    application::{
        Objection, Office, addressed::visible, fact::act, model::Application,
        rows::application_by_id,
    },
    authz::{Action as _, AddReviewNote, Permit},
    kernel::{ApplicationId, Moment, Personal, RequestId, Text},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Insert, Origin, RequestKey, StoreFault},
};

/// The longest note.
const NOTE_CHARACTERS_MAX: usize = 2000;

/// The journal's kind of the fact.
const NOTE_ADDED: &str = "note_added";

/// The command to add a note.
pub(super) struct AddNote {
    office: Arc<Office>,
    permit: Permit<AddReviewNote>,
    request: RequestKey,
    application: ApplicationId,
    text: Personal<Text<NOTE_CHARACTERS_MAX>>,
}

/// What was noted, of which application.
pub(super) struct Noted {
    row: review_note::Model,
    number: String,
}

impl AddNote {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<AddReviewNote>,
        message: &pb::AddReviewNoteRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let id = &message.application_id;
        let application = errors.required("application_id", id, ApplicationId::parse);
        let text = errors.required("text", &message.text, Text::parse);
        let (Some(request_id), Some(application), Some(text)) = (request_id, application, text)
        else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.as_str();
        let request = RequestKey::of(caller, AddReviewNote::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            application,
            text: Personal::new(text),
        })
    }
}

impl Command for AddNote {
    type Loaded = (Option<Application>, Uuid);
    type Decided = Noted;
    type Refusal = Objection;
    type Answer = pb::AddReviewNoteResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let id = self.office.store.ids().next(moment.instant);
        Ok((application_by_id(reads, self.application).await?, id))
    }

    fn decide(&self, (application, id): Self::Loaded, moment: Moment) -> Result<Noted, Objection> {
        let application = visible(application, &self.permit.scope(), &self.office)?;
        let row = review_note::Model {
            application_id: application.id.get(),
            id,
            text: self.text.disclose().to_string(),
            written_at: moment.instant,
            written_by: self.permit.caller().name.to_string(),
        };
        Ok(Noted {
            row,
            number: application.number,
        })
    }

    fn changes(&self, noted: &Noted) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: noted.row.written_by.clone(),
            method: AddReviewNote::PATH,
            at: noted.row.written_at,
        };
        let body = json!({ "application_number": noted.number, "note_id": noted.row.id });
        Ok(Changes::by(origin)
            .insert(Insert::of(&noted.row))
            .facts([act(self.application, NOTE_ADDED, &body)]))
    }

    fn answer(&self, noted: Noted) -> pb::AddReviewNoteResponse {
        pb::AddReviewNoteResponse {
            note: Some(wire::note(noted.row)),
            replayed: false,
        }
    }
}
