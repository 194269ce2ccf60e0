//! What was found, a line for each check. It never prints a character that a terminal obeys.

use std::io::{self, Write};

use super::VerifyFault;

/// A report on its way.
pub(super) struct Report<'a, W> {
    output: &'a mut W,
    bad: usize,
    open: usize,
}

impl<'a, W: Write> Report<'a, W> {
    pub(super) fn of(output: &'a mut W) -> Self {
        Self {
            output,
            bad: 0,
            open: 0,
        }
    }

    /// A check that passed.
    pub(super) fn good(&mut self, what: &str, says: &str) -> io::Result<()> {
        writeln!(self.output, "ok    {what}: {says}")
    }

    /// A check that failed.
    pub(super) fn bad(&mut self, what: &str, says: &str) -> io::Result<()> {
        self.bad = self.bad.saturating_add(1);
        writeln!(self.output, "BAD   {what}: {says}")
    }

    /// A check that could not be made.
    pub(super) fn open(&mut self, what: &str, says: &str) -> io::Result<()> {
        self.open = self.open.saturating_add(1);
        writeln!(self.output, "open  {what}: {says}")
    }

    /// Something to know.
    pub(super) fn note(&mut self, what: &str, says: &str) -> io::Result<()> {
        writeln!(self.output, "note  {what}: {says}")
    }

    /// The end of it.
    pub(super) fn ended(self) -> Result<(), VerifyFault> {
        match (self.bad, self.open) {
            (0, 0) => {
                writeln!(self.output, "The case file holds.")?;
                Ok(())
            }
            (0, open) => Err(VerifyFault::Unproven(open)),
            (bad, _) => Err(VerifyFault::Broken(bad)),
        }
    }
}

/// A text of somebody else's as it can be printed.
pub(super) fn plain(text: &str) -> String {
    let printed = text.chars().take(200);
    let plain = printed.map(|c| if c.is_ascii_graphic() { c } else { '?' });
    plain.collect()
}
