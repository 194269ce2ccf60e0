//! What makes a day of the shipped table other than its day of the week says, read from a line of the table.
//! It never says so in words for people.

use chrono::NaiveDate;

use super::{DayKind, day::is_weekend};
use crate::kernel::{Problem, parse_date};

/// The word in the place of a holiday where the Minister's order moved a day off.
const TRANSFER: &str = "transfer";

/// Why a day is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A national or state holiday (Law on Holidays).
    Holiday(Holiday),
    /// A day off that is no holiday (Labour Code, article 84(5)).
    RestDay(RestDay),
    /// Off, because a holiday fell on a day off (Law on Holidays, article 5).
    MovedFrom(Holiday, NaiveDate),
    /// Off in exchange for a day that is worked, by order (Labour Code, article 85(3)).
    TransferredFrom(NaiveDate),
    /// Worked in exchange for a day that is off, by the same order.
    TransferredTo(NaiveDate),
}

/// The holidays of the Law on Holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holiday {
    NewYear,
    WomensDay,
    Nauryz,
    UnityDay,
    DefenderDay,
    VictoryDay,
    CapitalDay,
    ConstitutionDay,
    RepublicDay,
    IndependenceDay,
}

/// The religious feasts that are days off and do not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RestDay {
    OrthodoxChristmas,
    QurbanAit,
    /// As the lunar calendar lets expect; not announced yet.
    ExpectedQurbanAit,
}

impl Holiday {
    fn parse(word: &str) -> Result<Self, Problem> {
        Ok(match word {
            "new_year" => Self::NewYear,
            "womens_day" => Self::WomensDay,
            "nauryz" => Self::Nauryz,
            "unity_day" => Self::UnityDay,
            "defender_day" => Self::DefenderDay,
            "victory_day" => Self::VictoryDay,
            "capital_day" => Self::CapitalDay,
            "constitution_day" => Self::ConstitutionDay,
            "republic_day" => Self::RepublicDay,
            "independence_day" => Self::IndependenceDay,
            _ => return Err(Problem::new("names no known holiday")),
        })
    }
}

impl RestDay {
    fn parse(word: &str) -> Result<Self, Problem> {
        Ok(match word {
            "orthodox_christmas" => Self::OrthodoxChristmas,
            "qurban_ait" => Self::QurbanAit,
            "expected_qurban_ait" => Self::ExpectedQurbanAit,
            _ => return Err(Problem::new("names no known day off that does not move")),
        })
    }
}

impl Cause {
    /// Reads the cells `occasion` and `other_day` of a day of a kind.
    pub(super) fn parse(kind: DayKind, occasion: &str, other_day: &str) -> Result<Self, Problem> {
        let alone = |cause| {
            if other_day.is_empty() {
                Ok(cause)
            } else {
                Err(Problem::new("names another day, which its kind has not"))
            }
        };
        match kind {
            DayKind::Working => Err(Problem::new("says what is so without it")),
            DayKind::Holiday => alone(Self::Holiday(Holiday::parse(occasion)?)),
            DayKind::DayOff => alone(Self::RestDay(RestDay::parse(occasion)?)),
            DayKind::MovedDayOff if occasion == TRANSFER => {
                parse_date(other_day).map(Self::TransferredFrom)
            }
            DayKind::MovedDayOff => {
                let holiday = Holiday::parse(occasion)?;
                Ok(Self::MovedFrom(holiday, parse_date(other_day)?))
            }
            DayKind::WorkedDayOff if occasion == TRANSFER => {
                parse_date(other_day).map(Self::TransferredTo)
            }
            DayKind::WorkedDayOff => Err(Problem::new(
                "is a worked day off without the occasion `transfer`",
            )),
        }
    }

    /// What a day is by this cause.
    pub(super) const fn kind(self) -> DayKind {
        match self {
            Self::Holiday(_) => DayKind::Holiday,
            Self::RestDay(_) => DayKind::DayOff,
            Self::MovedFrom(..) | Self::TransferredFrom(_) => DayKind::MovedDayOff,
            Self::TransferredTo(_) => DayKind::WorkedDayOff,
        }
    }

    /// Asks the table whether the other day of `on`, if it has one, is what this cause makes of it.
    pub(super) fn confirm(
        self,
        on: NaiveDate,
        cause_of: impl Fn(NaiveDate) -> Option<Self>,
    ) -> Result<(), Problem> {
        let (is_so, problem) = match self {
            Self::Holiday(_) | Self::RestDay(_) => return Ok(()),
            Self::MovedFrom(holiday, from) => (
                from < on && is_weekend(from) && cause_of(from) == Some(Self::Holiday(holiday)),
                "must name an earlier Saturday or Sunday that is the same holiday",
            ),
            Self::TransferredFrom(from) => (
                cause_of(from) == Some(Self::TransferredTo(on)),
                "must name the worked day off that names it",
            ),
            Self::TransferredTo(to) => (
                cause_of(to) == Some(Self::TransferredFrom(on)),
                "must name the moved day off that names it",
            ),
        };
        if is_so {
            Ok(())
        } else {
            Err(Problem::new(problem))
        }
    }
}
