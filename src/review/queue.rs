//! The provider's queue: what is registered and undecided, the next due first, and how much of it has
//! which mark. It never shows what another provider decides.

mod filter;
mod rows;

use sea_orm::Order;
use tonic::Status;

use self::{
    filter::Filter,
    rows::{branches, counts},
};
use crate::{
    application::{
        Office,
        pages::{Page, PageKey, branches_of},
        queries::{after, next_token},
        rows::application::Column,
    },
    authz::{Action as _, ListReviewQueue, Permit, Scope},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page},
    store::StoreFault,
};

/// Which page of the queue.
pub(super) struct QueueQuery {
    scope: Scope,
    size: u32,
    after: Option<PageKey>,
    filter: Filter,
    /// The request without its page.
    asked: pb::ListReviewQueueRequest,
}

impl QueueQuery {
    pub(super) fn parse(
        office: &Office,
        permit: &Permit<ListReviewQueue>,
        message: &pb::ListReviewQueueRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let size = page::size(message.page_size, &mut errors);
        let filter = Filter::parse(message, permit.caller().name.as_str(), &mut errors);
        let (Some(size), Some(filter), true) = (size, filter, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let asked = pb::ListReviewQueueRequest {
            page_size: 0,
            page_token: String::new(),
            ..message.clone()
        };
        let after = after(office, ListReviewQueue::PATH, &asked, &message.page_token)?;
        Ok(Self {
            scope: permit.scope(),
            size,
            after,
            filter,
            asked,
        })
    }

    pub(super) async fn answer(
        &self,
        office: &Office,
    ) -> Result<pb::ListReviewQueueResponse, StoreFault> {
        let owners = branches_of(&self.scope, office);
        let page = Page {
            branches: branches(owners.clone(), &self.filter),
            moment: Column::DueAt,
            key: |row| (row.due_at, row.id),
            order: Order::Asc,
            after: self.after,
            size: self.size,
        };
        let (applications, next) = page.read(office).await?;
        let counting = counts(office.store.reads(), owners);
        let [on_time, near_due, overdue] = office.store.in_time("count marks", counting).await?;
        Ok(pb::ListReviewQueueResponse {
            applications,
            next_page_token: next_token(office, ListReviewQueue::PATH, &self.asked, next)?,
            counts: Some(pb::DueMarkCounts {
                on_time_count: on_time,
                near_due_count: near_due,
                overdue_count: overdue,
            }),
        })
    }
}
