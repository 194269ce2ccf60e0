//! The extract: the same bytes for the same version, and anyone can tell whether it is genuine
//! (cl. 11, I-10).

use sha2::{Digest as _, Sha256};
use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, ExtractVerdict, get_register_entry_request::Key,
};
use tonic::Code;

use crate::harness::{Account, Town, told, told_raw};

async fn granted(town: &Town, share_no: u32) -> pb::RegisterEntry {
    let application = town
        .filed(&town.agreement(share_no), Stage::AwaitingSignature)
        .await;
    let entry = town.granted(&application).await.entry.unwrap();
    town.reached(&application, Stage::ExtractSent).await;
    entry
}

#[tokio::test]
async fn anyone_can_tell_a_genuine_extract_by_code_or_hash_and_learns_no_more() {
    let town = Town::open().await;
    let entry = granted(&town, 81).await;
    let extract = town.portal().formed_extract(&entry.entry_id).await.unwrap();
    let anyone = town.anyone();
    let by_code = anyone
        .verify_code(&extract.verification_code)
        .await
        .unwrap();
    assert_eq!(
        by_code,
        pb::VerifyExtractResponse {
            verdict: ExtractVerdict::Genuine.into(),
            entry_number: entry.entry_number.clone(),
            entry_version: 1,
            sha256: extract.sha256.clone(),
            entered_at: entry.entered_at,
            suspended: false,
            annulled: false,
        }
    );
    assert_eq!(
        anyone.verify_sha256(&extract.sha256).await.unwrap(),
        by_code
    );
    let upper = extract.sha256.to_uppercase();
    assert_eq!(anyone.verify_sha256(&upper).await.unwrap(), by_code);
    let typed = extract.verification_code.replace('-', " ").to_lowercase();
    assert_eq!(anyone.verify_code(&typed).await.unwrap(), by_code);

    let unknown = pb::VerifyExtractResponse {
        verdict: ExtractVerdict::Unknown.into(),
        ..Default::default()
    };
    let other = hex::encode(Sha256::digest(b"another document"));
    assert_eq!(anyone.verify_sha256(&other).await.unwrap(), unknown);
    for (outcome, path) in [
        (anyone.verify_code("ABC").await, "verification_code"),
        (anyone.verify_sha256("abc").await, "sha256"),
    ] {
        let refused = told(outcome);
        refused.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.paths(), [path]);
    }
}

#[tokio::test]
async fn a_download_is_whole_and_the_same_after_a_restart() {
    let town = Town::open().await;
    let entry = granted(&town, 82).await;
    let (header, bytes) = town
        .portal()
        .download_extract(&entry.entry_id)
        .await
        .unwrap();
    assert_eq!(header.content_type, "application/pdf");
    assert_eq!(header.file_name, format!("{}-v1.pdf", entry.entry_number));
    assert_eq!(header.size_bytes, i64::try_from(bytes.len()).unwrap());
    assert_eq!(header.sha256, hex::encode(Sha256::digest(&bytes)));
    assert!(bytes.starts_with(b"%PDF-1.7"));

    let town = town.restarted().await;
    let again = town
        .portal()
        .download_extract(&entry.entry_id)
        .await
        .unwrap();
    assert!(again == (header, bytes), "another extract");
}

#[tokio::test]
async fn an_entry_shows_the_columns_of_annex_one_and_no_shareholder() {
    let town = Town::open().await;
    let entry = granted(&town, 83).await;
    for account in [Account::Portal, Account::Reader, Account::Officer] {
        for key in [
            Key::EntryId(entry.entry_id.clone()),
            Key::EntryNumber(entry.entry_number.clone()),
        ] {
            let request = pb::GetRegisterEntryRequest {
                key: Some(key),
                as_of_at: None,
            };
            let read = town
                .raw(account)
                .register()
                .get_register_entry(request)
                .await;
            assert_eq!(read.unwrap().into_inner().entry.as_ref(), Some(&entry));
        }
    }
    let agreement = town.agreement(83);
    let filed = agreement.message();
    assert_eq!(entry.share, filed.share);
    assert_eq!(entry.member_share_count, filed.member_share_count);
    let column = entry.agreement.unwrap();
    assert_eq!(column.number, filed.agreement_number);
    assert_eq!(column.concluded_on, filed.concluded_on);
    let cooperative = entry.cooperative.unwrap();
    assert_eq!(cooperative.bin, town.world.cooperative.bin.as_str());

    let absent = pb::GetExtractRequest {
        entry_id: entry.entry_id,
        entry_version: 2,
    };
    let absent = town
        .raw(Account::Portal)
        .register()
        .get_extract(absent)
        .await;
    assert_eq!(told_raw(absent).code, Code::PermissionDenied);
}
