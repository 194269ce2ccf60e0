//! Reads the construction object and the share.
//! It never accepts what could not be told apart from another share (C13).

use super::{count, day, text};
use crate::{
    application::agreement::{ConstructionObject, Share, ShareKind},
    kernel::{CadastralNumber, Kato, Problem, ShareKey, ShareLabel, SquareDecimetres, Text, Tiyn},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

pub(in crate::application) fn construction_object(
    pb: &pb::ConstructionObject,
    errors: &mut FieldErrors,
) -> Option<ConstructionObject> {
    let kato = errors.required("kato", &pb.kato, Kato::parse);
    let address = text(errors, "address", &pb.address);
    let cadastral_number = errors.required(
        "cadastral_number",
        pb.cadastral_number.trim(),
        cadastral_number,
    );
    let technical_characteristics = text(
        errors,
        "technical_characteristics",
        &pb.technical_characteristics,
    );
    let storey_count = count(errors, "storey_count", pb.storey_count, 1..=200);
    let total_area = area(errors, "total_area_dm2", pb.total_area_dm2);
    let total_cost = price(errors, "total_cost_tiyn", pb.total_cost_tiyn);
    let starts_on = errors.required("starts_on", &pb.starts_on, day);
    let ends_on = errors.required("ends_on", &pb.ends_on, day);
    let planned_acceptance_on =
        errors.required("planned_acceptance_on", &pb.planned_acceptance_on, day);
    let sketch_design_agreed_on =
        errors.optional("sketch_design_agreed_on", &pb.sketch_design_agreed_on, day);
    Some(ConstructionObject {
        kato: kato?,
        address: address?,
        cadastral_number: cadastral_number?,
        technical_characteristics: technical_characteristics?,
        storey_count: storey_count?,
        total_area: total_area?,
        total_cost: Some(total_cost?),
        starts_on: starts_on?,
        ends_on: ends_on?,
        planned_acceptance_on: Some(planned_acceptance_on?),
        sketch_design_agreed_on: sketch_design_agreed_on?,
    })
}

pub(in crate::application) fn share(pb: &pb::Share, errors: &mut FieldErrors) -> Option<Share> {
    let kind = kind(pb.kind, errors);
    let block = errors.optional("block", pb.block.trim(), label);
    let floor = errors
        .present("floor", pb.floor)
        .and_then(|floor| count(errors, "floor", floor, -20..=200));
    let number = errors.required("number", pb.number.trim(), label);
    let area = area(errors, "area_dm2", pb.area_dm2);
    let room_count = count(errors, "room_count", pb.room_count, 0..=100);
    Some(Share {
        kind: kind?,
        block: block?,
        floor: floor?,
        number: number?,
        area: area?,
        room_count: room_count.map(|rooms| (rooms > 0).then_some(rooms))?,
    })
}

/// Reads what tells a share from all others.
pub(crate) fn share_identification(
    pb: &pb::ShareIdentification,
    errors: &mut FieldErrors,
) -> Option<ShareKey> {
    let object = errors.required(
        "cadastral_number",
        pb.cadastral_number.trim(),
        cadastral_number,
    );
    let block = errors.optional("block", pb.block.trim(), label);
    let kind = kind(pb.kind, errors);
    let number = errors.required("number", pb.number.trim(), label);
    Some(ShareKey::of(
        &object?,
        block?.as_ref(),
        kind?.code(),
        &number?,
    ))
}

fn kind(given: i32, errors: &mut FieldErrors) -> Option<ShareKind> {
    match pb::ShareKind::try_from(given) {
        Ok(pb::ShareKind::Apartment) => Some(ShareKind::Apartment),
        Ok(pb::ShareKind::NonResidentialPremise) => Some(ShareKind::NonResidentialPremise),
        Ok(pb::ShareKind::ParkingPlace) => Some(ShareKind::ParkingPlace),
        Ok(pb::ShareKind::StorageRoom) => Some(ShareKind::StorageRoom),
        Ok(pb::ShareKind::Unspecified) => errors.present("kind", None),
        Err(_) => errors.read("kind", Err(Problem::new("must be a known kind of share"))),
    }
}

pub(crate) fn cadastral_number(given: &str) -> Result<CadastralNumber, Problem> {
    Text::<40>::parse(given).and_then(|number| CadastralNumber::parse(number.as_str()))
}

pub(crate) fn label(given: &str) -> Result<ShareLabel, Problem> {
    Text::<30>::parse(given).and_then(|label| ShareLabel::parse(label.as_str()))
}

fn area(errors: &mut FieldErrors, path: &str, dm2: i32) -> Option<SquareDecimetres> {
    let dm2 = errors.present(path, (dm2 != 0).then_some(dm2))?;
    errors.read(path, SquareDecimetres::new(dm2))
}

/// A sum of money above zero.
pub(super) fn price(errors: &mut FieldErrors, path: &str, tiyn: i64) -> Option<Tiyn> {
    let tiyn = errors.present(path, (tiyn != 0).then_some(tiyn))?;
    errors.read(path, Tiyn::new(tiyn))
}
