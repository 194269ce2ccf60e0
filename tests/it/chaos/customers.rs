//! Customers who file through the storm at whatever process answers, with the same `request_id` until
//! there is an answer. They take no other refusal than that they are to come again.

use std::time::{Duration, Instant};

use tizilim::{
    demo::{agreement, client::new_request_id},
    pb::registry::v1 as pb,
};
use tokio::time::{sleep, timeout};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;

use super::stand::Stand;
use crate::harness::{Account, Raw};

/// Who is not answered within this asks another process.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// How often one asks the same at most.
const PATIENCE: u32 = 1_000;
/// Before the same is asked again.
const AGAIN: Duration = Duration::from_millis(50);
/// Before the next is filed: the processors have more to do than that.
const PAUSE: Duration = Duration::from_millis(50);

/// A customer at work.
pub(super) struct Customer<'a> {
    stand: &'a Stand,
    turn: usize,
    share: u32,
    work: Work,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// The number of each application that was acknowledged, and whether its withdrawal was.
    pub(super) acknowledged: Vec<(String, bool)>,
    /// How often nobody answered, or the answer was to come again.
    pub(super) asked_again: u32,
    /// How often that which was asked again had been done already.
    pub(super) replayed: u32,
}

impl<'a> Customer<'a> {
    pub(super) fn new(stand: &'a Stand, number: u32) -> Self {
        Self {
            stand,
            turn: usize::try_from(number).unwrap(),
            share: 1_000_000 * (number + 1),
            work: Work::default(),
        }
    }

    /// Files one contract after the other, and withdraws every third.
    pub(super) async fn work_until(mut self, ends_at: Instant) -> Work {
        while Instant::now() < ends_at {
            self.share += 1;
            let filed = self.file().await;
            let is_withdrawn = self.share.is_multiple_of(3);
            let number = filed.application_number.clone();
            if is_withdrawn {
                self.withdraw(filed).await;
            }
            self.work.acknowledged.push((number, is_withdrawn));
            sleep(PAUSE).await;
        }
        self.work
    }

    async fn file(&mut self) -> pb::Application {
        let request = agreement(&self.stand.world, self.share);
        let request = request.electronic_contract().unwrap();
        let asked_before = self.work.asked_again;
        let ask = async |raw: Raw, request| raw.applications().submit_application(request).await;
        let answer = self.insist(request, ask).await.unwrap();
        self.count(answer.replayed, asked_before);
        answer.application.unwrap()
    }

    /// The checks may change it meanwhile: then it is read again.
    async fn withdraw(&mut self, mut application: pb::Application) {
        for _ in 0..PATIENCE {
            let application_id = application.application_id;
            let request = pb::WithdrawApplicationRequest {
                request_id: new_request_id(),
                application_id: application_id.clone(),
                etag: application.etag,
            };
            let asked_before = self.work.asked_again;
            let ask =
                async |raw: Raw, request| raw.applications().withdraw_application(request).await;
            match self.insist(request, ask).await {
                Ok(answer) => return self.count(answer.replayed, asked_before),
                Err(status) => assert_eq!(status.code(), Code::Aborted, "{status:?}"),
            }
            let request = pb::GetApplicationRequest { application_id };
            let ask = async |raw: Raw, request| raw.applications().get_application(request).await;
            let found = self.insist(request, ask).await.unwrap();
            application = found.application.unwrap();
        }
        panic!("the application never rests")
    }

    fn count(&mut self, replayed: bool, asked_before: u32) {
        let was_asked_again = self.work.asked_again > asked_before;
        assert!(was_asked_again || !replayed, "it was asked once");
        self.work.replayed += u32::from(replayed);
    }

    /// Asks one process after the other until there is an answer.
    async fn insist<Q: Clone, A>(
        &mut self,
        request: Q,
        ask: impl AsyncFn(Raw, Q) -> Result<Response<A>, Status>,
    ) -> Result<A, Status> {
        for _ in 0..PATIENCE {
            self.turn += 1;
            let raw = self.stand.raw(self.turn, Account::Portal);
            match timeout(ANSWER_MAX, ask(raw, request.clone())).await {
                Ok(Ok(answer)) => return Ok(answer.into_inner()),
                Ok(Err(status)) if !passes(&status) => return Err(status),
                Ok(Err(_)) | Err(_) => self.work.asked_again += 1,
            }
            sleep(AGAIN).await;
        }
        panic!("no answer after {PATIENCE} attempts")
    }
}

/// Whether nobody was there to answer, or the answer says that it passes by itself.
pub(super) fn passes(status: &Status) -> bool {
    let info = status.get_error_details().error_info().cloned();
    info.is_none_or(|info| ["TRY_AGAIN", "DEADLINE_EXCEEDED"].contains(&info.reason.as_str()))
}
