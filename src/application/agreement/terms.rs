//! On what terms: the contribution, the admission, and the consent to the use of personal data.
//! A consent never fails to be read for what it lacks: that is a finding (D-10).

use chrono::NaiveDate;

use crate::kernel::{Problem, Text, Tiyn};

/// The share contribution (cl. 2(2)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Amount in tiyn as declared; zero or less is a finding of C15, hence no `Tiyn`.
    pub amount_tiyn: i64,
    /// Currency; other than tenge is a finding of C15.
    pub currency: Currency,
    /// Payments, in the order given; at least one.
    pub payments: Vec<Payment>,
}

/// A currency by ISO 4217: three capital letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency(String);

impl Currency {
    /// Reads a code.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        const LETTERS: usize = 3;
        if code.len() == LETTERS && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(Problem::new("must be a currency code like KZT"))
        }
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One payment of a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// When.
    pub due_on: NaiveDate,
    /// How much; above zero.
    pub amount: Tiyn,
}

/// The admission of the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Number of the protocol.
    pub protocol_number: Text<100>,
    /// Date of the protocol.
    pub protocol_on: NaiveDate,
}

/// Consent to the collection and processing of personal data, as far as it goes (cl. 6; O-15).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Who collects.
    pub operator: Option<Text<300>>,
    /// Whether the subject of the data is named.
    pub names_subject: bool,
    /// Until when it holds.
    pub valid_until_on: Option<NaiveDate>,
    /// Whether data may go to third parties.
    pub third_party_transfer: Option<bool>,
    /// Whether data may cross the border.
    pub cross_border_transfer: Option<bool>,
    /// Whether data may be published.
    pub publication: Option<bool>,
    /// Which data.
    pub data_items: Vec<Text<200>>,
}
