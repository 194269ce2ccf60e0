//! Whether each branch of a page is read from its index, and pages join on without gaps.

use super::*;
use crate::store::test_support::{require_index, temporary};

fn page(branches: Vec<Condition>, after: Option<PageKey>) -> Page {
    Page {
        branches,
        moment: Column::ReceivedAt,
        key: |row| (row.received_at, row.id),
        order: Order::Desc,
        after,
        size: 50,
    }
}

#[tokio::test]
async fn each_branch_is_read_in_the_order_of_an_index_of_its_own() {
    let temporary = temporary().await;
    let now = temporary.store.clock().now().instant;
    let cooperative = || Condition::all().add(Column::CooperativeBin.eq("600740000012"));
    let provider = || Condition::all().add(Column::ProviderId.eq("almaty"));
    let rare = |owner: Condition| owner.add(Column::Stage.eq("WITHDRAWN"));
    let recent = |owner: Condition| {
        owner
            .add(Column::ReceivedAt.gte(now))
            .add(Column::ReceivedAt.lt(now))
    };
    for (branch, index) in [
        (cooperative(), "ix_application_cooperative"),
        (provider(), "ix_application_provider"),
        (rare(cooperative()), "ix_application_cooperative_stage"),
        (rare(provider()), "ix_application_provider_stage"),
        (recent(rare(provider())), "ix_application_provider_stage"),
    ] {
        for after in [None, Some((now, Uuid::nil()))] {
            let page = page(Vec::new(), after);
            let branch = page.branch(branch.clone());
            require_index(&temporary.store, &branch, &format!("{index} ")).await;
        }
    }
}

#[test]
fn nothing_is_asked_of_the_database_where_nothing_may_be_seen() {
    assert!(page(Vec::new(), None).query().is_none());
}
