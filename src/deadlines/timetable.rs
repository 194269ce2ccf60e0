//! What falls due when: the one table of all kinds of moments at which the service acts by itself.
//! A timer keeps no moment: it says in which rows the moments stand, so that a restart has nothing to restore.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// A kind of moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Applications that were received out of hours: their registration at the opening (cl. 7, D-1).
    Registration,
    /// Registered applications: their checks, at once (cl. 8).
    Checks,
    /// Applications: near the due moment, past it, or past the term of their hand-over (D-15, D-22).
    Marks,
    /// Corrections: registered at the opening, past the term of their decision, or of what follows (APPK 82).
    Corrections,
    /// Complaints: registered at the opening, past the term of the next act (cl. 14, 15).
    Complaints,
    /// Cases in court: past the term of the hand-over of an annulment's extract (D-15).
    CourtCases,
    /// Extracts: at once, later again if they could not be formed (cl. 11).
    Extracts,
    /// Letters: at once, later again if they were not taken (cl. 11).
    Letters,
    /// Notices of changes of the Rules: late to be told, or to be reminded of (cl. 4).
    Notices,
    /// Letters of notices: at once, later again if they were not taken (cl. 4).
    NoticeLetters,
}

/// Where the moments of a timer stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    /// Of the rows that wait, in the words of the partial index on the column: with a value in the place of
    /// one of them no index would fit.
    pub(super) waiting: &'static str,
    /// That index.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the plans are looked at in tests")
    )]
    pub(super) index: &'static str,
}

impl Timer {
    /// Every kind, in the order in which they are worked.
    pub const ALL: [Self; 10] = [
        Self::Registration,
        Self::Checks,
        Self::Marks,
        Self::Corrections,
        Self::Complaints,
        Self::CourtCases,
        Self::Extracts,
        Self::Letters,
        Self::Notices,
        Self::NoticeLetters,
    ];

    pub(super) const fn moments(self) -> Moments {
        let (table, column, waiting, index) = match self {
            Self::Registration => (
                "application",
                "registered_at",
                "stage = 'RECEIVED'",
                "ix_application_to_register",
            ),
            Self::Checks => (
                "application",
                "registered_at",
                "stage = 'REGISTERED'",
                "ix_application_to_check",
            ),
            Self::Marks => (
                "application",
                "next_mark_at",
                "next_mark_at IS NOT NULL",
                "ix_application_to_mark",
            ),
            Self::Corrections => (
                "correction",
                "wakes_at",
                "wakes_at IS NOT NULL",
                "ix_correction_to_wake",
            ),
            Self::Complaints => (
                "complaint",
                "wakes_at",
                "wakes_at IS NOT NULL",
                "ix_complaint_to_wake",
            ),
            Self::CourtCases => (
                "court_case",
                "wakes_at",
                "wakes_at IS NOT NULL",
                "ix_court_case_to_wake",
            ),
            Self::Extracts => (
                "extract",
                "next_attempt_at",
                "state = 'PENDING'",
                "ix_extract_to_form",
            ),
            Self::Letters => (
                "letter",
                "next_attempt_at",
                "state = 'PENDING'",
                "ix_letter_to_send",
            ),
            Self::Notices => (
                "notice",
                "wakes_at",
                "wakes_at IS NOT NULL",
                "ix_notice_to_wake",
            ),
            Self::NoticeLetters => (
                "notice",
                "next_attempt_at",
                "next_attempt_at IS NOT NULL",
                "ix_notice_to_send",
            ),
        };
        Moments {
            table,
            column,
            waiting,
            index,
        }
    }
}

/// What was due at one moment, and when something falls due next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    due: BTreeMap<Timer, DateTime<Utc>>,
    next_at: Option<DateTime<Utc>>,
}

impl Timetable {
    /// Notes what is due of a timer since when, and its next moment.
    pub(super) fn note(
        &mut self,
        timer: Timer,
        due_at: Option<DateTime<Utc>>,
        next_at: Option<DateTime<Utc>>,
    ) {
        if let Some(due_at) = due_at {
            self.due.insert(timer, due_at);
        }
        self.next_at = [self.next_at, next_at].into_iter().flatten().min();
    }

    /// Since when something of a timer has been due; none if nothing is.
    pub fn due_since(&self, timer: Timer) -> Option<DateTime<Utc>> {
        self.due.get(&timer).copied()
    }

    /// Whether anything of some timers is due.
    pub fn is_any_due(&self, timers: &[Timer]) -> bool {
        timers.iter().any(|timer| self.due.contains_key(timer))
    }

    /// The next moment at which anything falls due that is not due yet.
    pub const fn next_at(&self) -> Option<DateTime<Utc>> {
        self.next_at
    }
}
