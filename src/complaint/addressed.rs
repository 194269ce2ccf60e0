//! A command that changes one complaint, and the application that it is about.
//! It never decides; it only says whether the caller sees the complaint and read it last.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::{
    codes::{Addressee, State},
    fact::fact,
    impartial::is_head,
    model::{Complaint, Moved},
    rows,
};
use crate::{
    application::{
        Objection, Office,
        addressed::{self, AddressId, step_changes},
        model::{Application, Step},
        rows::application_by_id,
    },
    authn::{Caller, Party},
    authz::{Action, Scope},
    kernel::{ComplaintId, Localized, Moment, Personal, Problem, SYSTEM},
    provider::Provider,
    review::officer_post,
    rpc::FieldError,
    store::{Changes, Insert, Origin, StoreFault, Update},
};

pub(super) use crate::application::addressed::Address;

/// The address of a change of a complaint.
pub(super) type Addressed<A> = addressed::Addressed<A, ComplaintId>;

impl AddressId for ComplaintId {
    const FIELD: &'static str = "complaint_id";

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

/// A complaint with the application that it is about.
pub(super) struct Loaded {
    pub(super) complaint: Complaint,
    pub(super) application: Application,
}

/// A complaint as it stands when a command reaches it, with the change of its application that has begun.
pub(super) struct Standing {
    pub(super) complaint: Complaint,
    pub(super) step: Step,
}

impl Standing {
    /// What the clerk has not come to yet is done first: no act is quicker than the mark of silence, as no
    /// decision is than that of an overdue application (D-22).
    pub(super) fn at(loaded: Loaded, at: DateTime<Utc>) -> (Self, Vec<Moved>) {
        let (complaint, passed) = Moved::caught_up(loaded.complaint, at);
        let step = Step::of(loaded.application, at);
        let tell = |step, moved| told(moved, step, None);
        let step = passed.iter().fold(step, tell);
        (Self { complaint, step }, passed)
    }
}

/// A change of a complaint with what it does to the application, if it does anything.
pub(super) struct Decided {
    /// What fell due before, and the clerk had not come to.
    pub(super) passed: Vec<Moved>,
    pub(super) moved: Moved,
    pub(super) step: Option<Step>,
}

impl<A: Action> Addressed<A> {
    /// Loads the complaint with its application.
    pub(super) async fn load(
        &self,
        reads: &DatabaseConnection,
    ) -> Result<Option<Loaded>, StoreFault> {
        load(reads, self.id).await
    }

    /// Gives the complaint if the caller may see it and read it last.
    pub(super) fn checked(&self, loaded: Option<Loaded>) -> Result<Loaded, Objection> {
        let loaded = loaded.ok_or(Objection::NotVisible)?;
        if !is_visible(&loaded.complaint, &self.permit.scope(), &self.office) {
            return Err(Objection::NotVisible);
        }
        self.check_version(loaded.complaint.version)?;
        Ok(loaded)
    }

    /// What is stored of a change.
    pub(super) fn changes(&self, decided: &Decided) -> Result<Changes, StoreFault> {
        let origin = self.origin(decided.moved.at);
        decided_changes(&self.office, decided, origin)
    }
}

impl Moved {
    /// Adds the rows of a change of which its application is told nothing.
    pub(crate) fn enter(&self, changes: Changes, by: &str) -> Result<Changes, StoreFault> {
        let act = act_row(self, by)?;
        let row = rows::to_row(&self.complaint)?;
        let changes = changes.update(Update::of(&row, self.version_before));
        Ok(changes.insert(Insert::of(&act)).facts([fact(self)]))
    }
}

/// Reads a complaint with its application.
pub(super) async fn load(
    reads: &DatabaseConnection,
    id: ComplaintId,
) -> Result<Option<Loaded>, StoreFault> {
    let Some(complaint) = rows::complaint_by_id(reads, id).await? else {
        return Ok(None);
    };
    let application = application_by_id(reads, complaint.application).await?;
    let application =
        application.ok_or_else(|| StoreFault::corrupt("complaint", "is about no application"))?;
    Ok(Some(Loaded {
        complaint,
        application,
    }))
}

impl Decided {
    /// The change, with the stage that the application's history tells of it, if it tells of any.
    pub(super) fn of(moved: Moved, step: Step, official: Option<&Localized>) -> Self {
        let step = told(&moved, step, official);
        let step = Some(step).filter(|step| !step.reached.is_empty());
        Self {
            passed: Vec::new(),
            moved,
            step,
        }
    }

