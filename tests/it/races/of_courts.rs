//! A grant and a suspension of its entry at the same second: one comes first, and the other is decided upon
//! what that left (cl. 16).

use std::time::Duration;

use futures_util::future::join;
use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage, CourtEffect};

use tokio::time::sleep;

use crate::harness::{Account, Told, Town, court_act};

async fn entry(town: &Town, id: &str) -> pb::RegisterEntry {
    let request = pb::GetRegisterEntryRequest {
        key: Some(pb::get_register_entry_request::Key::EntryId(id.to_owned())),
        as_of_at: None,
    };
    let read = town.raw(Account::Officer).register();
    let read = { read }.get_register_entry(request).await;
    read.unwrap().into_inner().entry.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_grant_and_a_suspension_at_once_either_the_grant_was_first_or_it_is_refused() {
    let town = Town::open_plainly().await;
    let (mut made, mut refused) = (0, 0);
    // Each has a lead that grows in turn, so that both orders come up, and close ones.
    for (share, lead) in (461..473).zip((0..).step_by(10)) {
        let before = town.entry(share).await;
        let amendment = town.amendment(&before);
        let filed = town
            .filed_change(&amendment, Stage::AwaitingSignature)
            .await;
        let case = town.court_case(&before.application_id).await;
        let document = town.court_document(share).await;
        let act = court_act(&document, CourtEffect::Suspension);
        let head = town.provider(Account::Head);
        let prepared = head.prepare_grant(&filed.application_id).await.unwrap();
        let identity = &town.world.provider.head.identity;
        let signature = identity.sign_detached(&prepared.content, town.world.begins_at);
        let signature = signature.unwrap();
        let leads = [lead, 0].map(Duration::from_millis);
        let [to_grant, to_suspend] = if share % 2 == 0 {
            leads
        } else {
            [leads[1], leads[0]]
        };
        let suspending = async {
            sleep(to_suspend).await;
            head.record_court_act(&case, act).await
        };
        let granting = async {
            sleep(to_grant).await;
            let id = &filed.application_id;
            head.grant_signed(id, &prepared.etag, signature).await
        };
        let (granted, suspended) = join(granting, suspending).await;
        suspended.unwrap();
        let after = entry(&town, &before.entry_id).await;
        assert_eq!(
            after.court_restraints.len(),
            1,
            "it is suspended in the end"
        );
        match granted {
            Ok(_) => {
                made += 1;
                assert_eq!(after.version, 2);
                let since = after.court_restraints[0].since_at.unwrap();
                let entered = after.entered_at.unwrap();
                assert!(
                    (entered.seconds, entered.nanos) <= (since.seconds, since.nanos),
                    "the grant was first"
                );
            }
            Err(fault) => {
                refused += 1;
                let told = Told::of(fault.status().unwrap());
                // The application may have been looked at again before the grant was.
                let reasons = ["ENTRY_SUSPENDED", "STALE_ETAG"];
                assert!(reasons.contains(&told.reason.as_str()), "{told:?}");
                assert_eq!(after.version, 1, "nothing was changed");
            }
        }
    }
    assert!(
        made > 0 && refused > 0,
        "{made} were first, {refused} refused"
    );
    town.close().await;
}
