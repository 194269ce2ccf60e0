//! What the tests of terms stand on: an office with providers of different hours, on any clock, and
//! applications as a filing stores them. It never checks anything.
#![expect(clippy::arithmetic_side_effects, reason = "a test reports by failing")]

use std::{path::Path, sync::Arc, time::Duration};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::{Clerk, Clerks, Registrar};
use crate::{
    application::{
        Form, Office, Procedure, RuleBook, Stage, WholeApplications,
        addressed::step_changes,
        model::{Application, Step},
        rows::to_row,
        terms::Terms,
    },
    authn::Tokens,
    calendar::{Calendar, WorkingHours},
    complaint::ComplaintClerk,
    correction::CorrectionClerk,
    court::CourtClerk,
    document::Documents,
    kernel::{Bin, Moment},
    provider::{Provider, Providers, fixture::provider},
    reference::References,
    register::ShareholderMarks,
    rpc::page::PageTokens,
    signature::BuiltinVerifier,
    store::{Changes, Connections, Guard, Insert, Leases, Origin, Store, TERM_MAX},
};

/// A provider: its hours, and how many working minutes before a due moment it is warned.
pub(super) struct Hours {
    pub(super) id: &'static str,
    pub(super) opens: (u32, u32),
    pub(super) closes: (u32, u32),
    pub(super) near_due_minutes: u32,
}

/// One by the law's default, one early, one late that wants to know more than a day before.
pub(super) const HOURS: [Hours; 3] = [
    Hours {
        id: "usual",
        opens: (9, 0),
        closes: (18, 30),
        near_due_minutes: 240,
    },
    Hours {
        id: "early",
        opens: (8, 0),
        closes: (17, 0),
        near_due_minutes: 60,
    },
    Hours {
        id: "late",
        opens: (10, 0),
        closes: (19, 0),
        near_due_minutes: 700,
    },
];

pub(super) fn time((hour, minute): (u32, u32)) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn open(hours: &Hours) -> Provider {
    Provider {
        hours: WorkingHours::new(time(hours.opens), time(hours.closes)).unwrap(),
        near_due_minutes: hours.near_due_minutes,
        ..provider(hours.id, &["750000000"])
    }
}

/// The office over a store.
pub(super) async fn office(store: &Store, folder: &Path) -> Arc<Office> {
    let calendar = Calendar::shipped().unwrap();
    let references = References::of(store, calendar, Providers::default());
    let providers = Providers::of(HOURS.iter().map(open));
    references.seed(&providers).await.unwrap();
    Arc::new(Office {
        applications: WholeApplications::of(store),
        quality_authority: None,
        accounts: Arc::new(Tokens::none()),
        rules: RuleBook::open(references.clone()).unwrap(),
        references,
        store: store.clone(),
        verifier: Arc::new(BuiltinVerifier::default()),
        documents: Documents::local(&folder.join("documents")).unwrap(),
        page_tokens: Arc::new(PageTokens::new(&[7; 32])),
        shareholder_marks: Arc::new(ShareholderMarks::new(&[7; 32])),
        seal: None,
    })
}

/// The clerks of terms at their desks, until the guard is dropped. No application is checked.
pub(super) fn clerks(office: &Arc<Office>, connections: &Connections) -> (Clerks, DropGuard) {
    let leases = Leases::of(connections.clone(), "terms".to_owned(), TERM_MAX);
    let clerks: Vec<Box<dyn Clerk>> = vec![
        Box::new(Registrar::without_checks(
            Arc::clone(office),
            Duration::from_hours(1),
        )),
        Box::new(CorrectionClerk::of(Arc::clone(office))),
        Box::new(ComplaintClerk::of(Arc::clone(office))),
        Box::new(CourtClerk::of(Arc::clone(office))),
    ];
    let stop = CancellationToken::new();
    let clerks = Clerks::start(&office.store, &leases, clerks, &stop);
    (clerks, stop.drop_guard())
}

/// An application that arrives, as a filing decides on it; `number` makes it another one.
pub(super) fn filed(
    office: &Office,
    provider_id: &str,
    form: Form,
    number: u128,
    arrived_at: DateTime<Utc>,
) -> Step {
    let provider = office.provider(provider_id).unwrap();
    let calendar = office.calendar();
    let terms = Terms::reckon(&calendar, &provider, form, Moment::at(arrived_at)).unwrap();
    let application = Application {
        id: Uuid::from_u128(number).into(),
        number: format!("A-{number}"),
        version: 0,
        stage: Stage::Received,
        stage_count: 0,
        procedure: Procedure::ParticipationAgreement,
        form,
        provider_id: provider_id.to_owned(),
        cooperative: Bin::parse("600740000012").unwrap(),
        filed_by: "portal".to_owned(),
        share_key: format!("a|b|c|{number}"),
        agreement_key: format!("600740000012|{number}|2026-03-02"),
        agreement_sha256: format!("{number:064x}"),
        document: None,
        refused_application: None,
        received_at: arrived_at,
        registered_at: terms.registered_at,
        due_at: terms.due_at,
        reopened_at: None,
        near_due_at: terms.near_due_at,
        calendar_version: calendar.version().to_owned(),
        near_due: false,
        overdue: false,
        filed_late: false,
        officer: None,
        checked_at: None,
        findings: Vec::new(),
        refusal: None,
        decided_at: None,
        entry: None,
        handover: None,
    };
    let step = Step::of(application, arrived_at).reach(Stage::Received);
    if terms.registered_at == arrived_at {
        step.reach(Stage::Registered)
    } else {
        step
    }
}

/// Stores what was filed at one moment.
pub(super) async fn store(office: &Office, filed: &[Step]) {
    for chunk in filed.chunks(200) {
        let changes = chunk.iter().map(|step| stored(office, step));
        let commits = changes.map(|changes| office.store.commit(changes));
        for committed in futures_util::future::join_all(commits).await {
            committed.unwrap();
        }
    }
}

fn stored(office: &Office, step: &Step) -> Changes {
    let origin = Origin::of_system("file", Moment::at(step.at));
    let provider = office.provider(&step.application.provider_id).unwrap();
    let ids = office.store.ids();
    let facts = crate::application::fact::stage_facts(step, &provider, ids).unwrap();
    let row = Insert::guarded(&to_row(&step.application).unwrap(), Guard::Number);
    Changes::by(origin).insert(row).facts(facts)
}

/// Makes a step of what is stored.
pub(super) async fn step(office: &Office, step: &Step) {
    let origin = Origin::of_system("step", Moment::at(step.at));
    let changes = step_changes(office, step, origin).unwrap();
    office.store.commit(changes).await.unwrap();
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The next microsecond.
pub(super) fn just_after(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment + TimeDelta::microseconds(1)
}
