//! What is being built, and the part of it that the member gets (cl. 2(2), Annex 1 columns 2, 3, 5).
//! It never says who gets it.

use chrono::NaiveDate;

use crate::kernel::{CadastralNumber, Kato, ShareLabel, SquareDecimetres, Text, Tiyn};

/// The apartment building under construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstructionObject {
    /// The place.
    pub kato: Kato,
    /// Address.
    pub address: Text<500>,
    /// Cadastral number of the land plot.
    pub cadastral_number: CadastralNumber,
    /// Technical characteristics.
    pub technical_characteristics: Text<2000>,
    /// Number of storeys.
    pub storey_count: i32,
    /// Total area of all residential and non-residential premises.
    pub total_area: SquareDecimetres,
    /// Total cost of the construction, the organisation of the project included, if it is told.
    pub total_cost: Option<Tiyn>,
    /// Start of the construction.
    pub starts_on: NaiveDate,
    /// End of the construction.
    pub ends_on: NaiveDate,
    /// Planned acceptance into operation, if it is told.
    pub planned_acceptance_on: Option<NaiveDate>,
    /// When the sketch design was agreed, if that is told.
    pub sketch_design_agreed_on: Option<NaiveDate>,
}

/// What the member is to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Kind.
    pub kind: ShareKind,
    /// Block, entrance or section, where the building has several.
    pub block: Option<ShareLabel>,
    /// Floor; below zero is underground.
    pub floor: i32,
    /// Number of the premise or place.
    pub number: ShareLabel,
    /// Area.
    pub area: SquareDecimetres,
    /// Rooms, where that is told.
    pub room_count: Option<i32>,
}

/// Kind of share (cl. 2; D-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShareKind {
    /// An apartment.
    Apartment,
    /// A non-residential premise.
    NonResidentialPremise,
    /// A parking place.
    ParkingPlace,
    /// A storage room: accepted with a warning (D-11).
    StorageRoom,
}

impl ShareKind {
    const ALL: [Self; 4] = [
        Self::Apartment,
        Self::NonResidentialPremise,
        Self::ParkingPlace,
        Self::StorageRoom,
    ];

    /// Finds the kind of a code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name in the register.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Apartment => "APARTMENT",
            Self::NonResidentialPremise => "NON_RESIDENTIAL_PREMISE",
            Self::ParkingPlace => "PARKING_PLACE",
            Self::StorageRoom => "STORAGE_ROOM",
        }
    }
}
