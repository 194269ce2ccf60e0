//! A batch: changes that can be committed together, since no two of them touch the same object.
//! Changes of one object never overtake each other.

use std::collections::{BTreeSet, VecDeque};

use sea_orm::Value;
use uuid::Uuid;

use super::{
    Changes, Fence, Guard, Insert, NewFact, Origin, Update,
    changes::{Key, Row},
    rows::request_memory,
};

/// How many bytes one commit takes at most, unless a single change is larger.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// What is to be written for one decision.
#[derive(Debug)]
pub(super) struct Writing {
    pub(super) origin: Origin,
    pub(super) request_id: Option<Uuid>,
    pub(super) fence: Option<Fence>,
    pub(super) rests_on: Option<i64>,
    pub(super) renews_reference: bool,
    pub(super) inserts: Vec<Insert>,
    pub(super) updates: Vec<Update>,
    pub(super) facts: Vec<NewFact>,
}

impl From<Changes> for Writing {
    fn from(changes: Changes) -> Self {
        let request_id = changes
            .request
            .as_ref()
            .map(|(key, _)| key.request_id.get());
        let mut inserts = changes.inserts;
        if let Some((key, answer)) = changes.request {
            let memory = request_memory::Model {
                caller: key.caller,
                method: key.method.to_owned(),
                request_id: key.request_id.get(),
                fingerprint: key.fingerprint.to_vec(),
                answer,
                at: changes.origin.at,
            };
            inserts.push(Insert::guarded(&memory, Guard::Request));
        }
        Self {
            origin: changes.origin,
            request_id,
            fence: changes.fence,
            rests_on: changes.rests_on,
            renews_reference: changes.renews_reference,
            inserts,
            updates: changes.updates,
            facts: changes.facts,
        }
    }
}

impl Writing {
    /// The objects whose state the changes depend on.
    fn touched(&self) -> impl Iterator<Item = (&'static str, &Key)> {
        let guarded = self.inserts.iter().filter(|insert| insert.guard.is_some());
        guarded
            .map(|insert| &insert.row)
            .chain(self.updates.iter().map(|update| &update.row))
            .map(|row| (row.table.name, &row.key))
    }

    /// Whether the claim on a share is changed by them.
    pub(super) fn claims_share(&self) -> bool {
        let inserted = self.inserts.iter().filter_map(|insert| insert.guard);
        let updated = self.updates.iter().map(|update| update.guard);
        inserted
            .chain(updated)
            .any(|guard| guard == Guard::ShareClaim)
    }

    /// How many rows they write, facts among them.
    pub(super) fn rows(&self) -> usize {
        let rows = self.inserts.len().saturating_add(self.updates.len());
        rows.saturating_add(self.facts.len())
    }

    fn bytes(&self) -> usize {
        let inserted = self.inserts.iter().map(|insert| &insert.row);
        let updated = self.updates.iter().map(|update| &update.row);
        let rows: usize = inserted.chain(updated).map(bytes).sum();
        let facts: usize = self.facts.iter().map(|fact| fact.body.len()).sum();
        rows.saturating_add(facts)
    }
}

fn bytes(row: &Row) -> usize {
    row.values.iter().map(bytes_of).sum()
}

fn bytes_of(value: &Value) -> usize {
    if let Value::String(Some(text)) = value {
        return text.len();
    }
    if let Value::Bytes(Some(bytes)) = value {
        return bytes.len();
    }
    size_of::<Value>()
}

/// Takes from what waits, in order, what can be committed together, so many changes at most; the rest waits
/// on, in order.
pub(super) fn take<T: AsRef<Writing>>(queue: &mut VecDeque<T>, most: usize) -> Vec<T> {
    let mut touched = BTreeSet::new();
    let mut total_bytes: usize = 0;
    let mut count: usize = 0;
    let mut is_full = false;
    let mut choices = Vec::with_capacity(queue.len());
    for item in &*queue {
        let writing = item.as_ref();
        let bytes = total_bytes.saturating_add(writing.bytes());
        is_full |= count >= most || (count > 0 && bytes > BYTES_MAX);
        // All others rest on the reference data that it changes.
        is_full |= count > 0 && writing.renews_reference;
        let is_free = writing.touched().all(|object| !touched.contains(&object));
        // Who waits on keeps its objects from those behind it, too.
        touched.extend(writing.touched());
        let is_chosen = is_free && !is_full;
        if is_chosen {
            count = count.saturating_add(1);
            total_bytes = bytes;
            is_full |= writing.renews_reference;
        }
        choices.push(is_chosen);
    }
    let (mut batch, mut rest) = (Vec::with_capacity(count), VecDeque::new());
    for (item, is_chosen) in queue.drain(..).zip(choices) {
        if is_chosen {
            batch.push(item);
        } else {
            rest.push_back(item);
        }
    }
    *queue = rest;
    batch
}
