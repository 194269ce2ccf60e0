//! The provider's queue: what is registered and undecided, the next due first.
//! It never shows what another provider decides.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use tonic::Status;

use crate::{
    application::{
        Office, Stage,
        queries::{PageKey, after, in_scope, next_token, page_of},
        rows::application::{Column, Entity},
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
        let undecided = [Stage::Registered, Stage::InReview, Stage::AwaitingSignature];
        let mut query = Entity::find()
            .filter(in_scope(&self.scope, office))
            .filter(Column::Stage.is_in(undecided.map(Stage::code)));
        if let Some((at, id)) = self.after {
            query = query.filter(
                Expr::tuple([Expr::col(Column::DueAt), Expr::col(Column::Id)])
                    .gt(Expr::tuple([Expr::value(at), Expr::value(id)])),
            );
        }
        let query = query.order_by_asc(Column::DueAt).order_by_asc(Column::Id);
        let (page, next) = page_of(office, query, self.size, |row| (row.due_at, row.id)).await?;
        Ok((
            page,
            next_token(office, ListReviewQueue::PATH, &FILTER, next)?,
        ))
    }
}
