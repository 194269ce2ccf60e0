//! By what entries are found, and the lists of those that are.
//! It never keeps a person's number: only a mark, which no one makes without the installation's key.

pub(crate) mod queries;
pub(crate) mod rows;

use chrono::{DateTime, NaiveDate, Utc};
use ring::hmac;

use crate::{
    application::{agreement::Agreement, subject::one_spelling},
    kernel::{Iin, Personal},
};

/// Makes marks of shareholders.
#[derive(Debug)]
pub struct ShareholderMarks(hmac::Key);

impl ShareholderMarks {
    /// Marks with a key that all processes on one database share.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The mark of a person.
    pub(crate) fn of(&self, iin: &Personal<Iin>) -> String {
        let number = iin.disclose().as_str().as_bytes();
        hex::encode(hmac::sign(&self.0, number))
    }
}

/// By what an entry is found, besides what it is itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    registered_at: DateTime<Utc>,
    land_plot: String,
    kato: String,
    shareholder_mark: String,
    agreement_number: String,
    agreement_on: NaiveDate,
}

impl Listing {
    /// Of the agreement as it stands, registered at a moment.
    pub(crate) fn of(
        agreement: &Agreement,
        registered_at: DateTime<Utc>,
        marks: &ShareholderMarks,
    ) -> Self {
        let object = &agreement.construction_object;
        Self {
            registered_at,
            land_plot: object.cadastral_number.land_plot().to_owned(),
            kato: object.kato.to_string(),
            shareholder_mark: marks.of(&agreement.shareholder.iin),
            agreement_number: one_spelling(agreement.number.as_str()),
            agreement_on: agreement.concluded_on,
        }
    }

    /// Its row, of an entry as that stands.
    pub(super) fn row(&self, entry: &super::rows::entry::Model) -> rows::listing::Model {
        rows::listing::Model {
            entry_id: entry.id,
            version: entry.version,
            state: entry.state.clone(),
            registered_at: self.registered_at,
            provider_id: entry.provider_id.clone(),
            cooperative_bin: entry.cooperative_bin.clone(),
            land_plot: self.land_plot.clone(),
            kato: self.kato.clone(),
            share_key: entry.share_key.clone(),
            shareholder_mark: self.shareholder_mark.clone(),
            agreement_number: self.agreement_number.clone(),
            agreement_on: self.agreement_on.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_one_persons_under_one_key_and_does_not_hold_the_number() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let person = |number| Personal::new(Iin::parse(number, today).unwrap());
        let (one, other) = (person("010101300010"), person("060915300035"));
        let marks = ShareholderMarks::new(&[7; 32]);
        assert_eq!(marks.of(&one), marks.of(&one));
        assert_ne!(marks.of(&one), marks.of(&other));
        assert_ne!(marks.of(&one), ShareholderMarks::new(&[8; 32]).of(&one));
        assert!(!marks.of(&one).contains("010101300010"));
    }
}
