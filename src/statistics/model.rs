//! In which cell of the statistics an application is counted, as the stages of its history say.
//! It never asks how the application stands now: the same history is the same cell at any time.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    application::{Form, Procedure, Stage, StageCode, refusal::Ground},
    calendar::Calendar,
    journal::StageFact,
    kernel::{Localized, local},
};

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Undecided.
    Open,
    Granted,
    Refused,
    Withdrawn,
}

/// Whether the provider decided by the due moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timeliness {
    /// Undecided, and not marked overdue.
    Open,
    /// Undecided, and marked overdue (D-22).
    Overdue,
    InTime,
    Late,
    /// There was nothing to decide any more.
    Withdrawn,
}

/// What applications that are counted together have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) provider_id: String,
    pub(super) received_on: NaiveDate,
    pub(super) registered_on: Option<NaiveDate>,
    pub(super) ended_on: Option<NaiveDate>,
    pub(super) procedure: Procedure,
    pub(super) form: Form,
    pub(super) outcome: Outcome,
    pub(super) grounds: BTreeSet<Ground>,
    pub(super) timeliness: Timeliness,
    pub(super) filed_late: bool,
    /// Of what was decided: working days after the day of registration, as the calendar had them.
    pub(super) working_days: Option<i32>,
}

/// A history that names what nothing is known of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) &'static str);

impl Cell {
    /// The cell of an application with these stages so far; none before the first.
    pub(super) fn of(
        provider_id: &str,
        history: &[StageFact],
        calendar: &Calendar,
    ) -> Result<Option<Self>, Unreadable> {
        let [received, ..] = history else {
            return Ok(None);
        };
        let registered = first_at(history, Stage::Registered)?;
        let registered_on = registered.map(day_of);
        let mut cell = Self {
            provider_id: provider_id.to_owned(),
            received_on: day_of(received),
            registered_on,
            ended_on: None,
            procedure: Procedure::from_code(&received.procedure).ok_or(Unreadable("procedure"))?,
            form: Form::from_code(&received.form).ok_or(Unreadable("form"))?,
            outcome: Outcome::Open,
            grounds: BTreeSet::new(),
            timeliness: Timeliness::Open,
            filed_late: received.filed_late,
            working_days: None,
        };
        for outcome in [Outcome::Granted, Outcome::Refused, Outcome::Withdrawn] {
            if let Some(end) = first_at(history, outcome.stage())? {
                cell.end(outcome, end, calendar)?;
                return Ok(Some(cell));
            }
        }
        if history.last().is_some_and(|last| last.overdue) {
            cell.timeliness = Timeliness::Overdue;
        }
        Ok(Some(cell))
    }

    fn end(
        &mut self,
        outcome: Outcome,
        end: &StageFact,
        calendar: &Calendar,
    ) -> Result<(), Unreadable> {
        let ended_on = day_of(end);
        self.outcome = outcome;
        self.ended_on = Some(ended_on);
        if outcome == Outcome::Withdrawn {
            self.timeliness = Timeliness::Withdrawn;
            return Ok(());
        }
        let is_late = end.due_at.is_some_and(|due_at| end.occurred_at > due_at);
        self.timeliness = if is_late {
            Timeliness::Late
        } else {
            Timeliness::InTime
        };
        let grounds = end.refusal_grounds.iter();
        self.grounds = grounds
            .map(|code| Ground::from_code(code).ok_or(Unreadable("ground")))
            .collect::<Result<_, _>>()?;
        self.working_days = self
            .registered_on
            .and_then(|registered_on| working_days(calendar, registered_on, ended_on));
        Ok(())
    }

    /// Names the cell: equal texts are equal cells.
    pub(super) fn key(&self) -> String {
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
        let days = self.working_days.map(|days| days.to_string());
        [
            self.provider_id.as_str(),
            &self.received_on.to_string(),
            &day(self.registered_on),
            &day(self.ended_on),
            self.procedure.code(),
            self.form.code(),
            self.outcome.code(),
            &codes(&self.grounds),
            self.timeliness.code(),
            if self.filed_late { "filed late" } else { "" },
            &days.unwrap_or_default(),
        ]
        .join("|")
    }
}

/// The fact of a stage when it was first reached: a stage may be stated again later.
fn first_at(history: &[StageFact], stage: Stage) -> Result<Option<&StageFact>, Unreadable> {
    for fact in history {
        let code = StageCode::from_code(&fact.stage).ok_or(Unreadable("stage"))?;
        if code == StageCode::Reached(stage) {
            return Ok(Some(fact));
        }
    }
    Ok(None)
}

fn day_of(fact: &StageFact) -> NaiveDate {
    local(fact.occurred_at).date()
}

/// None if the calendar does not cover them.
fn working_days(calendar: &Calendar, from: NaiveDate, to: NaiveDate) -> Option<i32> {
    let days = calendar.days(from, to).ok()?;
    let worked = days.filter(|day| day.on > from && day.is_working());
    i32::try_from(worked.count()).ok()
}

/// The codes of grounds, in the order of the law.
pub(super) fn codes(grounds: &BTreeSet<Ground>) -> String {
    let codes: Vec<_> = grounds.iter().map(|ground| ground.code()).collect();
    codes.join(" ")
}

impl Outcome {
    pub(super) const ALL: [Self; 4] = [Self::Open, Self::Granted, Self::Refused, Self::Withdrawn];

    /// The name in the store and in messages.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Granted => "GRANTED",
            Self::Refused => "REFUSED",
            Self::Withdrawn => "WITHDRAWN",
        }
    }

    /// The stage at which it is reached; what is open was at least received.
    const fn stage(self) -> Stage {
        match self {
            Self::Open => Stage::Received,
            Self::Granted => Stage::Granted,
            Self::Refused => Stage::Refused,
            Self::Withdrawn => Stage::Withdrawn,
        }
    }

    /// The name for people.
    pub(super) fn label(self) -> Localized {
        match self {
            Self::Open => Localized::of("шешім қабылданбаған", "решение не принято", "undecided"),
            Self::Granted => Localized::of("қызмет көрсетілді", "услуга оказана", "granted"),
            Self::Refused => Localized::of("бас тартылды", "отказано", "refused"),
            Self::Withdrawn => Localized::of("кері қайтарып алынды", "отозвана", "withdrawn"),
        }
    }
}

impl Timeliness {
    pub(super) const ALL: [Self; 5] = [
        Self::Open,
        Self::Overdue,
        Self::InTime,
        Self::Late,
        Self::Withdrawn,
    ];

    /// The name in the store and in messages.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Overdue => "OVERDUE",
            Self::InTime => "IN_TIME",
            Self::Late => "LATE",
            Self::Withdrawn => "WITHDRAWN",
        }
    }

    /// The name for people.
    pub(super) fn label(self) -> Localized {
        match self {
            Self::Open => Localized::of(
                "шешім қабылданбаған, мерзімі өтпеген",
                "решение не принято, срок не истёк",
                "undecided, within its term",
            ),
            Self::Overdue => Localized::of(
                "шешім қабылданбаған, мерзімі өткен",
                "решение не принято, срок истёк",
                "undecided, overdue",
            ),
            Self::InTime => Localized::of(
                "мерзімінде шешілді",
                "решение принято в срок",
                "decided in time",
            ),
            Self::Late => Localized::of(
                "мерзімінен кеш шешілді",
                "решение принято с опозданием",
                "decided late",
            ),
            Self::Withdrawn => Outcome::Withdrawn.label(),
        }
    }
}
