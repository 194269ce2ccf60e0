//! An act of a court is recorded, and has its effect on the entry or the refusal in the same commit (cl. 16).
//! It never changes what a version of the entry says.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    act::{Act, RecordedAct, act},
    addressed::{Address, Addressed, wrong},
    effect::{Effect, Restraint},
    model::{CourtCase, Moved, OfEntry},
    restraint::{Restrained, restraints_of_entry},
    rows, wire,
};
use crate::{
    application::{
        Objection, Office, Procedure, Stage,
        addressed::step_changes,
        agreement::parse::section,
        model::{Application, DecidedRefusal, Step},
        reopen::reopened,
        rows::application_by_id,
    },
    authz::{Permit, RecordCourtAct},
    document::{Document, document_by_id},
    kernel::{Moment, Personal},
    pb::registry::v1 as pb,
    register::{
        EntryState, claim_suspension,
        rows::{Claim, claim_of_share, entry_by_id, entry_version, state_of},
    },
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Insert, RequestKey, StoreFault, Update},
};

/// The command to record an act.
pub(super) struct RecordAct {
    addressed: Addressed<RecordCourtAct>,
    act: Act,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    case: Option<CourtCase>,
    document: Option<Document>,
    application: Option<Application>,
    entry: Option<Entry>,
}

/// The entry that the case is about, with the claim on its share and what other acts mean for it.
struct Entry {
    of: OfEntry,
    state: EntryState,
    share_key: String,
    claim: Option<Claim>,
    restraints: Vec<Restrained>,
    /// No application made it: it was brought over from a former register.
    is_brought_over: bool,
}

/// An act recorded, with what becomes of the claim or of the application.
pub(super) struct Recorded {
    moved: Moved,
    act: RecordedAct,
    claim: Option<Update>,
    reopened: Option<Step>,
}

