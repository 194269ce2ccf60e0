//! Metrics, scraped from a running service: they move by what happens, tell nothing of anybody, and
//! are the ones that `docs/OPERATING.md` lists.

use std::collections::{BTreeMap, BTreeSet};

use tizilim::pb::registry::v1::{ApplicationStage, ReaderStatus};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    harness::{Account, OwnLog, TUESDAY_MORNING, Town, call, until},
    sources,
};

const SUBMIT: &str = "/tizilim.registry.v1.ApplicationService/SubmitApplication";

/// What one scrape brought.
pub(crate) struct Scrape {
    text: String,
    /// Types by family, as a query names it.
    families: BTreeMap<String, String>,
    /// Values by name with labels.
    values: BTreeMap<String, String>,
}

impl Scrape {
    pub(crate) async fn of(town: &Town) -> Self {
        let address = town.metrics_address().unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n";
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        Self::parse(text)
    }

    fn parse(text: &str) -> Self {
        assert!(text.ends_with("\n# EOF\n"), "a scrape is whole");
        let (mut families, mut values) = (BTreeMap::new(), BTreeMap::new());
        for line in text.lines() {
            if let Some(family) = line.strip_prefix("# TYPE ") {
                let (name, kind) = family.split_once(' ').unwrap();
                let name = match kind {
                    "counter" => format!("{name}_total"),
                    "info" => format!("{name}_info"),
                    _ => name.to_owned(),
                };
                let before = families.insert(name, kind.to_owned());
                assert!(before.is_none(), "named twice: {line}");
            } else if !line.starts_with('#') {
                let (name, value) = line.rsplit_once(' ').unwrap();
                values.insert(name.to_owned(), value.to_owned());
            }
        }
        Self {
            text: text.to_owned(),
            families,
            values,
        }
    }

    /// What is not there has not happened.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("0", String::as_str)
    }

    fn count(&self, name: &str) -> u64 {
        self.value(name).parse().unwrap()
    }

    /// The names of the labels of a family, but for a histogram's own.
    fn labels(&self, family: &str) -> BTreeSet<&str> {
        let of_family = |name: &&String| {
            let rest = name.strip_prefix(family);
            rest.is_some_and(|rest| ["", "_bucket"].contains(&rest.split('{').next().unwrap()))
        };
        let inside = |name| Some(str::trim_end_matches(str::split_once(name, '{')?.1, '}'));
        self.values
            .keys()
            .filter(of_family)
            .filter_map(|name| inside(name.as_str()))
            .flat_map(|labels| {
                labels
                    .split("\",")
                    .filter_map(|label| label.split('=').next())
            })
            .filter(|label| *label != "le")
            .collect()
    }
}

async fn observed_town() -> Town {
    Town::with(TUESDAY_MORNING, |installation| {
        installation.configure("[metrics]\nlisten = \"127.0.0.1:0\"\n");
    })
    .await
}

#[tokio::test]
async fn metrics_move_by_a_submission_and_tell_nothing_of_who_made_it() {
    let town = observed_town().await;
    let before = Scrape::of(&town).await;
    town.filed(&town.agreement(1), ApplicationStage::AwaitingSignature)
        .await;
    let nonsense = "/no.such.Service/Zhanbyrbay";
    call(&town.raw(Account::Portal), nonsense, vec![Vec::new()])
        .await
        .unwrap_err();
    town.operator().all_stages_delivered().await.unwrap();
    // A cursor may still be on its way to the store.
    let after = until("a store that is done", async || {
        let scrape = Scrape::of(&town).await;
        let waiting = scrape.values.get("tizilim_store_changes_waiting");
        waiting
            .is_some_and(|waiting| waiting == "0")
            .then_some(scrape)
    })
    .await;

    let ok = format!("tizilim_calls_total{{method=\"{SUBMIT}\",code=\"OK\"}}");
    assert_eq!((before.count(&ok), after.count(&ok)), (0, 1));
    let timed = format!("tizilim_call_seconds_count{{method=\"{SUBMIT}\"}}");
    assert_eq!((before.count(&timed), after.count(&timed)), (0, 1));
    let unknown = "tizilim_calls_total{method=\"unknown\",code=\"UNIMPLEMENTED\"}";
    assert_eq!((before.count(unknown), after.count(unknown)), (0, 1));
    for grown in ["tizilim_store_commit_seconds_count", "tizilim_journal_head"] {
        assert!(after.count(grown) > before.count(grown), "{grown}");
    }
    for (name, value) in [
        ("tizilim_database_up", "1"),
        ("tizilim_store_changes_waiting", "0"),
        ("tizilim_queue_length{queue=\"monitoring\"}", "0"),
        ("tizilim_queue_length{queue=\"checks\"}", "0"),
        ("tizilim_calls_running{kind=\"calls\"}", "0"),
        ("tizilim_reader_failures_total{reader=\"registrar\"}", "0"),
    ] {
        let shown = after.values.get(name).map(String::as_str);
        assert_eq!(shown, Some(value), "{name}");
    }
    for private in ["Zhanbyrbay", "portal", town.world.cooperative.bin.as_str()] {
        assert!(!after.text.contains(private), "{private}");
    }
    town.close().await;
}

