//! The stub over a real socket. No test reaches into its file but to break it.

mod digests;
mod misbehaving;

use std::{path::Path, sync::Arc};

use tonic::{
    Code, Request,
    transport::{Channel, Endpoint},
};

use super::{shape::tests::stage, *};
use crate::{
    kernel::TestClock,
    pb::monitoring::v1::{
        ListReceivedStagesRequest, PushStagesRequest, ReceivedStage, Stage, StageOutcome,
        stage_ingest_service_client::StageIngestServiceClient,
    },
};

type Client = StageIngestServiceClient<Channel>;

const RECEIVED_AT: &str = "2026-10-23T04:00:00.123456Z";

async fn start(folder: &Path, token: Option<TokenDigest>) -> (RunningStub, Client) {
    let clock = TestClock::starting_at(RECEIVED_AT.parse().unwrap());
    let stub = Stub {
        listen: "127.0.0.1:0".parse().unwrap(),
        folder: folder.to_owned(),
        token,
        clock: Arc::new(clock),
    };
    let stub = stub.start().await.unwrap();
    let client = Client::connect(format!("http://{}", stub.address())).await;
    (stub, client.unwrap())
}

async fn push(client: &mut Client, stages: Vec<Stage>) -> Vec<(StageOutcome, String)> {
    let sent: Vec<_> = stages.iter().map(|stage| stage.event_id.clone()).collect();
    let answer = client.push_stages(PushStagesRequest { stages }).await;
    let results = answer.unwrap().into_inner().results;
    let told: Vec<_> = results
        .iter()
        .map(|result| result.event_id.clone())
        .collect();
    assert_eq!(told, sent);
    results
        .into_iter()
        .map(|result| (result.outcome(), result.reason))
        .collect()
}

async fn list(client: &mut Client, request: ListReceivedStagesRequest) -> Vec<ReceivedStage> {
    let answer = client.list_received_stages(request).await;
    answer.unwrap().into_inner().stages
}

#[tokio::test]
async fn stages_are_kept_once_and_in_order_and_outlive_the_stub() {
    let folder = tempfile::tempdir().unwrap();
    let (stub, mut client) = start(folder.path(), None).await;
    let batch = vec![
        stage(1, "A-1", 1),
        stage(2, "A-2", 1),
        stage(1, "A-1", 1),
        stage(4, "A-1", 3),
        Stage::default(),
    ];
    let [first, other, repeat, early, empty] = push(&mut client, batch).await.try_into().unwrap();
    assert_eq!(first, (StageOutcome::Accepted, String::new()));
    assert_eq!(other, (StageOutcome::Accepted, String::new()));
    assert_eq!(repeat, (StageOutcome::Duplicate, String::new()));
    assert_eq!(early, (StageOutcome::OutOfOrder, String::new()));
    assert_eq!(
        empty,
        (StageOutcome::Rejected, "provider is required".to_owned())
    );
    stub.stop().await.unwrap();

    let (stub, mut client) = start(folder.path(), None).await;
    let batch = vec![stage(2, "A-2", 1), stage(3, "A-1", 2), stage(4, "A-1", 3)];
    let outcomes: Vec<_> = push(&mut client, batch)
        .await
        .into_iter()
        .map(|result| result.0)
        .collect();
    assert_eq!(
        outcomes,
        [
            StageOutcome::Duplicate,
            StageOutcome::Accepted,
            StageOutcome::Accepted
        ]
    );

    let all = list(&mut client, ListReceivedStagesRequest::default()).await;
    let received_at: chrono::DateTime<chrono::Utc> = RECEIVED_AT.parse().unwrap();
    let expected = [
        (1, 1, stage(1, "A-1", 1)),
        (2, 1, stage(2, "A-2", 1)),
        (3, 0, stage(3, "A-1", 2)),
        (4, 0, stage(4, "A-1", 3)),
    ]
    .map(|(arrival, duplicate_count, stage)| ReceivedStage {
        arrival,
        received_at: Some(std::time::SystemTime::from(received_at).into()),
        duplicate_count,
        stage: Some(stage),
    });
    assert_eq!(all, expected);
    stub.stop().await.unwrap();
}

