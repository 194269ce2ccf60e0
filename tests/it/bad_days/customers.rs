//! Customers who file and withdraw while the database has a bad day, as proper clients do: asked to
//! come again, they come again with the same `request_id`, until there is an answer.
//! They take no other refusal than those that say so.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::ledger::{Filed, Ledger};
use crate::harness::{Account, Town};

/// How many work at once.
const CUSTOMERS: u32 = 6;
/// How long anything that must come is awaited.
const BAD_DAY_MAX: Duration = Duration::from_mins(1);
/// How often one asks the same at most.
const PATIENCE: u32 = 40;
/// The edge answers after half a minute at the latest, whatever happens behind it.
const ANSWER_MAX: Duration = Duration::from_secs(35);

/// What the customers have met so far.
#[derive(Default)]
pub(super) struct Met {
    acknowledged: AtomicU32,
    is_over: AtomicBool,
    milliseconds_max: AtomicU64,
    refusals: Mutex<BTreeMap<String, u32>>,
}

impl Met {
    /// Waits until so many more changes are acknowledged.
    pub(super) async fn acknowledged(&self, more: u32) {
        let enough = self.acknowledged.load(Ordering::SeqCst) + more;
        until("acknowledged changes", || {
            self.acknowledged.load(Ordering::SeqCst) >= enough
        })
        .await;
    }

    /// Waits until so many more calls were asked to come again.
    pub(super) async fn refused(&self, more: u32) {
        let enough = self.refusals() + more;
        until("refusals", || self.refusals() >= enough).await;
    }

    /// How many calls were asked to come again.
    pub(super) fn refusals(&self) -> u32 {
        self.counts().values().sum()
    }

    /// How many calls were asked to come again in that way.
    pub(super) fn refused_by(&self, code: Code) -> u32 {
        *self.counts().get(&format!("{code:?}")).unwrap_or(&0)
    }

    /// The longest that anybody waited for an answer of any kind.
    pub(super) fn wait_max(&self) -> Duration {
        Duration::from_millis(self.milliseconds_max.load(Ordering::SeqCst))
    }

    fn waited(&self, wait: Duration) {
        let milliseconds = u64::try_from(wait.as_millis()).unwrap();
        self.milliseconds_max
            .fetch_max(milliseconds, Ordering::SeqCst);
    }

    fn counts(&self) -> BTreeMap<String, u32> {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.clone()
    }

    /// After which pause the call may be made again, if that is what its refusal says.
    fn again(&self, status: &Status) -> Option<Duration> {
        let pause = pause(status)?;
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals.entry(format!("{:?}", status.code())).or_insert(0) += 1;
        Some(pause)
    }

    /// Asks the same until there is an answer.
    pub(super) async fn insist<Q: Clone, A>(
        &self,
        request: Q,
        ask: impl AsyncFn(Q) -> Result<A, Status>,
    ) -> Result<A, Status> {
        for _ in 0..PATIENCE {
            let began = Instant::now();
            let asked = tokio::time::timeout(ANSWER_MAX, ask(request.clone()));
            let answered = asked.await.unwrap_or_else(|_| panic!("a call hangs"));
            self.waited(began.elapsed());
            let status = match answered {
                Ok(answer) => return Ok(answer),
                Err(status) => status,
            };
            let Some(pause) = self.again(&status) else {
                return Err(status);
            };
            tokio::time::sleep(pause).await;
        }
        panic!("no answer after {PATIENCE} attempts")
    }
}

/// Looks until something is so, for as long as a bad day may take.
pub(super) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let looking = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let looked = tokio::time::timeout(BAD_DAY_MAX, looking).await;
    looked.unwrap_or_else(|_| panic!("no {what} in time"));
}