#[tokio::test]
async fn a_queue_that_nobody_works_is_seen_to_grow_and_to_be_late() {
    let log = OwnLog::start();
    let town = Town::with(TUESDAY_MORNING, |installation| {
        installation.configure("[metrics]\nlisten = \"127.0.0.1:0\"\n");
        // Without anchors no signature can be verified, and the checks wait.
        installation.without_trust_anchors();
    })
    .await;
    let request = town.agreement(1).electronic_contract().unwrap();
    town.portal().submit(request).await.unwrap();
    town.advance("2026-11-24T05:10:00Z").await;
    let status = town.operator().status().await.unwrap();
    assert_eq!(status.awaiting_checks, 1);
    let scrape = Scrape::of(&town).await;
    assert_eq!(scrape.value("tizilim_queue_length{queue=\"checks\"}"), "1");
    let late = "tizilim_queue_late_seconds{queue=\"checks\"}";
    assert_eq!(scrape.value(late), "600.0");
    town.close().await;
    assert!(log.messages("ERROR").is_empty());
    let warned = [
        "ACCEPTANCE CLOCK: no moment of this service is real",
        "no trust anchors are configured: no signature can be verified",
        "signatures cannot be verified now; the checks wait",
    ];
    assert_eq!(log.messages("WARN"), warned.map(str::to_owned).into());
}

/// Type and labels of each metric, as the table of the manual has them.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let manual = std::fs::read_to_string(sources::root().join("docs/OPERATING.md")).unwrap();
    let section = manual.split("\n## Metrics\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let words = |cell: &str| {
        let words = cell.split('`').skip(1).step_by(2);
        words.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let name = format!("tizilim_{}", cells[1].trim_matches('`'));
        (name, (cells[2].to_owned(), words(cells[3])))
    })
    .collect()
}

#[tokio::test]
async fn the_manual_lists_every_metric_with_its_type_and_labels_and_no_other() {
    let town = Town::with(TUESDAY_MORNING, |installation| {
        installation.configure("[metrics]\nlisten = \"127.0.0.1:0\"\n");
        // The stub does not speak TLS: the push fails, and a failure is shown, too.
        installation.replace("endpoint = \"http://", "endpoint = \"https://");
    })
    .await;
    town.filed(&town.agreement(1), ApplicationStage::AwaitingSignature)
        .await;
    until("a push that fails", async || {
        let status = town.operator().status().await.unwrap();
        let has_failed = |reader: &&ReaderStatus| reader.last_failure_seconds_ago.is_some();
        let failed = status.readers.iter().find(has_failed)?;
        assert_eq!(failed.reader, "monitoring");
        Some(())
    })
    .await;
    let scrape = Scrape::of(&town).await;
    let documented = documented();
    let shown: BTreeMap<_, _> = scrape
        .families
        .iter()
        .map(|(name, kind)| {
            let labels = scrape.labels(name).into_iter().map(str::to_owned);
            (name.clone(), (kind.clone(), labels.collect()))
        })
        .collect();
    assert_eq!(shown, documented);
    town.close().await;
}
