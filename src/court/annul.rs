//! An entry is annulled by an act of a court: the head's signature over exactly what enters the register as its
//! last version, by which the share is free again (cl. 16; D-24; I-2).
//! It never writes over a version, and never forms or sends the extract.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed},
    model::{Annulment, CourtCase, Moved},
    prepare::Prepared,
    rows, wire,
};
use crate::{
    application::{
        Objection, Office, etag,
        head_signature::{check_size, require_head},
    },
    authz::{AnnulRegisterEntry, Permit},
    extract::NewExtract,
    kernel::Moment,
    pb::registry::v1 as pb,
    register::{
        self, ClaimMoves, EntryState, Listing, NewVersion, Place, Target,
        listing::rows::registered_at, rows::SAME_DOCUMENT,
    },
    rpc::{FieldErrors, Malformed},
    signature::{SignatureProblem, Signer},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to annul an entry.
pub(super) struct Annul {
    addressed: Addressed<AnnulRegisterEntry>,
    /// The version of the entry that was prepared.
    entry_version: i32,
    head_signature: Vec<u8>,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    case: Option<CourtCase>,
    annulling: Option<Result<Annulling, Objection>>,
}

/// What can be known only of a case that annuls.
struct Annulling {
    prepared: Prepared,
    signed_content: Vec<u8>,
    signer: Result<Signer, SignatureProblem>,
    listing: Listing,
    code: [u8; 16],
}

/// An annulment made: the change of the case, the version, and the extract to be formed.
pub(super) struct Annulled {
    moved: Moved,
    version: NewVersion,
    extract: NewExtract,
}

impl Annul {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<AnnulRegisterEntry>,
        message: &pb::AnnulRegisterEntryRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let prepared = etag::read_prepared(&message.etag);
        let (etag, entry_version) = prepared.unwrap_or((message.etag.clone(), 0));
        let address = Address {
            request_id: &message.request_id,
            id: &message.court_case_id,
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

    async fn load_annulling(
        &self,
        reads: &DatabaseConnection,
        case: &CourtCase,
        moment: Moment,
    ) -> Result<Result<Annulling, Objection>, StoreFault> {
        let office = &self.addressed.office;
        let prepared = match Prepared::load(office, reads, case, moment).await? {
            Ok(prepared) => prepared,
            Err(objection) => return Ok(Err(objection)),
        };
        let signed_content = prepared.content.to_bytes()?;
        let signer = office
            .verifier
            .verify(&signed_content, &self.head_signature, moment.instant)
            .await;
        let registered_at = registered_at(reads, prepared.entry.id.into()).await?;
        let marks = &office.shareholder_marks;
        let listing = Listing::of(&prepared.agreement, registered_at, marks);
        Ok(Ok(Annulling {
            prepared,
            signed_content,
            signer,
            listing,
            code: office.store.ids().random(),
        }))
    }
}

/// The last version of the entry, which leaves its share free.
fn version(
    annulling: Annulling,
    moved: &Moved,
    head_signature: &[u8],
) -> Result<NewVersion, Objection> {
    let Annulling {
        prepared,
        signed_content,
        listing,
        ..
    } = annulling;
    let Prepared {
        entry,
        claim,
        application,
        content,
        ..
    } = prepared;
    let state = EntryState::of(&content.columns);
    let claims = ClaimMoves::of(entry.id.into(), state, claim, Target::Same)
        .map_err(|register::ShareTaken| Objection::ShareTaken)?;
    Ok(NewVersion {
        entry: entry.id.into(),
        cooperative: moved.case.cooperative.clone(),
        application: application.id,
        correction: None,
        court_case: Some(moved.case.id),
        share_key: entry.share_key.clone(),
        document_key: format!("{SAME_DOCUMENT}{}", moved.case.number),
        signed_content,
        head_signature: head_signature.to_vec(),
        entered_at: moved.at,
        content,
        listing,
        place: Place::Corrected { entry, claims },
    })
}

impl Command for Annul {
    type Loaded = Loaded;
    type Decided = Annulled;
    type Refusal = Objection;
    type Answer = pb::AnnulRegisterEntryResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let case = rows::case_by_id(reads, self.addressed.id).await?;
        let annulling = match &case {
            Some(case) => Some(self.load_annulling(reads, case, moment).await?),
            None => None,
        };
        Ok(Loaded { case, annulling })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Annulled, Objection> {
        let case = self.addressed.checked(loaded.case)?;
        let annulling = loaded.annulling.ok_or(Objection::NotVisible)??;
        annulling.prepared.require_not_suspended()?;
        // The entry moved on since the bytes were prepared: the head signed another version.
        if annulling.prepared.content.entry_version != self.entry_version {
            return Err(Objection::StaleEtag);
        }
        let provider = self.addressed.office.decider(&case.provider_id)?;
        require_head(&annulling.signer, &provider)?;
        let code = annulling.code;
        let moved = Moved::by(case, "register_entry_annulled", moment.instant).with(|case| {
            case.annulment = Some(Annulment {
                entry_version: annulling.prepared.content.entry_version,
                made_at: moment.instant,
                sent_at: None,
                handover: None,
            });
        });
        let version = version(annulling, &moved, &self.head_signature)?;
        let extract = NewExtract {
            entry: version.entry,
            entry_version: version.content.entry_version,
            application: version.application,
            correction: None,
            court_case: version.court_case,
            random: code,
            at: moment.instant,
        };
        Ok(Annulled {
            moved,
            version,
            extract,
        })
    }

    fn changes(&self, annulled: &Annulled) -> Result<Changes, StoreFault> {
        let changes = self.addressed.changes(&annulled.moved);
        Ok(annulled.extract.enter(annulled.version.enter(changes)))
    }

    fn answer(&self, annulled: Annulled) -> pb::AnnulRegisterEntryResponse {
        let version = &annulled.version;
        pb::AnnulRegisterEntryResponse {
            entry: Some(register::wire::register_entry(
                version.entry,
                version.application,
                &version.content,
                version.entered_at,
            )),
            court_case: Some(wire::case(annulled.moved.case)),
            replayed: false,
        }
    }
}
