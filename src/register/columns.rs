//! What one version of a register entry says: the eight columns of Annex 1, in their order.
//! It never holds data of the shareholder (D-14); those stay with the application.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::SquareDecimetres;

/// The eight columns of Annex 1.
///
/// Their JSON is what the head signs and what is stored, so the order of fields is part of the
/// format: new fields go to the end, and none is renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Column 1.
    pub cooperative: Cooperative,
    /// Column 2.
    pub construction_object: ConstructionObject,
    /// Column 3.
    pub construction_period: ConstructionPeriod,
    /// Column 4.
    pub agreement: Agreement,
    /// Column 5.
    pub share: Share,
    /// Column 6: how many shares the member has in the cooperative.
    pub member_share_count: i32,
    /// Column 7, in the order of registration; empty for an agreement as it was concluded.
    pub amendments: Vec<Amendment>,
    /// Column 8; none while the agreement stands.
    pub termination: Option<Termination>,
}

impl Columns {
    /// The numbers of the columns that read otherwise in another state of them.
    pub(crate) fn unlike(&self, other: &Self) -> Vec<u8> {
        let columns = [
            (1, self.cooperative == other.cooperative),
            (2, self.construction_object == other.construction_object),
            (3, self.construction_period == other.construction_period),
            (4, self.agreement == other.agreement),
            (5, self.share == other.share),
            (6, self.member_share_count == other.member_share_count),
            (7, self.amendments == other.amendments),
            (8, self.termination == other.termination),
        ];
        let unlike = columns.into_iter().filter(|(_, is_alike)| !is_alike);
        unlike.map(|(number, _)| number).collect()
    }
}

/// Column 1: the cooperative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cooperative {
    /// Name.
    pub name: String,
    /// Business identification number.
    pub bin: String,
    /// Number of the state-registration certificate.
    pub registration_certificate_number: String,
    /// Date of state registration.
    pub registered_on: NaiveDate,
    /// Legal address.
    pub legal_address: String,
    /// Actual address.
    pub actual_address: String,
}

/// Column 2: the apartment building under construction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstructionObject {
    /// KATO code of the place.
    pub kato: String,
    /// Address.
    pub address: String,
    /// Cadastral number of the land plot, as given.
    pub cadastral_number: String,
    /// Technical characteristics, in free words.
    pub technical_characteristics: String,
    /// Number of storeys.
    pub storey_count: i32,
    /// Total area of all premises.
    pub total_area_dm2: SquareDecimetres,
}

/// Column 3: when the construction starts and ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstructionPeriod {
    /// Start.
    pub starts_on: NaiveDate,
    /// End.
    pub ends_on: NaiveDate,
}

/// Column 4: the agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Number.
    pub number: String,
    /// Date of conclusion.
    pub concluded_on: NaiveDate,
}

/// Column 5: the share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Code of the kind, such as `APARTMENT` (the glossary lists all).
    pub kind: String,
    /// Block, entrance or section, where the building has several.
    pub block: Option<String>,
    /// Floor; below zero is underground.
    pub floor: i32,
    /// Number of the premise or place.
    pub number: String,
    /// Area.
    pub area_dm2: SquareDecimetres,
    /// Number of rooms, where that is told.
    pub room_count: Option<i32>,
}

/// One line of column 7: an amendment or addition to the agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Number.
    pub number: String,
    /// Date.
    pub on: NaiveDate,
    /// Code of the procedure: an additional agreement, or an assignment of the right of claim.
    pub procedure: String,
    /// The parts of the agreement that were changed; kept, but not printed.
    pub changed_parts: Vec<String>,
}

/// Column 8: the end of the agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// Number of the document.
    pub number: String,
    /// Date of the document.
    pub on: NaiveDate,
    /// Ground.
    pub ground: String,
    /// What it means for the entry; kept, but not printed.
    pub closure: Closure,
}

/// How an entry was closed (D-24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Closure {
    /// The agreement ended: the share is free again.
    Terminated,
    /// The shareholder's ownership is registered: the share stays taken for good.
    OwnershipRegistered,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::specimen;

    #[test]
    fn columns_that_read_otherwise_are_told_by_their_numbers() {
        let columns = specimen().columns;
        assert!(columns.unlike(&columns).is_empty());
        let mut other = columns.clone();
        other.agreement.number.push('1');
        other.share.floor += 1;
        other.termination = None;
        assert_eq!(columns.unlike(&other), [4, 5, 8]);
    }

    #[test]
    fn the_signed_json_keeps_the_order_of_the_form() {
        let json = serde_json::to_string(&specimen().columns).unwrap();
        let places: Vec<_> = [
            "{\"cooperative\":{\"name\":",
            "\"construction_object\":{\"kato\":",
            "\"construction_period\":{\"starts_on\":\"2026-04-01\",",
            "\"agreement\":{\"number\":",
            "\"share\":{\"kind\":\"APARTMENT\",",
            "\"area_dm2\":5430,",
            "\"member_share_count\":1,",
            "\"amendments\":[",
            "\"termination\":",
        ]
        .map(|part| json.find(part))
        .into();
        assert!(places.iter().all(Option::is_some), "{json}");
        assert!(places.is_sorted(), "{json}");
        assert_eq!(
            serde_json::from_str::<Columns>(&json).unwrap(),
            specimen().columns
        );
    }
}
