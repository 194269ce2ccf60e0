//! The texts of the statements that write rows, one for each table and purpose whatever the batch, so
//! that the engine prepares each once. A text never holds a value.

use std::{collections::BTreeMap, fmt::Write as _};

use sea_orm::{DbBackend, Statement, Value, sea_query::ArrayType};

use super::{
    changes::{Column, Row, Table},
    parts::Part,
};

mod lone;
mod whole;

use lone::LoneKey;
use whole::WholeKey;

/// What a statement does with its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    /// Inserts all.
    Insert,
    /// Inserts those whose keys are free.
    InsertFree,
    /// Replaces those that are still of the version they were read in.
    Replace,
}

/// Whether a statement tells the keys of the rows it wrote, or only how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Telling {
    Count,
    Keys,
}

/// A row with the version it must have before, if it is to replace one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    pub(super) row: &'a Row,
    pub(super) version_before: Option<i64>,
}

/// SQLite has no arrays: a batch is cut into pieces of these sizes, so that its texts are few.
const PIECES: [usize; 12] = [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/// So many texts of whole batches are remembered: there is one for each mixture of tables. When there would be
/// more, all are made anew as they are asked for.
const MIXTURES_MAX: usize = 128;

/// The version that a row must have, beside the columns of the table.
const VERSION_BEFORE: &str = "version before";

type TextKey = (&'static str, Purpose, Telling, usize);

/// Makes statements, and remembers their texts.
#[derive(Debug)]
pub(super) struct Statements {
    backend: DbBackend,
    texts: BTreeMap<TextKey, String>,
    wholes: BTreeMap<WholeKey, String>,
    lones: BTreeMap<LoneKey, String>,
    columns: BTreeMap<&'static str, Vec<Column>>,
}

impl Statements {
    pub(super) const fn of(backend: DbBackend) -> Self {
        Self {
            backend,
            texts: BTreeMap::new(),
            wholes: BTreeMap::new(),
            lones: BTreeMap::new(),
            columns: BTreeMap::new(),
        }
    }

    /// The columns of the table's key.
    pub(super) fn keys(&mut self, table: Table) -> Vec<Column> {
        let columns = self.columns_of(table);
        columns
            .iter()
            .filter(|column| column.is_key)
            .copied()
            .collect()
    }

    /// The statements that write rows of one table.
    pub(super) fn write(&mut self, part: &Part<'_>, telling: Telling) -> Vec<Statement> {
        let (table, purpose) = (part.table, part.purpose);
        let mut statements = Vec::new();
        let mut rest = part.rows.as_slice();
        while !rest.is_empty() {
            let size = self.piece(rest.len());
            let (piece, others) = rest.split_at(size);
            rest = others;
            let values = if self.has_arrays() {
                arrays(self.columns_of(table), piece)
            } else {
                piece.iter().flat_map(Written::values).collect()
            };
            let text = self.text(table, purpose, telling, size);
            statements.push(Statement::from_sql_and_values(self.backend, text, values));
        }
        statements
    }

    /// How many of so many rows the next statement takes.
    fn piece(&self, rows: usize) -> usize {
        if self.has_arrays() {
            return rows;
        }
        let fits = PIECES.iter().find(|piece| **piece <= rows);
        fits.copied().unwrap_or(1)
    }

    pub(super) fn has_arrays(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    fn columns_of(&mut self, table: Table) -> &[Column] {
        self.columns
            .entry(table.name)
            .or_insert_with(|| (table.columns)())
    }

    fn text(&mut self, table: Table, purpose: Purpose, telling: Telling, rows: usize) -> String {
        let rows = if self.has_arrays() { 1 } else { rows };
        let key = (table.name, purpose, telling, rows);
        if let Some(text) = self.texts.get(&key) {
            return text.clone();
        }
        let is_postgres = self.has_arrays();
        let shape = Shape {
            table: table.name,
            columns: self.columns_of(table),
            is_postgres,
            before: 0,
        };
        let text = shape.text(purpose, rows);
        let text = match telling {
            Telling::Count => text,
            Telling::Keys => format!("{text} RETURNING {}", shape.returned()),
        };
        self.texts.insert(key, text.clone());
        text
    }
}

/// Remembers the text of a mixture.
fn remember<K: Ord>(texts: &mut BTreeMap<K, String>, key: K, text: &str) {
    if texts.len() >= MIXTURES_MAX {
        texts.clear();
    }
    texts.insert(key, text.to_owned());
}

impl Written<'_> {
    fn values(&self) -> impl Iterator<Item = Value> {
        let before = self.version_before.map(Value::from);
        self.row.values.iter().cloned().chain(before)
    }
}

/// One array for each column; PostgreSQL's driver takes no nulls within one, so that a column that may
/// hold them has an array beside it that says where.
fn arrays(columns: &[Column], rows: &[Written<'_>]) -> Vec<Value> {
    let mut arrays = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let values = || {
            rows.iter()
                .filter_map(|written| written.row.values.get(index))
        };
        let Some(first) = values().next() else {
            continue;
        };
        let elements = values().map(|value| {
            if value.is_some() {
                value.clone()
            } else {
                value.dummy_value()
            }
        });
        arrays.push(array(first.array_type(), elements));
        if column.is_nullable {
            let nulls = values().map(|value| Value::from(!value.is_some()));
            arrays.push(array(ArrayType::Bool, nulls));
        }
    }
    let before: Vec<Value> = rows
        .iter()
        .filter_map(|written| written.version_before.map(Value::from))
        .collect();
    if !before.is_empty() {
        arrays.push(array(ArrayType::BigInt, before.into_iter()));
    }
    arrays
}

fn array(kind: ArrayType, elements: impl Iterator<Item = Value>) -> Value {
    Value::Array(kind, Some(Box::new(elements.collect())))
}

/// A table as the texts need it.
struct Shape<'a> {
    table: &'a str,
    columns: &'a [Column],
    is_postgres: bool,
    /// PostgreSQL: so many parameters of the statement come before those of the table.
    before: usize,
}

impl Shape<'_> {
    fn text(&self, purpose: Purpose, rows: usize) -> String {
        match purpose {
            Purpose::Insert => self.insert(rows),
            Purpose::InsertFree => format!("{} ON CONFLICT DO NOTHING", self.insert(rows)),
            Purpose::Replace => self.replace(rows),
        }
    }

    fn insert(&self, rows: usize) -> String {
        let columns = list(self.columns.iter().map(|column| quoted(column.name)));
        let table = quoted(self.table);
        if self.is_postgres {
            let values = list(self.columns.iter().map(|column| self.value(column)));
            let source = self.unnested(Purpose::Insert);
            return format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {source}");
        }
        let values = tuples(rows, self.columns.len());
        // The transaction is rolled back anyway: nothing is kept to undo the statement alone.
        format!("INSERT OR FAIL INTO {table} ({columns}) VALUES {values}")
    }

    fn replace(&self, rows: usize) -> String {
        let table = quoted(self.table);
        let set = self.columns.iter().filter(|column| !column.is_key);
        let set =
            list(set.map(|column| format!("{} = {}", quoted(column.name), self.value(column))));
        let mut condition = format!("{table}.version = b.{}", quoted(VERSION_BEFORE));
        for key in self.columns.iter().filter(|column| column.is_key) {
            let name = quoted(key.name);
            // Writing to a string cannot fail.
            let _infallible = write!(condition, " AND {table}.{name} = b.{name}");
        }
        if self.is_postgres {
            let source = self.unnested(Purpose::Replace);
            return format!("UPDATE {table} SET {set} FROM {source} WHERE {condition}");
        }
        let columns = self.columns.iter().map(|column| column.name);
        let columns = list(columns.chain([VERSION_BEFORE]).map(quoted));
        let values = tuples(rows, self.columns.len().saturating_add(1));
        format!(
            "WITH b ({columns}) AS (VALUES {values}) UPDATE OR FAIL {table} SET {set} FROM b WHERE {condition}"
        )
    }

    /// The value of a column in the rows of `b`.
    fn value(&self, column: &Column) -> String {
        let value = format!("b.{}", quoted(column.name));
        if self.is_postgres && column.is_nullable {
            let is_null = quoted(&is_null(column));
            return format!("CASE WHEN b.{is_null} THEN NULL ELSE {value} END");
        }
        value
    }

    /// The arrays as rows `b`.
    fn unnested(&self, purpose: Purpose) -> String {
        let names = self.names(purpose);
        let first = self.before.saturating_add(1);
        let parameters = list(
            (first..)
                .zip(&names)
                .map(|(number, _)| format!("${number}")),
        );
        format!("UNNEST({parameters}) AS b ({})", names.join(", "))
    }

    /// What the arrays are called, in the order of [`arrays`].
    fn names(&self, purpose: Purpose) -> Vec<String> {
        let mut names = Vec::new();
        for column in self.columns {
            names.push(quoted(column.name));
            if column.is_nullable {
                names.push(quoted(&is_null(column)));
            }
        }
        if purpose == Purpose::Replace {
            names.push(quoted(VERSION_BEFORE));
        }
        names
    }

    fn returned(&self) -> String {
        let table = if self.is_postgres {
            format!("{}.", quoted(self.table))
        } else {
            String::new()
        };
        let keys = self.columns.iter().filter(|column| column.is_key);
        list(keys.map(|key| format!("{table}{}", quoted(key.name))))
    }
}

fn is_null(column: &Column) -> String {
    format!("{} is null", column.name)
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn tuples(rows: usize, columns: usize) -> String {
    let tuple = tuple(vec!["?"; columns].into_iter());
    vec![tuple.as_str(); rows].join(", ")
}

fn tuple<'a>(values: impl Iterator<Item = &'a str>) -> String {
    format!("({})", values.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_mixtures_are_remembered_and_no_more() {
        let mut texts = BTreeMap::new();
        for mixture in 0..3 * MIXTURES_MAX {
            remember(&mut texts, mixture, "INSERT");
            assert!(texts.contains_key(&mixture));
            assert!(texts.len() <= MIXTURES_MAX, "{mixture}");
        }
    }
}
