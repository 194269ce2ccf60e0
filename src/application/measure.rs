//! The pure decision on a filing by itself, for `benches/`.
//! It never stores anything.

use std::sync::Arc;

use super::{Objection, Office, submit::Submit};
use crate::{
    authz::{Permit, SubmitApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
};

/// A parsed filing that can be decided as often as one likes.
#[doc(hidden)]
pub struct Filing(Submit);

impl Filing {
    /// Parses a filing.
    pub fn parse(
        office: Arc<Office>,
        permit: Permit<SubmitApplication>,
        message: &pb::SubmitApplicationRequest,
    ) -> Result<Self, Malformed> {
        Submit::parse(office, permit, message).map(Self)
    }

    /// Decides it once, and tells the number that it would get.
    pub fn decide(&self, moment: Moment) -> Result<String, Objection> {
        self.0.decide_unstored(moment)
    }
}
