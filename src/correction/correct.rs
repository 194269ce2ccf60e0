//! An entry is corrected: the head's signature over exactly what enters the register as its next version
//! (APPK 82; D-25; I-2). It never writes over a version, and never forms or sends the extract.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, require_state},
    model::{Correction, CorrectionState, Moved},
    prepare::{DECIDABLE, Prepared},
    terms::end_of_sending,
    wire,
};
use crate::{
    application::{
        Objection, Office, etag,
        head_signature::{check_size, require_head},
    },
    authz::{CorrectRegisterEntry, Permit},
    extract::NewExtract,
    kernel::Moment,
    pb::registry::v1 as pb,
    register::{
        self, ClaimMoves, EntryState, Listing, NewVersion, Place, Target,
        listing::rows::registered_at,
    },
    rpc::{FieldErrors, Malformed},
    signature::{SignatureProblem, Signer},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to correct an entry.
pub(super) struct Correct {
    addressed: Addressed<CorrectRegisterEntry>,
    /// The version of the entry that was prepared.
    entry_version: i32,
    head_signature: Vec<u8>,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    correction: Option<Correction>,
    correcting: Option<Result<Correcting, Objection>>,
}

/// What can be known only of a correction that can be decided.
struct Correcting {
    prepared: Prepared,
    signed_content: Vec<u8>,
    signer: Result<Signer, SignatureProblem>,
    listing: Listing,
    code: [u8; 16],
}

/// A correction made: its own change, the version, and the extract to be formed.
pub(super) struct Corrected {
    moved: Moved,
    version: NewVersion,
    extract: NewExtract,
}

impl Correct {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<CorrectRegisterEntry>,
        message: &pb::CorrectRegisterEntryRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let prepared = etag::read_prepared(&message.etag);
        let (etag, entry_version) = prepared.unwrap_or((message.etag.clone(), 0));
        let address = Address {
            request_id: &message.request_id,
            id: &message.correction_id,
            etag: &etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        check_size(&message.head_signature, &mut errors);
        match addressed {
            Some(addressed) => errors.into_result(Self {
                addressed,
                entry_version,
                head_signature: message.head_signature.clone(),
            }),
            None => Err(errors.into_malformed()),
        }
    }

    async fn load_correcting(
        &self,
        reads: &DatabaseConnection,
        correction: &Correction,
        moment: Moment,
    ) -> Result<Result<Correcting, Objection>, StoreFault> {
        let office = &self.addressed.office;
        let prepared = match Prepared::load(office, reads, correction, moment).await? {
            Ok(prepared) => prepared,
            Err(objection) => return Ok(Err(objection)),
        };
        let signed_content = prepared.content.to_bytes()?;
        let signer = office
            .verifier
            .verify(&signed_content, &self.head_signature, moment.instant)
            .await;
        let registered_at = registered_at(reads, correction.entry).await?;
        let agreement = &prepared.after.standing.agreement;
        let listing = Listing::of(agreement, registered_at, &office.shareholder_marks);
        Ok(Ok(Correcting {
            prepared,
            signed_content,
            signer,
            listing,
            code: office.store.ids().random(),
        }))
    }

    /// When the extract is due to be sent.
    fn decided(
        &self,
        correction: Correction,
        correcting: &Correcting,
        moment: Moment,
    ) -> Result<Moved, Objection> {
        let office = &self.addressed.office;
        let hours = office.decider(&correction.provider_id)?.hours;
        let calendar = office.calendar();
        let due_at = end_of_sending(&calendar, moment.instant, hours)?;
        let prepared = &correcting.prepared;
        let is_moved = prepared.claims.target != Target::Same;
        let former = is_moved.then(|| prepared.entry.share_key.clone());
        Ok(Moved::by(correction, "correction_made", moment.instant)
            .to(CorrectionState::Corrected)
            .with(|correction| {
                correction.decided_at = Some(moment.instant);
                correction.entry_version = Some(prepared.content.entry_version);
                correction.findings.clone_from(&prepared.findings);
                correction.former_share_key = former;
                correction.sending_due_at = Some(due_at);
            }))
    }
}

/// The next version of the entry.
fn version(
    correcting: Correcting,
    moved: &Moved,
    head_signature: &[u8],
) -> Result<NewVersion, Objection> {
    let Correcting {
        prepared,
        signed_content,
        listing,
        ..
    } = correcting;
    let Prepared {
        entry,
        after,
        application,
        content,
        claims,
        document_key,
        ..
    } = prepared;
    let correction = &moved.correction;
    let state = EntryState::of(&content.columns);
    let claims = ClaimMoves::of(correction.entry, state, claims.on_share, claims.target)
        .map_err(|register::ShareTaken| Objection::ShareTaken)?;
    Ok(NewVersion {
        entry: correction.entry,
        cooperative: correction.cooperative.clone(),
        application: application.id,
        correction: Some(correction.id),
        court_case: None,
        share_key: after.standing.agreement.share_key().to_string(),
        document_key,
        signed_content,
        head_signature: head_signature.to_vec(),
        entered_at: moved.at,
        content,
        listing,
        place: Place::Corrected { entry, claims },
    })
}

impl Command for Correct {
    type Loaded = Loaded;
    type Decided = Corrected;
    type Refusal = Objection;
    type Answer = pb::CorrectRegisterEntryResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let correction = self.addressed.load(reads).await?;
        let correcting = match &correction {
            Some(correction) if DECIDABLE.contains(&correction.state) => {
                Some(self.load_correcting(reads, correction, moment).await?)
            }
            Some(_) | None => None,
        };
        Ok(Loaded {
            correction,
            correcting,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Corrected, Objection> {
        let correction = self.addressed.checked(loaded.correction)?;
        require_state(&correction, DECIDABLE)?;
        let correcting = loaded.correcting.ok_or(Objection::NotVisible)??;
        // The entry moved on since the bytes were prepared: the head signed another version.
        if correcting.prepared.content.entry_version != self.entry_version {
            return Err(Objection::StaleEtag);
        }
        if correcting.prepared.registered_by.is_some() {
            return Err(Objection::AgreementRegistered);
        }
        let provider = self.addressed.office.decider(&correction.provider_id)?;
        require_head(&correcting.signer, &provider)?;
        let code = correcting.code;
        let moved = self.decided(correction, &correcting, moment)?;
        let version = version(correcting, &moved, &self.head_signature)?;
        let extract = NewExtract {
            entry: version.entry,
            entry_version: version.content.entry_version,
            application: version.application,
            correction: version.correction,
            court_case: None,
            random: code,
            at: moment.instant,
        };
        Ok(Corrected {
            moved,
            version,
            extract,
        })
    }

    fn changes(&self, corrected: &Corrected) -> Result<Changes, StoreFault> {
        let changes = self.addressed.changes(&corrected.moved)?;
        Ok(corrected.extract.enter(corrected.version.enter(changes)))
    }

    fn answer(&self, corrected: Corrected) -> pb::CorrectRegisterEntryResponse {
        let version = &corrected.version;
        pb::CorrectRegisterEntryResponse {
            entry: Some(register::wire::register_entry(
                version.entry,
                version.application,
                &version.content,
                version.entered_at,
            )),
            correction: Some(wire::correction(corrected.moved.correction)),
            replayed: false,
        }
    }
}
