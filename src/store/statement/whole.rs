//! A whole batch as one statement, for PostgreSQL: one answer to wait for, and not one for each table.
//! It fails, and changes nothing, unless all rows were written: the sum of one over no head is divided by zero.
//!
//! ```sql
//! WITH w0 AS (INSERT INTO … ON CONFLICT DO NOTHING RETURNING 1),
//!      w1 AS (UPDATE … RETURNING 1),
//!      head AS (UPDATE journal_head SET number = number + $2
//!               WHERE id = 1 AND $1 = 0 + (SELECT count(*) FROM w0) + (SELECT count(*) FROM w1)
//!                 AND ($3 IS NULL OR reference = $3) RETURNING …),
//!      facts AS (INSERT INTO journal (number, …) SELECT head.number - $2 + b.number, … FROM head, UNNEST(…) AS b)
//! SELECT min(number), min(reference), 1 / count(*) FROM head
//! ```
//!
//! The sum has no column of the head in it, so that it is asked for first, once: the rows are written in
//! the order of the parts, and the head is locked after all of them.

use sea_orm::{Statement, Value};

use super::{Purpose, Shape, Statements, arrays, list, quoted, remember};
use crate::store::{changes::Table, parts::Part};

/// The parts that a text is for, and whether it changes the number of the reference data.
pub(super) type WholeKey = (Vec<(&'static str, Purpose)>, bool);

impl Statements {
    /// The statement that writes the rows of all parts, moves the head by as many facts as there are, and
    /// writes these, whose rows are numbered from 1 on, if the reference data that they rest on is in force. The
    /// answer is the head; not all rows were written if it divides by zero.
    pub(in crate::store) fn whole(
        &mut self,
        parts: &[Part<'_>],
        facts: &Part<'_>,
        rests_on: Option<i64>,
        renews: bool,
    ) -> Statement {
        let rows = parts.iter().map(|part| part.rows.len()).sum();
        let mut values = vec![
            number(rows),
            number(facts.rows.len()),
            Value::BigInt(rests_on),
        ];
        let before = values.len();
        for part in parts.iter().chain([facts]) {
            values.extend(arrays(self.columns_of(part.table), &part.rows));
        }
        let shapes = parts.iter().map(|part| (part.table.name, part.purpose));
        let key = (shapes.collect(), renews);
        let known = self.wholes.get(&key).cloned();
        let text = known.unwrap_or_else(|| {
            let text = self.whole_text(parts, facts.table, before, renews);
            remember(&mut self.wholes, key, &text);
            text
        });
        Statement::from_sql_and_values(self.backend, text, values)
    }

    fn whole_text(
        &mut self,
        parts: &[Part<'_>],
        journal: Table,
        mut before: usize,
        renews: bool,
    ) -> String {
        let (mut written, mut counts) = (Vec::new(), vec!["0".to_owned()]);
        for (index, part) in parts.iter().enumerate() {
            let shape = Shape {
                table: part.table.name,
                columns: self.columns_of(part.table),
                is_postgres: true,
                before,
            };
            let text = shape.text(part.purpose, part.rows.len());
            before = before.saturating_add(shape.names(part.purpose).len());
            written.push(format!("w{index} AS ({text} RETURNING 1)"));
            counts.push(format!("(SELECT count(*) FROM w{index})"));
        }
        let shape = Shape {
            table: journal.name,
            columns: self.columns_of(journal),
            is_postgres: true,
            before,
        };
        let reference = if renews {
            ", reference = number + $2"
        } else {
            ""
        };
        let counts = counts.join(" + ");
        let head = format!(
            "head AS (UPDATE journal_head SET number = number + $2{reference} \
             WHERE id = 1 AND $1 = {counts} AND ($3::bigint IS NULL OR reference = $3) \
             RETURNING number, reference)"
        );
        let facts = format!("facts AS ({})", shape.numbered());
        let all = list(written.into_iter().chain([head, facts]));
        format!("WITH {all} SELECT min(number), min(reference), 1 / count(*) FROM head")
    }
}

impl Shape<'_> {
    /// Inserts facts behind the head as it was before them.
    fn numbered(&self) -> String {
        let columns = list(self.columns.iter().map(|column| quoted(column.name)));
        let value = |column| format!("head.number - $2 + {}", self.value(column));
        let values = list(self.columns.iter().map(|column| {
            if column.is_key {
                value(column)
            } else {
                self.value(column)
            }
        }));
        format!(
            "INSERT INTO {} ({columns}) SELECT {values} FROM head, {}",
            quoted(self.table),
            self.unnested(Purpose::Insert)
        )
    }
}

fn number(count: usize) -> Value {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}
