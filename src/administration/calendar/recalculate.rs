//! The explicit act that moves due moments to where the calendar has them now (D-3).
//! It keeps the old moment, and never moves one that is on the right day.

use std::{collections::BTreeSet, sync::Arc};

use sea_orm::DatabaseConnection;

use super::{
    moves::{Moments, Move},
    queries::{Asked, Found, applications, find_moves, move_of},
    rows, wire,
};
use crate::{
    administration::act::{self, TEXT_CHARACTERS_MAX},
    application::{
        Objection, Office, Stage,
        fact::{act as act_fact, stage_facts},
        model::Step,
        rows::to_row,
    },
    authz::{Action as _, Permit, RecalculateDueMoments},
    calendar::Act,
    kernel::{ApplicationId, Localized, Moment, RequestId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Insert, Origin, RequestKey, Stop, StoreFault, Update},
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
    ids: Option<Vec<ApplicationId>>,
    act: Act,
    reason: Localized,
}

impl Recalculate {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RecalculateDueMoments>,
        message: &pb::RecalculateDueMomentsRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let ids = ids(&message.application_ids, &mut errors);
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
            ids: Some(ids).filter(|ids| !ids.is_empty()),
            act,
            reason,
        })
    }

    /// The moves that are needed, with whole applications: all of a row is written again.
    async fn moves(&self, reads: &DatabaseConnection) -> Result<Found, Stop<Objection>> {
        // A command that moves nothing commits no fact, so that no guard would tell of an old calendar.
        let reference = self.office.references.fresh().await?;
        let asked = Asked {
            calendar: &reference.calendar,
            providers: &reference.providers,
        };
        let (ids, next) = if let Some(ids) = &self.ids {
            (ids.clone(), None)
        } else {
            let found = find_moves(reads, &asked, None, MOVES_MAX).await?;
            let moves = found.moves.iter();
            (
                moves.map(|moved| moved.application.id).collect(),
                found.next,
            )
        };
        let rows = applications(reads, &ids).await?;
        if self.ids.is_some() && rows.len() < ids.len() {
            return Err(Stop::Refused(Objection::NotVisible));
        }
        let mut moves = Vec::new();
        for row in rows {
            moves.extend(move_of(row, &asked)?);
        }
        Ok(Found { moves, next })
    }

    fn step(moved: &Move, moment: Moment) -> Step {
        let now = moment.instant;
        let step = Step::of(moved.application.clone(), now);
        let step = step.with(|application| match &moved.moments {
            Moments::Decision(terms) => {
                application.registered_at = terms.registered_at;
                application.due_at = terms.due_at;
                application.near_due_at = terms.near_due_at;
                application
                    .calendar_version
                    .clone_from(&moved.calendar_version);
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
        if moved.application.stage == Stage::Received {
            step
        } else {
            step.restate()
        }
    }
}

fn ids(given: &[String], errors: &mut FieldErrors) -> Vec<ApplicationId> {
    if given.len() > MOVES_MAX {
        errors.add(
            "application_ids",
            format_args!("must be at most {MOVES_MAX}"),
        );
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    for (index, id) in given.iter().enumerate() {
        errors.item("application_ids", index, |errors| {
            let Some(id) = errors.required("", id, ApplicationId::parse) else {
                return;
            };
            if seen.insert(id.get()) {
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
    moves: Vec<(Move, Step)>,
    has_more: bool,
    moment: Moment,
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
            let step = Self::step(&moved, moment);
            (moved, step)
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
        for (moved, step) in &decided.moves {
            let application = &step.application;
            let row = rows::to_row(moved, application.version, &self.act, &self.reason, &origin)?;
            let body = serde_json::json!({
                "term": row.term,
                "due_at_before": row.due_at_before,
                "due_at_after": row.due_at_after,
                "calendar_version": row.calendar_version_after,
                "act": act::to_body(&self.act),
                "reason": self.reason,
            });
            let provider = self.office.provider(&application.provider_id)?;
            changes = changes
                .update(Update::of(&to_row(application)?, step.version_before))
                .insert(Insert::of(&row))
                .facts(stage_facts(step, &provider, self.office.store.ids())?)
                .facts([act_fact(application.id, DUE_MOMENT_MOVED, &body)]);
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
