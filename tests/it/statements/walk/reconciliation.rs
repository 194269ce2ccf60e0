//! The part of the walk in which operators have a day compared, and sent again what is different.

use tizilim::{
    demo::client::new_request_id,
    pb::{
        monitoring::v1::{
            Misbehaviour, MisbehaviourKind, SetMisbehaviourRequest,
            monitor_control_service_client::MonitorControlServiceClient,
        },
        registry::v1::{self as pb, ApplicationStage as Stage, ReconciliationState as State},
    },
};

use crate::harness::{Account, Town, until};

const DAY: &str = "2026-11-24";

/// The stub loses everything; both lists and both commands.
pub(super) async fn reconciliation(town: &Town) {
    let mut raw = town.raw(Account::Operator).reconciliation();
    town.operator().all_stages_delivered().await.unwrap();
    lose_everything(town).await;
    let request = pb::ReconcileDayRequest {
        request_id: new_request_id(),
        sink: "monitoring".to_owned(),
        day_on: DAY.to_owned(),
        provider_bin: String::new(),
    };
    raw.reconcile_day(request).await.unwrap();
    let mut lists = pb::ListReconciliationsRequest {
        state: State::Different.into(),
        page_size: 50,
        ..Default::default()
    };
    until("a comparison", async || {
        let page = raw.clone().list_reconciliations(lists.clone()).await;
        let found = page.unwrap().into_inner().reconciliations;
        (!found.is_empty()).then_some(())
    })
    .await;
    "monitoring".clone_into(&mut lists.sink);
    raw.list_reconciliations(lists).await.unwrap();
    let mut list = pb::ListDifferencesRequest {
        sink: "monitoring".to_owned(),
        day_on: DAY.to_owned(),
        page_size: 1,
        ..Default::default()
    };
    let page = raw.list_differences(list.clone()).await.unwrap();
    list.page_token = page.into_inner().next_page_token;
    raw.list_differences(list).await.unwrap();
    let request = pb::ResendStagesRequest {
        request_id: new_request_id(),
        sink: "monitoring".to_owned(),
        day_on: DAY.to_owned(),
        event_ids: Vec::new(),
        reason: "tried".to_owned(),
    };
    raw.resend_stages(request).await.unwrap();
    let lists = pb::ListReconciliationsRequest {
        state: State::Alike.into(),
        ..Default::default()
    };
    until("a healed day", async || {
        let page = raw.clone().list_reconciliations(lists.clone()).await;
        let found = page.unwrap().into_inner().reconciliations;
        (!found.is_empty()).then_some(())
    })
    .await;
}

async fn lose_everything(town: &Town) {
    let address = format!("http://{}", town.stub.address());
    let mut control = MonitorControlServiceClient::connect(address).await.unwrap();
    let loss = Misbehaviour {
        kind: MisbehaviourKind::Loss.into(),
        calls_max: 1,
        lost_seconds: 3_600,
        ..Misbehaviour::default()
    };
    let request = SetMisbehaviourRequest {
        misbehaviours: vec![loss],
        seed: 0,
    };
    control.set_misbehaviour(request).await.unwrap();
    town.filed(&town.agreement(995), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
}
