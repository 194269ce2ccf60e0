//! The provider's response to the court is recorded, with the reasoned position of the higher body's head
//! (cl. 16; APPK 91(5); O-43; D-17).
//! Where the court was reached directly, no response is taken before that position.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, wrong},
    model::{CourtCase, Moved},
    papers::{self, FiledPaper, Filing, RecordedResponse},
    rows, wire,
};
use crate::{
    application::{Objection, Office, agreement::parse::section},
    authz::{FileCourtResponse, Permit},
    document::{Document, document_by_id},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Insert, RequestKey, StoreFault},
};

/// The command to record a response.
pub(super) struct FileResponse {
    addressed: Addressed<FileCourtResponse>,
    filing: Filing,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    case: Option<CourtCase>,
    response: Option<Document>,
    position: Option<Document>,
}

/// A response recorded.
pub(super) struct Answered {
    moved: Moved,
    recorded: RecordedResponse,
}

impl FileResponse {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<FileCourtResponse>,
        message: &pb::FileCourtResponseRequest,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.court_case_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let filing = section(
            &mut errors,
            "response",
            message.response.as_ref(),
            |pb, errors| papers::filing(pb, today, errors),
        );
        match (addressed, filing) {
            (Some(addressed), Some(filing)) => errors.into_result(Self { addressed, filing }),
            _ => Err(errors.into_malformed()),
        }
    }

    fn require_papers(&self, case: &CourtCase) -> Result<(), Objection> {
        if self.filing.filed_on < case.action.served_on {
            let problem = "must not be before the action was served";
            return Err(wrong("response.filed_on", problem));
        }
        let is_given = case.position_filed || self.filing.position.is_some();
        if case.action.reached_directly && !is_given {
            let problem = "is required, since the court was reached directly";
            return Err(wrong("response.position", problem));
        }
        Ok(())
    }
}

impl Command for FileResponse {
    type Loaded = Loaded;
    type Decided = Answered;
    type Refusal = Objection;
    type Answer = pb::FileCourtResponseResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Loaded, StoreFault> {
        let position = match &self.filing.position {
            Some(position) => document_by_id(reads, position.document).await?,
            None => None,
        };
        Ok(Loaded {
            case: rows::case_by_id(reads, self.addressed.id).await?,
            response: document_by_id(reads, self.filing.response.document).await?,
            position,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Answered, Objection> {
        let case = self.addressed.checked(loaded.case)?;
        self.require_papers(&case)?;
        let filed = |paper: &papers::Paper, document| {
            let document = self.addressed.own_document(document);
            document.map(|document| FiledPaper {
                paper: paper.clone(),
                sha256: document.sha256,
            })
        };
        let response = filed(&self.filing.response, loaded.response)?;
        let position = self.filing.position.as_ref();
        let position = position.map(|paper| filed(paper, loaded.position));
        let position = position.transpose()?;
        let has_position = position.is_some();
        let moved = Moved::by(case, "court_response_filed", moment.instant).with(|case| {
            case.answered_at.get_or_insert(moment.instant);
            case.position_filed |= has_position;
        });
        Ok(Answered {
            moved,
            recorded: RecordedResponse {
                response,
                position,
                filed_on: self.filing.filed_on,
                recorded_at: moment.instant,
                recorded_by: self.addressed.caller(),
            },
        })
    }

    fn changes(&self, answered: &Answered) -> Result<Changes, StoreFault> {
        let row = rows::response_row(&answered.moved.case, &answered.recorded)?;
        let changes = self.addressed.changes(&answered.moved);
        Ok(changes.insert(Insert::of(&row)))
    }

    fn answer(&self, answered: Answered) -> pb::FileCourtResponseResponse {
        pb::FileCourtResponseResponse {
            court_case: Some(wire::case(answered.moved.case)),
            replayed: false,
        }
    }
}
