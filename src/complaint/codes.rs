//! The closed lists of a complaint, with the names that each choice has in the store.
//! There never is another choice.

/// A closed list with the names of its choices in the store.
macro_rules! codes {
    ($(#[doc = $of:literal] $name:ident { $(#[doc = $meaning:literal] $choice:ident = $code:literal,)+ })+) => {$(
        #[doc = $of]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = $meaning] $choice,)+
        }

        impl $name {
            /// Every choice.
            pub const ALL: &'static [Self] = &[$(Self::$choice,)+];

            /// The name in the store and in errors.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$choice => $code,)+
                }
            }

            /// Finds the choice of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.code() == code)
            }
        }
    )+};
}

codes! {
    /// Where a complaint stands.
    State {
        /// Received out of hours.
        Received = "RECEIVED",
        /// Registered: the provider decides, satisfies or forwards.
        Registered = "REGISTERED",
        /// With the reviewing body.
        Forwarded = "FORWARDED",
        /// Satisfied by the provider.
        Satisfied = "SATISFIED",
        /// Decided.
        Decided = "DECIDED",
        /// Withdrawn.
        Withdrawn = "WITHDRAWN",
    }
    /// Who is to decide on a complaint (cl. 14, 15).
    Addressee {
        /// The provider.
        Provider = "PROVIDER",
        /// The higher body or official.
        HigherBody = "HIGHER_BODY",
        /// The authority for the quality of state services.
        QualityAuthority = "QUALITY_AUTHORITY",
    }
    /// What is complained of.
    Subject {
        /// A refusal.
        Refusal = "REFUSAL",
        /// That the term passed without a decision (D-22).
        Overdue = "OVERDUE",
        /// Another act of the provider, or that it did not act.
        Action = "ACTION",
        /// The extract, or the entry behind it.
        Extract = "EXTRACT",
    }
    /// What may be decided on a complaint.
    Outcome {
        /// The provider satisfied it fully.
        Satisfied = "SATISFIED",
        /// What is complained of is annulled.
        Annulled = "ANNULLED",
        /// It is annulled, and another decision takes its place.
        AnnulledWithNewDecision = "ANNULLED_WITH_NEW_DECISION",
        /// The provider must act.
        OrderedToAct = "ORDERED_TO_ACT",
        /// Not satisfied.
        Rejected = "REJECTED",
        /// Not reviewed.
        LeftWithoutReview = "LEFT_WITHOUT_REVIEW",
    }
    /// What can be done with a complaint.
    Act {
        /// It was filed.
        Filed = "FILED",
        /// It was registered at the opening.
        Registered = "REGISTERED",
        /// Its term was extended.
        Extended = "EXTENDED",
        /// Whoever complains was told so.
        ExtensionTold = "EXTENSION_TOLD",
        /// It went on to the reviewing body.
        Forwarded = "FORWARDED",
        /// The provider satisfied it.
        Satisfied = "SATISFIED",
        /// It was decided.
        Decided = "DECIDED",
        /// It was withdrawn.
        Withdrawn = "WITHDRAWN",
        /// Its term passed in silence.
        Silent = "SILENT",
        /// The term to forward or satisfy it passed.
        NotForwarded = "NOT_FORWARDED",
        /// Its term moved with the calendar.
        TermMoved = "TERM_MOVED",
    }
    /// Why a complaint is left without review (APPK 92, 93, 97).
    LeftReason {
        /// Who signed may not complain.
        NoAuthority = "NO_AUTHORITY",
        /// It was decided before.
        AlreadyDecided = "ALREADY_DECIDED",
        /// A court has it.
        BeforeCourt = "BEFORE_COURT",
        /// Late without a good reason.
        TermMissed = "TERM_MISSED",
        /// Not for this body.
        NotCompetent = "NOT_COMPETENT",
    }
}

impl State {
    /// Whether nothing can be done with it any more.
    pub(super) const fn is_closed(self) -> bool {
        match self {
            Self::Received | Self::Registered | Self::Forwarded => false,
            Self::Satisfied | Self::Decided | Self::Withdrawn => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_back_from_its_code() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_code(outcome.code()), Some(*outcome));
        }
        assert_eq!(State::from_code("registered"), None);
        let closed = State::ALL.iter().filter(|state| state.is_closed());
        assert_eq!(closed.count(), 3);
    }
}
