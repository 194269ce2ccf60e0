//! Finding case files in the caller's scope: those of an application, and one by its hash. That one is
//! given out is told by the journal first. "Not there" and "not yours" are one answer (I-8).

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use serde_json::json;
use tonic::Status;

use super::{
    DOWNLOADED, queries,
    rows::{case_file, case_file_by_sha256, case_files},
    wire,
};
use crate::{
    application::{Objection, Office, addressed::visible, fact::act, rows::application_by_id},
    authz::{Action as _, DownloadCaseFile, ListCaseFiles, Permit, Scope},
    kernel::{ApplicationId, Bin, Moment, Problem},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, page, status},
    store::{Changes, Command, Origin, RequestKey, Stop, StoreFault},
};

/// Answers `ListCaseFiles`.
pub(super) async fn list(
    office: &Office,
    permit: &Permit<ListCaseFiles>,
    message: &pb::ListCaseFilesRequest,
) -> Result<pb::ListCaseFilesResponse, Status> {
    let mut errors = FieldErrors::new();
    let id = &message.application_id;
    let application = errors.required("application_id", id, ApplicationId::parse);
    let size = page::size(message.page_size, &mut errors);
    let (Some(application), Some(size)) = (application, size) else {
        return Err(errors.into_malformed().into());
    };
    let filter = pb::ListCaseFilesRequest {
        application_id: id.clone(),
        ..Default::default()
    };
    let tokens = &office.page_tokens;
    let after: Option<i64> = match message.page_token.as_str() {
        "" => None,
        token => Some(tokens.open(ListCaseFiles::PATH, &filter, token)?),
    };
    let fault = |fault: StoreFault| status::from_store(&fault);
    let reads = office.store.reads();
    let reading = application_by_id(reads, application);
    let reading = office.store.in_time("read an application", reading);
    visible(reading.await.map_err(fault)?, &permit.scope(), office)
        .map_err(|objection| status::from_stop(Stop::<Objection>::Refused(objection)))?;
    let limit = u64::from(size).saturating_add(1);
    let reading = case_files(reads, application, after, limit);
    let reading = office
        .store
        .in_time("read the case files of an application", reading);
    let mut files = reading.await.map_err(fault)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = files.len() > size;
    files.truncate(size);
    let last = files.last().filter(|_| has_more);
    let next = last.map(|file| tokens.seal(ListCaseFiles::PATH, &filter, &file.journal_number));
    let next = next.transpose();
    let next = next.map_err(|error| fault(StoreFault::json("page key", error)))?;
    Ok(pb::ListCaseFilesResponse {
        case_files: files.into_iter().map(wire::case_file).collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

/// The command to note that a case file is given out: personal data of others leave with it.
pub(super) struct GiveOut {
    office: Arc<Office>,
    permit: Permit<DownloadCaseFile>,
    sha256: String,
}

impl GiveOut {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<DownloadCaseFile>,
        message: &pb::DownloadCaseFileRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        match errors.required("sha256", &message.sha256, sha256_of) {
            Some(sha256) => Ok(Self {
                office,
                permit,
                sha256,
            }),
            None => Err(errors.into_malformed()),
        }
    }

    /// Finds the case file, and notes that it leaves.
    pub(super) async fn given(&self) -> Result<case_file::Model, Stop<Objection>> {
        let reading = case_file_by_sha256(self.office.store.reads(), &self.sha256);
        let reading = self.office.store.in_time("read a case file", reading);
        let row = reading.await?.ok_or(Stop::Refused(Objection::NotVisible))?;
        if !self.shows(&row).await? {
            return Err(Stop::Refused(Objection::NotVisible));
        }
        let (office, caller) = (&self.office, self.permit.caller().name.as_str());
        let note = Note {
            of: self,
            request: office.record_key(caller, DownloadCaseFile::PATH),
            row: &row,
        };
        office.store.execute(&note).await?;
        Ok(row)
    }

    /// A provider sees its own, a reviewing body what went to it with a complaint.
    async fn shows(&self, row: &case_file::Model) -> Result<bool, StoreFault> {
        let (office, scope) = (&self.office, self.permit.scope());
        if let Scope::ReviewingBody(own) = &scope {
            let (reads, asked) = (office.store.reads(), (own, row.sha256.as_str()));
            let reading = queries::was_forwarded(reads, row.application_id, asked);
            let looking = "look for whom a case file went to";
            return office.store.in_time(looking, reading).await;
        }
        let cooperative = Bin::parse(&row.cooperative_bin);
        Ok(cooperative.is_ok_and(|own| office.shows(&scope, &own, &row.provider_id)))
    }
}

fn sha256_of(text: &str) -> Result<String, Problem> {
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Problem::new("must have 64 hexadecimal digits"))
    }
}

struct Note<'a> {
    of: &'a GiveOut,
    /// Of this note, so that it is made once.
    request: RequestKey,
    row: &'a case_file::Model,
}

impl Command for Note<'_> {
    type Loaded = ();
    type Decided = Moment;
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(&self, _: &DatabaseConnection, _: Moment) -> Result<(), StoreFault> {
        Ok(())
    }

    fn decide(&self, (): (), moment: Moment) -> Result<Moment, Objection> {
        Ok(moment)
    }

    fn changes(&self, moment: &Moment) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.of.permit.caller().name.to_string(),
            method: DownloadCaseFile::PATH,
            at: moment.instant,
        };
        let body = json!({
            "application_number": self.row.application_number,
            "sha256": self.row.sha256,
        });
        let application = self.row.application_id.into();
        Ok(Changes::by(origin).facts([act(application, DOWNLOADED, &body)]))
    }

    fn answer(&self, _: Moment) {}
}
