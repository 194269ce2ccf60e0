//! Many at once, some of them from a former register: a share has one entry, whoever brings it (I-2).

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, ImportOutcome, RegisterEntryState},
};

use crate::{
    harness::{Account, Told, Town},
    journeys::imports::{Carrier, former_row},
};

/// The share that rows of a former register and applications are about.
const BLOCK: &str = "А";

fn row(town: &Town, share_no: u32) -> pb::ImportEntriesRequest {
    pb::ImportEntriesRequest {
        request_id: new_request_id(),
        validate_only: false,
        source: Some(pb::ImportSource {
            name: Carrier::SOURCE.to_owned(),
            act: Carrier::ACT.to_owned(),
            file_name: "rows.csv".to_owned(),
            file_sha256: "0".repeat(64),
        }),
        rows: vec![pb::ImportRow {
            line: 2,
            columns: former_row(town, share_no).columns(),
        }],
    }
}

/// The entries that stand on a share.
async fn standing(town: &Town, share_no: u32) -> Vec<pb::RegisterEntry> {
    let request = pb::ListRegisterEntriesRequest {
        share: Some(pb::ShareIdentification {
            cadastral_number: "20:315:032:150".to_owned(),
            block: BLOCK.to_owned(),
            kind: pb::ShareKind::Apartment.into(),
            number: share_no.to_string(),
        }),
        states: vec![RegisterEntryState::Live.into()],
        ..Default::default()
    };
    let mut register = town.raw(Account::Officer).register();
    let listed = register.list_register_entries(request).await;
    listed.unwrap().into_inner().entries
}

/// Both are ready before either is sent: the grant is signed, and the row is a request.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_grant_and_an_imported_row_for_one_share_exactly_one_makes_an_entry() {
    let town = Town::open_plainly().await;
    let head = town.provider(Account::Head);
    let identity = &town.world.provider.head.identity;
    for share_no in 61..73 {
        let agreement = town.agreement(share_no).with(|agreement| {
            agreement.share.as_mut().unwrap().block = BLOCK.to_owned();
        });
        let application = town.filed(&agreement, Stage::AwaitingSignature).await;
        let id = &application.application_id;
        let prepared = head.prepare_grant(id).await.unwrap();
        let signature = identity.sign_detached(&prepared.content, town.world.begins_at);
        let signature = signature.unwrap();
        let request = row(&town, share_no);
        let mut imports = town.raw(Account::Operator).imports();
        let (granted, imported) = tokio::join!(
            head.grant_signed(id, &prepared.etag, signature),
            imports.import_entries(request),
        );
        let [verdict] = <[_; 1]>::try_from(imported.unwrap().into_inner().verdicts).unwrap();
        let is_imported = verdict.outcome() == ImportOutcome::Imported;
        assert_ne!(granted.is_ok(), is_imported, "{granted:?} {verdict:?}");
        let [entry] = <[_; 1]>::try_from(standing(&town, share_no).await).unwrap();
        match granted {
            Ok(granted) => {
                assert_eq!(granted.entry.unwrap().entry_id, entry.entry_id);
                let [problem] = verdict.problems.as_slice() else {
                    panic!("{verdict:?}")
                };
                assert_eq!(problem.column, "share_number");
                assert!(problem.problem.contains(&entry.entry_number), "{problem:?}");
            }
            Err(fault) => {
                assert_eq!(verdict.entry_id, entry.entry_id);
                let told = Told::of(fault.status().unwrap());
                let reasons = ["SHARE_TAKEN", "STALE_ETAG"];
                assert!(reasons.contains(&told.reason.as_str()), "{told:?}");
                town.reached(&application, Stage::InReview).await;
            }
        }
    }
    town.close().await;
}
