//! A month of virtual time over holidays, with as many applications as `TIZILIM_MONTH_APPLICATIONS` says:
//! everything that falls due is done once, and all of it has the legal moment, by a reckoning of its own.
#![expect(clippy::arithmetic_side_effects, reason = "a test reports by failing")]

use std::{
    collections::BTreeMap,
    io::Write as _,
    time::{Duration, Instant},
};

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use super::fixture::{HOURS, Hours, at, clerks, filed, just_after, office, store, time};
use crate::{
    application::{
        Form, Office, Stage,
        handover::duty,
        model::{HandoverReason, Step},
    },
    journal::{self, STAGE, StageFact},
    kernel::Moment,
    store::test_support::temporary_at,
};

/// How many applications are filed, unless the environment says another number.
const APPLICATIONS: u32 = 2_000;

/// When applications arrive, in legal time: by night, at and around each opening and closing. Each day has
/// four of them, the next one the next four.
const ARRIVALS: [[&str; 4]; 3] = [
    ["00:00:00", "09:00:00", "17:00:00", "18:30:01"],
    ["07:59:59", "11:30:15", "17:00:01", "19:00:00"],
    ["08:00:00", "16:59:59", "18:30:00", "23:59:59"],
];

/// What the Rules and the labour law say of these weeks, without the service's calendar.
mod law {
    use super::*;

    /// 8 March is a Sunday: Monday is off. Nauryz is from the 21st to the 23rd, the first two of which are a
    /// Saturday and a Sunday: the 24th and the 25th are off.
    fn is_worked(on: NaiveDate) -> bool {
        let is_off = on.year() == 2026 && on.month() == 3 && [9, 23, 24, 25].contains(&on.day());
        on.weekday().number_from_monday() <= 5 && !is_off
    }

    fn next_worked(on: NaiveDate, mut count: u32) -> NaiveDate {
        let mut on = on;
        while count > 0 {
            on = on.succ_opt().unwrap();
            count -= u32::from(is_worked(on));
        }
        on
    }

    fn instant(local: NaiveDateTime) -> DateTime<Utc> {
        (local - TimeDelta::hours(5)).and_utc()
    }

    fn local(at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc() + TimeDelta::hours(5)
    }

    /// Clause 7: at once until closing time of a worked day, else at the next opening.
    pub(super) fn registered(hours: &Hours, arrived_at: DateTime<Utc>) -> DateTime<Utc> {
        let arrival = local(arrived_at);
        if is_worked(arrival.date()) && arrival.time() <= time(hours.closes) {
            return arrived_at;
        }
        instant(next_worked(arrival.date(), 1).and_time(time(hours.opens)))
    }

    /// Clause 8: closing time of the third or the first worked day after the registration's.
    pub(super) fn due(hours: &Hours, days: u32, registered_at: DateTime<Utc>) -> DateTime<Utc> {
        let on = next_worked(local(registered_at).date(), days);
        instant(on.and_time(time(hours.closes)))
    }

    /// So many worked minutes before the due moment, counted one by one.
    pub(super) fn near_due(hours: &Hours, due_at: DateTime<Utc>) -> DateTime<Utc> {
        let (mut moment, mut left) = (local(due_at), hours.near_due_minutes);
        while left > 0 {
            moment -= TimeDelta::minutes(1);
            let of_day = moment.time();
            let is_open = time(hours.opens) <= of_day && of_day < time(hours.closes);
            left -= u32::from(is_open && is_worked(moment.date()));
        }
        instant(moment)
    }

    /// Clause 11: 24:00 of the third worked day after the cooperative knew.
    pub(super) fn handed_over(known_at: DateTime<Utc>) -> DateTime<Utc> {
        let last = next_worked(local(known_at).date(), 3);
        instant(last.succ_opt().unwrap().and_time(NaiveTime::MIN))
    }
}

