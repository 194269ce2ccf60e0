//! The explicit act that moves due moments to where the calendar has them now (D-3).
//! It keeps the old moment, and never moves one that is on the right day.

use std::{collections::BTreeSet, sync::Arc};

use sea_orm::DatabaseConnection;

use super::{
    moves::{Case, Moments, Move},
    queries::{Asked, Found, applications, find_moves},
    rows, wire,
};
use crate::{
    administration::act::{self, TEXT_CHARACTERS_MAX},
    application::{
        Objection, Office, Stage,
        fact::stage_facts,
        model::{Application, Step},
        rows::to_row,
    },
    authz::{Action as _, Permit, RecalculateDueMoments},
    calendar::Act,
    complaint::{self, rows::complaints},
    correction::{self, rows::corrections},
    kernel::{ApplicationId, ComplaintId, CorrectionId, Localized, Moment, Problem, RequestId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Insert, NewFact, Origin, RequestKey, Stop, StoreFault, Update},
};

/// How many due moments one command moves at most.
const MOVES_MAX: usize = 500;

/// The journal's kind of the fact.
const DUE_MOMENT_MOVED: &str = "due_moment_moved";

/// The command to move due moments.
pub(super) struct Recalculate {
    office: Arc<Office>,
    permit: Permit<RecalculateDueMoments>,
    request: RequestKey,
    /// None for all that need it.
    named: Option<Named>,
    act: Act,
    reason: Localized,
}

/// The cases that are to be moved.
#[derive(Default)]
struct Named {
    applications: Vec<ApplicationId>,
    corrections: Vec<CorrectionId>,
    complaints: Vec<ComplaintId>,
}

impl Named {
    /// Those of moves that were found.
    fn of(moves: &[Move]) -> Self {
        let mut named = Self::default();
        for moved in moves {
            match &moved.case {
                Case::Application(application, _) => named.applications.push(application.id),
                Case::Correction(correction, _) => named.corrections.push(correction.id),
                Case::Complaint(complaint, _) => named.complaints.push(complaint.id),
            }
        }
        named
    }

    fn parse(message: &pb::RecalculateDueMomentsRequest, errors: &mut FieldErrors) -> Option<Self> {
        let lists = [
            ("application_ids", &message.application_ids),
            ("correction_ids", &message.correction_ids),
            ("complaint_ids", &message.complaint_ids),
        ];
        let mut count: usize = 0;
        for (path, ids) in lists {
            count = count.saturating_add(ids.len());
            if count > MOVES_MAX {
                errors.add(path, format_args!("must be at most {MOVES_MAX}"));
                return None;
            }
        }
        let [(applications, _), (corrections, _), (complaints, _)] = lists;
        let named = Self {
            applications: ids(
                &message.application_ids,
                applications,
                ApplicationId::parse,
                errors,
            ),
            corrections: ids(
                &message.correction_ids,
                corrections,
                CorrectionId::parse,
                errors,
            ),
            complaints: ids(
                &message.complaint_ids,
                complaints,
                ComplaintId::parse,
                errors,
            ),
        };
        (count > 0).then_some(named)
    }

    fn len(&self) -> usize {
        [
            self.applications.len(),
            self.corrections.len(),
            self.complaints.len(),
        ]
        .iter()
        .sum()
    }
}

impl Recalculate {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RecalculateDueMoments>,
        message: &pb::RecalculateDueMomentsRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let named = Named::parse(message, &mut errors);
        let act = act::act(message.act.as_ref(), &mut errors);
        let reason = errors.localized::<TEXT_CHARACTERS_MAX>("reason", message.reason.as_ref());
        let (Some(request_id), Some(act), Some(reason), true) =
            (request_id, act, reason, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.as_str();
        let request = RequestKey::of(caller, RecalculateDueMoments::PATH, request_id, message);
        Ok(Self {
            office,
            permit,
            request,
            named,
            act,
            reason,
        })
    }

    /// The moves that are needed, with whole cases: all of a row is written again.
    async fn moves(&self, reads: &DatabaseConnection) -> Result<Found, Stop<Objection>> {
        // A command that moves nothing commits no fact, so that no guard would tell of an old calendar.
        let reference = self.office.references.fresh().await?;
        let asked = Asked {
            calendar: &reference.calendar,
            providers: &reference.providers,
        };
        let found;
        let (named, next) = if let Some(named) = &self.named {
            (named, None)
        } else {
            let all = find_moves(reads, &asked, None, MOVES_MAX).await?;
            found = Named::of(&all.moves);
            (&found, all.next)
        };
        let rows = applications(reads, &named.applications).await?;
        let corrections = corrections(reads, &named.corrections).await?;
        let complaints = complaints(reads, &named.complaints).await?;
        let count: usize = [rows.len(), corrections.len(), complaints.len()]
            .iter()
            .sum();
        if self.named.is_some() && count < named.len() {
            return Err(Stop::Refused(Objection::NotVisible));
        }
        let mut moves = Vec::new();
        for row in rows {
            moves.extend(asked.move_of_application(row)?);
        }
        for correction in corrections {
            moves.extend(asked.move_of_correction(correction)?);
        }
        for complaint in complaints {
            moves.extend(asked.move_of_complaint(complaint)?);
        }
        Ok(Found { moves, next })
    }

