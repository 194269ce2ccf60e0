//! What the head signs to correct an entry, and what the checks find on the corrected agreement.
//! It never decides, and asked twice of the same entry it never gives other bytes.

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::{
    addressed::{require_state, visible},
    case::{After, Case},
    content::CorrectedField,
    model::{Correction, CorrectionState},
    rows::{content_of, correction_by_id},
};
use crate::{
    application::{
        Objection, Office, Subject,
        checks::{self, CheckInput, Finding, RegisterFacts, Signatures},
        etag,
        model::Application,
        rows as applications,
        run_checks::{is_unverifiable, signatures_of},
        terms::is_late,
    },
    authz::{Permit, PrepareCorrection},
    kernel::{CorrectionId, EntryId, Moment, local},
    pb::registry::v1 as pb,
    provider::Provider,
    register::{
        ClaimState, EntryState, SignedContent, SignedCorrection, SignedProvider, Target,
        queries::newest,
        require_not_suspended,
        rows::{Claim, SAME_DOCUMENT, claim_of_share, entry, entry_by_id, place_of_document},
    },
    store::{Stop, StoreFault},
};

/// Where a correction can be decided.
pub(super) const DECIDABLE: &[CorrectionState] = &[CorrectionState::Registered];

/// All that the decision is made upon, of an entry as it stands.
pub(super) struct Prepared {
    pub(super) entry: entry::Model,
    pub(super) after: After,
    pub(super) application: Application,
    pub(super) content: SignedContent,
    pub(super) findings: Vec<Finding>,
    pub(super) claims: Claims,
    /// The key of the document from now on, and the entry that has it already.
    pub(super) document_key: String,
    pub(super) registered_by: Option<String>,
}

/// The claim on the share that the entry is of, and the share that it shall be of.
pub(super) struct Claims {
    pub(super) on_share: Option<Claim>,
    pub(super) target: Target,
}

impl Claims {
    /// Neither the entry may be suspended, nor the one that left free the share that this one shall be of.
    fn require_not_suspended(&self, entry: EntryId) -> Result<(), Objection> {
        let own = self.on_share.as_ref().filter(|claim| claim.entry == entry);
        require_not_suspended(own)?;
        match &self.target {
            Target::Claimed(claim) if claim.state.is_free() => require_not_suspended(Some(claim)),
            Target::Same | Target::Unclaimed | Target::Claimed(_) => Ok(()),
        }
    }
}

impl Prepared {
    /// Reads it; an objection if there is nothing to correct any more.
    pub(super) async fn load(
        office: &Office,
        reads: &DatabaseConnection,
        correction: &Correction,
        moment: Moment,
    ) -> Result<Result<Self, Objection>, StoreFault> {
        let missing = |what| StoreFault::corrupt("correction", what);
        let entry = entry_by_id(reads, correction.entry).await?;
        let entry = entry.ok_or_else(|| missing("is of no entry"))?;
        let stored = content_of(reads, correction.id).await?;
        let application = applications::application_by_id(reads, correction.application).await?;
        let application = application.ok_or_else(|| missing("is of no application"))?;
        let (id, procedure) = (application.id, application.procedure);
        let case = Case::load(reads, &entry, id, procedure, &stored.corrected).await?;
        let case = case.ok_or_else(|| missing("is of another entry"))?;
        let fields: Vec<CorrectedField> = serde_json::from_str(&stored.fields)
            .map_err(|error| StoreFault::json("corrected fields", error))?;
        let Some(after) = case.after.ok().filter(|after| is_same(after, &fields)) else {
            return Ok(Err(Objection::CorrectionOutdated));
        };
        let (was, is) = (
            key(correction, &case.document),
            key(correction, &after.document),
        );
        let (document_key, registered_by) = if was == is {
            (format!("{SAME_DOCUMENT}{}", correction.number), None)
        } else {
            // Its own bytes are registered, and stay so.
            let place = place_of_document(reads, &is, None).await?;
            (place.key, place.registered_by)
        };
        let claims = claims(reads, &entry, &after).await?;
        if let Err(suspended) = claims.require_not_suspended(correction.entry) {
            return Ok(Err(suspended));
        }
        let filed = applications::content_of(reads, application.id).await?;
        let signatures = signatures_of(office, &application, &filed).await?;
        if is_unverifiable(&signatures) {
            return Ok(Err(Objection::SignatureUnverifiable));
        }
        let register = RegisterFacts {
            live_entry_on_share: held_by_another(&claims, &after, ClaimState::Live),
            owned_by_entry: held_by_another(&claims, &after, ClaimState::Owned),
            same_agreement_registered: registered_by.clone(),
            open_applications_on_share: open_on_share(reads, &after).await?,
            ..RegisterFacts::default()
        };
        let findings = found(office, &application, &after, &signatures, &register, moment)?;
        let provider = office.provider(&entry.provider_id)?;
        let before = case.before.columns();
        let correction = SignedCorrection {
            number: correction.number.clone(),
            fields: fields.into_iter().map(|field| field.path).collect(),
            columns: before.unlike(&after.standing.columns()),
        };
        let content = content_to_sign(&entry, &application, &provider, &after, correction, moment)?;
        Ok(Ok(Self {
            entry,
            after,
            application,
            content,
            findings,
            claims,
            document_key,
            registered_by,
        }))
    }

