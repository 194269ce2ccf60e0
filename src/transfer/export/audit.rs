//! What the journal tells of an export with shareholders: who exports what, before a byte leaves, and how
//! much it was, after the last. It never tells whom of.

use std::{convert::Infallible, sync::Arc};

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::selection::Selection;
use crate::{
    application::Office,
    authz::{Action as _, ExportWithShareholders},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::timestamp,
    store::{Changes, Command, NewFact, Origin, RequestKey, Stop, StoreFault},
};

/// The journal's kinds of the facts.
const BEGUN: &str = "export_begun";
const ENDED: &str = "export_ended";

/// The audit of one export.
#[derive(Clone)]
pub(super) struct Audit {
    office: Arc<Office>,
    caller: String,
    export: Uuid,
}

/// The command to note a fact.
struct Note<'a> {
    audit: &'a Audit,
    /// Of this note, so that it is made once.
    request: RequestKey,
    kind: &'static str,
    body: serde_json::Value,
}

impl Audit {
    pub(super) fn of(office: Arc<Office>, caller: String) -> Self {
        let export = office.store.ids().next(office.now().instant);
        Self {
            office,
            caller,
            export,
        }
    }

    pub(super) async fn begun(&self, selection: &Selection) -> Result<(), Stop<Infallible>> {
        let body = serde_json::json!({
            "provider_id": selection.provider_id,
            "as_of_at": selection.as_of,
            "format": selection.format.ending(),
        });
        self.note(BEGUN, body).await
    }

    pub(super) async fn ended(&self, summary: &pb::ExportSummary) -> Result<(), Stop<Infallible>> {
        let body = serde_json::json!({
            "entries": summary.entries,
            "size_bytes": summary.size_bytes,
            "sha256": summary.sha256,
        });
        self.note(ENDED, body).await
    }

    async fn note(
        &self,
        kind: &'static str,
        body: serde_json::Value,
    ) -> Result<(), Stop<Infallible>> {
        let audit = self;
        let request = self
            .office
            .record_key(&self.caller, ExportWithShareholders::PATH);
        let note = Note {
            audit,
            request,
            kind,
            body,
        };
        self.office.store.execute(&note).await.map(drop)
    }
}

impl Command for Note<'_> {
    type Loaded = ();
    type Decided = Moment;
    type Refusal = Infallible;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(&self, _: &DatabaseConnection, _: Moment) -> Result<(), StoreFault> {
        Ok(())
    }

    fn decide(&self, (): (), moment: Moment) -> Result<Moment, Infallible> {
        Ok(moment)
    }

    fn changes(&self, moment: &Moment) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.audit.caller.clone(),
            method: ExportWithShareholders::PATH,
            at: moment.instant,
        };
        Ok(Changes::by(origin).facts([NewFact {
            subject: self.audit.export,
            kind: self.kind,
            body: self.body.to_string(),
        }]))
    }

    fn answer(&self, _: Moment) {}
}

/// The header of an export.
pub(super) fn header(selection: &Selection) -> pb::ExportHeader {
    let moment = selection.as_of.format("%Y%m%dT%H%M%SZ");
    let format = selection.format;
    pb::ExportHeader {
        file_name: format!("register-{moment}.{}", format.ending()),
        content_type: format.content_type().to_owned(),
        as_of_at: Some(timestamp(selection.as_of)),
    }
}
