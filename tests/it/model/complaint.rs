//! One complaint's life, in random orders, against a model that was written from clauses 14 and 15: after every
//! command both stand at the same state, say no alike, and know alike of silence.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tizilim::{
    demo::client::ClientFault,
    pb::registry::v1::{
        self as pb, ComplaintAddressee as Addressee, ComplaintLeftReason, ComplaintOutcome,
        ComplaintState, ComplaintSubject,
    },
};

use crate::harness::{Account, Installation, Town, instant, reasons};

const LIVES: u32 = 60;

/// Early in what the calendar covers: the clock only moves forward, and every life takes days.
const BEGIN: &str = "2025-06-02T05:00:00Z";

/// What is done next, and by whom.
#[derive(Clone, Copy, Debug)]
enum Act {
    Forward,
    Satisfy,
    DecideBy(Body),
    ExtendBy(Body),
    TellBy(Body),
    Withdraw,
    /// Minutes.
    Wait(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Provider,
    Higher,
}

/// Where the complaint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Outside,
    Provider,
    Higher,
    End,
}

/// Its one extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extension {
    Possible,
    Untold,
    Told,
}

/// What the law says of it.
#[derive(Clone, Debug)]
struct Life {
    is_for: Body,
    at: At,
    registered_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    went_on: bool,
    extension: Extension,
    silent: bool,
    kept_back: bool,
}

impl Life {
    /// Who has it decides; what is for another goes on.
    fn must_be_with(&self, body: Body) -> Result<(), &'static str> {
        let (is_shown, place) = match body {
            Body::Provider => (true, At::Provider),
            Body::Higher => (self.went_on, At::Higher),
        };
        if !is_shown {
            return Err("PERMISSION_DENIED");
        }
        if self.is_for != body {
            return Err("ADDRESSED_OTHERWISE");
        }
        self.must_stand_at(&[place])
    }

    fn must_stand_at(&self, places: &[At]) -> Result<(), &'static str> {
        if places.contains(&self.at) {
            Ok(())
        } else {
            Err("WRONG_STATE")
        }
    }

    fn must_be_in_time(&self, now: DateTime<Utc>) -> Result<(), &'static str> {
        if now > self.due_at {
            Err("TERM_PASSED")
        } else {
            Ok(())
        }
    }

    fn does(&mut self, act: Act, now: DateTime<Utc>) -> Result<(), &'static str> {
        match act {
            Act::Forward => {
                self.must_stand_at(&[At::Provider])?;
                if self.is_for == Body::Provider {
                    return Err("ADDRESSED_OTHERWISE");
                }
                self.at = At::Higher;
                self.went_on = true;
            }
            Act::Satisfy => {
                self.must_stand_at(&[At::Provider])?;
                if self.is_for == Body::Higher {
                    self.must_be_in_time(now)?;
                }
                self.at = At::End;
            }
            Act::DecideBy(body) => {
                self.must_be_with(body)?;
                self.at = At::End;
            }
            Act::ExtendBy(body) => {
                self.must_be_with(body)?;
                if self.extension != Extension::Possible {
                    return Err("EXTENDED_ALREADY");
                }
                self.must_be_in_time(now)?;
                self.extension = Extension::Untold;
            }
            Act::TellBy(body) => {
                let is_untold = self.extension == Extension::Untold;
                match self.must_be_with(body) {
                    // What was told before the end is recorded after it as well.
                    Err("WRONG_STATE") if is_untold && self.at == At::End => {}
                    outcome => outcome?,
                }
                if !is_untold {
                    return Err("INVALID_FIELDS");
                }
                self.extension = Extension::Told;
            }
            Act::Withdraw => {
                self.must_stand_at(&[At::Outside, At::Provider, At::Higher])?;
                self.at = At::End;
            }
            Act::Wait(_) => {}
        }
        Ok(())
    }

    /// What time does by itself.
    fn passes(&mut self, now: DateTime<Utc>) {
        if self.at == At::Outside && now >= self.registered_at {
            self.at = At::Provider;
        }
        let is_late = [At::Provider, At::Higher].contains(&self.at) && now > self.due_at;
        if self.at == At::Provider && self.is_for == Body::Higher {
            self.kept_back |= is_late;
        } else {
            self.silent |= is_late;
        }
    }
}