    /// What is to be sent back with the signature: the correction's version, and the version of the
    /// entry that was prepared, so that either makes it stale.
    pub(super) fn etag(&self, correction: &Correction) -> String {
        etag::prepared(correction.version, self.content.entry_version)
    }
}

/// What was to be corrected stands as it stood, and is to read as it was to read.
fn is_same(after: &After, fields: &[CorrectedField]) -> bool {
    let differences = after.differences.iter();
    differences.len() == fields.len()
        && differences.zip(fields).all(|(one, field)| {
            (&one.path, &one.stands, &one.shall_read)
                == (&field.path, &field.stands, &field.shall_read)
        })
}

fn key(correction: &Correction, document: &Subject) -> String {
    document.document_key(&correction.cooperative)
}

async fn claims(
    reads: &DatabaseConnection,
    entry: &entry::Model,
    after: &After,
) -> Result<Claims, StoreFault> {
    let share_key = after.standing.agreement.share_key();
    let target = if share_key.as_str() == entry.share_key {
        Target::Same
    } else {
        let claim = claim_of_share(reads, share_key.as_str()).await?;
        claim.map_or(Target::Unclaimed, Target::Claimed)
    };
    Ok(Claims {
        on_share: claim_of_share(reads, &entry.share_key).await?,
        target,
    })
}

/// The entry by which the share that this one shall be of is claimed so (C14). A closed entry that left its
/// share free needs none.
fn held_by_another(claims: &Claims, after: &After, state: ClaimState) -> Option<String> {
    let Target::Claimed(claim) = &claims.target else {
        return None;
    };
    let own = EntryState::of(&after.standing.columns());
    (!own.claim().is_free() && claim.state == state).then(|| claim.entry_number.clone())
}

/// The applications that are open for the share that the entry shall be of (C25).
async fn open_on_share(
    reads: &DatabaseConnection,
    after: &After,
) -> Result<Vec<String>, StoreFault> {
    let share_key = after.standing.agreement.share_key();
    let open = applications::open_applications_for_share(reads, share_key.as_str()).await?;
    Ok(open.into_iter().map(|(_, number)| number).collect())
}

/// The same checks as on registration, on the agreement as it would stand.
fn found(
    office: &Office,
    application: &Application,
    after: &After,
    signatures: &Signatures,
    register: &RegisterFacts,
    moment: Moment,
) -> Result<Vec<Finding>, StoreFault> {
    let filed = Moment::at(application.received_at);
    let input = CheckInput {
        form: application.form,
        change: after.document.change(),
        agreement: &after.standing.agreement,
        registered_on: local(application.registered_at).date(),
        filed_late: is_late(&office.calendar(), after.document.document_on(), filed),
        signatures,
        register,
        at: moment.instant,
    };
    let rules = office.rules.for_application(application)?;
    Ok(checks::run(&input, &rules))
}

/// The next version of the entry, signed by who is head on the day.
fn content_to_sign(
    entry: &entry::Model,
    application: &Application,
    provider: &Provider,
    after: &After,
    correction: SignedCorrection,
    moment: Moment,
) -> Result<SignedContent, StoreFault> {
    Ok(SignedContent {
        format: SignedContent::format(),
        entry_number: entry.number.clone(),
        entry_version: newest(entry)?.saturating_add(1),
        application_number: application.number.clone(),
        agreement_sha256: application.agreement_sha256.clone(),
        provider: SignedProvider::on(provider, moment.today)?,
        columns: after.standing.columns(),
        origin: after.standing.origin().cloned(),
        correction: Some(correction),
        court_act: None,
    })
}

/// Answers `PrepareCorrection`.
pub(super) async fn prepare(
    office: &Office,
    permit: &Permit<PrepareCorrection>,
    id: CorrectionId,
) -> Result<pb::PrepareCorrectionResponse, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = correction_by_id(reads, id).await?;
    let correction = visible(loaded, &permit.scope(), office).map_err(Stop::Refused)?;
    require_state(&correction, DECIDABLE).map_err(Stop::Refused)?;
    let prepared = Prepared::load(office, reads, &correction, office.now()).await?;
    let prepared = prepared.map_err(Stop::Refused)?;
    let etag = prepared.etag(&correction);
    let content = prepared.content.to_bytes()?;
    let findings = prepared.findings.into_iter();
    Ok(pb::PrepareCorrectionResponse {
        content_sha256: hex::encode(Sha256::digest(&content)),
        content,
        etag,
        findings: findings.map(checks::wire::finding).collect(),
    })
}
