//! An agreement of participation as the register understands it: every value in it was parsed (cl. 2, 6).
//! It never judges: what is well-formed but not lawful is for the checks.

mod columns;
pub(crate) mod parse;
mod parties;
mod premises;
mod terms;
mod wire;

pub use parties::{
    ActivityCode, Cooperative, Executive, ExecutiveRole, IdentityDocument, Mailbox, Membership,
    Shareholder,
};
pub use premises::{ConstructionObject, Share, ShareKind};
pub use terms::{Admission, Consent, Contribution, Currency, Payment};

use chrono::NaiveDate;

use crate::kernel::{ShareKey, Text};

/// An agreement of participation in a housing construction cooperative. What is filed has all of it; of an
/// entry that was imported the former register may not have told everything (ADR 18).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Number.
    pub number: Text<100>,
    /// Date of conclusion; filing is due 5 working days after it (cl. 5).
    pub concluded_on: NaiveDate,
    /// The cooperative.
    pub cooperative: Cooperative,
    /// The shareholder.
    pub shareholder: Shareholder,
    /// What is being built.
    pub construction_object: ConstructionObject,
    /// The share that the member is to get.
    pub share: Share,
    /// How many shares the member has in this cooperative, this one included.
    pub member_share_count: i32,
    /// The share contribution, if it is told.
    pub contribution: Option<Contribution>,
    /// When the share is to be handed to the member, if it is told.
    pub transfer_on: Option<NaiveDate>,
    /// How the member was admitted, if that is told.
    pub admission: Option<Admission>,
    /// The shareholder's consent; what it lacks supports ground G5 (D-10).
    pub consent: Consent,
}

impl Agreement {
    /// What makes the share the same share in another agreement (C14, O-21).
    pub fn share_key(&self) -> ShareKey {
        ShareKey::of(
            &self.construction_object.cadastral_number,
            self.share.block.as_ref(),
            self.share.kind.code(),
            &self.share.number,
        )
    }

    /// Which parts read otherwise in another state of it, by their names in the contract.
    pub(crate) fn parts_unlike(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            (self.cooperative == other.cooperative, "cooperative"),
            (self.shareholder == other.shareholder, "shareholder"),
            (
                self.construction_object == other.construction_object,
                "construction_object",
            ),
            (self.share == other.share, "share"),
            (
                self.member_share_count == other.member_share_count,
                "member_share_count",
            ),
            (self.contribution == other.contribution, "contribution"),
            (self.transfer_on == other.transfer_on, "transfer_on"),
            (self.admission == other.admission, "admission"),
            (self.consent == other.consent, "consent"),
        ];
        let unlike = parts.into_iter().filter(|(is_alike, _)| !is_alike);
        unlike.map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
