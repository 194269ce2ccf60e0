//! What the stub has of a day, counted and added up as the contract says.

use prost::Message as _;
use sea_orm::{ConnectionTrait as _, Database};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    kernel::DigestSum,
    pb::monitoring::v1::{
        GetDayDigestRequest, stage_digest_service_client::StageDigestServiceClient,
    },
};

const DAY: &str = "2026-09-21";
const PROVIDER: &str = "600740000012";

fn of(stages: &[Stage]) -> (i32, Vec<u8>) {
    let digests = stages
        .iter()
        .map(|stage| DigestSum::of(Sha256::digest(stage.encode_to_vec()).into()));
    let sum = digests.fold(DigestSum::default(), DigestSum::plus);
    let count = i32::try_from(stages.len()).unwrap();
    (count, sum.bytes().to_vec())
}

async fn ask(stub: &RunningStub, request: GetDayDigestRequest) -> Result<(i32, Vec<u8>), String> {
    let address = format!("http://{}", stub.address());
    let mut client = StageDigestServiceClient::connect(address).await.unwrap();
    match client.get_day_digest(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            Ok((answer.stage_count, answer.digest))
        }
        Err(status) => Err(status.message().to_owned()),
    }
}

fn day() -> GetDayDigestRequest {
    GetDayDigestRequest {
        day_on: DAY.to_owned(),
        provider_bin: PROVIDER.to_owned(),
        ..GetDayDigestRequest::default()
    }
}

#[tokio::test]
async fn a_day_is_added_up_whatever_the_order_of_arrival() {
    let folder = tempfile::tempdir().unwrap();
    let (stub, mut client) = start(folder.path(), None).await;
    assert_eq!(ask(&stub, day()).await.unwrap(), of(&[]));
    let all = [stage(1, "A-1", 1), stage(2, "A-2", 1), stage(3, "A-1", 2)];
    let [one, two, three] = all.clone();
    // 19:00 UTC is the next day in Almaty.
    let mut later = stage(4, "A-2", 2);
    later.occurred_at.as_mut().unwrap().seconds = 1_790_017_200;
    push(
        &mut client,
        vec![two.clone(), one, three.clone(), later.clone()],
    )
    .await;
    assert_eq!(ask(&stub, day()).await.unwrap(), of(&all));
    let next = GetDayDigestRequest {
        day_on: "2026-09-22".to_owned(),
        ..day()
    };
    assert_eq!(ask(&stub, next).await.unwrap(), of(&[later]));
    let part = GetDayDigestRequest {
        from_event_id: two.event_id.clone(),
        before_event_id: three.event_id,
        ..day()
    };
    assert_eq!(ask(&stub, part).await.unwrap(), of(&[two]));
    let other = GetDayDigestRequest {
        provider_bin: "601240000014".to_owned(),
        ..day()
    };
    assert_eq!(ask(&stub, other).await.unwrap(), of(&[]));
}

/// Makes something of a question wrong.
type Break = fn(&mut GetDayDigestRequest);

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (stub, _client) = start(folder.path(), None).await;
    let broken: [(Break, &str); 4] = [
        (|r| r.day_on.clear(), "day_on must be a date"),
        (
            |r| r.provider_bin.clear(),
            "provider_bin must have 12 digits",
        ),
        (
            |r| r.from_event_id.push('x'),
            "from_event_id must be a UUID",
        ),
        (
            |r| r.before_event_id.push('x'),
            "before_event_id must be a UUID",
        ),
    ];
    for (damage, problem) in broken {
        let mut request = day();
        damage(&mut request);
        let told = ask(&stub, request).await.unwrap_err();
        assert!(told.starts_with(problem), "{told} instead of {problem}");
    }
}

#[tokio::test]
async fn a_file_of_the_release_before_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite:{}?mode=rwc",
        folder.path().join("monitor.db").display()
    );
    let database = Database::connect(url).await.unwrap();
    let known = stage(1, "A-1", 1);
    let row = format!(
        "CREATE TABLE received_stage (arrival INTEGER PRIMARY KEY, event_id BLOB NOT NULL,
            application_number TEXT NOT NULL, sequence INTEGER NOT NULL, received_at TEXT NOT NULL,
            duplicate_count INTEGER NOT NULL, stage BLOB NOT NULL,
            CONSTRAINT uq_received_stage_event UNIQUE (event_id),
            CONSTRAINT uq_received_stage_sequence UNIQUE (application_number, sequence));
        PRAGMA user_version = 1;
        INSERT INTO received_stage VALUES (1, X'{}', 'A-1', 1, '{RECEIVED_AT}', 0, X'{}');",
        known.event_id.replace('-', ""),
        hex::encode(known.encode_to_vec()),
    );
    database.execute_unprepared(&row).await.unwrap();
    database.close().await.unwrap();

    let (stub, mut client) = start(folder.path(), None).await;
    assert_eq!(
        ask(&stub, day()).await.unwrap(),
        of(std::slice::from_ref(&known))
    );
    let outcomes = push(&mut client, vec![known, stage(2, "A-1", 2)]).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(|one| one.0).collect();
    assert_eq!(outcomes, [StageOutcome::Duplicate, StageOutcome::Accepted]);
}
