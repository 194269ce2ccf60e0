//! What the lock file may hold. It never looks at what a package does.

use std::collections::BTreeMap;

use toml::Table;

/// Banned: a second source of cryptography, or one with an advisory that has no patch.
const BANNED: &[&str] = &[
    "rsa",
    "openssl",
    "openssl-sys",
    "native-tls",
    "aws-lc-rs",
    "aws-lc-sys",
];

/// Types of these cross our interfaces, or each copy has state of its own.
const SINGLE: &[&str] = &[
    "chrono",
    "http",
    "hyper",
    "prost",
    "prost-types",
    "ring",
    "rustls",
    "sea-orm",
    "sqlx-core",
    "tokio",
    "tonic",
    "tower-service",
    "tracing",
    "tracing-core",
    "uuid",
];

fn locked() -> BTreeMap<String, Vec<String>> {
    let lock: Table = include_str!("../../Cargo.lock").parse().unwrap();
    let mut versions = BTreeMap::<String, Vec<String>>::new();
    for package in lock["package"].as_array().unwrap() {
        let text = |key: &str| package[key].as_str().unwrap().to_owned();
        versions
            .entry(text("name"))
            .or_default()
            .push(text("version"));
    }
    versions
}

#[test]
fn banned_packages_are_not_locked() {
    let locked = locked();
    assert!(locked.contains_key("ring"), "the lock file is read");
    for name in BANNED {
        assert!(!locked.contains_key(*name), "{name} is locked");
    }
}

#[test]
fn packages_whose_types_we_share_have_one_version() {
    let locked = locked();
    for name in SINGLE {
        assert_eq!(locked[*name].len(), 1, "{name}: {:?}", locked[*name]);
    }
}

#[test]
fn every_package_comes_from_the_registry_or_from_here() {
    let lock: Table = include_str!("../../Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let ours: Vec<&str> = packages
        .iter()
        .filter(|package| package.get("source").is_none())
        .filter_map(|package| package["name"].as_str())
        .collect();
    assert_eq!(
        ours,
        [
            "tizilim",
            "tizilim-migrations",
            "tizilim-test-database",
            "tizilim-typesetting"
        ]
    );
    for source in packages.iter().filter_map(|package| package.get("source")) {
        assert!(
            source.as_str().unwrap().starts_with("registry+"),
            "{source}"
        );
    }
}
