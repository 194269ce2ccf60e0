//! The provider's queue: what is registered and undecided, the next due first.
//! It never shows what another provider decides.

use sea_orm::{
    Condition, EntityTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, ExprTrait},
};

use tonic::Status;

use crate::{
    application::{
        Office,
        queries::{PageKey, after, in_scope, next_token, page_of},
        rows::{
            application::{Column, Entity},
            is_running,
        },
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
        let query = queue(in_scope(&self.scope, office), self.after);
        let (page, next) = page_of(office, query, self.size, |row| (row.due_at, row.id)).await?;
        Ok((
            page,
            next_token(office, ListReviewQueue::PATH, &FILTER, next)?,
        ))
    }
}

fn queue(scope: Condition, after: Option<PageKey>) -> Select<Entity> {
    let mut query = Entity::find().filter(scope).filter(is_running());
    if let Some((at, id)) = after {
        query = query.filter(
            Expr::tuple([Expr::col(Column::DueAt), Expr::col(Column::Id)])
                .gt(Expr::tuple([Expr::value(at), Expr::value(id)])),
        );
    }
    query.order_by_asc(Column::DueAt).order_by_asc(Column::Id)
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
            let scope = Condition::all().add(Column::ProviderId.is_in(["almaty"]));
            let query = queue(scope, after);
            require_index(&temporary.store, &query, "ix_application_review_queue").await;
        }
    }
}
