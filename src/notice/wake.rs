//! The moment of a notice has come: it is marked as late, or its addressee is reminded.
//! It never tells anybody: it writes down what is so, and what is to be sent.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    acknowledge::moved_changes, model::Notice, moved::Moved, policy::NoticePolicy,
    rows::notice_by_id,
};
use crate::{
    application::Objection,
    kernel::{Email, Moment, NoticeId},
    reference::References,
    store::{Changes, Command, Fence, Origin, RequestKey, StoreFault},
};

/// The system's command to do what a notice's moment asks for.
pub(super) struct Wake {
    pub(super) references: References,
    pub(super) policy: Arc<NoticePolicy>,
    pub(super) id: NoticeId,
    pub(super) fence: Fence,
}

impl Command for Wake {
    /// With the address of now.
    type Loaded = Option<(Notice, Option<Email>)>;
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
        let known = self.references.fresh().await?;
        let notice = notice_by_id(reads, self.id).await?;
        Ok(notice.map(|notice| {
            let email = self.policy.email(&notice.addressee, &known.providers);
            (notice, email)
        }))
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let woken = loaded.and_then(|(notice, email)| Moved::woken(notice, email, moment.instant));
        woken
            .map(|moved| (moved, moment))
            .ok_or(Objection::NothingToDo)
    }

    fn changes(&self, (moved, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        moved_changes(moved, Origin::of_system("wake_notice", *moment))
    }

    fn answer(&self, _decided: Self::Decided) {}
}
