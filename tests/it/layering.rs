//! Who may know whom. A module that is not in the table, or names what its row does not allow,
//! fails; the table is the design, it never follows the code by itself.

use std::collections::BTreeSet;

use crate::sources::{self, Source};

/// What the law and the service are about; they know each other by what each `mod.rs` offers.
const CAPABILITIES: &[&str] = &[
    "administration",
    "application",
    "case_file",
    "complaint",
    "correction",
    "court",
    "deadlines",
    "document",
    "extract",
    "feed",
    "letter",
    "notice",
    "operations",
    "passport",
    "reconciliation",
    "register",
    "review",
    "statistics",
    "transfer",
];

/// What capabilities stand upon.
const GROUND: &[&str] = &[
    "authn",
    "authz",
    "calendar",
    "delivery",
    "journal",
    "kernel",
    "lag",
    "mail",
    "pb",
    "provider",
    "reference",
    "rpc",
    "signature",
    "store",
];

/// Wiring, the command line, and the made-up parties that drive both from outside.
const TOP: &[&str] = &[
    "assembly",
    "cli",
    "courier",
    "demo",
    "lib",
    "main",
    "serve",
    "telemetry",
];

/// What a module of the ground or beside it may name, itself aside. From the bottom up.
const GROUND_MAY_NAME: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("pb", &[]),
    ("signature", &["kernel"]),
    ("store", &["kernel"]),
    ("journal", &["kernel", "store"]),
    ("config", &["calendar", "kernel", "provider", "store"]),
    ("authn", &["config", "kernel"]),
    ("authz", &["authn", "kernel"]),
    ("rpc", &["authn", "authz", "kernel", "pb", "store"]),
    ("calendar", &["kernel"]),
    ("provider", &["calendar", "kernel", "store"]),
    ("reference", &["calendar", "kernel", "provider", "store"]),
    ("mail", &["kernel"]),
    ("lag", &["journal", "kernel", "store"]),
    (
        "delivery",
        &["journal", "kernel", "lag", "pb", "rpc", "store"],
    ),
    ("monitor", &["kernel", "pb"]),
];

fn may_name(module: &str) -> Option<BTreeSet<&str>> {
    if TOP.contains(&module) {
        return Some(everything());
    }
    if CAPABILITIES.contains(&module) {
        return Some(CAPABILITIES.iter().chain(GROUND).copied().collect());
    }
    let row = GROUND_MAY_NAME.iter().find(|(name, _)| *name == module);
    row.map(|(_, named)| named.iter().copied().collect())
}

fn everything() -> BTreeSet<&'static str> {
    let beside = GROUND_MAY_NAME.iter().map(|(name, _)| name);
    let all = CAPABILITIES.iter().chain(GROUND).chain(TOP).chain(beside);
    all.copied().collect()
}

