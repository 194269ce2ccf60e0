//! What facts say that a former release recorded, or that nobody can read.

use super::{Bench, OPEN, fact, filed, moment, stage};
use crate::{
    journal::{ProviderFact, StageFact},
    kernel::Bin,
    provider::{Provider, StoredProvider, fixture::provider},
    store::NewFact,
};

fn set(version: i64, bin: &str) -> StoredProvider {
    StoredProvider {
        provider: Provider {
            version,
            bin: Bin::parse(bin).unwrap(),
            ..provider("invented", &["750000000"])
        },
        set_at: moment("2026-03-20T10:00:00Z"),
        set_by: "operator".to_owned(),
    }
}

/// A stage as releases recorded it that knew a provider by its BIN only.
fn nameless(sequence: i32, name: &str, bin: &str) -> NewFact {
    let mut nameless = stage(1, sequence, name, "2026-03-20T10:00:00Z");
    nameless.provider.id.clear();
    bin.clone_into(&mut nameless.provider.bin);
    fact(1, nameless)
}

#[tokio::test]
async fn a_provider_of_an_old_fact_is_who_had_its_bin_then() {
    let bench = Bench::new().await;
    let (former, present) = ("600740000012", "600741000025");
    bench.set_provider(&set(1, former)).await;
    bench.append([nameless(1, "RECEIVED", former)]).await;
    bench.count_all().await;
    bench.set_provider(&set(2, present)).await;
    bench.append([nameless(2, "REGISTERED", present)]).await;
    bench.count_all().await;
    assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 1)]);
    assert_eq!(bench.counter.status().last_fault(), None);
}

#[tokio::test]
async fn a_fact_that_cannot_be_read_is_told_and_the_rest_is_counted() {
    let bench = Bench::new().await;
    let wrong = |change: fn(&mut StageFact)| {
        let mut wrong = stage(1, 3, "GRANTED", "2026-03-24T05:00:00Z");
        change(&mut wrong);
        fact(1, wrong)
    };
    let broken = NewFact {
        body: "{".to_owned(),
        ..fact(1, stage(1, 3, "GRANTED", "2026-03-24T05:00:00Z"))
    };
    let all = [
        broken,
        wrong(|fact| fact.stage = "OF_A_NEWER_RELEASE".to_owned()),
        wrong(|fact| fact.procedure.clear()),
        wrong(|fact| fact.form.clear()),
        wrong(|fact| fact.refusal_grounds.push("G6".to_owned())),
        wrong(|fact| {
            fact.provider = ProviderFact {
                id: String::new(),
                bin: "x".to_owned(),
                ..fact.provider.clone()
            }
        }),
    ];
    bench.append(filed(1)).await;
    let mut unreadable = 0;
    for fact in all {
        bench.append([fact]).await;
        bench.count_all().await;
        unreadable += 1;
        assert_eq!(bench.counter.status().unreadable(), unreadable);
        assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 1)]);
    }
    let told = bench.counter.status().last_fault().unwrap();
    assert!(told.contains("the last one, 8: "), "{told}");

    // What is not said is not guessed: nobody knows when the second was received.
    let unreceived = NewFact {
        body: "{".to_owned(),
        ..fact(2, stage(2, 1, "RECEIVED", "2026-03-20T10:00:00Z"))
    };
    let [_, registered] = filed(2);
    bench.append([unreceived, registered]).await;
    bench.append(filed(3)).await;
    bench.count_all().await;
    assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 2)]);
    assert_eq!(bench.position().await, 12);
}
