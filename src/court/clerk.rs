//! The clerk of cases in court: marks what a cooperative has not handed over in its term (D-15).
//! The clerk never decides anything in a case.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::DatabaseConnection;

use super::{
    addressed::moved_changes,
    model::{CourtCase, Moved},
    rows::{case::Entity, case_by_id},
};
use crate::{
    application::{Objection, Office},
    deadlines::{Clerk, Timer, one_by_one, settled},
    kernel::{CourtCaseId, Moment},
    store::{Changes, Command, Fence, Lease, Origin, RequestKey, StoreFault, waiting::to_wake},
};

/// How many cases are taken from the queue at once.
const BATCH: u64 = 50;

/// The clerk of cases in court.
#[derive(Debug)]
pub struct CourtClerk(Arc<Office>);

impl CourtClerk {
    /// A clerk of the office.
    pub const fn of(office: Arc<Office>) -> Self {
        Self(office)
    }
}

#[async_trait]
impl Clerk for CourtClerk {
    fn name(&self) -> &'static str {
        "court-cases"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::CourtCases]
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let (store, now) = (&self.0.store, self.0.now().instant);
        let looking = to_wake::<Entity, CourtCaseId>(store.reads(), now, BATCH);
        let ids = store.in_time("look for cases in court", looking).await?;
        one_by_one(ids, lease, |id, fence| async move {
            settled(store.execute(&Wake { id, fence }).await)
        })
        .await
    }
}

/// The system's command to mark a case whose moment has come.
struct Wake {
    id: CourtCaseId,
    fence: Fence,
}

impl Command for Wake {
    type Loaded = Option<CourtCase>;
    type Decided = (Moved, Moment);
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    fn fence(&self) -> Option<Fence> {
        Some(self.fence)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        case_by_id(reads, self.id).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let woken = loaded.and_then(|case| Moved::woken(case, moment.instant));
        woken
            .map(|moved| (moved, moment))
            .ok_or(Objection::NothingToDo)
    }

    fn changes(&self, (moved, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        Ok(moved_changes(
            moved,
            Origin::of_system("wake_court_case", *moment),
        ))
    }

    fn answer(&self, _decided: Self::Decided) {}
}
