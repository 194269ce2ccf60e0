//! The counter, on a journal of its own: each application in one cell, each fact counted once, and the
//! same cells when all is counted anew.

mod facts;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait as _;
use tokio_util::sync::DropGuard;

use super::{
    counter::{ANEW, Counter, READER},
    rows::{Asked, Column, DayPart, statistics_cell},
};
use crate::{
    calendar::Calendar,
    journal::{
        Cursor, StageFact,
        fixture::{application_id, stage_fact},
    },
    provider::{Providers, StoredProvider, to_row},
    reference::References,
    store::{
        Changes, Insert, Lease, Leases, NewFact, Origin, TERM_MAX,
        test_support::{Temporary, require_index, temporary},
    },
};

/// A store, and the counter that holds its lease.
struct Bench {
    temporary: Temporary,
    references: References,
    counter: Counter,
    _kept: DropGuard,
}

impl Bench {
    async fn new() -> Self {
        let temporary = temporary().await;
        let store = &temporary.store;
        let leases = Leases::of(temporary.connections.clone(), "bench".to_owned(), TERM_MAX);
        let (mut lease, kept): (Lease, DropGuard) = leases.keep(READER, store.tasks());
        lease.held().await;
        let calendar = Calendar::shipped().unwrap();
        let references = References::of(store, calendar, Providers::default());
        let counter = Counter::new(store.clone(), references.clone(), lease);
        Self {
            temporary,
            references,
            counter,
            _kept: kept,
        }
    }

    async fn append(&self, facts: impl IntoIterator<Item = NewFact>) {
        let changes = Changes::by(origin()).facts(facts);
        self.temporary.store.commit(changes).await.unwrap();
    }

    async fn set_provider(&self, provider: &StoredProvider) {
        let row = Insert::of(&to_row(provider).unwrap());
        let changes = Changes::by(origin()).insert(row);
        self.temporary.store.commit(changes).await.unwrap();
        self.references.reload().await.unwrap();
    }

    async fn count_all(&self) {
        while self.counter.round().await.unwrap() {}
    }

    /// Every cell that is not empty, with how many are in it.
    async fn cells(&self) -> Vec<(String, i64)> {
        let rows = statistics_cell::Entity::find();
        let rows = rows.all(self.temporary.store.reads()).await.unwrap();
        let rows = rows.into_iter().filter(|row| row.applications != 0);
        let mut cells: Vec<_> = rows.map(|row| (row.cell, row.applications)).collect();
        cells.sort();
        cells
    }

    async fn position(&self) -> i64 {
        let reads = self.temporary.store.reads();
        Cursor::load(reads, READER).await.unwrap().position()
    }
}

