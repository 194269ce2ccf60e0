//! Granting: the head's signature over exactly what enters the register (cl. 9, 11; I-2).
//! It never forms or sends the extract: that follows from the entry, whatever happens here.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::prepare::{GRANTABLE, content_to_sign, read_prepared};
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        case::{Case, Change},
        checks::RegisterFacts,
        head_signature::{check_size, require_head},
        model::{Application, Step},
        run_checks::register_facts,
        wire,
    },
    authz::{GrantApplication, Permit},
    extract::NewExtract,
    kernel::{ApplicationId, EntryId, Moment},
    pb::registry::v1 as pb,
    register::{
        self, Listing, NewVersion, Place, SignedContent,
        listing::rows::registered_at,
        require_not_suspended,
        rows::{Claim, claim_of_share},
    },
    rpc::{FieldErrors, Malformed},
    signature::{SignatureProblem, Signer},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to grant an application.
pub(super) struct Grant {
    addressed: Addressed<GrantApplication>,
    /// The version of the entry that was prepared.
    entry_version: i32,
    head_signature: Vec<u8>,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    application: Option<Application>,
    granting: Option<Granting>,
}

/// What can be known only of an application that can be granted.
struct Granting {
    content: SignedContent,
    signed_content: Vec<u8>,
    signer: Result<Signer, SignatureProblem>,
    register: RegisterFacts,
    entry: EntryId,
    share_key: String,
    listing: Listing,
    place: Place,
    /// A court may have suspended the entry, or the one that left the share free.
    not_suspended: Result<(), Objection>,
    code: [u8; 16],
}

/// A grant: the application's step, the version, and the extract to be formed.
pub(super) struct Granted {
    step: Step,
    version: NewVersion,
    extract: NewExtract,
}

impl Grant {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<GrantApplication>,
        message: &pb::GrantApplicationRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        match Self::read(office, permit, message, &mut errors) {
            Some(grant) => errors.into_result(grant),
            None => Err(errors.into_malformed()),
        }
    }

    /// Reads a grant, alone or of a batch.
    pub(super) fn read(
        office: Arc<Office>,
        permit: Permit<GrantApplication>,
        message: &pb::GrantApplicationRequest,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let (etag, entry_version) = read_prepared(&message.etag);
        let address = Address {
            request_id: &message.request_id,
            id: &message.application_id,
            etag: &etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, errors);
        check_size(&message.head_signature, errors);
        Some(Self {
            addressed: addressed?,
            entry_version,
            head_signature: message.head_signature.clone(),
        })
    }

    /// The application to be granted.
    pub(super) const fn application(&self) -> ApplicationId {
        self.addressed.id
    }

    async fn load_granting(
        &self,
        reads: &DatabaseConnection,
        application: &Application,
        moment: Moment,
    ) -> Result<Granting, StoreFault> {
        let office = &self.addressed.office;
        let case = Case::load(reads, application).await?;
        let provider = office.provider(&application.provider_id)?;
        let content = content_to_sign(application, &case, &provider, moment.today)?;
        let signed_content = content.to_bytes()?;
        let signer = office
            .verifier
            .verify(&signed_content, &self.head_signature, moment.instant)
            .await;
        let share_key = case.share_key(application).to_owned();
        let claim = claim_of_share(reads, &share_key).await?;
        let share = (share_key.as_str(), claim.as_ref());
        let register = register_facts(reads, application, case.reference(), share).await?;
        let ids = office.store.ids();
        let new_entry = ids.next(moment.instant).into();
        let entry = case.change.as_ref().map_or(new_entry, Change::entry_id);
        let registered_at = match &case.change {
            Some(change) => registered_at(reads, change.entry_id()).await?,
            None => moment.instant,
        };
        let agreement = &case.outcome.agreement;
        let listing = Listing::of(agreement, registered_at, &office.shareholder_marks);
        Ok(Granting {
            content,
            signed_content,
            signer,
            register,
            entry,
            share_key,
            listing,
            not_suspended: require_not_suspended(claim.as_ref()),
            place: place(case.change, claim)?,
            code: ids.random(),
        })
    }
}

/// Where the version takes its place: in the entry that it changes, or on a share that is free.
fn place(change: Option<Change>, claim: Option<Claim>) -> Result<Place, StoreFault> {
    match change {
        None => Ok(Place::Entry { freed: claim }),
        Some(change) => Ok(Place::Version {
            entry: change.entry,
            claim: claim.ok_or_else(|| StoreFault::corrupt("entry", "has no claim"))?,
        }),
    }
}

/// Nothing may have been registered meanwhile that would fail C14, C21 or C23.
fn check_register(register: &RegisterFacts) -> Result<(), Objection> {
    if register.same_agreement_registered.is_some() {
        return Err(Objection::AgreementRegistered);
    }
    if register
        .reference
        .as_ref()
        .is_some_and(|reference| !reference.holds())
    {
        return Err(Objection::EntryChanged);
    }
    match (&register.live_entry_on_share, &register.owned_by_entry) {
        (None, None) => Ok(()),
        (Some(_), _) | (_, Some(_)) => Err(Objection::ShareTaken),
    }
}

impl Command for Grant {
    type Loaded = Loaded;
    type Decided = Granted;
    type Refusal = Objection;
    type Answer = pb::GrantApplicationResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let application = self.addressed.load(reads).await?;
        let granting = match &application {
            Some(application) if GRANTABLE.contains(&application.stage) => {
                Some(self.load_granting(reads, application, moment).await?)
            }
            Some(_) | None => None,
        };
        Ok(Loaded {
            application,
            granting,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Granted, Objection> {
        let application = self.addressed.checked(loaded.application)?;
        require_stage(&application, GRANTABLE)?;
        let granting = loaded.granting.ok_or(Objection::NotVisible)?;
        check_register(&granting.register)?;
        granting.not_suspended?;
        // The entry moved on since the bytes were prepared: the head signed another version.
        if granting.content.entry_version != self.entry_version {
            return Err(Objection::StaleEtag);
        }
        let provider = self.addressed.office.decider(&application.provider_id)?;
        require_head(&granting.signer, &provider)?;
        let version = NewVersion {
            entry: granting.entry,
            cooperative: application.cooperative.clone(),
            application: application.id,
            correction: None,
            court_case: None,
            share_key: granting.share_key,
            document_key: granting.register.document_key,
            signed_content: granting.signed_content,
            head_signature: self.head_signature.clone(),
            entered_at: moment.instant,
            content: granting.content,
            listing: granting.listing,
            place: granting.place,
        };
        let extract = NewExtract {
            entry: version.entry,
            entry_version: version.content.entry_version,
            application: application.id,
            correction: None,
            court_case: None,
            random: granting.code,
            at: moment.instant,
        };
        let post = version.content.provider.head_post.clone();
        let step = Step::of(application, moment.instant)
            .with(|application| {
                application.entry = Some(version.entry);
                application.decided_at = Some(moment.instant);
            })
            .reach_by(Stage::Granted, &post);
        Ok(Granted {
            step,
            version,
            extract,
        })
    }

    fn changes(&self, granted: &Granted) -> Result<Changes, StoreFault> {
        let changes = self.addressed.changes(&granted.step)?;
        Ok(granted.extract.enter(granted.version.enter(changes)))
    }

    fn answer(&self, granted: Granted) -> pb::GrantApplicationResponse {
        let version = &granted.version;
        pb::GrantApplicationResponse {
            application: Some(wire::application(granted.step.application)),
            entry: Some(register::wire::register_entry(
                version.entry,
                version.application,
                &version.content,
                version.entered_at,
            )),
            replayed: false,
        }
    }
}
