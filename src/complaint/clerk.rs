//! The clerk of complaints: registers at the opening what came out of hours, and records that a term passed
//! in silence (APPK 91(2), 100(5)).
//! The clerk never decides a complaint.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::DatabaseConnection;

use super::{
    addressed::{Decided, Loaded, decided_changes, load},
    model::Moved,
    rows::complaint::Entity,
};
use crate::{
    application::{Objection, Office, model::Step},
    deadlines::{Clerk, Timer, one_by_one, settled},
    kernel::{ComplaintId, Moment},
    store::{Changes, Command, Fence, Lease, Origin, RequestKey, StoreFault, waiting::to_wake},
};

/// How many complaints are taken from the queue at once.
const BATCH: u64 = 50;

/// The clerk of complaints.
#[derive(Debug)]
pub struct ComplaintClerk(Arc<Office>);

impl ComplaintClerk {
    /// A clerk of the office.
    pub const fn of(office: Arc<Office>) -> Self {
        Self(office)
    }
}

#[async_trait]
impl Clerk for ComplaintClerk {
    fn name(&self) -> &'static str {
        "complaints"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Complaints]
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let (store, now) = (&self.0.store, self.0.now().instant);
        let looking = to_wake::<Entity, ComplaintId>(store.reads(), now, BATCH);
        let ids = store.in_time("look for complaints", looking).await?;
        one_by_one(ids, lease, |id, fence| async move {
            let office = Arc::clone(&self.0);
            settled(store.execute(&Wake { office, id, fence }).await)
        })
        .await
    }
}

/// The system's command to do what a complaint's moment asks for.
struct Wake {
    office: Arc<Office>,
    id: ComplaintId,
    fence: Fence,
}

impl Command for Wake {
    type Loaded = Option<Loaded>;
    type Decided = (Decided, Moment);
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
        load(reads, self.id).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let Loaded {
            complaint,
            application,
        } = loaded.ok_or(Objection::NothingToDo)?;
        let moved = Moved::woken(complaint, moment.instant).ok_or(Objection::NothingToDo)?;
        let step = Step::of(application, moment.instant);
        Ok((Decided::of(moved, step, None), moment))
    }

    fn changes(&self, (decided, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        decided_changes(
            &self.office,
            decided,
            Origin::of_system("wake_complaint", *moment),
        )
    }

    fn answer(&self, _decided: Self::Decided) {}
}
