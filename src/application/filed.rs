//! What is filed in one of the two forms: what is to be registered as data, and the exact bytes that
//! were signed. It never changes a byte of it.

use chrono::NaiveDate;

use super::{
    entry_change::EntryChange,
    form::Form,
    procedure::Procedure,
    subject::{Subject, decoded, encoded, names, procedure_of},
};
use crate::{
    kernel::DocumentId,
    pb::registry::v1::{self as pb, electronic_copy::Content},
    rpc::FieldErrors,
    signature::CMS_BYTES_MAX,
};

/// The largest electronic contract, in bytes.
const CONTRACT_BYTES_MAX: usize = 256 * 1024;

/// What was filed, byte for byte.
pub(super) struct Filed {
    pub(super) form: Form,
    pub(super) document: Option<DocumentId>,
    pub(super) content: Vec<u8>,
    pub(super) cooperative_signature: Vec<u8>,
    pub(super) shareholder_signature: Option<Vec<u8>>,
    pub(super) former_shareholder_signature: Option<Vec<u8>>,
}

/// Reads a scan with what it says.
pub(super) fn read_copy(
    copy: &pb::ElectronicCopy,
    procedure: Procedure,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<(Subject, Filed)> {
    let document = errors.required("document_id", &copy.document_id, DocumentId::parse);
    let signature = signature("cooperative_signature", &copy.cooperative_signature, errors);
    let (field, _) = names(procedure);
    let content = errors.present(field, copy.content.as_ref());
    let subject = content.and_then(|content| {
        errors.at(names(procedure_of(content)).0, |errors| {
            if procedure_of(content) != procedure {
                errors.add("", "does not belong to this procedure");
                return None;
            }
            Subject::parse(content, today, errors)
        })
    });
    let filed = Filed {
        form: Form::ElectronicCopy,
        document: Some(document?),
        content: encoded(content?),
        cooperative_signature: signature?,
        shareholder_signature: None,
        former_shareholder_signature: None,
    };
    Some((subject?, filed))
}

/// Reads signed data.
pub(super) fn read_contract(
    contract: &pb::ElectronicContract,
    procedure: Procedure,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<(Subject, Filed)> {
    let cooperative = signature(
        "cooperative_signature",
        &contract.cooperative_signature,
        errors,
    );
    let shareholder = match contract.shareholder_signature.as_slice() {
        // Whether it may be left out depends on what the removal rests on.
        [] if procedure == Procedure::Deregistration => Some(None),
        given => signature(SHAREHOLDER_SIGNATURE, given, errors).map(Some),
    };
    let former = former_signature(procedure, &contract.former_shareholder_signature, errors);
    let subject = content(procedure, &contract.agreement, errors).and_then(|content| {
        errors.at("agreement", |errors| {
            Subject::parse(&content, today, errors)
        })
    });
    let change = subject.as_ref().and_then(Subject::change);
    if shareholder == Some(None) && change.is_some_and(EntryChange::rests_on_the_parties) {
        errors.missing(SHAREHOLDER_SIGNATURE);
    }
    let filed = Filed {
        form: Form::ElectronicContract,
        document: None,
        content: contract.agreement.clone(),
        cooperative_signature: cooperative?,
        shareholder_signature: shareholder?,
        former_shareholder_signature: former?,
    };
    Some((subject?, filed))
}

const SHAREHOLDER_SIGNATURE: &str = "shareholder_signature";

/// Who gives a right away signs so; nobody else is a former shareholder.
#[expect(
    clippy::option_option,
    reason = "left out and wrong are two things, as with `FieldErrors::optional`"
)]
fn former_signature(
    procedure: Procedure,
    given: &[u8],
    errors: &mut FieldErrors,
) -> Option<Option<Vec<u8>>> {
    const PATH: &str = "former_shareholder_signature";
    if procedure == Procedure::Assignment {
        return signature(PATH, given, errors).map(Some);
    }
    if given.is_empty() {
        return Some(None);
    }
    errors.add(PATH, "does not belong to this procedure");
    None
}

fn content(procedure: Procedure, bytes: &[u8], errors: &mut FieldErrors) -> Option<Content> {
    if bytes.is_empty() {
        errors.missing("agreement");
        return None;
    }
    if bytes.len() > CONTRACT_BYTES_MAX {
        errors.add("agreement", "must have at most 262144 bytes");
        return None;
    }
    let Ok(content) = decoded(procedure, bytes) else {
        let (_, message) = names(procedure);
        errors.add("agreement", format_args!("must be a serialized {message}"));
        return None;
    };
    // What a field that we do not know says, or one that is given twice, would be signed by the
    // parties and seen by nobody who checks and grants.
    if encoded(&content).len() != bytes.len() {
        errors.add(
            "agreement",
            "must have each field once, none that is empty, and no other fields",
        );
        return None;
    }
    Some(content)
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
    use prost::Message as _;

    use super::{super::agreement::fixture::pb_agreement, *};

    fn problems(bytes: &[u8]) -> Vec<String> {
        let mut errors = FieldErrors::new();
        let content = content(Procedure::ParticipationAgreement, bytes, &mut errors);
        assert_eq!(content.is_some(), errors.is_empty());
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