#[test]
fn modules_name_only_what_their_row_allows() {
    let mut wrong = Vec::new();
    for source in sources::shipped() {
        // The typesetting crate is a crate of its own: the compiler keeps it apart.
        if source.module() == "typesetting" {
            continue;
        }
        let Some(mut allowed) = may_name(source.module()) else {
            wrong.push(format!("{} is of no known module", source.path));
            continue;
        };
        allowed.insert(source.module());
        for named in modules_named(&source.code()) {
            if everything().contains(named.as_str()) && !allowed.contains(named.as_str()) {
                wrong.push(format!("{} names {named}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules after `crate::`, in a path or in a list of a `use`.
fn modules_named(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => named.extend(first_word(rest)),
            Some(list) => named.extend(items(list).iter().filter_map(|item| first_word(item))),
        }
    }
    named
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text
        .trim_start()
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// `a::{b, c}, d::e, f}` gives `a::{b, c}`, `d::e` and `f`.
fn items(list: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0_u32;
    for letter in list.chars() {
        match (letter, depth) {
            ('}', 0) => break,
            (',', 0) => items.push(String::new()),
            (letter, _) => items.iter_mut().last().unwrap().push(letter),
        }
        depth = match letter {
            '{' => depth.saturating_add(1),
            '}' => depth.saturating_sub(1),
            _ => depth,
        };
    }
    items
}

#[test]
fn named_modules_are_found_in_paths_and_in_lists() {
    let code = "use crate::kernel::Bin;\nuse crate::{\n    authz::{Permit, policy},\n    store,\n};\n\
                fn f() { crate::rpc::open() }";
    let named: Vec<String> = modules_named(code).into_iter().collect();
    assert_eq!(named, ["authz", "kernel", "rpc", "store"]);
}

/// A word that only some files may use, and why.
struct Reserved {
    word: &'static str,
    only: fn(&Source) -> bool,
    because: &'static str,
}

const RESERVED: &[Reserved] = &[
    Reserved {
        word: "tizilim_typesetting",
        only: |source| source.module() == "extract",
        because: "nothing else waits for Typst",
    },
    Reserved {
        word: "lettre",
        only: |source| source.module() == "mail",
        because: "capabilities know a letter, not how it travels",
    },
    Reserved {
        word: "object_store::",
        only: |source| source.module() == "document" || source.path == "src/store/fault.rs",
        because: "one place knows where documents lie",
    },
    Reserved {
        word: "TransactionTrait",
        only: |source| ["src/store/write.rs", "src/monitor/inbox.rs"].contains(&&*source.path),
        because: "the committer is the only writer",
    },
    Reserved {
        word: "Utc::now",
        only: |source| source.path == "src/kernel/clock.rs",
        because: "the clock is asked once per attempt",
    },
    Reserved {
        word: "tokio",
        only: |source| !is_pure(source),
        because: "what decides does nothing else",
    },
    Reserved {
        word: "tonic",
        only: |source| !is_pure(source) && !is_rows(source),
        because: "what decides, and what is stored, is not sent",
    },
    Reserved {
        word: "tracing",
        only: |source| !is_pure(source),
        because: "what decides tells by its result",
    },
    Reserved {
        word: "sea_orm",
        only: |source| !is_pure(source) && source.name() != "service.rs" && !is_wire(source),
        because: "what decides, and what is sent, is not stored",
    },
    Reserved {
        word: "pb::",
        only: |source| !is_pure(source) && !is_rows(source),
        because: "the contract stops at the edge",
    },
];

/// Files that decide or that a decision is made of.
fn is_pure(source: &Source) -> bool {
    const NAMES: &[&str] = &[
        "columns.rs",
        "entry.rs",
        "fact.rs",
        "form.rs",
        "model.rs",
        "stage.rs",
    ];
    let folder = |folder: &str| source.path.starts_with(folder);
    let checks = folder("src/application/checks/") && !is_wire(source);
    folder("src/kernel/") || folder("src/calendar/") || checks || NAMES.contains(&source.name())
}

fn is_rows(source: &Source) -> bool {
    source.name() == "rows.rs"
}

fn is_wire(source: &Source) -> bool {
    source.name() == "wire.rs" || source.path.contains("/parse/")
}

#[test]
fn words_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources::shipped() {
        if source.module() == "typesetting" {
            continue;
        }
        let code = source.code();
        for reserved in RESERVED {
            if code.contains(reserved.word) && !(reserved.only)(&source) {
                wrong.push(format!(
                    "{} uses {}: {}",
                    source.path, reserved.word, reserved.because
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn queries_are_written_in_rows_and_commands_only_hand_the_connection_on() {
    let reads_or_writes = |source: &Source| {
        ["store", "journal", "monitor", "delivery"].contains(&source.module())
            || ["pages.rs", "queries.rs", "queue.rs", "queues.rs", "rows.rs"]
                .contains(&source.name())
    };
    let mut wrong = Vec::new();
    for source in sources::shipped() {
        let code = source.code().replace("sea_orm::DatabaseConnection", "");
        if code.contains("sea_orm") && !reads_or_writes(&source) {
            wrong.push(source.path);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_kernel_imports_next_to_nothing() {
    const MAY: &[&str] = &["chrono", "crate", "rand", "serde", "std", "super", "uuid"];
    for source in sources::shipped() {
        if source.module() != "kernel" {
            continue;
        }
        let code = source.code();
        let modules: BTreeSet<_> = code.split("mod ").skip(1).filter_map(first_word).collect();
        for line in code.lines().map(str::trim) {
            let path = line.strip_prefix("pub ").unwrap_or(line);
            let Some(word) = path.strip_prefix("use ").and_then(first_word) else {
                continue;
            };
            assert!(
                MAY.contains(&word.as_str()) || modules.contains(&word),
                "{} uses {word}",
                source.path
            );
        }
    }
}
