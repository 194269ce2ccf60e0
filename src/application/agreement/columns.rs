//! What the register records of an agreement: the eight columns of Annex 1.
//! Nothing of the shareholder ever goes into them (D-14).

use super::{Agreement, ConstructionObject, Cooperative, Share};
use crate::register::columns::{self, Columns};

impl Agreement {
    /// The columns of the entry that this agreement makes: no amendments yet, no termination.
    pub fn columns(&self) -> Columns {
        Columns {
            cooperative: self.cooperative.column(),
            construction_object: self.construction_object.column(),
            construction_period: columns::ConstructionPeriod {
                starts_on: self.construction_object.starts_on,
                ends_on: self.construction_object.ends_on,
            },
            agreement: columns::Agreement {
                number: self.number.to_string(),
                concluded_on: self.concluded_on,
            },
            share: self.share.column(),
            member_share_count: self.member_share_count,
            amendments: Vec::new(),
            termination: None,
        }
    }
}

impl Cooperative {
    fn column(&self) -> columns::Cooperative {
        columns::Cooperative {
            name: self.name.to_string(),
            bin: self.bin.to_string(),
            registration_certificate_number: self.registration_certificate_number.to_string(),
            registered_on: self.registered_on,
            legal_address: self.legal_address.to_string(),
            actual_address: self.actual_address.to_string(),
        }
    }
}

impl ConstructionObject {
    fn column(&self) -> columns::ConstructionObject {
        columns::ConstructionObject {
            kato: self.kato.to_string(),
            address: self.address.to_string(),
            cadastral_number: self.cadastral_number.to_string(),
            technical_characteristics: self.technical_characteristics.to_string(),
            storey_count: self.storey_count,
            total_area_dm2: self.total_area,
        }
    }
}

impl Share {
    fn column(&self) -> columns::Share {
        columns::Share {
            kind: self.kind.code().to_owned(),
            block: self.block.as_ref().map(ToString::to_string),
            floor: self.floor,
            number: self.number.to_string(),
            area_dm2: self.area,
            room_count: self.room_count,
        }
    }
}
