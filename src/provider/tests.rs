//! What must be so of a provider, and which of them decides on a place.

use chrono::NaiveDate;

use super::{
    fixture::{kato, provider},
    *,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn official(name: &str, from: Option<&str>, to: Option<&str>) -> Official {
    fixture::official(name, from.map(day), to.map(day))
}

fn fields(provider: &Provider) -> Vec<&'static str> {
    let found = provider.contradictions().into_iter();
    found.map(|(field, _)| field).collect()
}

#[test]
fn of_all_in_whose_territory_a_place_lies_the_most_exact_comes_first() {
    let providers = Providers::of([
        provider("city", &["351000000"]),
        provider("oblast", &["350000000"]),
        provider("two-districts", &["354400000", "354800000"]),
        provider("elsewhere", &["750000000"]),
    ]);
    let ids = |place: &str| -> Vec<String> {
        let found = providers.competent(&kato(place)).into_iter();
        found.map(|provider| provider.id.clone()).collect()
    };
    assert_eq!(ids("354830100"), ["two-districts", "oblast"]);
    assert_eq!(ids("351010000"), ["city", "oblast"]);
    assert_eq!(ids("350000000"), ["oblast"]);
    assert!(ids("790000000").is_empty());
}

#[test]
fn whoever_had_a_bin_first_is_meant_by_it_whatever_came_after() {
    let now = Providers::of([provider("city", &["351000000"])]);
    let bin = |text: &str| Bin::parse(text).unwrap();
    let (present, former) = (bin("600740000012"), bin("600741000025"));
    assert_eq!(now.first_with(&present), Some("city"));
    assert_eq!(now.first_with(&former), None);
    let had = [(&former, "city"), (&present, "city"), (&former, "other")];
    let now = now.remembering(had.map(|(bin, id)| (bin.clone(), id.to_owned())));
    assert_eq!(now.first_with(&former), Some("city"));
    assert_eq!(now.first_with(&present), Some("city"));
}

#[test]
fn the_head_is_whoever_is_in_office_on_the_day() {
    let mut provider = provider("city", &["351000000"]);
    provider.heads = vec![
        official("Бірінші", Some("2026-01-01"), Some("2026-11-24")),
        official("Екінші", Some("2026-11-25"), None),
    ];
    assert!(fields(&provider).is_empty());
    for (on, name) in [
        ("2025-12-31", "Бірінші"),
        ("2026-11-24", "Бірінші"),
        ("2026-11-25", "Екінші"),
        ("2030-01-01", "Екінші"),
    ] {
        assert_eq!(provider.head_on(day(on)).unwrap().name, name, "{on}");
    }
}

#[test]
fn no_day_is_without_a_head_and_nobody_leaves_before_coming() {
    let right = provider("city", &["351000000"]);
    assert!(fields(&right).is_empty());
    let first = |to| official("Бірінші", Some("2026-01-01"), Some(to));
    for (heads, wrong) in [
        (vec![], vec!["heads"]),
        (vec![first("2026-11-24")], vec!["heads"]),
        (
            vec![
                first("2026-11-24"),
                official("Екінші", Some("2026-11-26"), None),
            ],
            vec!["heads"],
        ),
        (
            vec![
                first("2025-11-24"),
                official("Екінші", Some("2025-11-25"), None),
            ],
            vec!["heads"],
        ),
    ] {
        let provider = Provider {
            heads,
            ..right.clone()
        };
        assert_eq!(fields(&provider), wrong);
    }
    let elsewhere = Provider {
        kato: kato("750000000"),
        deputies: vec![official(
            "Орынбасар",
            Some("2026-02-01"),
            Some("2026-01-01"),
        )],
        ..right
    };
    assert_eq!(fields(&elsewhere), ["kato", "deputies"]);
}

#[test]
fn the_kind_is_told_by_the_place_unless_it_is_named() {
    for (place, kind) in [
        ("350000000", ProviderKind::Oblast),
        ("750000000", ProviderKind::RepublicanCity),
        ("751110000", ProviderKind::RepublicanCity),
        ("354800000", ProviderKind::District),
    ] {
        assert_eq!(ProviderKind::of_place(&kato(place)), kind, "{place}");
    }
    for kind in ProviderKind::ALL {
        assert_eq!(ProviderKind::from_code(kind.code()), Some(kind));
        assert!(kind.label().is_complete());
    }
}
