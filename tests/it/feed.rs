//! The stage feed from outside (cl. 13): agencies, providers and cooperatives read and watch what happens to
//! the applications that they may see. What they see is what the monitoring system got, in the same order.

use std::time::Duration;

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, StageWatchEndReason as Why, watch_stages_request::Start,
    watch_stages_response::Event,
};
use tonic::{Code, Streaming};

use crate::harness::{Account, Raw, TUESDAY_MORNING, Told, Town, moment, until};

type Watch = Streaming<pb::WatchStagesResponse>;

pub(crate) async fn watch(raw: &Raw, start: Start, heartbeat_seconds: i32) -> Watch {
    let request = pb::WatchStagesRequest {
        filter: None,
        start: Some(start),
        heartbeat_seconds,
        rules_changes: false,
    };
    raw.feed().watch_stages(request).await.unwrap().into_inner()
}

/// The next stage, with the token after it; heartbeats are passed over.
pub(crate) async fn stage(watch: &mut Watch) -> (pb::StageEvent, String) {
    loop {
        let message = watch.message().await.unwrap().unwrap();
        match message.event.unwrap() {
            Event::Stage(stage) => return (stage, message.resume_token),
            Event::Heartbeat(_) | Event::RulesChange(_) => {}
            Event::End(end) => panic!("{end:?}"),
        }
    }
}

/// Stages until an application reached one.
async fn until_stage(watch: &mut Watch, last: Stage) -> (Vec<String>, String) {
    let mut codes = Vec::new();
    loop {
        let (stage, token) = stage(watch).await;
        codes.push(
            stage
                .stage()
                .as_str_name()
                .replace("APPLICATION_STAGE_", ""),
        );
        if stage.stage() == last {
            return (codes, token);
        }
    }
}

fn morning() -> prost_types::Timestamp {
    tizilim::rpc::timestamp(moment(TUESDAY_MORNING))
}

async fn listed(raw: &Raw, filter: pb::StageFilter) -> Vec<pb::StageEvent> {
    let mut all = Vec::new();
    let mut request = pb::ListStagesRequest {
        filter: Some(filter),
        page_size: 3,
        from_at: Some(morning()),
        ..pb::ListStagesRequest::default()
    };
    loop {
        let page = raw
            .feed()
            .list_stages(request.clone())
            .await
            .unwrap()
            .into_inner();
        all.extend(page.stages);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
        request.from_at = None;
    }
}

#[tokio::test]
async fn a_watcher_sees_what_the_monitoring_system_gets_also_after_a_restart() {
    let town = Town::open_plainly().await;
    let agency = town.raw(Account::Agency);
    let mut watching = watch(&agency, Start::FromNow(true), 0).await;
    let agreement = town.agreement(401);
    let filed = town.filed(&agreement, Stage::AwaitingSignature).await;
    let (mut codes, token) = until_stage(&mut watching, Stage::AwaitingSignature).await;

    let (town, end) = tokio::join!(town.restarted(), ended(&mut watching));
    assert_eq!(end.0, Why::Draining);
    let agency = town.raw(Account::Agency);
    let mut watching = watch(&agency, Start::ResumeToken(token), 0).await;
    town.granted(&filed).await;
    let (later, _) = until_stage(&mut watching, Stage::ExtractSent).await;
    codes.extend(later);
    assert_eq!(town.received(&filed.application_number).await, codes);

    let stages = listed(&agency, pb::StageFilter::default()).await;
    let told: Vec<_> = stages.iter().map(|stage| stage.sequence).collect();
    assert_eq!(told, (1..=6).collect::<Vec<_>>(), "the same by pages");
    let last = stages.last().unwrap();
    assert_eq!(last.application_id, filed.application_id);
    assert_eq!(last.cooperative_bin, filed.cooperative_bin);
    assert_eq!(last.result(), Stage::Granted);
    assert_eq!(last.due_at, filed.due_at);
}

async fn ended(watch: &mut Watch) -> (Why, String) {
    loop {
        let message = watch.message().await.unwrap().unwrap();
        if let Some(Event::End(end)) = message.event {
            assert!(watch.message().await.unwrap().is_none());
            return (end.reason(), message.resume_token);
        }
    }
}

