//! A day of stages as both sides have it, and what is different between them.
//! It never asks anybody.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::kernel::DigestSum;

/// How many differences one comparison looks for.
pub(super) const DIFFERENCES_MAX: usize = 1_000;

/// A day of one provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    /// The legal day on which the stages happened.
    pub(super) on: NaiveDate,
    /// BIN of the provider.
    pub(super) provider_bin: String,
}

/// A stage that a sink acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Acknowledged {
    pub(super) event_id: Uuid,
    /// Of the stage as it was sent.
    pub(super) digest: DigestSum,
    pub(super) number: i64,
    pub(super) application_number: String,
    pub(super) sequence: i32,
    /// Its code, as the journal has it.
    pub(super) stage: String,
}

macro_rules! words {
    ($(#[doc = $meaning:literal])+ $name:ident { $($(#[doc = $of:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $meaning])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name {
            $($(#[doc = $of])+ $variant,)+
        }

        impl $name {
            /// The word for it in the database.
            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word.
            pub(super) fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// What a comparison said.
    State {
        /// It is to be made.
        Due = "DUE",
        /// Both have the same.
        Alike = "ALIKE",
        /// They do not.
        Different = "DIFFERENT",
        /// The sink does not tell.
        NotOffered = "NOT_OFFERED",
    }
}

words! {
    /// What is different.
    Kind {
        /// The sink does not have it.
        Missing = "MISSING",
        /// The sink has it with other content.
        Changed = "CHANGED",
        /// The journal does not have it.
        Unknown = "UNKNOWN",
    }
}

words! {
    /// What was done about a difference.
    Handling {
        /// Nothing, or nothing that helped.
        Open = "OPEN",
        /// It is to be sent again.
        Resending = "RESENDING",
        /// It was sent again and acknowledged.
        Resent = "RESENT",
        /// It was sent again and refused.
        Refused = "REFUSED",
        /// It is gone.
        Healed = "HEALED",
    }
}

impl Handling {
    /// What it is if a comparison finds the difference again.
    pub(super) const fn found_again(self) -> Self {
        match self {
            Self::Open | Self::Resent | Self::Healed => Self::Open,
            Self::Resending => Self::Resending,
            Self::Refused => Self::Refused,
        }
    }
}

/// A difference that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The sink does not have this one.
    Missing(Acknowledged),
    /// The sink has other content under its id.
    Changed(Acknowledged),
    /// The sink has so many that the journal does not have.
    Unknown {
        /// From this id on; the nil one for the beginning.
        from: Uuid,
        /// How many.
        count: i64,
    },
}

impl Found {
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Missing(_) => Kind::Missing,
            Self::Changed(_) => Kind::Changed,
            Self::Unknown { .. } => Kind::Unknown,
        }
    }

    pub(super) const fn event_id(&self) -> Uuid {
        match self {
            Self::Missing(stage) | Self::Changed(stage) => stage.event_id,
            Self::Unknown { from, .. } => *from,
        }
    }
}
