//! Messages that are none: not protobuf, of other types, too large, of other methods.

use prost::Message as _;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tizilim::{
    authn::Party,
    authz::{self, MethodAccess, Traffic},
    pb::registry::v1::{self as pb, submit_application_request::Form},
};
use tonic::{Code, codec::CompressionEncoding};

use crate::harness::{Account, Raw, Told, Town, call, call_in};

/// Every method of the register, with a caller who may call it.
fn methods(town: &Town) -> Vec<(&'static MethodAccess, Raw)> {
    authz::rows()
        .filter(|row| row.path.starts_with("/tizilim."))
        .map(|row| {
            let may = |account: &Account| {
                let (party, rights) = account.is();
                row.parties.contains(&Party::parse(party).unwrap())
                    && row
                        .right
                        .is_some_and(|right| rights.contains(&right.as_str()))
            };
            let account = Account::ALL.into_iter().find(may);
            let raw = account.map_or_else(|| town.raw_anonymous(), |account| town.raw(account));
            (row, raw)
        })
        .collect()
}

#[tokio::test]
async fn what_is_no_protobuf_is_told_so_by_every_method() {
    let town = Town::open().await;
    let before = town.journal_head().await;
    // A key without a value; a length beyond the end; a group; text that is no UTF-8; a number where
    // each method's first field is a text or a message, and a text where it is a number.
    let number_first = pb::PrepareGrantResponse::default().encode_to_vec();
    assert!(number_first.is_empty());
    for (row, raw) in methods(&town) {
        for (bytes, what) in [
            (vec![0x0a], "a key alone"),
            (vec![0x0a, 0x7f, 0x41], "a length beyond the end"),
            (vec![0x0f], "an unknown wire type"),
            (vec![0xff; 11], "a key that never ends"),
        ] {
            let refused = call(&raw, row.path, vec![bytes]).await;
            let refused = Told::of(&refused.unwrap_err());
            assert_eq!(
                (refused.code, refused.reason.as_str()),
                (Code::InvalidArgument, "MALFORMED_MESSAGE"),
                "{}: {what}: {refused:?}",
                row.path
            );
        }
    }
    assert_eq!(town.journal_head().await, before);
}

#[tokio::test]
async fn a_field_of_another_type_and_text_that_is_no_text_are_malformed() {
    let town = Town::open().await;
    let submit = "/tizilim.registry.v1.ApplicationService/SubmitApplication";
    let raw = town.raw(Account::Portal);
    for (bytes, what) in [
        (vec![0x08, 0x01], "a number for request_id"),
        (vec![0x0a, 0x02, 0xc3, 0x28], "no UTF-8"),
        (vec![0x12, 0x01, 0x01], "a text for validate_only"),
        (vec![0x28, 0x01], "a number for electronic_copy"),
    ] {
        let refused = call(&raw, submit, vec![bytes]).await;
        let refused = Told::of(&refused.unwrap_err());
        assert_eq!(refused.reason, "MALFORMED_MESSAGE", "{what}: {refused:?}");
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_told_so_packed_or_not() {
    let town = Town::open().await;
    let mut request = town.agreement(141).electronic_contract().unwrap();
    request.provider_id = "x".repeat(1024 * 1024);
    let mut raw = town.raw(Account::Portal).applications();
    let refused = raw.submit_application(request.clone()).await.unwrap_err();
    Told::of(&refused).is(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    let mut packing = raw.send_compressed(CompressionEncoding::Gzip);
    let refused = packing.submit_application(request).await.unwrap_err();
    Told::of(&refused).is(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
}

#[tokio::test]
async fn a_compression_that_is_not_accepted_is_told_so_with_those_that_are() {
    let town = Town::open().await;
    for (row, raw) in methods(&town) {
        for encoding in ["deflate", "zstd", "br", "x"] {
            let refused = call_in(&raw, row.path, vec![Vec::new()], encoding).await;
            let refused = refused.unwrap_err();
            Told::of(&refused).is(Code::Unimplemented, "COMPRESSION_NOT_ACCEPTED");
            let accepted = refused.metadata().get("grpc-accept-encoding");
            assert_eq!(accepted.unwrap(), "gzip,identity", "{}", row.path);
        }
    }
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_told_so() {
    let town = Town::open().await;
    for path in [
        "/tizilim.registry.v1.ApplicationService/DeleteApplication",
        "/tizilim.registry.v2.ApplicationService/GetApplication",
        "/x/y",
    ] {
        for raw in [town.raw(Account::Portal), town.raw_anonymous()] {
            let refused = call(&raw, path, vec![Vec::new()]).await.unwrap_err();
            Told::of(&refused).is(Code::Unimplemented, "NO_SUCH_METHOD");
        }
    }
}

#[tokio::test]
async fn a_call_with_too_few_or_too_many_messages_is_malformed() {
    let town = Town::open().await;
    for (row, raw) in methods(&town) {
        if row.traffic == Traffic::Upload {
            continue;
        }
        let none = call(&raw, row.path, Vec::new()).await.unwrap_err();
        Told::of(&none).is(Code::InvalidArgument, "MALFORMED_MESSAGE");
    }
}

/// Whatever the bytes, the service answers, and it is not the service's fault.
fn is_no_fault(code: Code) -> bool {
    !matches!(
        code,
        Code::Internal | Code::Unknown | Code::DataLoss | Code::Unavailable | Code::Cancelled
    )
}

#[tokio::test]
async fn random_bytes_never_are_a_fault_of_the_service() {
    let town = Town::open().await;
    let mut random = StdRng::seed_from_u64(20_261_124);
    for (row, raw) in methods(&town) {
        for _ in 0..20 {
            let length = random.random_range(0..200);
            let bytes: Vec<u8> = (0..length).map(|_| random.random()).collect();
            let told = call(&raw, row.path, vec![bytes.clone()]).await;
            let code = told.map_or_else(|status| status.code(), |_| Code::Ok);
            assert!(is_no_fault(code), "{}: {code:?} for {bytes:02x?}", row.path);
        }
    }
}

#[tokio::test]
async fn a_damaged_filing_never_is_a_fault_of_the_service() {
    let town = Town::open().await;
    let path = "/tizilim.registry.v1.ApplicationService/SubmitApplication";
    let raw = town.raw(Account::Portal);
    let mut random = StdRng::seed_from_u64(59);
    let mut request = town.agreement(142).electronic_contract().unwrap();
    request.validate_only = true;
    for _ in 0..300 {
        let mut damaged = request.clone();
        let Some(Form::ElectronicContract(contract)) = &mut damaged.form else {
            panic!("a contract")
        };
        let position = random.random_range(0..contract.agreement.len());
        contract.agreement[position] = random.random();
        let mut bytes = damaged.encode_to_vec();
        if random.random_bool(0.5) {
            let position = random.random_range(0..bytes.len());
            bytes[position] = random.random();
        }
        let told = call(&raw, path, vec![bytes]).await;
        let code = told.map_or_else(|status| status.code(), |_| Code::Ok);
        assert!(is_no_fault(code), "{code:?}");
    }
}