fn origin() -> Origin {
    Origin {
        caller: "system".to_owned(),
        method: "test",
        at: moment("2026-03-20T10:00:00Z"),
    }
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A stage of an application of a copy that is due on Wednesday 25 March at 18:30.
fn stage(application: u8, sequence: i32, stage: &str, at: &str) -> StageFact {
    StageFact {
        occurred_at: moment(at),
        due_at: (stage != "RECEIVED").then(|| moment("2026-03-25T13:30:00Z")),
        ..stage_fact(application, sequence, stage)
    }
}

fn fact(application: u8, stage: StageFact) -> NewFact {
    stage.into_new_fact(application_id(application)).unwrap()
}

/// Received and registered on Friday 20 March.
fn filed(application: u8) -> [NewFact; 2] {
    let at = "2026-03-20T10:00:00Z";
    [
        fact(application, stage(application, 1, "RECEIVED", at)),
        fact(application, stage(application, 2, "REGISTERED", at)),
    ]
}

const OPEN: &str = "invented|2026-03-20|2026-03-20||PARTICIPATION_AGREEMENT|ELECTRONIC_COPY|OPEN||";

#[tokio::test]
async fn an_application_moves_from_cell_to_cell_as_its_stages_say() {
    let bench = Bench::new().await;
    bench.append(filed(1)).await;
    bench.append(filed(2)).await;
    bench.count_all().await;
    assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 2)]);

    let overdue = StageFact {
        overdue: true,
        ..stage(1, 3, "OVERDUE", "2026-03-25T13:31:00Z")
    };
    bench.append([fact(1, overdue)]).await;
    bench.count_all().await;
    let one_each = [
        (format!("{OPEN}OPEN||"), 1),
        (format!("{OPEN}OVERDUE||"), 1),
    ];
    assert_eq!(bench.cells().await, one_each);

    // The due moment was moved: the mark is taken back, and the stage stated once more.
    let again = stage(1, 4, "REGISTERED", "2026-03-25T14:00:00Z");
    bench.append([fact(1, again)]).await;
    bench.count_all().await;
    assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 2)]);

    let granted = stage(1, 5, "GRANTED", "2026-03-25T13:30:00Z");
    let refused = StageFact {
        refusal_grounds: vec!["G5".to_owned(), "G2".to_owned()],
        ..stage(2, 3, "REFUSED", "2026-03-25T13:30:01Z")
    };
    bench.append([fact(1, granted), fact(2, refused)]).await;
    bench.count_all().await;
    // 21 to 25 March 2026 are a Saturday, a Sunday, two days off and a holiday but for the last one.
    let ended =
        "invented|2026-03-20|2026-03-20|2026-03-25|PARTICIPATION_AGREEMENT|ELECTRONIC_COPY|";
    let expected = [
        (format!("{ended}GRANTED||IN_TIME||"), 1),
        (format!("{ended}REFUSED|G2 G5|LATE||"), 1),
    ];
    let cells = bench.cells().await;
    let days_aside: Vec<_> = cells
        .iter()
        .map(|(cell, count)| (cell.trim_end_matches(char::is_numeric).to_owned(), *count))
        .collect();
    assert_eq!(days_aside, expected);

    // What follows a decision leaves it where it is.
    let sent = stage(1, 6, "EXTRACT_SENT", "2026-03-26T10:00:00Z");
    bench.append([fact(1, sent)]).await;
    bench.count_all().await;
    assert_eq!(bench.cells().await, cells);
}

#[tokio::test]
async fn a_refusal_that_was_annulled_is_none_and_what_follows_is_counted_from_its_new_term() {
    let bench = Bench::new().await;
    bench.append(filed(1)).await;
    let refused = StageFact {
        refusal_grounds: vec!["G5".to_owned()],
        ..stage(1, 3, "REFUSED", "2026-03-26T10:00:00Z")
    };
    let filed = stage(1, 4, "COMPLAINT_FILED", "2026-03-26T11:00:00Z");
    bench.append([fact(1, refused), fact(1, filed)]).await;
    bench.count_all().await;
    let cells = bench.cells().await;
    assert!(cells[0].0.contains("REFUSED|G5|LATE"), "{cells:?}");

    let anew = |sequence, code, at| StageFact {
        due_at: Some(moment("2026-03-31T13:30:00Z")),
        ..stage(1, sequence, code, at)
    };
    let satisfied = anew(5, "COMPLAINT_SATISFIED", "2026-03-26T12:00:00Z");
    let registered = anew(6, "REGISTERED", "2026-03-26T12:00:00Z");
    bench
        .append([fact(1, satisfied), fact(1, registered)])
        .await;
    bench.count_all().await;
    assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 1)]);

    let granted = anew(7, "GRANTED", "2026-03-27T12:00:00Z");
    bench.append([fact(1, granted)]).await;
    bench.count_all().await;
    let cells = bench.cells().await;
    assert!(cells[0].0.ends_with("GRANTED||IN_TIME||1"), "{cells:?}");
}

