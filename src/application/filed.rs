//! What is filed in one of the two forms: the agreement as data, and the exact bytes that were signed.
//! It never changes a byte of it.

use chrono::NaiveDate;
use prost::Message as _;

use super::{agreement::Agreement, form::Form};
use crate::{
    kernel::DocumentId, pb::registry::v1 as pb, rpc::FieldErrors, signature::CMS_BYTES_MAX,
};

/// The largest electronic contract, in bytes.
const CONTRACT_BYTES_MAX: usize = 256 * 1024;

/// What was filed, byte for byte.
pub(super) struct Filed {
    pub(super) form: Form,
    pub(super) document: Option<DocumentId>,
    pub(super) agreement: Vec<u8>,
    pub(super) cooperative_signature: Vec<u8>,
    pub(super) shareholder_signature: Option<Vec<u8>>,
}

/// Reads a scan with what it says.
pub(super) fn read_copy(
    copy: &pb::ElectronicCopy,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<(Agreement, Filed)> {
    let document = errors.required("document_id", &copy.document_id, DocumentId::parse);
    let signature = signature("cooperative_signature", &copy.cooperative_signature, errors);
    let message = errors.present("agreement", copy.agreement.as_ref());
    let agreement = message.and_then(|message| {
        errors.at("agreement", |errors| {
            Agreement::parse(message, today, errors)
        })
    });
    let filed = Filed {
        form: Form::ElectronicCopy,
        document: Some(document?),
        agreement: message?.encode_to_vec(),
        cooperative_signature: signature?,
        shareholder_signature: None,
    };
    Some((agreement?, filed))
}

/// Reads signed data.
pub(super) fn read_contract(
    contract: &pb::ElectronicContract,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<(Agreement, Filed)> {
    let cooperative = signature(
        "cooperative_signature",
        &contract.cooperative_signature,
        errors,
    );
    let shareholder = signature(
        "shareholder_signature",
        &contract.shareholder_signature,
        errors,
    );
    let agreement = contract_message(&contract.agreement, errors).and_then(|message| {
        errors.at("agreement", |errors| {
            Agreement::parse(&message, today, errors)
        })
    });
    let filed = Filed {
        form: Form::ElectronicContract,
        document: None,
        agreement: contract.agreement.clone(),
        cooperative_signature: cooperative?,
        shareholder_signature: Some(shareholder?),
    };
    Some((agreement?, filed))
}

fn contract_message(bytes: &[u8], errors: &mut FieldErrors) -> Option<pb::ParticipationAgreement> {
    if bytes.is_empty() {
        errors.missing("agreement");
        return None;
    }
    if bytes.len() > CONTRACT_BYTES_MAX {
        errors.add("agreement", "must have at most 262144 bytes");
        return None;
    }
    let Ok(message) = pb::ParticipationAgreement::decode(bytes) else {
        errors.add("agreement", "must be a serialized ParticipationAgreement");
        return None;
    };
    // What a field that we do not know says, or one that is given twice, would be signed by the
    // parties and seen by nobody who checks and grants.
    if message.encoded_len() != bytes.len() {
        errors.add(
            "agreement",
            "must have each field once, none that is empty, and no other fields",
        );
        return None;
    }
    Some(message)
}

fn signature(path: &str, bytes: &[u8], errors: &mut FieldErrors) -> Option<Vec<u8>> {
    if bytes.is_empty() {
        errors.missing(path);
        return None;
    }
    if bytes.len() > CMS_BYTES_MAX {
        errors.add(path, "must have at most 65536 bytes");
        return None;
    }
    Some(bytes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::{super::agreement::fixture::pb_agreement, *};

    fn problems(bytes: &[u8]) -> Vec<String> {
        let mut errors = FieldErrors::new();
        let message = contract_message(bytes, &mut errors);
        assert_eq!(message.is_some(), errors.is_empty());
        let malformed = errors.into_malformed();
        malformed
            .violations()
            .iter()
            .map(|violation| violation.problem.clone())
            .collect()
    }

    #[test]
    fn a_contract_says_nothing_that_the_register_does_not_read() {
        const NOTHING_ELSE: &str =
            "must have each field once, none that is empty, and no other fields";
        let contract = pb_agreement().encode_to_vec();
        assert!(problems(&contract).is_empty());
        let unknown_field = [0xFA, 0x01, 1, b'x'];
        let agreement_number_again = [0x0A, 1, b'9'];
        for added in [&unknown_field[..], &agreement_number_again] {
            let bytes = [contract.as_slice(), added].concat();
            assert_eq!(problems(&bytes), [NOTHING_ELSE]);
        }
        let not_protobuf = "must be a serialized ParticipationAgreement";
        assert_eq!(problems(b"\xff\xff"), [not_protobuf]);
    }
}
