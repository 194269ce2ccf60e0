//! One way to misbehave, and when. It never does what it says: the service does.

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{monitor::shape::instant, pb::monitoring::v1 as pb};

const DELAY_MILLISECONDS_MAX: i32 = 60_000;
const LOST_SECONDS_MAX: i32 = 3_600;
const OFFSET_SECONDS_MAX: i32 = 86_400;

/// What is done instead of what should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Nothing but an excuse.
    Away,
    /// The answer comes later.
    Slow(Duration),
    /// The answer is spoilt.
    Spoilt(Spoil),
    /// What was stored of late is lost.
    Loss(TimeDelta),
    /// The application is refused.
    Refusal,
    /// The clock is ahead by this.
    WrongClock(TimeDelta),
}

/// What becomes of an answer to stages that are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::monitor) enum Spoil {
    /// The connection is dropped instead.
    Lost,
    /// It is bytes that are no message.
    Garbage,
    /// It tells of other stages.
    OtherStages,
    /// It says nothing of the last stage.
    Short,
    /// It tells of the stages in another order.
    Disorder,
}

/// A misbehaviour as it was set.
#[derive(Clone, Debug)]
pub(super) struct Misbehaviour {
    pub(super) way: Way,
    /// Of how many calls in a hundred.
    pub(super) percent: i32,
    application: Option<String>,
    calls_max: i32,
    from_at: Option<DateTime<Utc>>,
    until_at: Option<DateTime<Utc>>,
    rhythm: Option<Rhythm>,
    /// For whoever asks what is set.
    pub(super) set: pb::Misbehaviour,
}

/// The first seconds of every so many.
#[derive(Clone, Copy, Debug)]
struct Rhythm {
    every_seconds: i64,
    for_seconds: i64,
}

impl Misbehaviour {
    /// Reads what is to be set, or says what is wrong with it first.
    pub(super) fn read(set: pb::Misbehaviour) -> Result<Self, String> {
        let way = way(&set)?;
        let application = Some(set.application_number.clone()).filter(|number| !number.is_empty());
        if way == Way::Refusal && application.is_none() {
            return Err("application_number is required for a refusal".to_owned());
        }
        let percent = within("percent", set.percent, 0..=100)?;
        Ok(Self {
            way,
            percent: if percent == 0 { 100 } else { percent },
            application,
            calls_max: within("calls_max", set.calls_max, 0..=i32::MAX)?,
            from_at: moment("from_at", set.from_at)?,
            until_at: moment("until_at", set.until_at)?,
            rhythm: rhythm(set.every_seconds, set.for_seconds)?,
            set,
        })
    }

    /// Whether a call at a moment, with stages of these applications, may be struck.
    pub(super) fn may_strike(
        &self,
        calls: i32,
        since: DateTime<Utc>,
        at: DateTime<Utc>,
        applications: &BTreeSet<&str>,
    ) -> bool {
        let is_of = |number: &String| applications.contains(number.as_str());
        (self.calls_max == 0 || calls < self.calls_max)
            && self.from_at.is_none_or(|from| from <= at)
            && self.until_at.is_none_or(|until| at < until)
            && self.rhythm.is_none_or(|rhythm| rhythm.is_on(since, at))
            && self.application.as_ref().is_none_or(is_of)
    }

    /// The application that it is about, if it is about one.
    pub(super) fn application(&self) -> Option<&str> {
        self.application.as_deref()
    }
}

impl Rhythm {
    fn is_on(self, since: DateTime<Utc>, at: DateTime<Utc>) -> bool {
        let passed = at.signed_duration_since(since).num_seconds();
        let into = passed.checked_rem_euclid(self.every_seconds);
        into.is_some_and(|into| into < self.for_seconds)
    }
}

fn way(set: &pb::Misbehaviour) -> Result<Way, String> {
    use pb::MisbehaviourKind as Kind;
    let kind = Kind::try_from(set.kind).unwrap_or(Kind::Unspecified);
    let of = |owner: Kind, name: &str, value: i32| {
        let is_fit = kind == owner || value == 0;
        is_fit.then_some(()).ok_or_else(|| {
            let owner = owner.as_str_name();
            format!("{name} is only for {owner}")
        })
    };
    of(Kind::Slow, "delay_milliseconds", set.delay_milliseconds)?;
    of(Kind::Loss, "lost_seconds", set.lost_seconds)?;
    let offset = set.clock_offset_seconds;
    of(Kind::WrongClock, "clock_offset_seconds", offset)?;
    Ok(match kind {
        Kind::Unspecified => return Err("kind must be a known kind".to_owned()),
        Kind::Unavailable => Way::Away,
        Kind::Slow => Way::Slow(delay(set.delay_milliseconds)?),
        Kind::LostAnswer => Way::Spoilt(Spoil::Lost),
        Kind::Garbage => Way::Spoilt(Spoil::Garbage),
        Kind::OtherStages => Way::Spoilt(Spoil::OtherStages),
        Kind::ShortAnswer => Way::Spoilt(Spoil::Short),
        Kind::Disorder => Way::Spoilt(Spoil::Disorder),
        Kind::Loss => {
            let lost = within("lost_seconds", set.lost_seconds, 0..=LOST_SECONDS_MAX)?;
            Way::Loss(TimeDelta::seconds(lost.max(1).into()))
        }
        Kind::Refusal => Way::Refusal,
        Kind::WrongClock => {
            let may_be = -OFFSET_SECONDS_MAX..=OFFSET_SECONDS_MAX;
            within("clock_offset_seconds", offset, may_be)?;
            let hour = TimeDelta::hours(1);
            Way::WrongClock(if offset == 0 {
                hour
            } else {
                TimeDelta::seconds(offset.into())
            })
        }
    })
}

fn delay(milliseconds: i32) -> Result<Duration, String> {
    let may_be = 0..=DELAY_MILLISECONDS_MAX;
    match u64::try_from(within("delay_milliseconds", milliseconds, may_be)?) {
        Ok(0) | Err(_) => Ok(Duration::from_secs(1)),
        Ok(milliseconds) => Ok(Duration::from_millis(milliseconds)),
    }
}

fn rhythm(every_seconds: i32, for_seconds: i32) -> Result<Option<Rhythm>, String> {
    if every_seconds == 0 && for_seconds == 0 {
        return Ok(None);
    }
    within("every_seconds", every_seconds, 2..=i32::MAX)?;
    within(
        "for_seconds",
        for_seconds,
        1..=every_seconds.saturating_sub(1),
    )?;
    Ok(Some(Rhythm {
        every_seconds: every_seconds.into(),
        for_seconds: for_seconds.into(),
    }))
}

fn within(name: &str, value: i32, may_be: std::ops::RangeInclusive<i32>) -> Result<i32, String> {
    if may_be.contains(&value) {
        Ok(value)
    } else {
        let (least, most) = (may_be.start(), may_be.end());
        Err(format!("{name} must be {least} to {most}"))
    }
}

fn moment(
    name: &str,
    timestamp: Option<prost_types::Timestamp>,
) -> Result<Option<DateTime<Utc>>, String> {
    let read = timestamp
        .map(|timestamp| instant(timestamp).ok_or_else(|| format!("{name} must be an instant")));
    read.transpose()
}
