//! Which days have stages, read from the journal behind a cursor; and how those of one day stand with a sink.
//! It never counts a stage twice: days and cursor change in one transaction.

use std::collections::BTreeMap;

use super::{
    clerk::{READER, ReconcileFault, Reconciler},
    model::{Acknowledged, Day},
    queues::SeenDay,
    rows::{self, Span},
};
use crate::{
    delivery::{Lane, LaneState, Mapping, Outgoing, lanes_apart, outgoing},
    journal::{self, Cursor},
    kernel::{DigestSum, EventId, Moment},
    rpc::instant,
    store::{Fence, Store, StoreFault, faults},
};

/// How many facts are read at once.
const BATCH: u64 = 500;

impl Reconciler {
    /// Reads on in the journal; tells whether it may be far from its end.
    pub(super) async fn follow(&mut self, fence: Fence) -> Result<bool, ReconcileFault> {
        let store = self.store.clone();
        let reads = store.reads();
        let reading = async {
            let cursor = Cursor::load(reads, READER).await?;
            let facts = journal::read(reads, cursor.position(), BATCH).await?;
            Ok::<_, StoreFault>((cursor, facts))
        };
        let (cursor, facts) = store.in_time("read the journal", reading).await?;
        let Some(last) = facts.last().map(|fact| fact.number) else {
            return Ok(false);
        };
        let mut seen = BTreeMap::<Day, Span>::new();
        for stage in outgoing(&facts, &Mapping::default())? {
            let number = stage.number;
            let span = seen.entry(day_of(&stage)?).or_insert(Span {
                first: number,
                last: number,
                stages: 0,
            });
            span.last = number;
            span.stages = span.stages.saturating_add(1);
        }
        let today = store.clock().now().today;
        // What is recorded today is looked for tomorrow.
        if let Some(late) = seen.keys().map(|day| day.on).find(|on| *on < today) {
            self.look_again_from(late);
        }
        let changes = cursor.moved(last, self.origin());
        let adding = rows::seen(reads, seen, changes);
        let changes = store.in_time("read days of stages", adding).await?;
        faults::point("reconciliation.followed");
        self.commit(changes, fence).await?;
        Ok(u64::try_from(facts.len()).unwrap_or(BATCH) >= BATCH)
    }
}

/// How the stages of a day stand with a sink.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// What it acknowledged, in the order of event ids.
    pub(super) acknowledged: Vec<Acknowledged>,
    /// How many wait for an operator.
    pub(super) parked: i64,
    /// How many operators passed over.
    pub(super) skipped: i64,
    /// Whether an operator let some go on that are not acknowledged, as far as is known.
    pub(super) is_on_its_way: bool,
}

/// Reads how the stages of a day stand with a sink.
pub(super) async fn standing(
    store: &Store,
    sink: &str,
    mapping: &Mapping,
    (day, span): &SeenDay,
) -> Result<Standing, StoreFault> {
    let reads = store.reads();
    let reading = lanes_apart(reads, sink);
    let lanes = store.in_time("read the lanes of a sink", reading).await?;
    let lanes: BTreeMap<_, _> = lanes
        .into_iter()
        .map(|lane| (lane.application, lane))
        .collect();
    let mut standing = Standing::default();
    let mut after = span.first.saturating_sub(1);
    while after < span.last {
        let reading = journal::read(reads, after, BATCH);
        let facts = store.in_time("read the journal", reading).await?;
        let Some(last) = facts.last().map(|fact| fact.number) else {
            break;
        };
        for stage in outgoing(&facts, mapping)? {
            if stage.number <= span.last && day_of(&stage)? == *day {
                let lane = lanes.get(&stage.application);
                standing.count(lane, stage)?;
            }
        }
        after = last;
    }
    let stages = &mut standing.acknowledged;
    stages.sort_unstable_by_key(|stage| stage.event_id);
    Ok(standing)
}

impl Standing {
    fn count(&mut self, lane: Option<&Lane>, stage: Outgoing) -> Result<(), StoreFault> {
        let number = stage.number;
        if lane.is_none_or(|lane| lane.has_told(number)) {
            self.acknowledged.push(told(stage)?);
        } else if lane.is_some_and(|lane| lane.has_skipped(number)) {
            self.skipped = self.skipped.saturating_add(1);
        } else {
            self.is_on_its_way |= lane.is_some_and(|lane| lane.state == LaneState::Due);
            self.parked = self.parked.saturating_add(1);
        }
        Ok(())
    }
}

fn told(outgoing: Outgoing) -> Result<Acknowledged, StoreFault> {
    let event_id = EventId::parse(&outgoing.stage.event_id)
        .map_err(|_unreadable| StoreFault::corrupt("stage fact", "has no event id"))?;
    Ok(Acknowledged {
        event_id: event_id.get(),
        digest: digest(&outgoing),
        number: outgoing.number,
        sequence: outgoing.stage.sequence,
        application_number: outgoing.application_number,
        stage: outgoing.code,
    })
}

/// As the monitoring contract defines it.
fn digest(outgoing: &Outgoing) -> DigestSum {
    use prost::Message as _;
    use sha2::{Digest as _, Sha256};
    DigestSum::of(Sha256::digest(outgoing.stage.encode_to_vec()).into())
}

fn day_of(outgoing: &Outgoing) -> Result<Day, StoreFault> {
    let unreadable = || StoreFault::corrupt("stage fact", "happened at no moment");
    let occurred_at = outgoing.stage.occurred_at.ok_or_else(unreadable)?;
    let occurred_at = instant(occurred_at).map_err(|_unreadable| unreadable())?;
    let provider = outgoing.stage.provider.as_ref();
    Ok(Day {
        on: Moment::at(occurred_at).today,
        provider_bin: provider.map(|it| it.bin.clone()).unwrap_or_default(),
    })
}
