//! The journal: facts numbered without gaps, read in order, never changed (I-9).
//! It never writes: the committer does.

mod cursor;
#[cfg(test)]
pub(crate) mod fixture;
mod read;
mod stage_fact;

pub use cursor::Cursor;
pub(crate) use cursor::reader_cursor;
pub use read::{
    JournalRow, callers_of, decided_at, first_stage_after, head, position_before, read, rows_at,
    stage_rows_of,
};
pub use stage_fact::{ComplaintFact, ProviderFact, STAGE, StageFact};
