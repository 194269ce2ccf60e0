//! A stub that misbehaves, as a client sees it, and what it stores meanwhile.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::pb::monitoring::v1::{
    ClearMisbehaviourRequest, GetMisbehaviourRequest, Misbehaviour, MisbehaviourKind as Kind,
    PushStagesResponse, SetMisbehaviourRequest,
    monitor_control_service_client::MonitorControlServiceClient,
};

struct Trial {
    clock: Arc<TestClock>,
    stub: RunningStub,
    client: Client,
    control: MonitorControlServiceClient<Channel>,
    _folder: tempfile::TempDir,
}

impl Trial {
    async fn of(kind: Kind) -> Self {
        Self::with(Misbehaviour {
            kind: kind.into(),
            ..Misbehaviour::default()
        })
        .await
    }

    async fn with(misbehaviour: Misbehaviour) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::starting_at(RECEIVED_AT.parse().unwrap()));
        let stub = Stub {
            listen: "127.0.0.1:0".parse().unwrap(),
            folder: folder.path().to_owned(),
            token: None,
            clock: Arc::<TestClock>::clone(&clock),
        };
        let stub = stub.start().await.unwrap();
        let address = format!("http://{}", stub.address());
        let control = MonitorControlServiceClient::connect(address.clone()).await;
        let mut trial = Self {
            clock,
            stub,
            client: Client::connect(address).await.unwrap(),
            control: control.unwrap(),
            _folder: folder,
        };
        trial.set(misbehaviour).await;
        trial
    }

    async fn set(&mut self, misbehaviour: Misbehaviour) {
        let request = SetMisbehaviourRequest {
            misbehaviours: vec![misbehaviour],
            seed: 0,
        };
        self.control.set_misbehaviour(request).await.unwrap();
    }

    async fn push(&mut self, stages: Vec<Stage>) -> Result<PushStagesResponse, tonic::Status> {
        let answer = self.client.push_stages(PushStagesRequest { stages }).await;
        answer.map(tonic::Response::into_inner)
    }

    /// Sequence, repeats and the moment of what is stored, in the order of arrival.
    async fn stored(&mut self) -> Vec<(i32, i32, DateTime<Utc>)> {
        let stored = list(&mut self.client, ListReceivedStagesRequest::default()).await;
        let stored = stored.into_iter().map(|received| {
            let at = shape::instant(received.received_at.unwrap()).unwrap();
            let stage = received.stage.unwrap();
            (stage.sequence, received.duplicate_count, at)
        });
        stored.collect()
    }

    /// The stub behaves again: what was stored is known, what was not is taken in.
    async fn makes_good(&mut self, known: bool) {
        let cleared = self.control.clear_misbehaviour(ClearMisbehaviourRequest {});
        let cleared = cleared.await.unwrap().into_inner();
        assert_eq!(cleared.states[0].call_count, 1);
        let outcome = if known {
            StageOutcome::Duplicate
        } else {
            StageOutcome::Accepted
        };
        let answers = push(&mut self.client, batch()).await;
        assert!(answers.iter().all(|answer| answer.0 == outcome));
        let sequences: Vec<_> = self.stored().await.into_iter().map(|one| one.0).collect();
        assert_eq!(sequences, [1, 2]);
    }
}

fn batch() -> Vec<Stage> {
    vec![stage(1, "A-1", 1), stage(2, "A-1", 2)]
}

fn received_at() -> DateTime<Utc> {
    RECEIVED_AT.parse().unwrap()
}

#[tokio::test]
async fn an_unavailable_stub_stores_nothing() {
    let mut trial = Trial::of(Kind::Unavailable).await;
    let answer = trial.push(batch()).await;
    assert_eq!(answer.unwrap_err().code(), Code::Unavailable);
    assert_eq!(trial.stored().await, []);
    trial.makes_good(false).await;
}

#[tokio::test]
async fn a_slow_stub_answers_later() {
    let mut trial = Trial::with(Misbehaviour {
        kind: Kind::Slow.into(),
        delay_milliseconds: 300,
        ..Misbehaviour::default()
    })
    .await;
    let asked = Instant::now();
    trial.push(batch()).await.unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(300));
    trial.makes_good(true).await;
}

#[tokio::test]
async fn a_lost_answer_takes_the_connection_along() {
    let mut trial = Trial::of(Kind::LostAnswer).await;
    let mut beside = trial.client.clone();
    let slow = beside.list_received_stages(ListReceivedStagesRequest::default());
    slow.await.unwrap();
    let answer = trial.push(batch()).await.unwrap_err();
    assert_ne!(answer.message(), "the answer is lost", "nothing is said");
    trial.makes_good(true).await;
}

