//! What a decision changes, as data: rows with their guards, and the facts that tell of them.
//! It never touches a database.

use chrono::{DateTime, Utc};
use sea_orm::{
    EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, Value,
    sea_query::{DynIden, Expr, ExprTrait, InsertStatement, IntoIden, Query, UpdateStatement},
};
use uuid::Uuid;

use super::RequestKey;

/// A condition that must still hold at commit; when it does not, the decision is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The request was not answered meanwhile.
    Request,
    /// The object is of the version that was loaded.
    Version,
    /// The share has no live entry (I-2).
    ShareClaim,
    /// The agreement has no entry (C21).
    Agreement,
    /// The number for people is not in use.
    Number,
}

/// A new row. `ModelTrait` gives the columns, so that a row is written as it is read.
#[derive(Clone, Debug)]
pub struct Insert {
    pub(super) statement: InsertStatement,
    pub(super) guard: Option<Guard>,
}

impl Insert {
    /// A row that nothing can be in the way of.
    pub fn of<M: ModelTrait>(model: &M) -> Self {
        Self {
            statement: insert(model),
            guard: None,
        }
    }

    /// A row whose key must be free.
    pub fn guarded<M: ModelTrait>(model: &M, guard: Guard) -> Self {
        Self {
            statement: insert(model),
            guard: Some(guard),
        }
    }
}

/// A changed row, written only over the version that was loaded.
#[derive(Clone, Debug)]
pub struct Update {
    pub(super) statement: UpdateStatement,
}

impl Update {
    /// Compares and sets: `model` replaces the row with its key if that row has `version_before`.
    pub fn of<M: ModelTrait>(model: &M, version_before: i64) -> Self {
        Self {
            statement: update(model, version_before),
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
    /// Name of the caller, or `system`.
    pub caller: String,
    /// Path of the method, or the name of the timer.
    pub method: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

/// All that one decision changes.
#[derive(Clone, Debug)]
pub struct Changes {
    pub(super) origin: Origin,
    pub(super) request: Option<(RequestKey, Vec<u8>)>,
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
            inserts: Vec::new(),
            updates: Vec::new(),
            facts: Vec::new(),
        }
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

fn columns<M: ModelTrait>() -> impl Iterator<Item = <M::Entity as EntityTrait>::Column> {
    <M::Entity as EntityTrait>::Column::iter()
}

fn table<M: ModelTrait>() -> DynIden {
    <M::Entity as Default>::default().table_name().into_iden()
}

fn insert<M: ModelTrait>(model: &M) -> InsertStatement {
    let values: Vec<Expr> = columns::<M>()
        .map(|column| value(model.get(column)))
        .collect();
    Query::insert()
        .into_table(table::<M>())
        .columns(columns::<M>())
        .values_panic(values)
        .to_owned()
}

fn update<M: ModelTrait>(model: &M, version_before: i64) -> UpdateStatement {
    let keys: Vec<_> = <M::Entity as EntityTrait>::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    let is_key = |column: &<M::Entity as EntityTrait>::Column| {
        keys.iter().any(|key| key.as_str() == column.as_str())
    };
    let mut statement = Query::update();
    statement.table(table::<M>());
    for column in columns::<M>().filter(|column| !is_key(column)) {
        statement.value(column, value(model.get(column)));
    }
    for key in &keys {
        statement.and_where(Expr::col(*key).eq(value(model.get(*key))));
    }
    statement.and_where(Expr::col("version").eq(version_before));
    statement
}

fn value(value: Value) -> Expr {
    Expr::value(value)
}
