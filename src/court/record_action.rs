//! An action that was filed with a court is recorded (cl. 16).
//! It never changes the application or its entry.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    action,
    addressed::wrong,
    fact::fact,
    model::{Action, Challenge, CourtCase, Moved, OfEntry},
    rows, wire,
};
use crate::{
    application::{
        Objection, Office, Stage, addressed::visible, agreement::parse::section,
        model::Application, number::number, rows::application_by_id,
    },
    authz::{Action as _, Permit, RecordCourtAction},
    complaint::{Complaint, rows::complaint_by_id},
    kernel::{CourtCaseId, EntryId, Moment, RequestId, local},
    pb::registry::v1 as pb,
    register::rows::entry_by_id,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, StoreFault},
};

/// The command to record an action.
pub(super) struct RecordAction {
    office: Arc<Office>,
    permit: Permit<RecordCourtAction>,
    request: RequestKey,
    action: Action,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    id: CourtCaseId,
    random: [u8; 16],
    application: Option<Application>,
    complaint: Option<Complaint>,
    entry: Option<OfEntry>,
}

impl RecordAction {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RecordCourtAction>,
        message: &pb::RecordCourtActionRequest,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let action = section(
            &mut errors,
            "action",
            message.action.as_ref(),
            |pb, errors| action::action(pb, today, errors),
        );
        let (Some(request_id), Some(action), true) = (request_id, action, errors.is_empty()) else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.as_str();
        let request = RequestKey::of(caller, RecordCourtAction::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            action,
        })
    }
}

/// The entry that an application made or changes, if there is one.
pub(super) async fn entry_of(
    reads: &DatabaseConnection,
    entry: Option<EntryId>,
) -> Result<Option<OfEntry>, StoreFault> {
    let Some(id) = entry else { return Ok(None) };
    let entry = entry_by_id(reads, id).await?;
    let entry = entry.ok_or_else(|| StoreFault::corrupt("application", "names no entry"))?;
    Ok(Some(OfEntry {
        id,
        number: entry.number,
    }))
}

impl Command for RecordAction {
    type Loaded = Loaded;
    type Decided = Moved;
    type Refusal = Objection;
    type Answer = pb::RecordCourtActionResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let application = application_by_id(reads, self.action.application).await?;
        let entry = application.as_ref().and_then(|found| found.entry);
        let complaint = match self.action.complaint {
            Some(id) => complaint_by_id(reads, id).await?,
            None => None,
        };
        let ids = self.office.store.ids();
        Ok(Loaded {
            id: ids.next(moment.instant).into(),
            random: ids.random(),
            entry: entry_of(reads, entry).await?,
            complaint,
            application,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Moved, Objection> {
        let application = visible(loaded.application, &self.permit.scope(), &self.office)?;
        let complaint = loaded.complaint.as_ref();
        let is_about_it =
            complaint.is_some_and(|complaint| complaint.application == application.id);
        if self.action.complaint.is_some() && !is_about_it {
            let problem = "must be a complaint about the application";
            return Err(wrong("action.complaint_id", problem));
        }
        // A refusal that came after the action was filed is another one, which no court was asked about.
        let refused_at = application
            .decided_at
            .filter(|at| local(*at).date() <= self.action.filed_on);
        let is_challenged =
            self.action.challenge == Challenge::Refusal && application.stage == Stage::Refused;
        let case = CourtCase {
            id: loaded.id,
            refused_at: refused_at.filter(|_| is_challenged),
            number: format!("L-{}", number(moment.today, loaded.random)),
            version: 0,
            provider_id: application.provider_id,
            cooperative: application.cooperative,
            application_number: application.number,
            entry: loaded.entry,
            action: self.action.clone(),
            recorded_at: moment.instant,
            recorded_by: self.permit.caller().name.to_string(),
            answered_at: None,
            position_filed: false,
            restraint: None,
            annulment: None,
        };
        Ok(Moved::by(case, "court_action_recorded", moment.instant))
    }

    fn changes(&self, moved: &Moved) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: moved.case.recorded_by.clone(),
            method: RecordCourtAction::PATH,
            at: moved.at,
        };
        Ok(Changes::by(origin)
            .insert(Insert::guarded(&rows::to_row(&moved.case), Guard::Number))
            .facts([fact(moved, None)]))
    }

    fn answer(&self, moved: Moved) -> pb::RecordCourtActionResponse {
        pb::RecordCourtActionResponse {
            court_case: Some(wire::case(moved.case)),
            replayed: false,
        }
    }
}
