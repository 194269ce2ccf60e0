//! Whether everything that was acknowledged is there exactly once, in the database and through the
//! contract, and whether the journal has a gap. It never believes the service's own counters.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait as _, Statement};
use uuid::Uuid;

use crate::kit::{audit::Audit, ledger::Ledger, site::Site};

const PAGE: i32 = 1000;
const SUBMIT: &str = "/tizilim.registry.v1.ApplicationService/SubmitApplication";

/// Looks for everything in the ledger; each submission must have left that many facts.
pub(crate) async fn audit(
    what: &'static str,
    site: &Site,
    ledger: &Ledger,
    facts_each: i64,
) -> Audit {
    let stored = stored(site).await;
    let facts = facts(site).await;
    let listed = listed(site).await;
    let head = site.database.count("SELECT number FROM journal_head").await;
    let mut audit = Audit::of(
        what,
        [
            ("acknowledged", ledger.acknowledged.len()),
            ("failed", ledger.failed),
            ("stored", stored.len()),
            ("listed", listed.len()),
            ("journal_head", usize::try_from(head).unwrap()),
        ],
    );
    let mut seen = BTreeSet::new();
    for application in &ledger.acknowledged {
        let id: Uuid = application.id.parse().unwrap();
        let number = &application.number;
        audit.require(seen.insert(id), || format!("{number} acknowledged twice"));
        audit.require(stored.get(&id) == Some(number), || {
            format!("{number} is not stored with its content")
        });
        audit.require(listed.get(&id) == Some(number), || {
            format!("{number} is not listed")
        });
        audit.require(facts.get(&id) == Some(&facts_each), || {
            format!("{number} has {:?} facts", facts.get(&id))
        });
    }
    audit.require(stored.len() == listed.len(), || {
        "more or fewer are listed than stored".to_owned()
    });
    require_nothing_else(&mut audit, site, ledger, stored.len()).await;
    audit
}

/// A request that was refused may have been stored or not; all others are in the ledger.
async fn require_nothing_else(audit: &mut Audit, site: &Site, ledger: &Ledger, stored: usize) {
    let least = ledger.acknowledged.len();
    let most = least + ledger.failed;
    audit.require((least..=most).contains(&stored), || {
        "more or fewer applications than were acknowledged".to_owned()
    });
    let remembered = format!("SELECT count(*) FROM request_memory WHERE method = '{SUBMIT}'");
    let remembered = site.database.count(&remembered).await;
    audit.require(usize::try_from(remembered) == Ok(stored), || {
        format!("{remembered} requests are remembered")
    });
    let head = site.database.count("SELECT number FROM journal_head").await;
    for (name, statement) in [
        ("number of facts", "SELECT count(*) FROM journal"),
        ("last fact", "SELECT max(number) FROM journal"),
        (
            "span of facts",
            "SELECT max(number) - min(number) + 1 FROM journal",
        ),
    ] {
        let value = site.database.count(statement).await;
        audit.require(value == head, || {
            format!("{name} is {value}, head of the journal {head}")
        });
    }
}

/// Number of each application that has its content.
async fn stored(site: &Site) -> BTreeMap<Uuid, String> {
    let statement = "SELECT application.id, application.number FROM application \
        JOIN application_content ON application_content.application_id = application.id";
    pairs(site, statement).await
}

/// How many facts each submission left.
async fn facts(site: &Site) -> BTreeMap<Uuid, i64> {
    let statement =
        format!("SELECT subject, count(*) FROM journal WHERE method = '{SUBMIT}' GROUP BY subject");
    pairs(site, &statement).await
}

async fn pairs<T: sea_orm::TryGetable>(site: &Site, statement: &str) -> BTreeMap<Uuid, T> {
    let connection = site.database.connect().await;
    let statement = Statement::from_string(connection.get_database_backend(), statement);
    let rows = connection.query_all_raw(statement).await.unwrap();
    let count = rows.len();
    let pairs: BTreeMap<Uuid, T> = rows
        .iter()
        .map(|row| {
            (
                row.try_get_by_index(0).unwrap(),
                row.try_get_by_index(1).unwrap(),
            )
        })
        .collect();
    assert_eq!(pairs.len(), count, "one row each");
    pairs
}

/// Number of each application on the pages of the cooperative's list; none may come twice.
async fn listed(site: &Site) -> BTreeMap<Uuid, String> {
    let client = &site.target.clients[0].cooperative;
    let mut listed = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let page = client.page(PAGE, page_token).await.unwrap();
        for application in page.applications {
            let id = application.application_id.parse().unwrap();
            let before = listed.insert(id, application.application_number);
            assert_eq!(before, None, "listed twice");
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return listed;
        }
    }
}
