//! The provider's queue: what is registered and undecided, the next due first.
//! It never shows what another provider decides.

use sea_orm::{Condition, Order};
use tonic::Status;

use crate::{
    application::{
        Office,
        pages::{Page, PageKey, branches_of},
        queries::{after, next_token},
        rows::{application::Column, is_running},
    },
    authz::{Action as _, ListReviewQueue, Scope},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page},
    store::StoreFault,
};

/// The queue has no filter.
const FILTER: pb::ListReviewQueueRequest = pb::ListReviewQueueRequest {
    page_size: 0,
    page_token: String::new(),
};

/// Which page of the queue.
pub(super) struct QueueQuery {
    scope: Scope,
    size: u32,
    after: Option<PageKey>,
}

impl QueueQuery {
    pub(super) fn parse(
        office: &Office,
        scope: &Scope,
        message: &pb::ListReviewQueueRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let Some(size) = page::size(message.page_size, &mut errors) else {
            return Err(errors.into_malformed().into());
        };
        let after = after(office, ListReviewQueue::PATH, &FILTER, &message.page_token)?;
        Ok(Self {
            scope: scope.clone(),
            size,
            after,
        })
    }

    pub(super) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::Application>, String), StoreFault> {
        let page = queue(branches_of(&self.scope, office), self.after, self.size);
        let (applications, next) = page.read(office).await?;
        let token = next_token(office, ListReviewQueue::PATH, &FILTER, next)?;
        Ok((applications, token))
    }
}

fn queue(owners: Vec<Condition>, after: Option<PageKey>, size: u32) -> Page {
    let running = |owner: Condition| owner.add(is_running());
    Page {
        branches: owners.into_iter().map(running).collect(),
        moment: Column::DueAt,
        key: |row| (row.due_at, row.id),
        order: Order::Asc,
        after,
        size,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ColumnTrait as _;

    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn a_page_of_the_queue_is_read_in_the_order_of_its_index() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        for after in [None, Some((now, uuid::Uuid::nil()))] {
            let scope = Condition::all().add(Column::ProviderId.eq("almaty"));
            let page = queue(vec![scope], after, 50);
            let branch = page.branch(page.branches[0].clone());
            require_index(&temporary.store, &branch, "ix_application_review_queue").await;
        }
    }
}
