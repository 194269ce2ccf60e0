//! The cells of one row as values; what is wrong goes under the name of its column.
//! It never repeats what a cell held: that may be personal data (I-7).

use std::{collections::BTreeMap, ops::RangeInclusive};

use crate::{
    kernel::{Problem, Text},
    rpc::FieldErrors,
};

/// The cells of a row.
pub(super) struct Cells<'a> {
    pub(super) row: &'a BTreeMap<String, String>,
    pub(super) errors: &'a mut FieldErrors,
}

impl Cells<'_> {
    fn cell(&self, column: &str) -> &str {
        self.row.get(column).map_or("", |cell| cell.trim())
    }

    /// Reads a cell that must be filled.
    pub(super) fn required<T>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let cell = self.row.get(column).map_or("", |cell| cell.trim());
        self.errors.required(column, cell, parse)
    }

    /// Reads a cell that may be empty: `Some(None)` if it is, `None` if it is wrong.
    #[expect(
        clippy::option_option,
        reason = "left out and wrong are two things, as with `FieldErrors::optional`"
    )]
    pub(super) fn optional<T>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        let cell = self.row.get(column).map_or("", |cell| cell.trim());
        self.errors.optional(column, cell, parse)
    }

    /// Reads a text that must be filled.
    pub(super) fn text<const MAX: usize>(&mut self, column: &str) -> Option<Text<MAX>> {
        self.required(column, Text::parse)
    }

    /// Reads a whole number that must be filled.
    pub(super) fn number(&mut self, column: &str, bounds: RangeInclusive<i32>) -> Option<i32> {
        self.required(column, |cell| number(cell, &bounds))
    }

    /// Adds that a column must stay empty here, if it does not.
    pub(super) fn empty(&mut self, column: &str, problem: &str) {
        if !self.cell(column).is_empty() {
            self.errors.add(column, problem);
        }
    }
}

/// Reads a whole number within bounds, as people write it: digits, and a sign before them.
pub(super) fn number(cell: &str, bounds: &RangeInclusive<i32>) -> Result<i32, Problem> {
    let number: i64 = cell
        .parse()
        .map_err(|_not_a_number| Problem::new("must be a whole number"))?;
    let within = i32::try_from(number)
        .ok()
        .filter(|number| bounds.contains(number));
    within.ok_or_else(|| {
        let (least, most) = (bounds.start(), bounds.end());
        Problem::stated(match *most {
            i32::MAX => format!("must be at least {least}"),
            _ => format!("must be from {least} to {most}"),
        })
    })
}
