//! The part of the walk that asks for statistics, and has them counted anew.

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};

use crate::harness::{Account, Town, until};

/// Statistics of one provider and of all, with nothing told apart and with everything; then all anew.
pub(super) async fn statistics(town: &Town) {
    for counted_by in 1..=3 {
        for group_by in [vec![], vec![1, 2, 4], (1..=8).collect()] {
            let request = pb::GetStatisticsRequest {
                from_on: "2026-01-01".to_owned(),
                to_on: "2026-12-31".to_owned(),
                counted_by,
                provider_id: String::new(),
                procedures: vec![pb::Procedure::ParticipationAgreement.into()],
                forms: vec![pb::ApplicationForm::ElectronicContract.into()],
                group_by,
            };
            for account in [Account::Officer, Account::Agency] {
                let mut raw = town.raw(account).statistics();
                raw.get_statistics(request.clone()).await.unwrap();
            }
        }
    }
    let mut raw = town.raw(Account::Operator).statistics();
    let request = pb::RecountStatisticsRequest {
        request_id: new_request_id(),
    };
    // Whoever moves the counter while it counts decides twice.
    all_is_counted(town).await;
    raw.recount_statistics(request).await.unwrap();
    all_is_counted(town).await;
}

async fn all_is_counted(town: &Town) {
    until("the count of every fact", async || {
        let status = town.operator().status().await.unwrap();
        (status.statistics_lag == 0).then_some(())
    })
    .await;
}
