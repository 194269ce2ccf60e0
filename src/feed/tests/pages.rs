//! Pages of the feed, and where reading begins.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use tonic::Code;

use super::{
    super::{
        list::ListQuery,
        position::{self, Start},
        watch::Ground,
    },
    bench::{Bench, OWN, Seen, all_of, filter, seen},
};
use crate::{
    authn::account,
    authz::Scope,
    journal::fixture::{fact, other_fact},
    pb::registry::v1 as pb,
};

#[tokio::test]
async fn a_token_is_its_caller_s_with_its_filter_and_never_ahead_of_the_journal() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=1).await;
    let caller = bench.credentials.caller().await.unwrap();
    let Ground { store, tokens, .. } = &bench.ground;
    let asked = pb::StageFilter::default();
    let at = |after| Start { after, from: None };
    let sealed = |number| position::seal(tokens, &asked, &caller, at(number)).unwrap();
    assert_eq!(bench.opened(&sealed(2)).await.unwrap(), 2);
    let ahead = bench.opened(&sealed(3)).await.unwrap_err();
    assert_eq!(ahead.code(), Code::OutOfRange);

    let another = Arc::new(account("another", "agency", OWN, &["read".to_owned()]).unwrap());
    let others = position::seal(tokens, &asked, &another, at(1)).unwrap();
    assert_eq!(
        bench.opened(&others).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    let narrower = pb::StageFilter {
        overdue_only: true,
        ..asked.clone()
    };
    let token = sealed(1);
    let refused = position::after_token(store, tokens, &narrower, &caller, &token).await;
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn from_a_moment_comes_all_that_was_recorded_then_or_later_whatever_the_order() {
    let bench = Bench::new().await;
    let noon: DateTime<Utc> = "2026-10-23T12:00:00Z".parse().unwrap();
    // Minutes after noon, in the order of their numbers.
    let minutes = [-90, -61, -60, -4, -2, -3, 0, -1, 2, 1, 5, 60];
    for (sequence, minute) in (1..).zip(minutes) {
        let at = noon.checked_add_signed(TimeDelta::minutes(minute)).unwrap();
        bench
            .append_at(at, vec![fact(1, sequence, "IN_REVIEW")])
            .await;
    }
    for (minute, expected) in [(-200, 1..=12), (-60, 3..=12), (60, 12..=12)] {
        let from = noon.checked_add_signed(TimeDelta::minutes(minute)).unwrap();
        let found = listed(&bench, from).await;
        assert_eq!(found, all_of(1, expected), "{minute}");
    }
    let since_noon: BTreeSet<i32> = listed(&bench, noon)
        .await
        .into_iter()
        .map(|seen| seen.1)
        .collect();
    assert_eq!(since_noon, BTreeSet::from([7, 9, 10, 11, 12]));
}

/// One stage a page: what the token says must hold as much as what was asked first.
async fn listed(bench: &Bench, from: DateTime<Utc>) -> Vec<Seen> {
    let mut start = position::from_moment(&bench.ground.store, from)
        .await
        .unwrap();
    let mut all = Vec::new();
    loop {
        let query = ListQuery {
            caller: bench.credentials.caller().await.unwrap(),
            filter: filter(Scope::Everything, pb::StageFilter::default()),
            start,
            size: 1,
        };
        let page = query.page(&bench.ground).await.unwrap();
        all.extend(page.stages.iter().map(seen));
        if page.next_page_token.is_empty() {
            return all;
        }
        start = bench.start_of(&page.next_page_token).await.unwrap();
    }
}

#[tokio::test]
async fn pages_end_at_the_end_of_the_journal_only() {
    let bench = Bench::new().await;
    bench
        .append((1..=30).map(|n| fact(1, n, "IN_REVIEW")).collect())
        .await;
    bench.append((0..=99).map(other_fact).collect()).await;
    for _ in 0..60 {
        bench.append((0..=99).map(other_fact).collect()).await;
    }
    bench.append(vec![fact(1, 31, "IN_REVIEW")]).await;
    let (mut after, mut pages) = (0, Vec::new());
    loop {
        let query = ListQuery {
            caller: bench.credentials.caller().await.unwrap(),
            filter: filter(Scope::Everything, pb::StageFilter::default()),
            start: Start { after, from: None },
            size: 20,
        };
        let page = query.page(&bench.ground).await.unwrap();
        pages.push(page.stages.len());
        if page.next_page_token.is_empty() {
            break;
        }
        assert_eq!(page.next_page_token, page.resume_token);
        after = bench.opened(&page.next_page_token).await.unwrap();
    }
    assert_eq!(
        pages,
        [20, 10, 1],
        "one page was cut short by how much is looked at"
    );
}
