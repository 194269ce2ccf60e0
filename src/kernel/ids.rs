//! Names of things: one type for each kind of thing, so that two kinds cannot be confused.
//! It never reads the clock: a new id carries the time of the moment it is made for.

use std::{
    fmt::Debug,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Timestamp, Uuid};

use super::Problem;

/// Makes what must not be guessed or repeated.
pub trait IdSource: Send + Sync + Debug {
    /// A new UUIDv7 that carries the given instant, or that of the id before if it was later.
    fn next(&self, at: DateTime<Utc>) -> Uuid;

    /// Sixteen bytes that nobody can foresee, for codes that prove something.
    fn random(&self) -> [u8; 16];
}

/// Ids from the random numbers of the operating system. Each is greater than the one before, even if the clock
/// shows the same or goes back: rows find their places side by side in an index.
#[derive(Debug, Default)]
pub struct SystemIds(Mutex<ContextV7>);

impl SystemIds {
    /// A source of ids for as long as it is kept.
    pub const fn new() -> Self {
        Self(Mutex::new(ContextV7::new()))
    }
}

impl IdSource for SystemIds {
    fn next(&self, at: DateTime<Utc>) -> Uuid {
        // UUIDv7 counts from 1970; an earlier instant, which no clock of ours shows, counts as then.
        let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = Timestamp::from_unix(&*context, seconds, at.timestamp_subsec_nanos());
        Uuid::new_v7(at)
    }

    fn random(&self) -> [u8; 16] {
        rand::random()
    }
}

macro_rules! id {
    ($(#[doc = $meaning:literal] $name:ident;)+) => {$(
        #[doc = $meaning]
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Reads a UUID in its hyphenated form, in capital or small letters.
            pub fn parse(text: &str) -> Result<Self, Problem> {
                hyphenated(text).map(Self)
            }

            /// The bare UUID, for the store.
            pub const fn get(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0.hyphenated())
            }
        }
    )+};
}

id! {
    /// Names an application.
    ApplicationId;
    /// Names a complaint.
    ComplaintId;
    /// Names a correction of an entry.
    CorrectionId;
    /// Names a case in court.
    CourtCaseId;
    /// Names an uploaded document.
    DocumentId;
    /// Names an entry of the register.
    EntryId;
    /// Names a stage message; the monitoring system drops repeats by it (cl. 13).
    EventId;
    /// Names a notice of a change of the Rules to one addressee.
    NoticeId;
    /// Names one request of one caller, so that a repeat changes nothing (invariant I-6).
    RequestId;
    /// Names a change of the Rules.
    RulesChangeId;
}

/// `Uuid` itself also reads braces, `urn:uuid:` and 32 bare digits; a contract has one form.
fn hyphenated(text: &str) -> Result<Uuid, Problem> {
    const HYPHENATED_LENGTH: usize = 36;
    Some(text)
        .filter(|text| text.len() == HYPHENATED_LENGTH)
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or(Problem::new(
            "must be a UUID like 019b5f6e-4c00-7abc-8def-0123456789ab",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_id_is_a_uuid_of_version_seven_with_the_given_time() {
        let at: DateTime<Utc> = "2026-10-23T04:00:00.123456Z".parse().unwrap();
        let id = SystemIds::default().next(at);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!(i64::try_from(seconds).unwrap(), at.timestamp());
        assert_eq!(nanos, 123_000_000);
    }

    #[test]
    fn each_id_is_greater_than_the_one_before_whatever_the_clock_shows() {
        let at = |text: &str| text.parse().unwrap();
        let later: DateTime<Utc> = at("2026-10-23T04:00:00.001Z");
        let shown = [
            at("2026-10-23T04:00:00Z"),
            at("2026-10-23T04:00:00Z"),
            later,
            at("2026-10-22T04:00:00Z"),
            at("1969-12-31T23:59:59.999Z"),
            later,
        ];
        let ids = SystemIds::default();
        let made: Vec<Uuid> = shown
            .into_iter()
            .cycle()
            .take(6_000)
            .map(|at| ids.next(at))
            .collect();
        assert!(made.is_sorted_by(|before, after| before < after));
    }

    #[test]
    fn no_two_ids_of_two_processes_or_random_numbers_are_equal() {
        let at: DateTime<Utc> = "2026-10-23T04:00:00Z".parse().unwrap();
        let (ids, others) = (SystemIds::default(), SystemIds::default());
        assert_ne!(ids.next(at), others.next(at));
        assert_ne!(ids.random(), ids.random());
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let small = "019b5f6e-4c00-7abc-8def-0123456789ab";
        let id = ApplicationId::parse(small).unwrap();
        assert_eq!(id.to_string(), small);
        assert_eq!(ApplicationId::parse(&small.to_uppercase()).unwrap(), id);
        assert_eq!(ApplicationId::from(id.get()), id);
        for wrong in [
            "",
            "019b5f6e4c007abc8def0123456789ab",
            "{019b5f6e-4c00-7abc-8def-0123456789ab}",
            "urn:uuid:019b5f6e-4c00-7abc-8def-0123456789ab",
            "019b5f6e-4c00-7abc-8def-0123456789ag",
            "019b5f6e-4c007-abc-8def-0123456789ab",
            " 019b5f6e-4c00-7abc-8def-0123456789a",
            "№№№№№№№№№№№№",
        ] {
            assert!(ApplicationId::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_id_is_stored_as_its_text() {
        let id = EventId::parse("019b5f6e-4c00-7abc-8def-0123456789ab").unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"019b5f6e-4c00-7abc-8def-0123456789ab\"");
        assert_eq!(serde_json::from_str::<EventId>(&json).unwrap(), id);
    }
}