/// What is to become of an application: what is told of it, and as of when.
type Fate = Vec<(&'static str, DateTime<Utc>)>;

/// Files the `number`-th application, which is decided at once if its number says so.
fn file(office: &Office, number: u32, arrived_at: DateTime<Utc>) -> (Step, Fate) {
    let hours = &HOURS[usize::try_from(number % 3).unwrap()];
    let (form, days) = if number.is_multiple_of(2) {
        (Form::ElectronicCopy, 3)
    } else {
        (Form::ElectronicContract, 1)
    };
    let step = filed(office, hours.id, form, (number + 1).into(), arrived_at);
    let registered_at = law::registered(hours, arrived_at);
    let due_at = law::due(hours, days, registered_at);
    let mut fate = vec![("RECEIVED", arrived_at), ("REGISTERED", registered_at)];
    match (number / 6) % 10 {
        // The cooperative owes the hand-over from then on, and never confirms it.
        1 | 2 if registered_at == arrived_at => {
            let reason = HandoverReason::NoEmail;
            let duty = duty(office, reason, Moment::at(arrived_at)).unwrap();
            let step = step.reach(Stage::Granted).reach(Stage::HandoverPending);
            let step = step.with(|application| application.handover = Some(duty));
            let late_at = just_after(law::handed_over(arrived_at));
            fate.extend([("GRANTED", arrived_at), ("HANDOVER_PENDING", arrived_at)]);
            fate.push(("handover_overdue", late_at));
            (step, fate)
        }
        // Refused in time: it can become neither near due nor overdue.
        3 if registered_at == arrived_at => {
            fate.push(("REFUSED", arrived_at));
            (step.reach(Stage::Refused), fate)
        }
        _ => {
            fate.push((
                "due_moment_near",
                law::near_due(hours, due_at).max(registered_at),
            ));
            fate.push(("OVERDUE", just_after(due_at)));
            (step, fate)
        }
    }
}

/// What was told of each application; a fact that is no stage as of the moment at which it was recorded.
async fn told(office: &Office) -> BTreeMap<Uuid, Fate> {
    const KNOWN: [&str; 8] = [
        "RECEIVED",
        "REGISTERED",
        "GRANTED",
        "REFUSED",
        "HANDOVER_PENDING",
        "OVERDUE",
        "due_moment_near",
        "handover_overdue",
    ];
    let mut told = BTreeMap::<Uuid, Fate>::new();
    let mut after = 0;
    loop {
        let facts = journal::read(office.store.reads(), after, 5_000)
            .await
            .unwrap();
        let Some(last) = facts.last() else {
            return told;
        };
        after = last.number;
        for fact in facts {
            let (name, at) = if fact.kind == STAGE {
                let stage = StageFact::from_body(&fact.body).unwrap();
                assert_eq!(stage.occurred_at, fact.at, "{}", stage.stage);
                (stage.stage, stage.occurred_at)
            } else {
                (fact.kind, fact.at)
            };
            if let Some(known) = KNOWN.iter().find(|known| **known == name) {
                told.entry(fact.subject).or_default().push((*known, at));
            }
        }
    }
}

/// Every moment of March at which applications arrive.
fn arrivals() -> Vec<DateTime<Utc>> {
    let first: NaiveDate = "2026-03-01".parse().unwrap();
    let days = first.iter_days().take(31).zip(ARRIVALS.iter().cycle());
    let moments = days.flat_map(|(on, times)| times.map(|time| on.and_time(time.parse().unwrap())));
    let legal = moments.map(|local| local - TimeDelta::hours(5));
    legal.map(|utc| utc.and_utc()).collect()
}

/// As many as the environment says, whose reader wants to know how long it took.
fn asked_for() -> Option<u32> {
    let count = std::env::var_os("TIZILIM_MONTH_APPLICATIONS")?;
    Some(count.to_str().unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_month_of_virtual_time_everything_happens_once_and_at_its_legal_moment() {
    let count = asked_for().unwrap_or(APPLICATIONS);
    let temporary = temporary_at(at("2026-02-28T18:00:00Z")).await;
    let office = office(&temporary.store, temporary.folder.path()).await;
    let (clerks, _until_done) = clerks(&office, &temporary.connections);
    let began = Instant::now();
    let (mut filing, mut expected) = (Duration::ZERO, BTreeMap::new());
    let arrivals = arrivals();
    let mut numbers = 0..count;
    let mut left = u32::try_from(arrivals.len()).unwrap();
    for arrived_at in &arrivals {
        clerks.advance(&temporary.clock, *arrived_at).await.unwrap();
        let share = (count - numbers.start).div_ceil(left);
        left -= 1;
        let filed = numbers.by_ref().take(usize::try_from(share).unwrap());
        let filed = filed.map(|number| file(&office, number, *arrived_at));
        let (steps, fates): (Vec<Step>, Vec<Fate>) = filed.unzip();
        let filing_began = Instant::now();
        store(&office, &steps).await;
        filing += filing_began.elapsed();
        let ids = steps.iter().map(|step| step.application.id.get());
        expected.extend(ids.zip(fates));
    }
    let end = at("2026-04-10T00:00:00Z");
    clerks.advance(&temporary.clock, end).await.unwrap();
    if asked_for().is_some() {
        let took = began.elapsed();
        let mut shown = std::io::stdout();
        writeln!(
            shown,
            "{count} applications: {took:.1?}, {filing:.1?} of it their filing"
        )
        .unwrap();
    }

    let mut told = told(&office).await;
    for (id, mut fate) in expected {
        let mut told = told.remove(&id).unwrap();
        // Which of two things of one moment is told first is not the law's.
        fate.sort_by_key(|(name, at)| (*at, *name));
        told.sort_by_key(|(name, at)| (*at, *name));
        assert_eq!(told, fate, "{id}");
    }
    assert_eq!(told, BTreeMap::new());
}
