//! Whether each page of entries is read from the index of the narrowest thing that is asked for.

use super::*;
use crate::store::test_support::{require_index, temporary};

fn page(owner: Column, asked: &[Column]) -> Page {
    Page {
        owners: vec![(owner, "owner".to_owned())],
        asked: asked
            .iter()
            .map(|column| (*column, "x".to_owned()))
            .collect(),
        states: vec!["LIVE", "TERMINATED"],
        from: None,
        to: None,
        after: None,
        size: 50,
        oldest_first: false,
    }
}

/// Every set of filters, of each kind of caller.
fn pages() -> Vec<Page> {
    let filters = [
        Column::ShareholderMark,
        Column::ShareKey,
        Column::AgreementNumber,
        Column::AgreementOn,
        Column::LandPlot,
        Column::CooperativeBin,
        Column::Kato,
    ];
    let mut pages = Vec::new();
    for set in 0..1_u32 << filters.len() {
        let chosen = (0_u32..).zip(filters);
        let chosen = chosen.filter(|(bit, _)| set & (1 << bit) != 0);
        let chosen: Vec<Column> = chosen.map(|(_, column)| column).collect();
        pages.push(page(Column::CooperativeBin, &chosen));
        pages.push(page(Column::ProviderId, &chosen));
    }
    pages
}

/// The index that belongs to what is asked for.
fn index(page: &Page) -> &'static str {
    let has = |column: Column| {
        let all = page.asked.iter().chain(&page.owners);
        all.clone().any(|(asked, _)| is(*asked, column))
    };
    let indexes = [
        (
            has(Column::ShareholderMark),
            "ix_register_listing_shareholder",
        ),
        (has(Column::ShareKey), "ix_register_listing_share"),
        (
            has(Column::AgreementNumber),
            "ix_register_listing_agreement",
        ),
        (has(Column::LandPlot), "ix_register_listing_land_plot"),
        (
            has(Column::CooperativeBin),
            "ix_register_listing_cooperative",
        ),
        (has(Column::Kato), "ix_register_listing_place"),
        (true, "ix_register_listing_provider"),
    ];
    indexes.iter().find(|(fits, _)| *fits).unwrap().1
}

#[tokio::test]
async fn every_set_of_filters_is_read_in_the_order_of_its_index() {
    let temporary = temporary().await;
    let now = temporary.store.clock().now().instant;
    for page in pages() {
        let later = Page {
            after: Some((now, Uuid::nil())),
            from: Some(now),
            to: Some(now),
            ..page.clone()
        };
        let backwards = Page {
            oldest_first: true,
            ..later.clone()
        };
        for page in [page, later, backwards] {
            for branch in page.branches() {
                require_index(&temporary.store, &branch, &format!("{} ", index(&page))).await;
            }
        }
    }
}

#[tokio::test]
async fn the_entries_on_a_share_are_found_by_their_index() {
    let temporary = temporary().await;
    let query = on_share("20:315:032:150||APARTMENT|45");
    require_index(&temporary.store, &query, "ix_register_listing_share ").await;
    for count in [1, 100] {
        let query = on_shares(&vec!["20:315:032:150||APARTMENT|45"; count]);
        require_index(&temporary.store, &query, "ix_register_listing_share ").await;
    }
}

/// An acceptance clock stands still; ids of one moment have no order.
#[test]
fn of_entries_of_one_moment_the_one_that_was_not_ended_is_the_latest() {
    let at = |minute| format!("2026-11-24T05:{minute}:00Z").parse().unwrap();
    let entry = |id, state: &str, registered_at| listing::Model {
        entry_id: Uuid::from_u128(id),
        version: 1,
        state: state.to_owned(),
        registered_at,
        provider_id: String::new(),
        cooperative_bin: String::new(),
        land_plot: String::new(),
        kato: String::new(),
        share_key: String::new(),
        shareholder_mark: String::new(),
        agreement_number: String::new(),
        agreement_on: String::new(),
    };
    for (ended, taken) in [(1, 2), (2, 1)] {
        for state in ["LIVE", "OWNERSHIP_REGISTERED"] {
            let mut entries = [
                entry(3, "LIVE", at(10)),
                entry(ended, "TERMINATED", at(20)),
                entry(taken, state, at(20)),
                entry(4, "TERMINATED", at(30)),
            ];
            latest_first(&mut entries);
            let ids = entries.map(|entry| entry.entry_id.as_u128());
            assert_eq!(ids, [4, taken, ended, 3]);
        }
    }
}

#[test]
fn nothing_is_asked_of_the_database_where_nothing_may_be_seen() {
    let nobody = Page {
        owners: Vec::new(),
        ..page(Column::ProviderId, &[])
    };
    assert!(nobody.query().is_none());
}