async fn perform(
    town: &Town,
    now: DateTime<Utc>,
    read: &pb::Complaint,
    act: Act,
) -> Result<(), ClientFault> {
    let head = town.provider(Account::Head);
    let higher = town.reviewer(Account::HigherBody);
    let line = |body| match body {
        Body::Provider => &*head,
        Body::Higher => &*higher,
    };
    let (rejected, none) = (ComplaintOutcome::Rejected, ComplaintLeftReason::Unspecified);
    let done = match act {
        Act::Forward => head.forward_complaint(read).await,
        Act::Satisfy => head.satisfy_complaint(read, reasons(), "").await,
        Act::DecideBy(body) => {
            let line = line(body);
            line.decide_complaint(read, rejected, none, reasons()).await
        }
        Act::ExtendBy(body) => line(body).extend_complaint(read, 3, reasons()).await,
        Act::TellBy(body) => {
            let today = tizilim::kernel::local(now).date().to_string();
            line(body).confirm_extension_told(read, &today).await
        }
        Act::Withdraw => town.portal().withdraw_complaint(read).await,
        Act::Wait(minutes) => {
            let later = now + TimeDelta::minutes(minutes.into());
            town.advance(&later.to_rfc3339()).await;
            return Ok(());
        }
    };
    done.map(|_| ())
}

async fn live(town: &Town, about: &pb::Application, is_for: Body, acts: &[Act]) {
    let mut now = town.now().await;
    let addressee = match is_for {
        Body::Provider => Addressee::Provider,
        Body::Higher => Addressee::HigherBody,
    };
    let filed = town.complain_with(about, ComplaintSubject::Action, addressee, |content| {
        "2025-06-02".clone_into(&mut content.learned_on);
    });
    let mut read = filed.await.unwrap();
    let mut life = Life {
        is_for,
        at: At::Outside,
        registered_at: instant(read.registered_at),
        due_at: instant(read.due_at),
        went_on: false,
        extension: Extension::Possible,
        silent: false,
        kept_back: false,
    };
    life.passes(now);
    for act in acts {
        let expected = life.does(*act, now);
        let told = perform(town, now, &read, *act).await;
        let told = told.map_err(|fault| fault.reason().unwrap_or_else(|| panic!("{fault}")));
        let told = told.as_ref().map_err(String::as_str).copied();
        assert_eq!(told, expected, "{act:?} at {life:?}");
        if let Act::Wait(minutes) = act {
            now += TimeDelta::minutes((*minutes).into());
        }
        read = town.portal().complaint(&read.complaint_id).await.unwrap();
        // How long a term is, the tables of terms say.
        life.due_at = instant(read.due_at);
        life.passes(now);
        compare(&read, &life, *act);
    }
}

fn compare(read: &pb::Complaint, life: &Life, act: Act) {
    let at = match read.state() {
        ComplaintState::Received => At::Outside,
        ComplaintState::Registered => At::Provider,
        ComplaintState::Forwarded => At::Higher,
        ComplaintState::Satisfied | ComplaintState::Decided | ComplaintState::Withdrawn => At::End,
        ComplaintState::Unspecified => panic!("it stands nowhere"),
    };
    assert_eq!(at, life.at, "after {act:?}");
    let is_silent = read.silent_at.is_some();
    assert_eq!(is_silent, life.silent, "after {act:?} at {life:?}");
    let is_kept_back = read.not_forwarded_at.is_some();
    assert_eq!(is_kept_back, life.kept_back, "after {act:?} at {life:?}");
}

fn act() -> impl Strategy<Value = Act> {
    let body = prop_oneof![Just(Body::Provider), Just(Body::Higher)];
    prop_oneof![
        3 => Just(Act::Forward),
        1 => Just(Act::Satisfy),
        2 => body.clone().prop_map(Act::DecideBy),
        2 => body.clone().prop_map(Act::ExtendBy),
        2 => body.prop_map(Act::TellBy),
        1 => Just(Act::Withdraw),
        3 => (1_u16..7_000).prop_map(Act::Wait),
    ]
}

#[test]
fn a_complaint_in_any_order_goes_as_clauses_14_and_15_say() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let town = runtime.block_on(Town::with(BEGIN, Installation::simplify_extract));
    let about = runtime.block_on(town.refused(1_001));
    let config = Config {
        cases: LIVES,
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    };
    let lives = (
        prop_oneof![Just(Body::Provider), Just(Body::Higher)],
        vec(act(), 1..8),
    );
    TestRunner::new(config)
        .run(&lives, |(is_for, acts)| {
            runtime.block_on(live(&town, &about, is_for, &acts));
            Ok(())
        })
        .unwrap();
    runtime.block_on(town.close());
}