#[tokio::test]
async fn garbage_is_no_message() {
    let mut trial = Trial::of(Kind::Garbage).await;
    let answer = trial.push(batch()).await.unwrap_err();
    assert_eq!(answer.code(), Code::Internal, "{answer}");
    trial.makes_good(true).await;
}

#[tokio::test]
async fn a_spoilt_answer_does_not_fit_the_batch() {
    let sent = batch().into_iter().map(|stage| stage.event_id);
    let sent: Vec<_> = sent.collect();
    let backwards: Vec<_> = sent.iter().rev().cloned().collect();
    for (kind, fits) in [
        (Kind::OtherStages, None),
        (Kind::ShortAnswer, Some(sent[..1].to_vec())),
        (Kind::Disorder, Some(backwards)),
    ] {
        let mut trial = Trial::of(kind).await;
        let results = trial.push(batch()).await.unwrap().results;
        let told: Vec<_> = results.into_iter().map(|result| result.event_id).collect();
        match fits {
            Some(expected) => assert_eq!(told, expected),
            None => assert!(told.iter().all(|id| !sent.contains(id)), "{told:?}"),
        }
        trial.makes_good(true).await;
    }
}

#[tokio::test]
async fn what_arrived_in_the_last_second_is_lost_and_what_came_before_is_not() {
    let mut trial = Trial::with(Misbehaviour {
        kind: Kind::Unavailable.into(),
        application_number: "another".to_owned(),
        ..Misbehaviour::default()
    })
    .await;
    for (milliseconds, event) in [(0_i32, 1), (500, 2), (1_000, 3)] {
        let at = received_at() + TimeDelta::milliseconds(milliseconds.into());
        trial.clock.set(at).unwrap();
        let stage = stage(event, "A-1", event.into());
        assert_eq!(
            push(&mut trial.client, vec![stage]).await[0].0,
            StageOutcome::Accepted
        );
    }
    trial
        .set(Misbehaviour {
            kind: Kind::Loss.into(),
            calls_max: 1,
            ..Misbehaviour::default()
        })
        .await;
    let next = push(&mut trial.client, vec![stage(4, "A-1", 4)]).await;
    assert_eq!(next[0].0, StageOutcome::OutOfOrder, "2 and 3 are missing");
    let sequences: Vec<_> = trial.stored().await.into_iter().map(|one| one.0).collect();
    assert_eq!(sequences, [1]);
    let again = vec![stage(2, "A-1", 2), stage(3, "A-1", 3), stage(4, "A-1", 4)];
    let outcomes = push(&mut trial.client, again).await;
    assert!(outcomes.iter().all(|one| one.0 == StageOutcome::Accepted));
}

#[tokio::test]
async fn one_application_is_refused_and_its_neighbours_are_not() {
    let mut trial = Trial::with(Misbehaviour {
        kind: Kind::Refusal.into(),
        application_number: "A-1".to_owned(),
        ..Misbehaviour::default()
    })
    .await;
    let mixed = vec![stage(1, "A-1", 1), stage(3, "A-2", 1)];
    let outcomes: Vec<_> = push(&mut trial.client, mixed)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(outcomes, [StageOutcome::Rejected, StageOutcome::Accepted]);
    assert_eq!(trial.stored().await, [(1, 0, received_at())]);
}

#[tokio::test]
async fn a_wrong_clock_shows_in_what_is_stored() {
    let mut trial = Trial::of(Kind::WrongClock).await;
    trial.push(batch()).await.unwrap();
    let off = received_at() + TimeDelta::hours(1);
    assert_eq!(trial.stored().await, [(1, 0, off), (2, 0, off)]);
    trial.makes_good(true).await;
}

#[tokio::test]
async fn what_is_set_is_told_and_what_is_wrong_is_refused() {
    let mut trial = Trial::of(Kind::Disorder).await;
    let told = trial.control.get_misbehaviour(GetMisbehaviourRequest {});
    let states = told.await.unwrap().into_inner().states;
    assert_eq!(states.len(), 1);
    assert_eq!(
        states[0].misbehaviour.as_ref().unwrap().kind(),
        Kind::Disorder
    );
    let nothing = SetMisbehaviourRequest::default();
    let refused = trial.control.set_misbehaviour(nothing).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(refused.message(), "misbehaviours must be 1 to 32");
    trial.stub.stop().await.unwrap();
}

#[tokio::test]
async fn whoever_has_no_token_sets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (stub, _client) = start(folder.path(), Some(TokenDigest::of("right"))).await;
    let address = format!("http://{}", stub.address());
    let mut control = MonitorControlServiceClient::connect(address).await.unwrap();
    let refused = control.get_misbehaviour(GetMisbehaviourRequest {}).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unauthenticated);
}
