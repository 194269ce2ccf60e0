//! The bodies beside the providers that clause 4 has told of changes of the Rules: a closed list.
//! It never says who each of them is now: that is configuration.

/// A body beside the providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InformedBody {
    /// The State Corporation.
    StateCorporation,
    /// The operator of the infrastructure of the electronic government.
    EgovOperator,
    /// The Unified Contact Centre.
    ContactCentre,
}

impl InformedBody {
    /// All, in the order of clause 4.
    pub const ALL: [Self; 3] = [
        Self::StateCorporation,
        Self::EgovOperator,
        Self::ContactCentre,
    ];

    /// The name in the store and in the configuration.
    pub const fn code(self) -> &'static str {
        match self {
            Self::StateCorporation => "STATE_CORPORATION",
            Self::EgovOperator => "EGOV_OPERATOR",
            Self::ContactCentre => "CONTACT_CENTRE",
        }
    }

    /// Finds the body of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|body| body.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_found_by_its_code_and_no_other_is() {
        for body in InformedBody::ALL {
            assert_eq!(InformedBody::from_code(body.code()), Some(body));
        }
        assert_eq!(InformedBody::from_code("PROVIDER"), None);
    }
}
