//! Who concludes an agreement: a cooperative and a natural person (cl. 2(1), 2(3), 6).
//! What says something about a person never shows itself unasked (I-7).

use chrono::NaiveDate;

use crate::kernel::{Bin, Email, Iin, Language, Personal, Phone, Problem, Text};

/// A housing construction cooperative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cooperative {
    /// Number of a resident legal entity itself (C02).
    pub bin: Bin,
    /// Name.
    pub name: Text<300>,
    /// Number of the state-registration certificate.
    pub registration_certificate_number: Text<100>,
    /// Date of state registration.
    pub registered_on: NaiveDate,
    /// Legal address.
    pub legal_address: Text<500>,
    /// Actual address.
    pub actual_address: Text<500>,
    /// Kinds of activity; none if they are not told.
    pub activity_codes: Vec<ActivityCode>,
    /// How many members and shares there are, if it is told.
    pub membership: Option<Membership>,
    /// Who signed for the cooperative, if it is told.
    pub executive: Option<Executive>,
}

/// How many members and shares a cooperative has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Members at the cooperative's state registration.
    pub founding_member_count: i32,
    /// Members now.
    pub member_count: i32,
    /// Shares in all.
    pub share_count: i32,
}

/// A kind of activity by the general classifier: five digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivityCode(String);

impl ActivityCode {
    /// Reads a code.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        const DIGITS: usize = 5;
        if code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(Problem::new("must have 5 digits"))
        }
    }

    /// The five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The executive body that signed for a cooperative (cl. 2(1)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executive {
    /// Surname, name, patronymic.
    pub full_name: Personal<Text<200>>,
    /// In which capacity.
    pub role: ExecutiveRole,
}

/// In which capacity somebody signs for a cooperative (cl. 2(1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExecutiveRole {
    /// The chair of the board.
    Chair,
    /// The board.
    Board,
}

/// The shareholder, a natural person (cl. 2(3)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shareholder {
    /// Individual identification number.
    pub iin: Personal<Iin>,
    /// Surname.
    pub surname: Personal<Text<100>>,
    /// Given name.
    pub given_name: Personal<Text<100>>,
    /// Patronymic, if any.
    pub patronymic: Option<Personal<Text<100>>>,
    /// Place of residence, if it is told.
    pub residence: Option<Personal<Text<500>>>,
    /// The identity document, if it is told.
    pub identity_document: Option<IdentityDocument>,
    /// Telephone, if given.
    pub phone: Option<Personal<Phone>>,
    /// Where the extract goes.
    pub mailbox: Mailbox,
    /// Language of letters.
    pub language: Language,
}

/// What an identity document says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityDocument {
    /// Number.
    pub number: Personal<Text<50>>,
    /// Date of issue.
    pub issued_on: Personal<NaiveDate>,
    /// Who issued it.
    pub issuer: Personal<Text<200>>,
}

/// Where the extract goes: the agreement must say one of the two (cl. 11, O-33).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailbox {
    /// The shareholder's e-mail address.
    Address(Personal<Email>),
    /// The shareholder has none: the cooperative hands the extract over in person.
    None,
    /// Not told: handed over likewise.
    NotTold,
}
