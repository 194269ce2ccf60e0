//! What a decision changes, as data: rows with their guards, and the facts that tell of them.
//! It never touches a database.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, EntityName, EntityTrait, IdenStatic as _, Iterable, ModelTrait,
    PrimaryKeyToColumn, Value,
};
use uuid::Uuid;

use super::{Fence, RequestKey};
use crate::kernel::{Moment, SYSTEM};

/// A condition that must still hold at commit; when it does not, the decision is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The process still holds the lease it works under; when not, another decides.
    Lease,
    /// The request was not answered meanwhile.
    Request,
    /// The object is of the version that was loaded.
    Version,
    /// The claim on the share is as it was loaded: the share has no other live entry (I-2).
    ShareClaim,
    /// The document made no version of an entry yet (C21).
    Agreement,
    /// The number for people is not in use.
    Number,
    /// The reference data that the decision rests on is in force.
    Reference,
}

/// A column of a table, as rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) is_key: bool,
    pub(super) is_nullable: bool,
}

/// A table: its name, and what its entity says of its columns when it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: fn() -> Vec<Column>,
}

impl Table {
    pub(super) fn of<M: ModelTrait>() -> Self {
        Self {
            name: <M::Entity as Default>::default().table_name(),
            columns: columns::<M::Entity>,
        }
    }
}

/// A row as its table's columns hold it, in their order, with its key.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) table: Table,
    pub(super) values: Vec<Value>,
    pub(super) key: Key,
}

/// What tells a row from all others of its table.
pub(super) type Key = Vec<KeyPart>;

/// A part of a key; keys of one table compare as their rows are locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyPart {
    Number(i64),
    Text(String),
    Id(Uuid),
}

impl Row {
    fn of<M: ModelTrait>(model: &M) -> Self {
        let key = <M::Entity as EntityTrait>::PrimaryKey::iter()
            .map(|key| key_part(&model.get(key.into_column())))
            .collect();
        Self {
            table: Table::of::<M>(),
            values: <M::Entity as EntityTrait>::Column::iter()
                .map(|column| model.get(column))
                .collect(),
            key,
        }
    }
}

fn key_part(value: &Value) -> KeyPart {
    if let Value::Int(Some(number)) = value {
        return KeyPart::Number((*number).into());
    }
    if let Value::BigInt(Some(number)) = value {
        return KeyPart::Number(*number);
    }
    if let Value::Uuid(Some(id)) = value {
        return KeyPart::Id(*id);
    }
    if let Value::String(Some(text)) = value {
        return KeyPart::Text(text.clone());
    }
    KeyPart::Text(value.to_string())
}

fn columns<E: EntityTrait>() -> Vec<Column> {
    let keys: Vec<&str> = E::PrimaryKey::iter()
        .map(|key| key.into_column().as_str())
        .collect();
    E::Column::iter()
        .map(|column| Column {
            name: column.as_str(),
            is_key: keys.contains(&column.as_str()),
            is_nullable: column.def().is_null(),
        })
        .collect()
}

/// A new row. `ModelTrait` gives the columns, so that a row is written as it is read.
#[derive(Clone, Debug)]
pub struct Insert {
    pub(super) row: Row,
    pub(super) guard: Option<Guard>,
}

impl Insert {
    /// A row that nothing can be in the way of.
    pub fn of<M: ModelTrait>(model: &M) -> Self {
        Self {
            row: Row::of(model),
            guard: None,
        }
    }

    /// A row whose key must be free.
    pub fn guarded<M: ModelTrait>(model: &M, guard: Guard) -> Self {
        Self {
            row: Row::of(model),
            guard: Some(guard),
        }
    }
}

/// A changed row, written only over the version that was loaded.
#[derive(Clone, Debug)]
pub struct Update {
    pub(super) row: Row,
    pub(super) version_before: i64,
    pub(super) guard: Guard,
}

impl Update {
    /// Compares and sets: `model` replaces the row with its key if that row has `version_before`.
    pub fn of<M: ModelTrait>(model: &M, version_before: i64) -> Self {
        Self::guarded(model, version_before, Guard::Version)
    }

    /// The same where more than one object's version stands behind the row's.
    pub fn guarded<M: ModelTrait>(model: &M, version_before: i64, guard: Guard) -> Self {
        Self {
            row: Row::of(model),
            version_before,
            guard,
        }
    }
}

/// A fact for the journal, encoded when it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFact {
    /// The object it tells of.
    pub subject: Uuid,
    /// Kind of fact; readers choose by it.
    pub kind: &'static str,
    /// JSON.
    pub body: String,
}

/// On whose behalf something changes, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Name of the caller, or [`SYSTEM`].
    pub caller: String,
    /// Path of the method, or the name of the timer.
    pub method: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

impl Origin {
    /// The system acts by itself.
    pub fn of_system(task: &'static str, moment: Moment) -> Self {
        Self {
            caller: SYSTEM.to_owned(),
            method: task,
            at: moment.instant,
        }
    }
}

/// All that one decision changes.
#[derive(Clone, Debug)]
pub struct Changes {
    pub(super) origin: Origin,
    pub(super) request: Option<(RequestKey, Vec<u8>)>,
    pub(super) fence: Option<Fence>,
    pub(super) rests_on: Option<i64>,
    pub(super) renews_reference: bool,
    pub(super) inserts: Vec<Insert>,
    pub(super) updates: Vec<Update>,
    pub(super) facts: Vec<NewFact>,
}

impl Changes {
    /// Nothing yet.
    pub const fn by(origin: Origin) -> Self {
        Self {
            origin,
            request: None,
            fence: None,
            rests_on: None,
            renews_reference: false,
            inserts: Vec::new(),
            updates: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// Takes place only while the process holds the lease it works under.
    #[must_use]
    pub fn under(mut self, fence: Option<Fence>) -> Self {
        self.fence = fence;
        self
    }

    /// Changes reference data: whatever was decided on what was in force until now is decided again.
    #[must_use]
    pub const fn renewing_reference(mut self) -> Self {
        self.renews_reference = true;
        self
    }

    /// Adds a new row.
    #[must_use]
    pub fn insert(mut self, insert: Insert) -> Self {
        self.inserts.push(insert);
        self
    }

    /// Adds a changed row.
    #[must_use]
    pub fn update(mut self, update: Update) -> Self {
        self.updates.push(update);
        self
    }

    /// Adds facts.
    #[must_use]
    pub fn facts(mut self, facts: impl IntoIterator<Item = NewFact>) -> Self {
        self.facts.extend(facts);
        self
    }
}