/// What a refusal that passes by itself says: when to ask again. None for any other.
fn pause(status: &Status) -> Option<Duration> {
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.as_str());
    match (status.code(), reason) {
        (Code::Unavailable | Code::ResourceExhausted, Some("TRY_AGAIN")) => {
            let said = details.retry_info().and_then(|info| info.retry_delay);
            Some(said.unwrap_or_else(|| panic!("no RetryInfo: {status:?}")))
        }
        (Code::DeadlineExceeded, Some("DEADLINE_EXCEEDED")) => Some(Duration::from_millis(250)),
        _ => None,
    }
}

/// Lets customers work while `trouble` comes and goes, and until the work is done that they have at
/// hand then. What was acknowledged holds afterwards.
pub(super) async fn work_through(town: &Town, trouble: impl AsyncFnOnce(&Met)) -> Met {
    let met = Met::default();
    let customers = join_all((0..CUSTOMERS).map(|customer| {
        let shares = 1_000 * (customer + 1)..1_000 * (customer + 2);
        file_and_withdraw(town, &met, shares)
    }));
    let reading = read(town, &met);
    let trouble = async {
        met.acknowledged(CUSTOMERS).await;
        trouble(&met).await;
        met.acknowledged(CUSTOMERS).await;
        met.is_over.store(true, Ordering::SeqCst);
    };
    let (filed, (), ()) = tokio::join!(customers, reading, trouble);
    let mut ledger = Ledger::of(filed.into_iter().flatten().collect());
    ledger.check(town).await;
    met
}

/// Files one share after the other, and withdraws every other application, until it is over.
async fn file_and_withdraw(town: &Town, met: &Met, shares: Range<u32>) -> Vec<Filed> {
    let mut raw = town.raw(Account::Portal).applications();
    let mut all = Vec::new();
    for share in shares {
        let request = town.agreement(share).electronic_contract().unwrap();
        let submit = async |request| raw.clone().submit_application(request).await;
        let answer = met.insist(request.clone(), submit).await.unwrap();
        met.acknowledged.fetch_add(1, Ordering::SeqCst);
        let mut filed = Filed::of(request, answer.into_inner().application.unwrap());
        if share % 2 == 1 {
            withdraw(met, &mut raw, &mut filed).await;
            met.acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        all.push(filed);
        if met.is_over.load(Ordering::SeqCst) {
            break;
        }
    }
    all
}

type Applications = pb::application_service_client::ApplicationServiceClient<crate::harness::Wire>;

/// Withdraws an application. The checks may change it meanwhile: then it is read again.
async fn withdraw(met: &Met, raw: &mut Applications, filed: &mut Filed) {
    let read = async |request| raw.clone().get_application(request).await;
    let withdraw = async |request| raw.clone().withdraw_application(request).await;
    let application_id = filed.application.application_id.clone();
    let mut etag = filed.application.etag.clone();
    for _ in 0..PATIENCE {
        let request = pb::WithdrawApplicationRequest {
            request_id: new_request_id(),
            application_id: application_id.clone(),
            etag,
        };
        match met.insist(request.clone(), withdraw).await {
            Ok(answer) => {
                let withdrawn = answer.into_inner().application.unwrap();
                assert_eq!(withdrawn.stage(), Stage::Withdrawn);
                filed.withdrawn = Some((request, withdrawn));
                return;
            }
            Err(status) => assert_eq!(status.code(), Code::Aborted, "{status:?}"),
        }
        let request = pb::GetApplicationRequest {
            application_id: application_id.clone(),
        };
        let found = met.insist(request, read).await.unwrap().into_inner();
        etag = found.application.unwrap().etag;
    }
    panic!("the application never rests")
}

/// Lists applications until it is over: who reads is told no worse than who writes.
async fn read(town: &Town, met: &Met) {
    let raw = town.raw(Account::Reader).applications();
    while !met.is_over.load(Ordering::SeqCst) {
        let list = async |request| raw.clone().list_applications(request).await;
        let request = pb::ListApplicationsRequest {
            page_size: 5,
            ..Default::default()
        };
        met.insist(request, list).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
