//! How many statements each method makes: listed in `statements.txt`, and the same whether a page
//! has 1 row or 50. It never looks at time. To write the list anew:
//! `UPDATE_DOCS=1 cargo test --test it statements`.

mod complaints;
mod courts;
mod office;
mod plans;
mod slips;
mod traced;
mod walk;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use traced::Call;

use crate::contract;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/statements.txt");

const HEAD: &str = "\
# Statements of one call that succeeds, without those of the commit, which many calls share. Where a
# method has more than one way, each way's number. Written by tests/it/statements.rs.
";

/// The numbers of statements that calls of each method made in a town.
type Counts = BTreeMap<String, BTreeSet<usize>>;

async fn counted(word: &str, count: u32) -> Counts {
    let (town, _receiver) = walk::town(word).await;
    walk::walk(&town, count).await;
    town.close().await;
    let mut counts = Counts::new();
    for Call { method, statements } in traced::calls_of(word) {
        counts.entry(method).or_default().insert(statements.len());
    }
    counts
}

fn list(counts: &Counts) -> String {
    let mut text = HEAD.to_owned();
    for (method, numbers) in counts {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        writeln!(text, "{method:<64} {}", numbers.join(" or ")).unwrap();
    }
    text
}

#[tokio::test]
async fn a_page_of_fifty_takes_as_many_statements_as_a_page_of_one() {
    let one = counted("one", 1).await;
    let fifty = counted("fifty", 50).await;
    // What a case file holds is read one by one, or all of it would be in memory; the walk's has every
    // complaint about its application.
    let but_for_cases = |counts: &Counts| {
        let mut counts = counts.clone();
        counts.remove("/tizilim.registry.v1.ComplaintService/ForwardComplaint");
        counts
    };
    let alike = but_for_cases(&one) == but_for_cases(&fifty);
    assert!(
        alike,
        "a method makes more statements for more rows: {one:?}, {fifty:?}"
    );

    let registry = contract::read().methods.into_iter();
    let methods: BTreeSet<String> = registry
        .filter(|method| method.name.starts_with("tizilim.registry."))
        // It goes on for an hour, and asks as `ListStages` does.
        .filter(|method| method.is.name() != "WatchStages")
        .map(|method| {
            let (service, name) = method.name.rsplit_once('.').unwrap();
            format!("/{service}/{name}")
        })
        .collect();
    assert_eq!(one.keys().cloned().collect::<BTreeSet<_>>(), methods);

    let text = list(&one);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        committed == text,
        "tests/it/statements.txt is old, or a method makes other statements than before:\n{text}"
    );
}
