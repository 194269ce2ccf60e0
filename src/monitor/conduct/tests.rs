//! What is planned for a call, and what is refused to be set.

use super::*;

const AT: &str = "2026-10-23T04:00:00Z";

fn at(seconds: i64) -> DateTime<Utc> {
    let begin: DateTime<Utc> = AT.parse().unwrap();
    begin
        .checked_add_signed(TimeDelta::seconds(seconds))
        .unwrap()
}

fn of(kind: pb::MisbehaviourKind) -> pb::Misbehaviour {
    pb::Misbehaviour {
        kind: kind.into(),
        ..pb::Misbehaviour::default()
    }
}

fn set(misbehaviours: Vec<pb::Misbehaviour>, seed: i64) -> Result<Conduct, String> {
    let conduct = Conduct::default();
    let request = pb::SetMisbehaviourRequest {
        misbehaviours,
        seed,
    };
    conduct.set(request, at(0)).map(|_| conduct)
}

fn plan(conduct: &Conduct, seconds: i64) -> Plan {
    conduct.plan(at(seconds), &BTreeSet::from(["A-1", "A-2"]))
}

use pb::MisbehaviourKind as Kind;

#[test]
fn each_way_is_planned_as_it_was_set() {
    let cases: [(pb::Misbehaviour, Plan); 11] = [
        (
            of(Kind::Unavailable),
            Plan {
                is_away: true,
                ..Plan::default()
            },
        ),
        (
            of(Kind::Slow),
            Plan {
                delay: Duration::from_secs(1),
                ..Plan::default()
            },
        ),
        (
            pb::Misbehaviour {
                delay_milliseconds: 20,
                ..of(Kind::Slow)
            },
            Plan {
                delay: Duration::from_millis(20),
                ..Plan::default()
            },
        ),
        (of(Kind::LostAnswer), spoilt(Spoil::Lost)),
        (of(Kind::Garbage), spoilt(Spoil::Garbage)),
        (of(Kind::OtherStages), spoilt(Spoil::OtherStages)),
        (of(Kind::ShortAnswer), spoilt(Spoil::Short)),
        (of(Kind::Disorder), spoilt(Spoil::Disorder)),
        (
            of(Kind::Loss),
            Plan {
                loss: Some(TimeDelta::seconds(1)),
                ..Plan::default()
            },
        ),
        (
            pb::Misbehaviour {
                application_number: "A-2".to_owned(),
                ..of(Kind::Refusal)
            },
            Plan {
                refused: BTreeSet::from(["A-2".to_owned()]),
                ..Plan::default()
            },
        ),
        (
            pb::Misbehaviour {
                clock_offset_seconds: -60,
                ..of(Kind::WrongClock)
            },
            Plan {
                clock_offset: TimeDelta::seconds(-60),
                ..Plan::default()
            },
        ),
    ];
    for (misbehaviour, expected) in cases {
        let conduct = set(vec![misbehaviour.clone()], 0).unwrap();
        assert_eq!(plan(&conduct, 0), expected, "{misbehaviour:?}");
        assert_eq!(conduct.states()[0].call_count, 1);
        assert_eq!(conduct.clear()[0].misbehaviour, Some(misbehaviour));
        assert_eq!(plan(&conduct, 0), Plan::default(), "it behaves again");
    }
    let hour = set(vec![of(Kind::WrongClock)], 0).unwrap();
    assert_eq!(plan(&hour, 0).clock_offset, TimeDelta::hours(1));
}

fn spoilt(spoil: Spoil) -> Plan {
    Plan {
        spoil: Some(spoil),
        ..Plan::default()
    }
}

#[test]
fn a_schedule_says_when() {
    let timestamp = |seconds| Some(std::time::SystemTime::from(at(seconds)).into());
    let strikes = |misbehaviour: pb::Misbehaviour| {
        let conduct = set(vec![misbehaviour], 0).unwrap();
        let strikes = (0..12).filter(|second| plan(&conduct, *second).is_away);
        strikes.collect::<Vec<i64>>()
    };
    let windowed = pb::Misbehaviour {
        from_at: timestamp(2),
        until_at: timestamp(4),
        ..of(Kind::Unavailable)
    };
    assert_eq!(strikes(windowed), [2, 3]);
    let rhythmic = pb::Misbehaviour {
        every_seconds: 5,
        for_seconds: 2,
        ..of(Kind::Unavailable)
    };
    assert_eq!(strikes(rhythmic), [0, 1, 5, 6, 10, 11]);
    let counted = pb::Misbehaviour {
        calls_max: 3,
        ..of(Kind::Unavailable)
    };
    assert_eq!(strikes(counted), [0, 1, 2]);
    let other = pb::Misbehaviour {
        application_number: "A-3".to_owned(),
        ..of(Kind::Unavailable)
    };
    assert_eq!(strikes(other), Vec::<i64>::new());
}

#[test]
fn a_seed_chooses_the_same_calls_again() {
    let struck = |seed| {
        let some = pb::Misbehaviour {
            percent: 30,
            ..of(Kind::Unavailable)
        };
        let conduct = set(vec![some], seed).unwrap();
        let struck = (0..1_000).filter(|_| plan(&conduct, 0).is_away);
        struck.count()
    };
    assert_eq!(struck(7), struck(7));
    assert!((250..350).contains(&struck(7)), "{}", struck(7));
    let order = |seed| {
        let some = pb::Misbehaviour {
            percent: 50,
            ..of(Kind::Loss)
        };
        let conduct = set(vec![some], seed).unwrap();
        (0..64)
            .map(|_| plan(&conduct, 0).loss.is_some())
            .collect::<Vec<_>>()
    };
    assert_ne!(order(7), order(8));
}

