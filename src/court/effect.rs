//! What an act of a court means for an entry or a refusal, and what the acts of one case come to.
//! It never says whether the entry is such that the act can have its effect.

use super::model::coded;

coded! {
    /// What an act means for the entry, or for the refusal that is challenged.
    Effect {
        /// Nothing.
        None = "NONE",
        /// The entry says that the case is pending.
        Note = "NOTE",
        /// It says so no more.
        NoteRemoved = "NOTE_REMOVED",
        /// Nothing may be changed in the entry.
        Suspension = "SUSPENSION",
        /// The case suspends nothing any more, nor annuls what it has not annulled yet; the note stays.
        SuspensionLifted = "SUSPENSION_LIFTED",
        /// The entry is to be annulled.
        Annulment = "ANNULMENT",
        /// The refusal is annulled, and the application decided anew.
        DecideAnew = "DECIDE_ANEW",
    }
}

coded! {
    /// What the acts of one case mean for the entry.
    Restraint {
        /// The case is noted.
        Noted = "NOTED",
        /// Nothing may be changed in the entry, and its share is given to nobody.
        Suspended = "SUSPENDED",
        /// The entry is to be annulled, or was: nothing else may be changed in it.
        Annulment = "ANNULMENT",
    }
}

impl Effect {
    /// What a case means for the entry after the act; none if the act cannot follow what it meant before.
    #[expect(
        clippy::option_option,
        reason = "no restraint and no such step are two things"
    )]
    pub(crate) const fn after(self, before: Option<Restraint>) -> Option<Option<Restraint>> {
        use Restraint::{Annulment, Noted, Suspended};
        match (self, before) {
            (Self::None | Self::DecideAnew, before) => Some(before),
            (Self::Note, None | Some(Noted))
            | (Self::SuspensionLifted, Some(Suspended | Annulment)) => Some(Some(Noted)),
            (Self::Annulment, _) | (Self::Note, Some(Annulment)) => Some(Some(Annulment)),
            // An annulment that is suspended is none until it is ordered again.
            (Self::Note, Some(Suspended)) | (Self::Suspension, _) => Some(Some(Suspended)),
            (Self::NoteRemoved, Some(Noted)) => Some(None),
            (Self::NoteRemoved | Self::SuspensionLifted, _) => None,
        }
    }

    /// Whether it says anything of the entry.
    pub(crate) const fn is_on_the_entry(self) -> bool {
        !matches!(self, Self::None | Self::DecideAnew)
    }

    /// Whether only an act in force has it.
    pub(crate) const fn needs_force(self) -> bool {
        self.touches_the_claim() || matches!(self, Self::DecideAnew)
    }

    /// Whether it ends what the case is about, which no measure for its time does.
    pub(crate) const fn is_final(self) -> bool {
        matches!(self, Self::Annulment | Self::DecideAnew)
    }

    /// Whether what may be done with the entry changes: whoever does something with it at the same moment
    /// decides again.
    pub(crate) const fn touches_the_claim(self) -> bool {
        matches!(
            self,
            Self::Suspension | Self::SuspensionLifted | Self::Annulment
        )
    }
}

impl Restraint {
    /// Whether nothing may be changed in the entry.
    pub(crate) const fn suspends(self) -> bool {
        matches!(self, Self::Suspended | Self::Annulment)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Effect::{
            Annulment, DecideAnew, None as Nothing, Note, NoteRemoved, Suspension, SuspensionLifted,
        },
        Restraint::{Annulment as Ordered, Noted, Suspended},
        *,
    };

    #[test]
    fn a_case_comes_to_what_its_acts_say_in_their_order() {
        for (before, effect, after) in [
            (None, Nothing, Some(None)),
            (Some(Suspended), Nothing, Some(Some(Suspended))),
            (None, DecideAnew, Some(None)),
            (Some(Noted), DecideAnew, Some(Some(Noted))),
            (None, Note, Some(Some(Noted))),
            (Some(Noted), Note, Some(Some(Noted))),
            // Who is suspended is noted as well.
            (Some(Suspended), Note, Some(Some(Suspended))),
            (Some(Noted), NoteRemoved, Some(None)),
            (None, NoteRemoved, None),
            (Some(Suspended), NoteRemoved, None),
            (None, Suspension, Some(Some(Suspended))),
            (Some(Noted), Suspension, Some(Some(Suspended))),
            (Some(Suspended), Suspension, Some(Some(Suspended))),
            (Some(Suspended), SuspensionLifted, Some(Some(Noted))),
            (Some(Noted), SuspensionLifted, None),
            (None, SuspensionLifted, None),
            (None, Annulment, Some(Some(Ordered))),
            (Some(Suspended), Annulment, Some(Some(Ordered))),
            (Some(Ordered), Note, Some(Some(Ordered))),
            (Some(Ordered), Suspension, Some(Some(Suspended))),
            (Some(Ordered), NoteRemoved, None),
            (Some(Ordered), SuspensionLifted, Some(Some(Noted))),
        ] {
            assert_eq!(effect.after(before), after, "{effect:?} on {before:?}");
        }
    }

    #[test]
    fn effects_and_restraints_are_stored_under_their_codes() {
        for effect in Effect::ALL {
            assert_eq!(Effect::from_code(effect.code()), Some(*effect));
            let suspends = [Suspension, SuspensionLifted, Annulment].contains(effect);
            assert_eq!(effect.touches_the_claim(), suspends, "{effect:?}");
        }
        for restraint in Restraint::ALL {
            assert_eq!(Restraint::from_code(restraint.code()), Some(*restraint));
        }
        assert_eq!(Effect::from_code("SUSPENDED"), None);
    }
}
