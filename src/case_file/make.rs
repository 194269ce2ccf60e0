//! The command that makes a case file and keeps it. One that was made of the same case before is given
//! again: then nothing changes. It never changes the application.

use std::sync::Arc;

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

/// The command to make a case file.
pub(super) struct Make {
    office: Arc<Office>,
    permit: Permit<MakeCaseFile>,
    request: RequestKey,
    application: ApplicationId,
}

/// The case file, and whether it is new.
pub(super) struct Made {
    row: case_file::Model,
    is_new: bool,
}

impl Make {
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
}

/// Of the case of an application as it stands, the case file that is kept or a new one.
async fn current(
    office: &Office,
    application: &Application,
    by: &str,
    moment: Moment,
) -> Result<Option<Made>, StoreFault> {
    let (reads, id) = (office.store.reads(), application.id);
    for _ in 0..ATTEMPTS_MAX {
        let Some(place) = Place::of(office, id).await? else {
            return Ok(None);
        };
        if let Some(row) = case_file_as_of(reads, id, place.number).await? {
            return Ok(Some(Made { row, is_new: false }));
        }
        let Some(case) = gather(office, id, &place).await? else {
            continue;
        };
        let making = Making {
            signature: sealed(office, &case, moment)?,
            provider_id: application.provider_id.clone(),
            cooperative: application.cooperative.clone(),
            at: moment.instant,
            by: by.to_owned(),
        };
        let row = to_row(&case, making)?;
        return Ok(Some(Made { row, is_new: true }));
    }
    Err(StoreFault::Late {
        operation: "gather a case that does not rest",
    })
}

/// The signature over a manifest, if the service has a seal.
fn sealed(office: &Office, case: &Case, moment: Moment) -> Result<Option<Vec<u8>>, StoreFault> {
    let seal = office.seal.as_ref();
    let signature = seal.map(|seal| seal.sign_detached(case.text.as_bytes(), moment.instant));
    signature
        .transpose()
        .map_err(|fault| StoreFault::corrupt("seal of case files", fault.to_string()))
}

/// What is stored of a case file, if it is new.
fn changes(made: &Made, origin: Origin) -> Changes {
    let changes = Changes::by(origin);
    if !made.is_new {
        return changes;
    }
    let body = json!({
        "application_number": made.row.application_number,
        "sha256": made.row.sha256,
        "journal_number": made.row.journal_number,
    });
    let application = made.row.application_id.into();
    changes
        // Who makes one of the same fact at the same moment finds this one.
        .insert(Insert::guarded(&made.row, Guard::Version))
        .facts([act(application, MADE, &body)])
}

impl Command for Make {
    type Loaded = Option<(Made, Moment)>;
    type Decided = (Made, Moment);
    type Refusal = Objection;
    type Answer = pb::MakeCaseFileResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let application = application_by_id(reads, self.application).await?;
        let application = visible(application, &self.permit.scope(), &self.office);
        let Ok(application) = application else {
            return Ok(None);
        };
        let by = self.permit.caller().name.as_str();
        let made = current(&self.office, &application, by, moment).await?;
        Ok(made.map(|made| (made, moment)))
    }

    fn decide(&self, loaded: Self::Loaded, _: Moment) -> Result<Self::Decided, Objection> {
        loaded.ok_or(Objection::NotVisible)
    }

    fn changes(&self, (made, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: MakeCaseFile::PATH,
            at: moment.instant,
        };
        Ok(changes(made, origin))
    }

    fn answer(&self, (made, _): Self::Decided) -> pb::MakeCaseFileResponse {
        pb::MakeCaseFileResponse {
            case_file: Some(wire::case_file(made.row.into())),
            replayed: false,
        }
    }
}

/// The command to keep the case file that goes with a complaint.
struct Keep<'a> {
    office: &'a Office,
    application: &'a Application,
    by: &'a str,
}

/// Keeps the case file of an application as it stands, and gives its hash; whose it is was asked before.
pub(crate) async fn keep(
    office: &Office,
    application: &Application,
    by: &str,
) -> Result<String, StoreFault> {
    let keep = Keep {
        office,
        application,
        by,
    };
    match office.store.execute(&keep).await {
        Ok(kept) => Ok(kept.answer.sha256),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(
            Stop::Refused(_)
            | Stop::RequestIdReused
            | Stop::TryAgain { .. }
            | Stop::Full { .. }
            | Stop::LeaseLost,
        ) => Err(StoreFault::Late {
            operation: "keep the case file of a complaint",
        }),
    }
}

impl Command for Keep<'_> {
    type Loaded = Option<(Made, Moment)>;
    type Decided = (Made, Moment);
    type Refusal = Objection;
    type Answer = pb::CaseFile;

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    async fn load(
        &self,
        _: &DatabaseConnection,
        moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let made = current(self.office, self.application, self.by, moment).await?;
        Ok(made.map(|made| (made, moment)))
    }

    fn decide(&self, loaded: Self::Loaded, _: Moment) -> Result<Self::Decided, Objection> {
        loaded.ok_or(Objection::NotVisible)
    }

    fn changes(&self, (made, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.by.to_owned(),
            method: ForwardComplaint::PATH,
            at: moment.instant,
        };
        Ok(changes(made, origin))
    }

    fn answer(&self, (made, _): Self::Decided) -> pb::CaseFile {
        wire::case_file(made.row.into())
    }
}
