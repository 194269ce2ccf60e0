//! In which cell of the statistics an application is counted, as the stages of its history say.
//! It never asks how the application stands now: by one calendar the same history is the same cell.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    application::{Form, Procedure, Stage, StageCode, refusal::Ground},
    calendar::Calendar,
    journal::StageFact,
    kernel::{Bin, Localized, local},
    provider::Providers,
    store::StoreFault,
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
    /// Of what was decided: working days after the day of registration, as the calendar has them when it
    /// is counted.
    pub(super) working_days: Option<i32>,
}

/// What a stage fact says, as far as it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    provider_id: String,
    procedure: Procedure,
    form: Form,
    stage: StageCode,
    occurred_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    overdue: bool,
    filed_late: bool,
    grounds: BTreeSet<Ground>,
}

impl Told {
    /// Reads a fact; a fault if it names what this release does not know.
    pub(super) fn read(fact: &StageFact, providers: &Providers) -> Result<Self, StoreFault> {
        let unknown = |what| move || StoreFault::corrupt("stage fact", what);
        let grounds = fact.refusal_grounds.iter();
        let grounds = grounds.map(|code| Ground::from_code(code));
        Ok(Self {
            provider_id: provider_of(fact, providers)
                .ok_or_else(unknown("names no known provider"))?,
            procedure: Procedure::from_code(&fact.procedure)
                .ok_or_else(unknown("is of an unknown procedure"))?,
            form: Form::from_code(&fact.form).ok_or_else(unknown("is of an unknown form"))?,
            stage: StageCode::from_code(&fact.stage)
                .ok_or_else(unknown("is of an unknown stage"))?,
            grounds: grounds
                .collect::<Option<_>>()
                .ok_or_else(unknown("has an unknown ground"))?,
            occurred_at: fact.occurred_at,
            due_at: fact.due_at,
            overdue: fact.overdue,
            filed_late: fact.filed_late,
        })
    }

    fn day(&self) -> NaiveDate {
        local(self.occurred_at).date()
    }
}

/// Facts of releases that did not name the provider by its id have the BIN that it had then.
fn provider_of(fact: &StageFact, providers: &Providers) -> Option<String> {
    if !fact.provider.id.is_empty() {
        return Some(fact.provider.id.clone());
    }
    let bin = Bin::parse(&fact.provider.bin).ok()?;
    providers.first_with(&bin).map(str::to_owned)
}

impl Cell {
    /// The cell of an application with these stages so far; none before it was received.
    pub(super) fn of(history: &[Told], calendar: &Calendar) -> Option<Self> {
        let received = first_at(history, Stage::Received)?;
        let mut cell = Self {
            provider_id: received.provider_id.clone(),
            received_on: received.day(),
            registered_on: first_at(history, Stage::Registered).map(Told::day),
            ended_on: None,
            procedure: received.procedure,
            form: received.form,
            outcome: Outcome::Open,
            grounds: BTreeSet::new(),
            timeliness: Timeliness::Open,
            filed_late: received.filed_late,
            working_days: None,
        };
        // Of a refusal that was annulled only the stages count that follow it.
        let history = since_reopened(history);
        for outcome in [Outcome::Granted, Outcome::Refused, Outcome::Withdrawn] {
            if let Some(end) = first_at(history, outcome.stage()) {
                cell.end(outcome, end, history, calendar);
                return Some(cell);
            }
        }
        if history.last().is_some_and(|last| last.overdue) {
            cell.timeliness = Timeliness::Overdue;
        }
        Some(cell)
    }

    /// In time is what was decided by the due moment that the decision's fact carries, whatever the calendar
    /// has become since.
    fn end(&mut self, outcome: Outcome, end: &Told, history: &[Told], calendar: &Calendar) {
        let ended_on = end.day();
        let term_began_on = first_at(history, Stage::Registered).map(Told::day);
        self.outcome = outcome;
        self.ended_on = Some(ended_on);
        if outcome == Outcome::Withdrawn {
            self.timeliness = Timeliness::Withdrawn;
            return;
        }
        let is_late = end.due_at.is_some_and(|due_at| end.occurred_at > due_at);
        self.timeliness = if is_late {
            Timeliness::Late
        } else {
            Timeliness::InTime
        };
        self.grounds.clone_from(&end.grounds);
        self.working_days =
            term_began_on.and_then(|term_began_on| working_days(calendar, term_began_on, ended_on));
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

/// The stages since the application was last registered anew, because its refusal was annulled; all if it
/// never was.
fn since_reopened(history: &[Told]) -> &[Told] {
    let is_refused = |told: &Told| told.stage == StageCode::Reached(Stage::Refused);
    let is_registered = |told: &Told| told.stage == StageCode::Reached(Stage::Registered);
    let mut since = history;
    while let Some(refused) = since.iter().position(is_refused) {
        let after = since.get(refused..).unwrap_or_default();
        match after.iter().position(is_registered) {
            Some(again) => since = after.get(again..).unwrap_or_default(),
            None => break,
        }
    }
    since
}

/// The fact of a stage when it was first reached: a stage may be stated again later.
fn first_at(history: &[Told], stage: Stage) -> Option<&Told> {
    let mut history = history.iter();
    history.find(|told| told.stage == StageCode::Reached(stage))
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

    /// Finds the outcome of a code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
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

    /// Finds the timeliness of a code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|timeliness| timeliness.code() == code)
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
