//! What a batch writes, by table: guarded rows, new rows, facts.
//! It never knows an engine.

use std::collections::BTreeMap;

use super::{
    Guard, Insert,
    batch::Writing,
    changes::Table,
    rows::journal,
    statement::{Purpose, Written},
};

/// Rows of one table, and what is done with them.
pub(super) struct Part<'a> {
    pub(super) table: Table,
    pub(super) purpose: Purpose,
    pub(super) rows: Vec<Written<'a>>,
}

/// A row whose writing is a guard, and of which change of the batch it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guarded<'a> {
    pub(super) change: usize,
    pub(super) guard: Guard,
    pub(super) written: Written<'a>,
}

/// The guarded rows of one table, in the order of their keys: all processes lock in the same order.
pub(super) struct Group<'a> {
    pub(super) table: Table,
    pub(super) purpose: Purpose,
    pub(super) rows: Vec<Guarded<'a>>,
}

impl<'a> Group<'a> {
    pub(super) fn part(&self) -> Part<'a> {
        Part {
            table: self.table,
            purpose: self.purpose,
            rows: self.rows.iter().map(|row| row.written).collect(),
        }
    }
}

impl<'a> Part<'a> {
    const fn inserted(table: Table) -> Self {
        Self {
            table,
            purpose: Purpose::Insert,
            rows: Vec::new(),
        }
    }

    /// Facts as rows.
    pub(super) fn of_facts(numbered: &'a [Insert]) -> Self {
        let mut part = Self::inserted(Table::of::<journal::Model>());
        part.rows.extend(numbered.iter().map(new));
        part
    }
}

/// The guarded rows by table. The memory of requests comes first: most losers lose there.
pub(super) fn groups<'a>(batch: &[&'a Writing]) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(bool, &str, Purpose), Group<'a>> = BTreeMap::new();
    for (change, writing) in batch.iter().enumerate() {
        let updates = writing.updates.iter().map(|update| {
            let written = Written {
                row: &update.row,
                version_before: Some(update.version_before),
            };
            (Purpose::Replace, update.guard, written)
        });
        let inserts = writing.inserts.iter().filter_map(|insert| {
            let guard = insert.guard?;
            Some((Purpose::InsertFree, guard, new(insert)))
        });
        for (purpose, guard, written) in updates.chain(inserts) {
            let table = written.row.table;
            let group = groups
                .entry((guard != Guard::Request, table.name, purpose))
                .or_insert_with(|| Group {
                    table,
                    purpose,
                    rows: Vec::new(),
                });
            group.rows.push(Guarded {
                change,
                guard,
                written,
            });
        }
    }
    let mut groups: Vec<Group<'a>> = groups.into_values().collect();
    for group in &mut groups {
        group
            .rows
            .sort_by(|a, b| a.written.row.key.cmp(&b.written.row.key));
    }
    groups
}

/// What is written of a batch but for its facts, in order: guarded rows, then the new ones that nothing is in
/// the way of, by table.
pub(super) fn parts<'a>(batch: &[&'a Writing]) -> Vec<Part<'a>> {
    let groups = groups(batch);
    let guarded = groups.iter().map(Group::part);
    let mut tables: BTreeMap<&str, Part<'a>> = BTreeMap::new();
    let inserts = batch.iter().flat_map(|writing| &writing.inserts);
    for insert in inserts.filter(|insert| insert.guard.is_none()) {
        let table = insert.row.table;
        let part = tables
            .entry(table.name)
            .or_insert_with(|| Part::inserted(table));
        part.rows.push(new(insert));
    }
    guarded.chain(tables.into_values()).collect()
}

/// Whether it tells of anything.
pub(super) fn has_facts(batch: &[&Writing]) -> bool {
    batch.iter().any(|writing| !writing.facts.is_empty())
}

/// The facts of a batch as rows, numbered from one on.
pub(super) fn numbered(batch: &[&Writing], first: i64) -> Vec<Insert> {
    let facts = batch
        .iter()
        .flat_map(|writing| writing.facts.iter().map(move |fact| (writing, fact)));
    let rows = (first..).zip(facts).map(|(number, (writing, fact))| {
        Insert::of(&journal::Model {
            number,
            subject: fact.subject,
            kind: fact.kind.to_owned(),
            body: fact.body.clone(),
            at: writing.origin.at,
            caller: writing.origin.caller.clone(),
            method: writing.origin.method.to_owned(),
            request_id: writing.request_id,
        })
    });
    rows.collect()
}

const fn new(insert: &Insert) -> Written<'_> {
    Written {
        row: &insert.row,
        version_before: None,
    }
}
