//! Making a case file: it is gathered first, for as long as that takes, and the command then keeps it. One that
//! was made of the same case before is given again: then nothing changes. It never changes the application.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use serde_json::json;

use super::{
    MADE,
    case::Case,
    gather::{Place, gather},
    rows::{Making, case_file, case_file_as_of, to_row},
    wire,
};
use crate::{
    application::{
        Objection, Office, addressed::visible, fact::act, model::Application,
        rows::application_by_id,
    },
    authz::{Action as _, ForwardComplaint, MakeCaseFile, Permit},
    kernel::{ApplicationId, Moment, RequestId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, Stop, StoreFault},
};

/// How often a case is gathered anew because something befell it meanwhile.
const ATTEMPTS_MAX: u32 = 5;

/// Who asks for a case file, and of what.
pub(super) struct Asked {
    office: Arc<Office>,
    permit: Permit<MakeCaseFile>,
    request: RequestKey,
    application: ApplicationId,
}

impl Asked {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<MakeCaseFile>,
        message: &pb::MakeCaseFileRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let id = &message.application_id;
        let application = errors.required("application_id", id, ApplicationId::parse);
        let (Some(request_id), Some(application)) = (request_id, application) else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.as_str();
        let request = RequestKey::of(caller, MakeCaseFile::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            application,
        })
    }

    /// The command to keep the case as it stands, if the caller may see it.
    pub(super) async fn gathered(self) -> Result<Keep, Stop<Objection>> {
        let office = self.office;
        let reading = application_by_id(office.store.reads(), self.application);
        let application = office.store.in_time("read an application", reading);
        let application = visible(application.await?, &self.permit.scope(), &office);
        let by = By {
            caller: self.permit.caller().name.to_string(),
            method: MakeCaseFile::PATH,
            request: Some(self.request),
        };
        let keep = Keep::of(office, application.map_err(Stop::Refused)?, by).await?;
        Ok(keep)
    }
}

/// Keeps the case file that goes with a complaint, and gives its hash; whose it is was asked before.
pub(crate) async fn keep(
    office: &Arc<Office>,
    application: Application,
    by: &str,
) -> Result<String, Stop<Objection>> {
    let by = By {
        caller: by.to_owned(),
        method: ForwardComplaint::PATH,
        request: None,
    };
    let keep = Keep::of(Arc::clone(office), application, by).await?;
    let kept = office.store.execute(&keep).await?.answer.case_file;
    let kept = kept.ok_or_else(|| StoreFault::corrupt("case file", "is not there"))?;
    Ok(kept.sha256)
}

/// On whose behalf a case file is kept.
struct By {
    caller: String,
    method: &'static str,
    request: Option<RequestKey>,
}

/// The command to keep a case as it was gathered.
pub(super) struct Keep {
    office: Arc<Office>,
    application: Application,
    by: By,
    /// The last fact that it tells of.
    journal_number: i64,
    /// None if a case file as of that fact is kept.
    case: Option<Case>,
}

/// The case file, and whether it is new.
pub(super) struct Made {
    row: case_file::Model,
    is_new: bool,
    at: DateTime<Utc>,
}

impl Keep {
    async fn of(office: Arc<Office>, application: Application, by: By) -> Result<Self, StoreFault> {
        let id = application.id;
        for _ in 0..ATTEMPTS_MAX {
            let place = Place::of(&office, id).await?;
            let place = place.ok_or_else(|| StoreFault::corrupt("application", "is not there"))?;
            let looking = case_file_as_of(office.store.reads(), id, place.number);
            let looking = office.store.in_time("look for a case file", looking);
            let is_kept = looking.await?.is_some();
            let case = if is_kept {
                None
            } else {
                gather(&office, id, &place).await?
            };
            if is_kept || case.is_some() {
                return Ok(Self {
                    office,
                    application,
                    by,
                    journal_number: place.number,
                    case,
                });
            }
        }
        Err(StoreFault::Late {
            operation: "gather a case that does not rest",
        })
    }

    /// The row of the case, signed if the service has a seal.
    fn row(&self, moment: Moment) -> Result<case_file::Model, StoreFault> {
        let absent = || StoreFault::corrupt("case file", "is not kept any more");
        let case = self.case.as_ref().ok_or_else(absent)?;
        let seal = self.office.seal.as_ref();
        let signature = seal.map(|seal| seal.sign_detached(case.text.as_bytes(), moment.instant));
        let signature = signature
            .transpose()
            .map_err(|fault| StoreFault::corrupt("seal of case files", fault.to_string()))?;
        let making = Making {
            signature,
            provider_id: self.application.provider_id.clone(),
            cooperative: self.application.cooperative.clone(),
            at: moment.instant,
            by: self.by.caller.clone(),
        };
        to_row(case, making)
    }
}

impl Command for Keep {
    type Loaded = Made;
    type Decided = Made;
    type Refusal = Objection;
    type Answer = pb::MakeCaseFileResponse;

    fn request(&self) -> Option<&RequestKey> {
        self.by.request.as_ref()
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Made, StoreFault> {
        let kept = case_file_as_of(reads, self.application.id, self.journal_number).await?;
        let is_new = kept.is_none();
        let row = match kept {
            Some(row) => row,
            None => self.row(moment)?,
        };
        let at = moment.instant;
        Ok(Made { row, is_new, at })
    }

    fn decide(&self, loaded: Made, _: Moment) -> Result<Made, Objection> {
        Ok(loaded)
    }

    fn changes(&self, made: &Made) -> Result<Changes, StoreFault> {
        let changes = Changes::by(Origin {
            caller: self.by.caller.clone(),
            method: self.by.method,
            at: made.at,
        });
        if !made.is_new {
            return Ok(changes);
        }
        let row = &made.row;
        let body = json!({
            "application_number": row.application_number,
            "sha256": row.sha256,
            "journal_number": row.journal_number,
        });
        Ok(changes
            // Who makes one of the same fact at the same moment finds this one.
            .insert(Insert::guarded(row, Guard::Version))
            .facts([act(row.application_id.into(), MADE, &body)]))
    }

    fn answer(&self, made: Made) -> pb::MakeCaseFileResponse {
        pb::MakeCaseFileResponse {
            case_file: Some(wire::case_file(made.row.into())),
            replayed: false,
        }
    }
}
