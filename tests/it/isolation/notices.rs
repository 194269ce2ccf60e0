//! Nobody learns of another addressee's notices, not even that they exist (I-8).

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};

use crate::harness::{Account, Told, Town};

#[tokio::test]
async fn an_addressee_sees_its_own_notices_and_another_s_are_as_those_that_are_not_there() {
    let town = Town::open().await;
    let change = town.told_of(51).await;
    let report = town
        .ministry()
        .report(&change.rules_change_id)
        .await
        .unwrap();
    let own = town
        .addressee(Account::Corporation)
        .notices(false)
        .await
        .unwrap();
    let own = &own[0].notice_id;
    for account in [
        Account::Officer,
        Account::Stranger,
        Account::Corporation,
        Account::EgovOperator,
    ] {
        let mut raw = town.raw(account).notices();
        let listed = raw.list_notices(pb::ListNoticesRequest::default()).await;
        let listed = listed.unwrap().into_inner().notices;
        let count = if account == Account::EgovOperator {
            2
        } else {
            1
        };
        assert_eq!(listed.len(), count, "{account:?}");
        for notice in &report.notices {
            let id = &notice.notice_id;
            let is_own = listed.iter().any(|one| one.notice_id == *id);
            let mut told = Vec::new();
            for notice_id in [id.clone(), new_request_id()] {
                let get = pb::GetNoticeRequest {
                    notice_id: notice_id.clone(),
                };
                let acknowledge = pb::AcknowledgeNoticeRequest {
                    request_id: new_request_id(),
                    notice_id,
                };
                if is_own {
                    raw.get_notice(get).await.unwrap();
                    break;
                }
                told.push(Told::of(&raw.get_notice(get).await.unwrap_err()));
                told.push(Told::of(
                    &raw.acknowledge_notice(acknowledge).await.unwrap_err(),
                ));
            }
            assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
            assert_eq!(told.len(), if is_own { 0 } else { 4 });
        }
    }
    for account in [Account::Ministry, Account::Operator] {
        let get = pb::GetNoticeRequest {
            notice_id: own.clone(),
        };
        town.raw(account).notices().get_notice(get).await.unwrap();
    }
}