#[test]
fn who_is_away_does_nothing_else_and_one_answer_is_spoilt_in_one_way() {
    let once = |kind| pb::Misbehaviour {
        calls_max: 1,
        ..of(kind)
    };
    let ways = vec![
        once(Kind::Garbage),
        once(Kind::Disorder),
        of(Kind::Slow),
        once(Kind::Unavailable),
    ];
    let conduct = set(ways, 0).unwrap();
    let away = Plan {
        is_away: true,
        ..Plan::default()
    };
    assert_eq!(plan(&conduct, 0), away);
    assert_eq!(plan(&conduct, 0).spoil, Some(Spoil::Garbage));
    let next = plan(&conduct, 0);
    assert_eq!(next.spoil, Some(Spoil::Disorder));
    assert_eq!(next.delay, Duration::from_secs(1));
    let counts = conduct.states().into_iter().map(|state| state.call_count);
    assert_eq!(counts.collect::<Vec<_>>(), [1, 1, 2, 1]);
}

#[test]
fn what_cannot_be_set_changes_nothing() {
    type Break = fn(&mut pb::Misbehaviour);
    let broken: [(Break, &str); 13] = [
        (|m| m.kind = 0, "kind must be a known kind"),
        (|m| m.kind = 99, "kind must be a known kind"),
        (|m| m.percent = 101, "percent must be 0 to 100"),
        (|m| m.percent = -1, "percent must be 0 to 100"),
        (|m| m.calls_max = -1, "calls_max must be 0 to 2147483647"),
        (
            |m| m.kind = Kind::Refusal.into(),
            "application_number is required for a refusal",
        ),
        (
            |m| m.every_seconds = 1,
            "every_seconds must be 2 to 2147483647",
        ),
        (|m| m.every_seconds = 5, "for_seconds must be 1 to 4"),
        (
            |m| m.for_seconds = 5,
            "every_seconds must be 2 to 2147483647",
        ),
        (
            |m| m.from_at.get_or_insert_default().nanos = -1,
            "from_at must be an instant",
        ),
        (
            |m| m.lost_seconds = 1,
            "lost_seconds is only for MISBEHAVIOUR_KIND_LOSS",
        ),
        (
            |m| {
                m.kind = Kind::Slow.into();
                m.delay_milliseconds = 60_001;
            },
            "delay_milliseconds must be 0 to 60000",
        ),
        (
            |m| {
                m.kind = Kind::WrongClock.into();
                m.clock_offset_seconds = -86_401;
            },
            "clock_offset_seconds must be -86400 to 86400",
        ),
    ];
    let conduct = set(vec![of(Kind::Slow)], 0).unwrap();
    let before = conduct.states();
    let request = |misbehaviours| pb::SetMisbehaviourRequest {
        misbehaviours,
        seed: 0,
    };
    for (damage, problem) in broken {
        let mut misbehaviour = of(Kind::Unavailable);
        damage(&mut misbehaviour);
        let told = conduct.set(request(vec![of(Kind::Slow), misbehaviour]), at(0));
        assert_eq!(told.unwrap_err(), format!("misbehaviours[1].{problem}"));
    }
    for count in [0, 33] {
        let told = conduct.set(request(vec![of(Kind::Slow); count]), at(0));
        assert_eq!(told.unwrap_err(), "misbehaviours must be 1 to 32");
    }
    assert_eq!(conduct.states(), before);
}

#[test]
fn a_file_says_the_same_as_a_call() {
    use crate::{kernel::TestClock, monitor::MonitorFault};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("misbehaviour.toml");
    let clock = TestClock::starting_at(at(0));
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Conduct::from_file(&path, &clock).map_err(|fault| fault.to_string())
    };
    let conduct = read(
        "seed = 7\n\
         [[misbehaviour]]\nkind = \"slow\"\npercent = 20\ndelay_milliseconds = 500\n\
         [[misbehaviour]]\nkind = \"lost_answer\"\nevery_seconds = 60\nfor_seconds = 5\n\
         from_at = \"2026-10-23T04:00:00Z\"\n",
    );
    let slow = pb::Misbehaviour {
        percent: 20,
        delay_milliseconds: 500,
        ..of(Kind::Slow)
    };
    let lost = pb::Misbehaviour {
        every_seconds: 60,
        for_seconds: 5,
        from_at: Some(std::time::SystemTime::from(at(0)).into()),
        ..of(Kind::LostAnswer)
    };
    let expected = set(vec![slow, lost], 7).unwrap();
    assert_eq!(conduct.unwrap().states(), expected.states());
    for (text, problem) in [
        ("", "missing field `misbehaviour`"),
        (
            "[[misbehaviour]]\nkind = \"mean\"",
            "misbehaviours[0].kind must be a known kind",
        ),
        ("[[misbehaviour]]\nkid = \"slow\"", "unknown field `kid`"),
    ] {
        let told = read(text).unwrap_err();
        assert!(told.contains(problem), "{told}");
    }
    std::fs::remove_file(&path).unwrap();
    let fault = Conduct::from_file(&path, &clock).unwrap_err();
    assert!(matches!(fault, MonitorFault::ReadMisbehaviour { .. }));
}