impl RecordAct {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RecordCourtAct>,
        message: &pb::RecordCourtActRequest,
    ) -> Result<Self, Malformed> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.court_case_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let act = section(&mut errors, "act", message.act.as_ref(), |pb, errors| {
            act(pb, today, errors)
        });
        match (addressed, act) {
            (Some(addressed), Some(act)) => errors.into_result(Self { addressed, act }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// What the case means for its entry from now on.
    fn restraint(&self, case: &CourtCase) -> Result<Option<Restraint>, Objection> {
        // By then nothing of the case holds the entry any more: its share may be another's.
        if case.annulment.is_some() && self.act.effect.touches_the_claim() {
            let problem = "must leave the entry as it is: this case annulled it";
            return Err(wrong("act.effect", problem));
        }
        let after = self.act.effect.after(case.restraint);
        after.ok_or_else(|| {
            wrong(
                "act.effect",
                "must end what this case means for the entry now",
            )
        })
    }

    /// What becomes of the application, with the refusal that was, if the act annuls it.
    fn reopened(
        &self,
        case: &CourtCase,
        application: Option<Application>,
        moment: Moment,
    ) -> Result<Option<(Step, Option<DecidedRefusal>)>, Objection> {
        let is_to_be = self.act.effect == Effect::DecideAnew;
        let Some(application) = application.filter(|_| is_to_be) else {
            return Ok(None);
        };
        // It may have been annulled upon a complaint since, and the application refused once more.
        let stands =
            application.stage == Stage::Refused && application.decided_at == case.refused_at;
        if !stands {
            let problem = "must be NONE: no refusal stands that this action challenges";
            return Err(wrong("act.effect", problem));
        }
        let step = Step::of(application, moment.instant);
        reopened(&self.addressed.office, step).map(Some)
    }

    /// What becomes of the claim on the share, if the act changes what may be done with the entry.
    fn claim(
        &self,
        case: &CourtCase,
        entry: &Entry,
        restraint: Option<Restraint>,
        moment: Moment,
    ) -> Result<Option<Update>, Objection> {
        if !self.act.effect.touches_the_claim() {
            return Ok(None);
        }
        let claim = entry.claim.as_ref();
        // What a closed entry left free another may have by now: then nothing of it can be held.
        let claim = claim.filter(|claim| claim.entry == entry.of.id);
        let claim = claim.ok_or_else(|| {
            wrong(
                "act.effect",
                "must be about an entry that no other followed on its share",
            )
        })?;
        let mut others = entry.restraints.iter().filter(|one| one.case != case.id);
        if self.act.effect == Effect::Annulment {
            if entry.state != EntryState::Live {
                return Err(wrong("act.effect", "must be about an entry that stands"));
            }
            // Each would wait for the other, and whichever came second would annul nothing.
            if others
                .clone()
                .any(|one| one.restraint == Restraint::Annulment)
            {
                return Err(wrong(
                    "act.effect",
                    "must be NOTE: another case orders this",
                ));
            }
        }
        let own = restraint
            .filter(|restraint| restraint.suspends())
            .map(|_| &case.number);
        let other = others.find(|one| one.suspends(entry.state));
        let suspended_by = own.or(other.map(|one| &one.case_number)).cloned();
        Ok(Some(claim_suspension(
            &entry.share_key,
            claim,
            suspended_by,
            moment.instant,
        )))
    }
}

/// The entry of the application as it stands: a grant may have made it since the case began.
async fn entry_of(
    reads: &DatabaseConnection,
    application: &Application,
) -> Result<Option<Entry>, StoreFault> {
    let Some(id) = application.entry else {
        return Ok(None);
    };
    let entry = entry_by_id(reads, id).await?;
    let entry = entry.ok_or_else(|| StoreFault::corrupt("court case", "is about no entry"))?;
    let first = entry_version(reads, id, 1).await?;
    let first = first.ok_or_else(|| StoreFault::corrupt("entry", "has no version"))?;
    Ok(Some(Entry {
        is_brought_over: first.is_brought_over(),
        state: state_of(&entry)?,
        claim: claim_of_share(reads, &entry.share_key).await?,
        restraints: restraints_of_entry(reads, id, None).await?,
        share_key: entry.share_key,
        of: OfEntry {
            id,
            number: entry.number,
        },
    }))
}

impl Command for RecordAct {
    type Loaded = Loaded;
    type Decided = Recorded;
    type Refusal = Objection;
    type Answer = pb::RecordCourtActResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Loaded, StoreFault> {
        let case = rows::case_by_id(reads, self.addressed.id).await?;
        let told_of = case.as_ref().filter(|_| self.act.effect != Effect::None);
        let application = match told_of {
            Some(case) => application_by_id(reads, case.action.application).await?,
            None => None,
        };
        let entry = match &application {
            Some(application) if self.act.effect.is_on_the_entry() => {
                entry_of(reads, application).await?
            }
            Some(_) | None => None,
        };
        Ok(Loaded {
            case,
            document: document_by_id(reads, self.act.document).await?,
            application,
            entry,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Recorded, Objection> {
        let case = self.addressed.checked(loaded.case)?;
        let document = self.addressed.own_document(loaded.document)?;
        if self.act.decided_on < case.action.filed_on {
            let problem = "must not be before the action was filed";
            return Err(wrong("act.decided_on", problem));
        }
        let is_of_a_change = loaded
            .application
            .as_ref()
            .is_some_and(|application| application.procedure != Procedure::ParticipationAgreement);
        // No case can be about the agreement of an entry that was brought over: any about the entry is.
        let is_brought_over = loaded
            .entry
            .as_ref()
            .is_some_and(|entry| entry.is_brought_over);
        if is_of_a_change && !is_brought_over && self.act.effect == Effect::Annulment {
            let problem = "must be of the case about the agreement itself: its entry is closed";
            return Err(wrong("act.effect", problem));
        }
        let restraint = self.restraint(&case)?;
        let claim = match &loaded.entry {
            Some(entry) => self.claim(&case, entry, restraint, moment)?,
            None if !self.act.effect.is_on_the_entry() => None,
            None => {
                let problem = "must be NONE: the application has no entry";
                return Err(wrong("act.effect", problem));
            }
        };
        let reopened = self.reopened(&case, loaded.application, moment)?;
        let (reopened, annulled) = reopened.unzip();
        let moved = Moved::by(case, "court_act_recorded", moment.instant).with(|case| {
            case.restraint = restraint;
            if let Some(entry) = loaded.entry {
                case.entry = Some(entry.of);
            }
        });
        Ok(Recorded {
            moved,
            act: RecordedAct {
                act: self.act.clone(),
                sha256: document.sha256,
                annulled_refusal: annulled.flatten().map(Personal::new),
                recorded_at: moment.instant,
                recorded_by: self.addressed.caller(),
            },
            claim,
            reopened,
        })
    }

    fn changes(&self, recorded: &Recorded) -> Result<Changes, StoreFault> {
        let Recorded {
            moved,
            act,
            claim,
            reopened,
        } = recorded;
        let origin = self.addressed.origin(moved.at);
        let changes = match reopened {
            Some(step) => step_changes(&self.addressed.office, step, origin)?,
            None => Changes::by(origin),
        };
        let changes = moved.enter(changes, Some(&self.act));
        let row = rows::act_row(&moved.case, act)?;
        let changes = changes.insert(Insert::of(&row));
        Ok(match claim {
            Some(claim) => changes.update(claim.clone()),
            None => changes,
        })
    }

    fn answer(&self, recorded: Recorded) -> pb::RecordCourtActResponse {
        pb::RecordCourtActResponse {
            court_case: Some(wire::case(recorded.moved.case)),
            replayed: false,
        }
    }
}
