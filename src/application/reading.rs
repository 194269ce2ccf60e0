//! How a filed document reads once parts of it are corrected, and where two readings of it differ, field
//! by field, as the contract describes its messages.
//! It never judges what a field says, and never knows one field from another.

use std::{collections::BTreeMap, sync::LazyLock};

use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value,
};

use super::{procedure::Procedure, subject::names};
use crate::store::StoreFault;

/// The package of the messages that are filed.
const PACKAGE: &str = "tizilim.registry.v1";

static CONTRACT: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(crate::pb::CONTRACT).unwrap_or_default());

/// A field that reads otherwise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// The field, as a path in the document: `contribution.payments[0].due_on`.
    pub(crate) path: String,
    /// What stands; empty if there is nothing.
    pub(crate) stands: String,
    /// What it shall read; empty if there shall be nothing.
    pub(crate) shall_read: String,
}

/// The document with the parts in the place of those that stand; a part that is left out stays.
pub(crate) fn corrected(
    procedure: Procedure,
    stands: &[u8],
    parts: &[u8],
) -> Result<Vec<u8>, StoreFault> {
    let mut document = decoded(procedure, stands)?;
    for (part, value) in decoded(procedure, parts)?.take_fields() {
        document.set_field(&part, value);
    }
    Ok(document.encode_to_vec())
}

/// Where two readings of a document differ, by path.
pub(crate) fn differences(
    procedure: Procedure,
    stands: &[u8],
    reads: &[u8],
) -> Result<Vec<Difference>, StoreFault> {
    let mut stands = leaves(&decoded(procedure, stands)?);
    let mut reads = leaves(&decoded(procedure, reads)?);
    let mut paths: Vec<String> = stands.keys().chain(reads.keys()).cloned().collect();
    paths.sort();
    paths.dedup();
    let differing = paths.into_iter().filter_map(|path| {
        let (stands, shall_read) = (stands.remove(&path), reads.remove(&path));
        (stands != shall_read).then(|| Difference {
            path,
            stands: stands.unwrap_or_default(),
            shall_read: shall_read.unwrap_or_default(),
        })
    });
    Ok(differing.collect())
}

fn decoded(procedure: Procedure, bytes: &[u8]) -> Result<DynamicMessage, StoreFault> {
    let corrupt = |problem: String| StoreFault::corrupt("filed content", problem);
    DynamicMessage::decode(descriptor(procedure)?, bytes)
        .map_err(|error| corrupt(error.to_string()))
}

fn descriptor(procedure: Procedure) -> Result<MessageDescriptor, StoreFault> {
    let (_, message) = names(procedure);
    CONTRACT
        .get_message_by_name(&format!("{PACKAGE}.{message}"))
        .ok_or_else(|| StoreFault::corrupt("filed content", "is of no message of the contract"))
}

/// What each field says that holds no others, by its path.
fn leaves(document: &DynamicMessage) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    collect("", document, &mut leaves);
    leaves
}

fn collect(scope: &str, message: &DynamicMessage, leaves: &mut BTreeMap<String, String>) {
    for (field, value) in message.fields() {
        let path = match scope {
            "" => field.name().to_owned(),
            scope => format!("{scope}.{}", field.name()),
        };
        let Some(items) = value.as_list() else {
            collect_one(path, &field, value, leaves);
            continue;
        };
        for (index, item) in items.iter().enumerate() {
            collect_one(format!("{path}[{index}]"), &field, item, leaves);
        }
    }
}

fn collect_one(
    path: String,
    field: &FieldDescriptor,
    value: &Value,
    leaves: &mut BTreeMap<String, String>,
) {
    match value.as_message() {
        Some(message) => collect(&path, message, leaves),
        None => {
            leaves.insert(path, said(field, value));
        }
    }
}

/// As the contract writes it: a text as it is, a choice by its name.
fn said(field: &FieldDescriptor, value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if let (Kind::Enum(choice), Some(number)) = (field.kind(), value.as_enum_number()) {
        let name = choice.get_value(number);
        return name.map_or_else(|| number.to_string(), |name| name.name().to_owned());
    }
    value.to_string()
}

/// Shows where, and never what stood there: it may be personal data.
impl std::fmt::Debug for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Difference")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{application::agreement::fixture::pb_agreement, pb::registry::v1 as pb};

    const OF_AGREEMENTS: Procedure = Procedure::ParticipationAgreement;

    fn stands() -> Vec<u8> {
        pb_agreement().encode_to_vec()
    }

    fn with(parts: &pb::ParticipationAgreement) -> Vec<u8> {
        corrected(OF_AGREEMENTS, &stands(), &parts.encode_to_vec()).unwrap()
    }

    fn paths(parts: &pb::ParticipationAgreement) -> Vec<String> {
        let differences = differences(OF_AGREEMENTS, &stands(), &with(parts)).unwrap();
        differences.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn a_part_that_is_given_takes_the_place_of_the_whole_part_and_the_others_stay() {
        let mut share = pb_agreement().share.unwrap();
        share.area_dm2 += 10;
        share.room_count = 0;
        let parts = pb::ParticipationAgreement {
            agreement_number: "another".to_owned(),
            share: Some(share.clone()),
            ..Default::default()
        };
        let reads = pb::ParticipationAgreement::decode(with(&parts).as_slice()).unwrap();
        let right = pb::ParticipationAgreement {
            agreement_number: "another".to_owned(),
            share: Some(share),
            ..pb_agreement()
        };
        assert_eq!(reads, right);
        let expected = ["agreement_number", "share.area_dm2", "share.room_count"];
        assert_eq!(paths(&parts), expected);
    }

    #[test]
    fn each_field_is_told_with_what_stands_and_what_it_shall_read() {
        let mut share = pb_agreement().share.unwrap();
        share.kind = pb::ShareKind::ParkingPlace.into();
        share.block.clear();
        let parts = pb::ParticipationAgreement {
            share: Some(share),
            ..Default::default()
        };
        let told = differences(OF_AGREEMENTS, &stands(), &with(&parts)).unwrap();
        let [block, kind] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert!(!block.stands.is_empty() && block.shall_read.is_empty());
        assert_eq!(kind.stands, "SHARE_KIND_APARTMENT");
        assert_eq!(kind.shall_read, "SHARE_KIND_PARKING_PLACE");
        assert!(
            !format!("{kind:?}").contains("PARKING"),
            "values are hidden"
        );
    }

    #[test]
    fn items_of_lists_are_told_by_their_place_and_what_stays_is_no_difference() {
        let mut contribution = pb_agreement().contribution.unwrap();
        let last = contribution.payments.len() - 1;
        contribution.payments[last].amount_tiyn += 1;
        let parts = pb::ParticipationAgreement {
            contribution: Some(contribution),
            ..Default::default()
        };
        let path = format!("contribution.payments[{last}].amount_tiyn");
        assert_eq!(paths(&parts), [path]);
        assert!(paths(&pb_agreement()).is_empty());
        assert!(paths(&pb::ParticipationAgreement::default()).is_empty());
    }

    #[test]
    fn every_procedure_has_a_message_to_read() {
        for procedure in Procedure::ALL {
            assert!(descriptor(procedure).is_ok(), "{procedure:?}");
        }
    }
}
