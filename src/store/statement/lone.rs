//! A lone change as one text of several statements, for SQLite: one answer of the engine's thread to wait for, and
//! not one for each table. It never tells that all was written unless it was: whoever asked rolls back then.
//!
//! ```sql
//! SELECT total_changes();
//! INSERT INTO … ON CONFLICT DO NOTHING;
//! UPDATE …;
//! UPDATE journal_head SET number = number + 4 WHERE id = 1;
//! INSERT INTO journal (number, …) VALUES ((SELECT number FROM journal_head WHERE id = 1) - 4 + ?, …);
//! SELECT number, reference, total_changes() FROM journal_head WHERE id = 1
//! ```

use sea_orm::Statement;

use super::{Purpose, Shape, Statements, Written, list, quoted, remember, tuple};
use crate::store::parts::Part;

/// The parts that a text is for with their rows, and how many facts.
pub(super) type LoneKey = (Vec<(&'static str, Purpose, usize)>, usize);

/// More rows than this are written table by table: whoever writes so many does not wait for the statements but for
/// the rows, and each number of rows has a text of its own.
const ROWS_MAX: usize = 16;

impl Statements {
    /// Whether so few rows and facts are one text.
    pub(in crate::store) const fn is_lone(rows: usize) -> bool {
        rows <= ROWS_MAX
    }

    /// The text that writes the rows of all parts, moves the head by as many facts as there are, and writes
    /// these, whose rows are numbered from 1 on. It tells how many rows the connection had written before, then
    /// the head and how many it has written.
    pub(in crate::store) fn lone(&mut self, parts: &[Part<'_>], facts: &Part<'_>) -> Statement {
        let all = parts.iter().chain([facts]);
        let rows = all.flat_map(|part| &part.rows);
        let values: Vec<_> = rows.flat_map(Written::values).collect();
        let shapes = parts
            .iter()
            .map(|part| (part.table.name, part.purpose, part.rows.len()));
        let key = (shapes.collect(), facts.rows.len());
        let known = self.lones.get(&key).cloned();
        let text = known.unwrap_or_else(|| {
            let text = self.lone_text(parts, facts);
            remember(&mut self.lones, key, &text);
            text
        });
        Statement::from_sql_and_values(self.backend, text, values)
    }

    fn lone_text(&mut self, parts: &[Part<'_>], facts: &Part<'_>) -> String {
        let mut texts = vec!["SELECT total_changes()".to_owned()];
        for part in parts {
            texts.push(self.shape(part).text(part.purpose, part.rows.len()));
        }
        let count = facts.rows.len();
        texts.push(format!(
            "UPDATE journal_head SET number = number + {count} WHERE id = 1"
        ));
        texts.push(self.shape(facts).behind_head(count));
        texts.push(
            "SELECT number, reference, total_changes() FROM journal_head WHERE id = 1".to_owned(),
        );
        texts.join("; ")
    }

    fn shape(&mut self, part: &Part<'_>) -> Shape<'_> {
        Shape {
            table: part.table.name,
            columns: self.columns_of(part.table),
            is_postgres: false,
            before: 0,
        }
    }
}

impl Shape<'_> {
    /// Inserts so many facts, the last under the number of the head.
    fn behind_head(&self, count: usize) -> String {
        let number = format!("(SELECT number FROM journal_head WHERE id = 1) - {count} + ?");
        let values = self
            .columns
            .iter()
            .map(|column| if column.is_key { number.as_str() } else { "?" });
        let row = tuple(values);
        let columns = list(self.columns.iter().map(|column| quoted(column.name)));
        let rows = vec![row.as_str(); count].join(", ");
        format!(
            "INSERT OR FAIL INTO {} ({columns}) VALUES {rows}",
            quoted(self.table)
        )
    }
}