    /// The change, with what it does to the application.
    pub(super) const fn with(moved: Moved, step: Step) -> Self {
        Self {
            passed: Vec::new(),
            moved,
            step: Some(step),
        }
    }
}

/// Tells in a step what became of a complaint.
pub(super) fn told(moved: &Moved, step: Step, official: Option<&Localized>) -> Step {
    match &moved.told {
        Some(told) => step.complain(told.stage, told.at, official, told.complaint.clone()),
        None => step,
    }
}

/// The rows and the facts of a change, over the versions that it was made of.
pub(super) fn decided_changes(
    office: &Office,
    decided: &Decided,
    origin: Origin,
) -> Result<Changes, StoreFault> {
    let moved = &decided.moved;
    let first = decided.passed.first().unwrap_or(moved);
    let by_itself = decided.passed.iter().map(|passed| (passed, SYSTEM));
    let acts = by_itself.chain([(moved, origin.caller.as_str())]);
    let acts = acts.map(|(moved, by)| act_row(moved, by));
    let acts = acts.collect::<Result<Vec<_>, _>>()?;
    let changes = match &decided.step {
        Some(step) => step_changes(office, step, origin)?,
        None => Changes::by(origin),
    };
    let row = rows::to_row(&moved.complaint)?;
    let changes = changes.update(Update::of(&row, first.version_before));
    let changes = acts
        .iter()
        .fold(changes, |changes, act| changes.insert(Insert::of(act)));
    Ok(changes.facts(decided.passed.iter().chain([moved]).map(fact)))
}

/// The row of what was done.
pub(super) fn act_row(moved: &Moved, by: &str) -> Result<rows::act::Model, StoreFault> {
    let text = moved.text.as_ref().map(Personal::disclose);
    let text = text.map(serde_json::to_string).transpose();
    Ok(rows::act::Model {
        complaint_id: moved.complaint.id.get(),
        complaint_version: moved.complaint.version,
        kind: moved.act.code().to_owned(),
        acted_at: moved.at,
        acted_by: by.to_owned(),
        text: text.map_err(|error| StoreFault::json("act of a complaint", error))?,
    })
}

/// The complaint that was loaded, if the caller may see it.
pub(crate) fn visible(
    loaded: Option<Complaint>,
    scope: &Scope,
    office: &Office,
) -> Result<Complaint, Objection> {
    loaded
        .filter(|complaint| is_visible(complaint, scope, office))
        .ok_or(Objection::NotVisible)
}

/// Whether a caller sees a complaint; "not there" and "not yours" are one answer (I-8). A reviewing body sees
/// what went on to it.
fn is_visible(complaint: &Complaint, scope: &Scope, office: &Office) -> bool {
    match scope {
        Scope::ReviewingBody(own) => {
            let forwarding = complaint.forwarding.as_ref();
            forwarding.is_some_and(|forwarding| forwarding.to == *own)
        }
        Scope::Cooperative(_) | Scope::Provider(_) | Scope::Addressee(_) | Scope::Everything => {
            office.shows(scope, &complaint.cooperative, &complaint.provider_id)
        }
    }
}

/// The complaint's state must be one of `allowed`.
pub(super) fn require_state(
    complaint: &Complaint,
    allowed: &'static [State],
) -> Result<(), Objection> {
    if allowed.contains(&complaint.state) {
        return Ok(());
    }
    let names: Vec<_> = allowed.iter().map(|state| state.code()).collect();
    Err(Objection::WrongState {
        of: "Complaint",
        state: complaint.state.code(),
        allowed: names.join(","),
    })
}

/// Who may decide on it now: the provider on one to itself, the body on what went on to it.
pub(super) fn require_decider(complaint: &Complaint, party: Party) -> Result<(), Objection> {
    require_with(complaint, party, &[State::Forwarded], &[State::Registered])
}

/// Who may decide on it, or might before it ended.
pub(super) fn require_decider_ever(complaint: &Complaint, party: Party) -> Result<(), Objection> {
    const BODY: &[State] = &[State::Forwarded, State::Decided, State::Withdrawn];
    const PROVIDER: &[State] = &[
        State::Registered,
        State::Satisfied,
        State::Decided,
        State::Withdrawn,
    ];
    require_with(complaint, party, BODY, PROVIDER)
}

fn require_with(
    complaint: &Complaint,
    party: Party,
    body: &'static [State],
    provider: &'static [State],
) -> Result<(), Objection> {
    match (party, complaint.addressee) {
        (Party::ReviewingBody, _) => require_state(complaint, body),
        (_, Addressee::Provider) => require_state(complaint, provider),
        (_, Addressee::HigherBody | Addressee::QualityAuthority) => {
            Err(Objection::AddressedOtherwise)
        }
    }
}

/// The post of who acts for the provider.
pub(super) fn post_of(caller: &Caller, provider: &Provider, moment: Moment) -> Localized {
    let head = provider.head_on(moment.today);
    let head = head.filter(|_| is_head(caller));
    head.map_or_else(officer_post, |head| head.post.clone())
}

/// A field that is wrong in the light of what is stored.
pub(super) fn wrong(path: &str, problem: &str) -> Objection {
    Objection::Field(FieldError::wrong(path, problem))
}