#[tokio::test]
async fn each_party_sees_its_own_and_an_agency_all() {
    let town = Town::open().await;
    town.filed(&town.agreement(402), Stage::AwaitingSignature)
        .await;
    let count = async |account| {
        listed(&town.raw(account), pb::StageFilter::default())
            .await
            .len()
    };
    for account in [
        Account::Agency,
        Account::Portal,
        Account::Reader,
        Account::Officer,
    ] {
        assert_eq!(count(account).await, 4, "{account:?}");
    }
    for account in [Account::Neighbour, Account::Stranger] {
        assert_eq!(count(account).await, 0, "{account:?}");
    }
    let refused = pb::StageFilter {
        stages: vec![Stage::Refused.into()],
        ..pb::StageFilter::default()
    };
    assert!(listed(&town.raw(Account::Agency), refused).await.is_empty());
}

#[tokio::test]
async fn whoever_is_taken_out_of_the_file_of_callers_watches_and_calls_no_more() {
    let town = Town::open().await;
    let agency = town.raw(Account::Agency);
    let mut watching = watch(&agency, Start::FromNow(true), 1).await;
    let first = watching.message().await.unwrap().unwrap();
    assert!(matches!(first.event, Some(Event::Heartbeat(_))));
    let file = town.installation.path().join("callers.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let rows = text.split("[[caller]]");
    let kept: Vec<_> = rows.filter(|row| !row.contains("agency")).collect();
    std::fs::write(&file, kept.join("[[caller]]")).unwrap();
    let status = loop {
        match watching.message().await {
            Ok(message) => assert!(message.is_some(), "it does not end well"),
            Err(status) => break status,
        }
    };
    Told::of(&status).is(Code::Unauthenticated, "UNAUTHENTICATED");
    let request = pb::ListStagesRequest::default();
    let refused = agency.feed().list_stages(request).await.unwrap_err();
    Told::of(&refused).is(Code::Unauthenticated, "UNAUTHENTICATED");
    assert!(town.operator().status().await.is_ok(), "all others go on");
}

#[tokio::test]
async fn a_watcher_must_say_where_to_begin_and_all_that_is_wrong_is_told() {
    let town = Town::open().await;
    let agency = town.raw(Account::Agency);
    let nowhere = pb::WatchStagesRequest::default();
    let refused = agency.feed().watch_stages(nowhere).await.unwrap_err();
    let told = Told::of(&refused);
    assert_eq!(told.paths(), ["start"]);

    let wrong = pb::WatchStagesRequest {
        filter: Some(pb::StageFilter {
            provider_bins: vec!["600740000013".to_owned()],
            kato_prefixes: vec!["7".to_owned(), "7x".to_owned(), "75".to_owned()],
            procedures: vec![0, 99],
            stages: vec![1, 77],
            overdue_only: false,
        }),
        start: Some(Start::FromNow(false)),
        heartbeat_seconds: 61,
        rules_changes: false,
    };
    let refused = agency.feed().watch_stages(wrong).await.unwrap_err();
    let told = Told::of(&refused);
    told.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(
        told.paths(),
        [
            "filter.provider_bins[0]",
            "filter.kato_prefixes[0]",
            "filter.kato_prefixes[1]",
            "filter.procedures[0]",
            "filter.procedures[1]",
            "filter.stages[1]",
            "heartbeat_seconds",
            "from_now",
        ]
    );
    let forged = Some(Start::ResumeToken("AAAA".to_owned()));
    let forged = pb::WatchStagesRequest {
        start: forged,
        ..pb::WatchStagesRequest::default()
    };
    let refused = agency.feed().watch_stages(forged).await.unwrap_err();
    Told::of(&refused).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let both = pb::ListStagesRequest {
        page_token: "AAAA".to_owned(),
        from_at: Some(morning()),
        ..pb::ListStagesRequest::default()
    };
    let refused = agency.feed().list_stages(both).await.unwrap_err();
    assert_eq!(Told::of(&refused).paths(), ["from_at"]);
}

#[tokio::test]
async fn whoever_leaves_is_no_longer_counted() {
    let town = Town::open().await;
    let agency = town.raw(Account::Agency);
    let watching = watch(&agency, Start::FromNow(true), 1).await;
    drop(watching);
    // The tail rests again: a stage that comes then is found by the next one all the same.
    tokio::time::sleep(Duration::from_millis(50)).await;
    town.filed(&town.agreement(403), Stage::AwaitingSignature)
        .await;
    let start = Start::FromAt(morning());
    let mut watching = watch(&agency, start, 1).await;
    let found = until("the stage", async || {
        let (found, _) = stage(&mut watching).await;
        (found.stage() == Stage::AwaitingSignature).then_some(found)
    });
    assert_eq!(found.await.sequence, 4);
}
