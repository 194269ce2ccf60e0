//! What may be done next, and random sequences of it. An act names an application by how many were filed
//! after it, and an entry by its place: whatever was done before, it names one.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use super::kept::Kind;

/// How many acts a sequence has at most.
pub(super) const LENGTH_MAX: usize = 14;

/// An act.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    File(Filing),
    Work {
        application: usize,
        work: Work,
    },
    Grant {
        application: usize,
    },
    /// Asks for the bytes to sign, and keeps them for later.
    Prepare {
        application: usize,
    },
    /// Grants with what was kept.
    GrantPrepared,
    /// Grants two at once.
    Race {
        one: usize,
        other: usize,
    },
    /// Sends what was done last once more.
    Repeat,
    /// Sends something else under its id.
    Reuse,
}

/// What is filed; `number` is that of its document, which may have been used before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Filing {
    Agreement {
        cooperative: usize,
        share: usize,
        person: usize,
        consent: bool,
        number: usize,
        /// Said to have been refused.
        repeats: Option<usize>,
    },
    /// Of an entry that may be closed, another's, or not there.
    Change {
        /// Files another cooperative than that of the entry.
        of_another: bool,
        kind: Kind,
        /// None for one that is not there.
        entry: Option<usize>,
        /// As whose it is named; none for who has the right.
        person: Option<usize>,
        to: usize,
        number: usize,
    },
}

/// What is done with an application before it is granted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    Withdraw { by_its_own: bool, is_fresh: bool },
    Take { officer: usize, is_fresh: bool },
    Record { officer: usize, holds: bool },
    Refuse { officer: usize, is_fresh: bool },
}

/// What random acts seldom meet: each is played in every run.
pub(super) fn always() -> Vec<Vec<Act>> {
    let file = |share, number| {
        Act::File(Filing::Agreement {
            cooperative: 0,
            share,
            person: 0,
            consent: true,
            number,
            repeats: None,
        })
    };
    let change = |kind, number| {
        Act::File(Filing::Change {
            of_another: false,
            kind,
            entry: Some(0),
            person: None,
            to: 0,
            number,
        })
    };
    let take = |officer| Act::Work {
        application: 0,
        work: Work::Take {
            officer,
            is_fresh: true,
        },
    };
    let holds = Act::Work {
        application: 0,
        work: Work::Record {
            officer: 0,
            holds: true,
        },
    };
    let grant = Act::Grant { application: 0 };
    let race = Act::Race { one: 0, other: 1 };
    let twice = |one, other| vec![file(0, 1), grant, one, other, race];
    let amended = |number| change(Kind::Amendment, number);
    let end = |number| change(Kind::Termination, number);
    vec![
        // One share, and one document.
        vec![file(0, 1), file(0, 2), race],
        vec![file(0, 1), file(1, 1), race],
        // One entry, changed twice at once.
        twice(change(Kind::Assignment, 2), end(3)),
        twice(amended(2), amended(3)),
        twice(amended(2), amended(2)),
        // Freed, taken again, and owned.
        vec![
            file(0, 1),
            grant,
            file(0, 2),
            end(3),
            grant,
            grant,
            file(0, 4),
        ],
        vec![
            file(0, 1),
            grant,
            change(Kind::Ownership, 2),
            take(0),
            take(1),
            holds,
            grant,
            file(0, 3),
        ],
    ]
}

/// The sequence of a seed.
pub(super) fn sequence(seed: u64) -> Vec<Act> {
    let mut random = StdRng::seed_from_u64(seed);
    let length = random.random_range(6..=LENGTH_MAX);
    (0..length).map(|place| act(&mut random, place)).collect()
}

fn act(random: &mut StdRng, place: usize) -> Act {
    let rarely = random.random_range(0..10) == 0;
    let application = random.random_range(0..3);
    // Its own number, or one that others have too.
    let number = if random.random_range(0..4) == 0 {
        0
    } else {
        place + 1
    };
    let choice = match place {
        // Something is filed, and mostly granted, or there is nothing to change.
        0 => 0,
        1 if random.random_range(0..3) != 0 => 44,
        _ => random.random_range(0..100),
    };
    match choice {
        0..20 => Act::File(Filing::Agreement {
            cooperative: usize::from(random.random_range(0..4) == 0),
            share: random.random_range(0..2),
            person: random.random_range(0..3),
            consent: random.random_range(0..8) != 0,
            number,
            repeats: (random.random_range(0..4) == 0).then_some(application),
        }),
        20..44 => Act::File(change(random, rarely, number)),
        44..60 => Act::Grant { application },
        60..70 => Act::Race {
            one: random.random_range(0..3),
            other: random.random_range(0..3),
        },
        70..74 => Act::Prepare { application },
        74..78 => Act::GrantPrepared,
        78..95 => Act::Work {
            application,
            work: work(random, rarely),
        },
        95..98 => Act::Repeat,
        _ => Act::Reuse,
    }
}

fn change(random: &mut StdRng, rarely: bool, number: usize) -> Filing {
    let kind = match random.random_range(0..10) {
        0..4 => Kind::Amendment,
        4..7 => Kind::Assignment,
        7..9 => Kind::Termination,
        _ => Kind::Ownership,
    };
    Filing::Change {
        of_another: random.random_range(0..12) == 0,
        kind,
        entry: (!rarely).then(|| random.random_range(0..3)),
        person: (random.random_range(0..5) == 0).then(|| random.random_range(0..3)),
        to: random.random_range(0..3),
        number,
    }
}

fn work(random: &mut StdRng, rarely: bool) -> Work {
    let officer = usize::from(random.random_range(0..4) == 0);
    let is_fresh = !rarely;
    match random.random_range(0..4) {
        0 => Work::Withdraw {
            by_its_own: random.random_range(0..5) != 0,
            is_fresh,
        },
        1 => Work::Take { officer, is_fresh },
        2 => Work::Record {
            officer,
            holds: random.random_range(0..3) != 0,
        },
        _ => Work::Refuse { officer, is_fresh },
    }
}