    /// The fact, the same of every case.
    fn fact(&self, row: &rows::due_moment_change::Model) -> NewFact {
        let body = serde_json::json!({
            "term": row.term,
            "due_at_before": row.due_at_before,
            "due_at_after": row.due_at_after,
            "calendar_version": row.calendar_version_after,
            "act": act::to_body(&self.act),
            "reason": self.reason,
        });
        NewFact {
            subject: row.case_id,
            kind: DUE_MOMENT_MOVED,
            body: body.to_string(),
        }
    }
}

fn step(application: &Application, moments: &Moments, version: &str, moment: Moment) -> Step {
    let now = moment.instant;
    let step = Step::of(application.clone(), now).with(|application| match moments {
        Moments::Decision(terms) => {
            application.registered_at = terms.registered_at;
            application.due_at = terms.due_at;
            application.near_due_at = terms.near_due_at;
            version.clone_into(&mut application.calendar_version);
            application.overdue &= now > terms.due_at;
            application.near_due &= now >= terms.near_due_at;
        }
        Moments::Handover(due_at) => {
            if let Some(handover) = &mut application.handover {
                handover.due_at = *due_at;
                handover.overdue &= now > *due_at;
            }
        }
    });
    // Before its registration nobody was told when an application is due.
    if application.stage == Stage::Received {
        step
    } else {
        step.restate()
    }
}

/// The ids of a list, each once.
fn ids<T: Copy + Ord>(
    given: &[String],
    path: &str,
    parse: impl Fn(&str) -> Result<T, Problem>,
    errors: &mut FieldErrors,
) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    for (index, id) in given.iter().enumerate() {
        errors.item(path, index, |errors| {
            let Some(id) = errors.required("", id, &parse) else {
                return;
            };
            if seen.insert(id) {
                ids.push(id);
            } else {
                errors.add("", "must be named only once");
            }
        });
    }
    ids
}

/// What was decided.
pub(super) struct Recalculated {
    moves: Vec<(Move, Change)>,
    has_more: bool,
    moment: Moment,
}

/// How a case changes.
enum Change {
    Application(Step),
    Correction(correction::Moved),
    Complaint(complaint::Moved),
}

impl Change {
    fn of(moved: &Move, moment: Moment) -> Self {
        let version = &moved.calendar_version;
        match &moved.case {
            Case::Application(application, moments) => {
                Self::Application(step(application, moments, version, moment))
            }
            Case::Correction(correction, term) => {
                let correction = correction.clone();
                Self::Correction(correction.with_term(*term, version, moment.instant))
            }
            Case::Complaint(complaint, term) => {
                let complaint = complaint.clone();
                Self::Complaint(complaint.with_term(*term, version, moment.instant))
            }
        }
    }

    /// The version that it makes.
    const fn version(&self) -> i64 {
        match self {
            Self::Application(step) => step.application.version,
            Self::Correction(moved) => moved.correction.version,
            Self::Complaint(moved) => moved.complaint.version,
        }
    }

    /// Adds the rows, and what the monitoring system is told.
    fn enter(&self, office: &Office, changes: Changes, by: &str) -> Result<Changes, StoreFault> {
        match self {
            Self::Application(step) => {
                let application = &step.application;
                let provider = office.provider(&application.provider_id)?;
                let facts = stage_facts(step, &provider, office.store.ids())?;
                let update = Update::of(&to_row(application)?, step.version_before);
                Ok(changes.update(update).facts(facts))
            }
            Self::Correction(moved) => moved.enter(changes),
            Self::Complaint(moved) => moved.enter(changes, by),
        }
    }
}

impl Command for Recalculate {
    type Loaded = Result<Found, Objection>;
    type Decided = Recalculated;
    type Refusal = Objection;
    type Answer = pb::RecalculateDueMomentsResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        match self.moves(reads).await {
            Ok(found) => Ok(Ok(found)),
            Err(Stop::Refused(objection)) => Ok(Err(objection)),
            Err(Stop::Fault(fault)) => Err(fault),
            Err(
                Stop::TryAgain { .. } | Stop::Full { .. } | Stop::LeaseLost | Stop::RequestIdReused,
            ) => Err(StoreFault::Late {
                operation: "look for due moments to move",
            }),
        }
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Recalculated, Objection> {
        let Found { moves, next } = loaded?;
        let moves = moves.into_iter().map(|moved| {
            let change = Change::of(&moved, moment);
            (moved, change)
        });
        Ok(Recalculated {
            moves: moves.collect(),
            has_more: next.is_some(),
            moment,
        })
    }

    fn changes(&self, decided: &Recalculated) -> Result<Changes, StoreFault> {
        let origin = Origin {
            caller: self.permit.caller().name.to_string(),
            method: RecalculateDueMoments::PATH,
            at: decided.moment.instant,
        };
        let mut changes = Changes::by(origin.clone());
        for (moved, change) in &decided.moves {
            let version = change.version();
            let row = rows::to_row(moved, version, &self.act, &self.reason, &origin)?;
            changes = change
                .enter(&self.office, changes, &origin.caller)?
                .insert(Insert::of(&row))
                .facts([self.fact(&row)]);
        }
        Ok(changes)
    }

    fn answer(&self, decided: Recalculated) -> pb::RecalculateDueMomentsResponse {
        let moves = decided.moves.iter();
        pb::RecalculateDueMomentsResponse {
            moves: moves
                .map(|(moved, _)| wire::due_moment_move(moved))
                .collect(),
            has_more: decided.has_more,
            replayed: false,
        }
    }
}
