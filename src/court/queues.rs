//! The cases in which something is to be done: an annulment to be signed, an extract to be handed over.
//! It never reads what nobody waits for.

use sea_orm::{
    DatabaseConnection, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, Select,
    sea_query::Expr,
};

use super::rows::case::{Column, Entity};
use crate::store::{StoreFault, during, waiting::Waking};

impl Waking for Entity {
    const WAKES_AT: Column = Column::WakesAt;
    const ID: Column = Column::Id;
}

/// In the words of the index; a bound value is no word.
pub(super) fn waits_for_annulment() -> Expr {
    Expr::cust("restraint = 'ANNULMENT' AND annulled_at IS NULL")
}

/// How many annulments wait for the signature of a head.
pub(crate) async fn count_annulments_waiting(
    reads: &DatabaseConnection,
) -> Result<u64, StoreFault> {
    Entity::find()
        .filter(waits_for_annulment())
        .count(reads)
        .await
        .map_err(during("count annulments that wait"))
}

/// How many extracts on annulments a cooperative has not handed over in its term.
pub(crate) async fn count_handovers_overdue(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    handovers_overdue()
        .count(reads)
        .await
        .map_err(during("count overdue hand-overs of annulments"))
}

fn handovers_overdue() -> Select<Entity> {
    let is_owed = "handover_due_at IS NOT NULL AND handed_over_at IS NULL";
    Entity::find()
        .filter(Expr::cust(is_owed))
        .filter(Expr::cust("handover_overdue"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        test_support::{require_index, temporary},
        waiting::to_wake_query,
    };

    #[tokio::test]
    async fn what_is_owed_is_found_by_the_indexes() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let query = to_wake_query::<Entity>(now, 20);
        require_index(&temporary.store, &query, "ix_court_case_to_wake").await;
        let query = handovers_overdue();
        require_index(&temporary.store, &query, "ix_court_case_handover_owed").await;
    }
}
