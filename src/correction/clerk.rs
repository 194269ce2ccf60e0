//! The clerk of corrections: registers at the opening what was asked for out of hours, and marks what
//! was not decided, or not sent, in its term.
//! The clerk never decides a correction.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::DatabaseConnection;

use super::{
    addressed::moved_changes,
    model::{Correction, Moved},
    rows::{correction::Entity, correction_by_id},
};
use crate::{
    application::{Objection, Office},
    deadlines::{Clerk, Timer, one_by_one, settled},
    kernel::{CorrectionId, Moment},
    store::{Changes, Command, Fence, Lease, Origin, RequestKey, StoreFault, waiting::to_wake},
};

/// How many corrections are taken from the queue at once.
const BATCH: u64 = 50;

/// The clerk of corrections.
#[derive(Debug)]
pub struct CorrectionClerk(Arc<Office>);

impl CorrectionClerk {
    /// A clerk of the office.
    pub const fn of(office: Arc<Office>) -> Self {
        Self(office)
    }
}

#[async_trait]
impl Clerk for CorrectionClerk {
    fn name(&self) -> &'static str {
        "corrections"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Corrections]
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let (store, now) = (&self.0.store, self.0.now().instant);
        let looking = to_wake::<Entity, CorrectionId>(store.reads(), now, BATCH);
        let ids = store.in_time("look for corrections", looking).await?;
        one_by_one(ids, lease, |id, fence| async move {
            settled(store.execute(&Wake { id, fence }).await)
        })
        .await
    }
}

/// The system's command to do what a correction's moment asks for.
struct Wake {
    id: CorrectionId,
    fence: Fence,
}

impl Command for Wake {
    type Loaded = Option<Correction>;
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
        correction_by_id(reads, self.id).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let woken = loaded.and_then(|correction| Moved::woken(correction, moment.instant));
        woken
            .map(|moved| (moved, moment))
            .ok_or(Objection::NothingToDo)
    }

    fn changes(&self, (moved, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        moved_changes(moved, Origin::of_system("wake_correction", *moment))
    }

    fn answer(&self, _decided: Self::Decided) {}
}
