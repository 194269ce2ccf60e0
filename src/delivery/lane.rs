//! A lane: the stages of one application on their way to one sink, once they go apart from all others.
//! It never loses its place: the first stage that the receiver has not stored.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A lane that was parked at least once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The sink.
    pub sink: String,
    /// The application.
    pub application: Uuid,
    /// Its number.
    pub application_number: String,
    /// The number, in the journal, of the first stage that is not stored; it may have been passed over since.
    pub number: i64,
    /// Its sequence within the application.
    pub sequence: i32,
    /// Its code, as the journal has it.
    pub stage: String,
    /// Whether it waits.
    pub state: LaneState,
    /// Why it was refused last; empty if the receiver gave no reason.
    pub reason: String,
    /// When this stage was first refused.
    pub since_at: DateTime<Utc>,
    /// When it was last tried.
    pub tried_at: DateTime<Utc>,
    /// How often it was tried.
    pub tries: i32,
    /// The numbers of stages that operators passed over.
    pub skipped: Vec<i64>,
    /// Counts the changes of the lane.
    pub version: i64,
}

/// Whether a lane waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// For an operator.
    Parked,
    /// For the pusher: an operator let it go on.
    Due,
    /// It does not: its stages go with all others again.
    Drained,
}

impl LaneState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Parked, Self::Due, Self::Drained];

    /// The word for it in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parked => "PARKED",
            Self::Due => "DUE",
            Self::Drained => "DRAINED",
        }
    }
}

/// A stage that its receiver refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) application: Uuid,
    pub(super) application_number: String,
    pub(super) number: i64,
    pub(super) sequence: i32,
    pub(super) stage: String,
    pub(super) reason: String,
}

impl Lane {
    /// A lane that is parked at a stage; over the lane as it was, if the application had one.
    pub(super) fn parked(
        sink: &str,
        refused: Refused,
        before: Option<Self>,
        at: DateTime<Utc>,
    ) -> Self {
        let is_again = |lane: &&Self| {
            lane.state != LaneState::Drained
                && (lane.number, lane.sequence) == (refused.number, refused.sequence)
        };
        let again = before.as_ref().filter(is_again);
        Self {
            sink: sink.to_owned(),
            application: refused.application,
            application_number: refused.application_number,
            number: refused.number,
            sequence: refused.sequence,
            stage: refused.stage,
            state: LaneState::Parked,
            reason: refused.reason,
            since_at: again.map_or(at, |lane| lane.since_at),
            tried_at: at,
            tries: again.map_or(0, |lane| lane.tries).saturating_add(1),
            version: before
                .as_ref()
                .map_or(0, |lane| lane.version)
                .saturating_add(1),
            skipped: before.map(|lane| lane.skipped).unwrap_or_default(),
        }
    }

    /// The lane as an operator lets it go on.
    #[must_use]
    pub fn retried(self) -> Self {
        self.in_state(LaneState::Due)
    }

    /// The lane as an operator lets it go on behind the stage that is refused, which keeps its place: where
    /// the next stage of the application is, only the journal knows.
    #[must_use]
    pub fn past(mut self) -> Self {
        self.skipped.push(self.number);
        self.in_state(LaneState::Due)
    }

    /// The lane when all of it was told.
    pub(super) fn drained(self) -> Self {
        self.in_state(LaneState::Drained)
    }

    fn in_state(mut self, state: LaneState) -> Self {
        self.state = state;
        self.version = self.version.saturating_add(1);
        self
    }

    /// Whether a stage of the application waits in it.
    pub(super) fn holds(&self, number: i64) -> bool {
        self.state != LaneState::Drained && number >= self.number
    }

    /// Whether operators passed a stage of the application over.
    pub fn has_skipped(&self, number: i64) -> bool {
        self.skipped.contains(&number)
    }

    /// Whether a stage of the application was or will be told, given how far its sink has come.
    pub fn has_told(&self, number: i64) -> bool {
        !self.holds(number) && !self.has_skipped(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn refused(number: i64) -> Refused {
        Refused {
            application: Uuid::nil(),
            application_number: "A-1".to_owned(),
            number,
            sequence: 2,
            stage: "REGISTERED".to_owned(),
            reason: "unknown".to_owned(),
        }
    }

    #[test]
    fn a_stage_that_is_refused_again_keeps_its_age_and_counts_its_tries() {
        let first = Lane::parked("m", refused(7), None, at(1));
        assert_eq!((first.tries, first.since_at, first.version), (1, at(1), 1));
        let again = Lane::parked("m", refused(7), Some(first.retried()), at(5));
        assert_eq!(
            (again.tries, again.since_at, again.tried_at),
            (2, at(1), at(5))
        );
        assert_eq!((again.version, again.state), (3, LaneState::Parked));
        let other = Lane::parked("m", refused(9), Some(again), at(8));
        assert_eq!((other.tries, other.since_at), (1, at(8)));
    }

    #[test]
    fn what_is_passed_over_is_never_said_to_be_told() {
        let lane = Lane::parked("m", refused(7), None, at(1));
        let told = |lane: &Lane| [6, 7, 8].map(|number| lane.has_told(number));
        assert_eq!(told(&lane), [true, false, false]);
        let past = lane.past();
        assert_eq!((past.number, told(&past)), (7, [true, false, false]));
        assert_eq!(told(&past.drained()), [true, false, true]);
    }
}