#[tokio::test]
async fn what_was_withdrawn_before_its_registration_has_no_day_of_it() {
    let bench = Bench::new().await;
    let received = StageFact {
        filed_late: true,
        ..stage(1, 1, "RECEIVED", "2026-03-20T19:30:00Z")
    };
    let withdrawn = stage(1, 2, "WITHDRAWN", "2026-03-21T10:00:00Z");
    bench.append([fact(1, received), fact(1, withdrawn)]).await;
    bench.count_all().await;
    let cell = "invented|2026-03-21||2026-03-21|PARTICIPATION_AGREEMENT|ELECTRONIC_COPY|WITHDRAWN||\
                WITHDRAWN|filed late|";
    assert_eq!(bench.cells().await, [(cell.to_owned(), 1)]);
}

#[tokio::test]
async fn more_than_a_batch_is_counted_at_once_and_less_is_let_gather() {
    let bench = Bench::new().await;
    let other = |number| NewFact {
        subject: uuid::Uuid::from_u128(number),
        kind: "other",
        body: "{}".to_owned(),
    };
    bench.append((0..501).map(other)).await;
    assert!(bench.counter.round().await.unwrap(), "there is one more");
    assert_eq!(bench.position().await, 500);
    assert!(!bench.counter.round().await.unwrap(), "no whole batch");
    assert_eq!(bench.position().await, 501);
    assert!(!bench.counter.round().await.unwrap(), "nothing");
}

#[tokio::test]
async fn counting_anew_gives_the_same_and_facts_that_are_no_stages_count_nothing() {
    let bench = Bench::new().await;
    for application in 1..=40 {
        bench.append(filed(application)).await;
        if application % 3 == 0 {
            let at = "2026-03-24T05:00:00Z";
            let granted = stage(application, 3, "GRANTED", at);
            bench.append([fact(application, granted)]).await;
        }
        // As often as it is looked, and however the batches fall.
        if application % 7 == 0 {
            bench.counter.round().await.unwrap();
        }
    }
    let other = NewFact {
        subject: uuid::Uuid::from_u128(7),
        kind: "other",
        body: "{}".to_owned(),
    };
    bench.append([other]).await;
    bench.count_all().await;
    let counted = bench.cells().await;
    let through = bench.position().await;
    assert_eq!(counted.iter().map(|(_, count)| count).sum::<i64>(), 40);

    let reads = bench.temporary.store.reads();
    let cursor = Cursor::load(reads, READER).await.unwrap();
    let anew = cursor.moved(ANEW, origin());
    bench.temporary.store.commit(anew).await.unwrap();
    assert!(bench.counter.round().await.unwrap(), "it is emptied");
    assert_eq!(bench.cells().await, []);
    assert_eq!(bench.position().await, 0);
    bench.count_all().await;
    assert_eq!(bench.cells().await, counted);
    assert_eq!(bench.position().await, through);
}

#[tokio::test]
async fn what_was_counted_by_another_process_is_not_counted_again() {
    let bench = Bench::new().await;
    bench.append(filed(1)).await;
    let reads = bench.temporary.store.reads();
    let cursor = Cursor::load(reads, READER).await.unwrap();
    bench.count_all().await;
    // Both read the cursor before the first fact; the second to commit loses.
    let late = bench.temporary.store.commit(cursor.moved(2, origin()));
    assert!(late.await.is_err());
    assert_eq!(bench.cells().await, [(format!("{OPEN}OPEN||"), 1)]);
}

#[tokio::test]
async fn a_sum_reads_the_cells_of_its_period_by_an_index() {
    let bench = Bench::new().await;
    for (day, index) in [
        (Column::ReceivedOn, "ix_statistics_cell_received"),
        (Column::RegisteredOn, "ix_statistics_cell_registered"),
        (Column::EndedOn, "ix_statistics_cell_ended"),
    ] {
        let asked = Asked {
            day,
            from: "2026-01-01".parse().unwrap(),
            to: "2026-12-31".parse().unwrap(),
            providers: vec!["a".to_owned(), "b".to_owned()],
            procedures: BTreeSet::new(),
            forms: BTreeSet::new(),
            by_provider: false,
            by_procedure: false,
            by_form: false,
            by: DayPart::Nothing,
            limit: 10,
        };
        require_index(&bench.temporary.store, &asked.cells(), index).await;
    }
}
