//! What the head signs to annul an entry by an act of a court (cl. 16; D-24).
//! It never decides, and asked twice of the same entry it never gives other bytes.

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::{
    act::RecordedAct,
    addressed::visible,
    effect::{Effect, Restraint},
    model::CourtCase,
    restraint::restraints_of_entry,
    rows::{acts_of, case_by_id},
};
use crate::{
    application::{
        Objection, Office, agreement::Agreement, etag, model::Application, rows::application_by_id,
        standing::standing_at,
    },
    authz::{Permit, PrepareAnnulment},
    kernel::{CourtCaseId, Moment},
    pb::registry::v1 as pb,
    register::{
        SignedContent, SignedCourtAct, SignedProvider,
        columns::{Closure, Termination},
        queries::newest,
        rows::{Claim, claim_of_share, entry, entry_by_id, entry_version},
    },
    store::{Stop, StoreFault},
};

/// All that the decision is made upon, of an entry as it stands.
pub(super) struct Prepared {
    pub(super) entry: entry::Model,
    pub(super) claim: Option<Claim>,
    pub(super) application: Application,
    /// The agreement as it stood in the end.
    pub(super) agreement: Agreement,
    pub(super) content: SignedContent,
    /// Another case that forbids to change the entry.
    suspended_by: Option<String>,
}

impl Prepared {
    /// Reads it; an objection if the case annuls nothing, or does no more.
    pub(super) async fn load(
        office: &Office,
        reads: &DatabaseConnection,
        case: &CourtCase,
        moment: Moment,
    ) -> Result<Result<Self, Objection>, StoreFault> {
        if let Err(objection) = require_order(case) {
            return Ok(Err(objection));
        }
        let missing = |what| StoreFault::corrupt("court case", what);
        let of = case
            .entry
            .as_ref()
            .ok_or_else(|| missing("is of no entry"))?;
        let entry = entry_by_id(reads, of.id).await?;
        let entry = entry.ok_or_else(|| missing("is of no entry"))?;
        let claim = claim_of_share(reads, &entry.share_key).await?;
        let restraints = restraints_of_entry(reads, of.id, None).await?;
        let mut others = restraints.into_iter().filter(|one| one.case != case.id);
        let other = others.find(|one| one.restraint == Restraint::Suspended);
        let acts = acts_of(reads, case.id).await?;
        let annuls = |recorded: &&RecordedAct| recorded.act.effect == Effect::Annulment;
        let act = acts.iter().rev().find(annuls);
        let act = act.ok_or_else(|| missing("annuls by no act"))?;
        let application = application_by_id(reads, case.action.application).await?;
        let application = application.ok_or_else(|| missing("is about no application"))?;
        let standing = standing_at(reads, of.id, newest(&entry)?).await?;
        let first = entry_version(reads, of.id, 1).await?;
        let first = first.ok_or_else(|| missing("is of an entry without a version"))?;
        let provider = office.provider(&entry.provider_id)?;
        let signed = signed(case, act);
        let mut columns = standing.columns();
        columns.termination = Some(termination(&signed));
        let content = SignedContent {
            format: SignedContent::format(),
            entry_number: entry.number.clone(),
            entry_version: newest(&entry)?.saturating_add(1),
            application_number: application.number.clone(),
            agreement_sha256: first.document_sha256,
            provider: SignedProvider::on(&provider, moment.today)?,
            columns,
            origin: standing.origin().cloned(),
            correction: None,
            court_act: Some(signed),
        };
        Ok(Ok(Self {
            entry,
            claim,
            application,
            agreement: standing.agreement,
            content,
            suspended_by: other.map(|other| other.case_number),
        }))
    }

    /// What another court forbids to touch waits until that is lifted.
    pub(super) fn require_not_suspended(&self) -> Result<(), Objection> {
        match &self.suspended_by {
            None => Ok(()),
            Some(number) => Err(Objection::EntrySuspended {
                court_case_number: number.clone(),
            }),
        }
    }
}

/// The case must order an annulment that was not made yet.
fn require_order(case: &CourtCase) -> Result<(), Objection> {
    let state = match (&case.annulment, case.restraint) {
        (None, Some(Restraint::Annulment)) => return Ok(()),
        (Some(_), _) => "ANNULLED",
        (None, Some(restraint)) => restraint.code(),
        (None, None) => "NONE",
    };
    Err(Objection::WrongState {
        of: "CourtCase",
        state,
        allowed: Restraint::Annulment.code().to_owned(),
    })
}

fn signed(case: &CourtCase, recorded: &RecordedAct) -> SignedCourtAct {
    let act = &recorded.act;
    SignedCourtAct {
        court_case_number: case.number.clone(),
        court: act.court.as_ref().unwrap_or(&case.action.court).to_string(),
        case_number: case.action.case_number.to_string(),
        number: act.number.to_string(),
        decided_on: act.decided_on,
        in_force_on: act.in_force_on,
        sha256: recorded.sha256.clone(),
    }
}

/// Column 8: the act in the place of a document of the parties, and the share is free again (D-24).
fn termination(act: &SignedCourtAct) -> Termination {
    Termination {
        number: act.number.clone(),
        on: act.decided_on,
        ground: format!(
            "Сот актісімен күші жойылды / Отменено судебным актом: {}, № {}",
            act.court, act.case_number
        ),
        closure: Closure::Terminated,
    }
}

/// Answers `PrepareAnnulment`.
pub(super) async fn prepare(
    office: &Office,
    permit: &Permit<PrepareAnnulment>,
    id: CourtCaseId,
) -> Result<pb::PrepareAnnulmentResponse, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = case_by_id(reads, id).await?;
    let case = visible(loaded, &permit.scope(), office).map_err(Stop::Refused)?;
    let prepared = Prepared::load(office, reads, &case, office.now()).await?;
    let prepared = prepared.map_err(Stop::Refused)?;
    prepared.require_not_suspended().map_err(Stop::Refused)?;
    let content = prepared.content.to_bytes()?;
    Ok(pb::PrepareAnnulmentResponse {
        content_sha256: hex::encode(Sha256::digest(&content)),
        content,
        etag: etag::prepared(case.version, prepared.content.entry_version),
    })
}