#[tokio::test]
async fn the_list_is_read_in_pages_and_by_application() {
    let folder = tempfile::tempdir().unwrap();
    let (_stub, mut client) = start(folder.path(), None).await;
    push(
        &mut client,
        vec![
            stage(1, "A-1", 1),
            stage(2, "A-2", 1),
            stage(3, "A-1", 2),
            stage(4, "A-1", 3),
        ],
    )
    .await;
    for (application_number, page_size, after_arrival, arrivals) in [
        ("", 0, 0, vec![1, 2, 3, 4]),
        ("", 3, 0, vec![1, 2, 3]),
        ("", 5_000, 3, vec![4]),
        ("A-1", 2, 0, vec![1, 3]),
        ("A-1", 2, 3, vec![4]),
        ("A-3", 0, 0, vec![]),
    ] {
        let request = ListReceivedStagesRequest {
            application_number: application_number.to_owned(),
            page_size,
            after_arrival,
        };
        let page = list(&mut client, request.clone()).await;
        let page: Vec<_> = page.iter().map(|received| received.arrival).collect();
        assert_eq!(page, arrivals, "{request:?}");
    }
    let below = ListReceivedStagesRequest {
        page_size: -1,
        ..ListReceivedStagesRequest::default()
    };
    let answer = client.list_received_stages(below).await;
    assert_eq!(answer.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_batch_has_one_to_five_hundred_stages() {
    let folder = tempfile::tempdir().unwrap();
    let (_stub, mut client) = start(folder.path(), None).await;
    for size in [0, 501] {
        let stages = vec![stage(1, "A-1", 1); size];
        let answer = client.push_stages(PushStagesRequest { stages }).await;
        assert_eq!(answer.unwrap_err().code(), Code::InvalidArgument, "{size}");
    }
    let outcomes = push(&mut client, vec![stage(1, "A-1", 1); 500]).await;
    assert_eq!(outcomes.len(), 500);
    let all = list(&mut client, ListReceivedStagesRequest::default()).await;
    let counts: Vec<_> = all
        .iter()
        .map(|received| received.duplicate_count)
        .collect();
    assert_eq!(counts, [499]);
}

#[tokio::test]
async fn a_stub_with_a_token_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_stub, mut client) = start(folder.path(), Some(TokenDigest::of("right"))).await;
    let request = ListReceivedStagesRequest::default();
    let answer = client.list_received_stages(request.clone()).await;
    assert_eq!(answer.unwrap_err().code(), Code::Unauthenticated);
    let mut request = Request::new(request);
    request
        .metadata_mut()
        .insert("authorization", "Bearer right".parse().unwrap());
    assert!(client.list_received_stages(request).await.is_ok());
}

#[tokio::test]
async fn a_file_of_another_release_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (stub, _client) = start(folder.path(), None).await;
    stub.stop().await.unwrap();
    let url = format!("sqlite:{}", folder.path().join("monitor.db").display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&database, "PRAGMA user_version = 3")
        .await
        .unwrap();
    database.close().await.unwrap();
    let later = Stub {
        listen: "127.0.0.1:0".parse().unwrap(),
        folder: folder.path().to_owned(),
        token: None,
        clock: Arc::new(crate::kernel::SystemClock),
    };
    let fault = later.start().await.unwrap_err();
    assert!(
        matches!(fault, MonitorFault::Schema { found: 3 }),
        "{fault}"
    );
}

#[tokio::test]
async fn reflection_names_the_service() {
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let folder = tempfile::tempdir().unwrap();
    let (stub, _client) = start(folder.path(), None).await;
    let channel = Endpoint::from_shared(format!("http://{}", stub.address())).unwrap();
    let mut client = ServerReflectionClient::new(channel.connect().await.unwrap());
    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = client
        .server_reflection_info(tokio_stream::once(question))
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else {
        panic!("{answer:?}")
    };
    let names: Vec<_> = list
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    assert!(
        names.contains(&"tizilim.monitoring.v1.StageIngestService".to_owned()),
        "{names:?}"
    );
}
