//! A batch as one statement: as several in one text of SQLite, or as a single one of PostgreSQL, which is then a
//! transaction by itself and is answered once it is durable. It never writes a part of a batch.

use sea_orm::{ConnectionTrait, QueryResult};

use super::{Halt, Way, Writer};
use crate::store::{
    StoreFault,
    batch::Writing,
    code::is_division_by_zero,
    fault::during,
    faults,
    head::{Head, Rests, head_of, in_force, rests},
    parts::{Part, has_facts, numbered, parts},
    statement::Statements,
};

const OPERATION: &str = "write rows";

impl Writer {
    /// How a batch is written at best.
    pub(super) fn way(&self, batch: &[&Writing]) -> Way {
        if !has_facts(batch) || rests(batch) == Rests::OnDifferent {
            return Way::ByTable;
        }
        if self.statements.has_arrays() {
            // A lease is looked at before, and a transaction of two parts shows how long either takes.
            let is_fenced = batch.iter().any(|writing| writing.fence.is_some());
            return if is_fenced || self.pace.is_to_be_seen() {
                Way::AtOnce
            } else {
                Way::Alone
            };
        }
        match batch {
            [lone] if !lone.renews_reference && Statements::is_lone(lone.rows()) => Way::AtOnce,
            _ => Way::ByTable,
        }
    }

    /// Commits a batch by one statement. A fault that passes leaves open whether it took place.
    pub(super) async fn commit_alone(&mut self, batch: &[&Writing]) -> Result<Head, Halt> {
        faults::point("commit.alone");
        let writes = self.writes.clone();
        let head = self.write_at_once(&writes, batch).await?;
        faults::point("commit.after");
        self.pace.passed();
        self.reference.saw(head.reference);
        Ok(head)
    }

    /// Writes all rows and facts of a batch.
    pub(super) async fn write_at_once(
        &mut self,
        connection: &impl ConnectionTrait,
        batch: &[&Writing],
    ) -> Result<Head, Halt> {
        let facts = numbered(batch, 1);
        let (parts, facts) = (parts(batch), Part::of_facts(&facts));
        if !self.statements.has_arrays() {
            return self.write_lone(connection, batch, &parts, &facts).await;
        }
        let renews = batch.iter().any(|writing| writing.renews_reference);
        let statement = self
            .statements
            .whole(&parts, &facts, rests(batch).on(), renews);
        match connection.query_one_raw(statement).await {
            Ok(row) => {
                let row = row.ok_or_else(|| StoreFault::corrupt("journal head", "is missing"))?;
                Ok(head_of(&row)?)
            }
            Err(error) if is_division_by_zero(&error) => Err(Halt::Lost),
            Err(error) => Err(during(OPERATION)(error).into()),
        }
    }

    /// The same by one text of several statements.
    async fn write_lone(
        &mut self,
        connection: &impl ConnectionTrait,
        batch: &[&Writing],
        parts: &[Part<'_>],
        facts: &Part<'_>,
    ) -> Result<Head, Halt> {
        let statement = self.statements.lone(parts, facts);
        let rows = connection.query_all_raw(statement).await;
        let rows = rows.map_err(during(OPERATION))?;
        let (Some(before), Some(after)) = (rows.first(), rows.last()) else {
            return Err(StoreFault::corrupt("journal head", "is missing").into());
        };
        let written = changes(after, 2)?.saturating_sub(changes(before, 0)?);
        let all = parts.iter().chain([facts]);
        let rows: usize = all.map(|part| part.rows.len()).sum();
        // And the head.
        if usize::try_from(written) != Ok(rows.saturating_add(1)) {
            return Err(Halt::Lost);
        }
        in_force(after, batch)?.ok_or(Halt::Lost)
    }
}

/// How many rows the connection had written.
fn changes(row: &QueryResult, index: usize) -> Result<i64, StoreFault> {
    row.try_get_by_index(index).map_err(during(OPERATION))
}
