//! What `tizilim calendar FROM TO` does: prints days as CSV.
//! It never prints a part of the days asked for as if it were all.

use std::io::{self, Write};

use chrono::NaiveDate;
use thiserror::Error;

use super::{Calendar, OutsideCalendar};

/// Why days could not be printed.
#[derive(Debug, Error)]
pub enum PrintFault {
    /// The first day is after the last one.
    #[error("the first day is after the last day")]
    WrongOrder,
    /// A day is not covered; nothing was printed.
    #[error(transparent)]
    Outside(#[from] OutsideCalendar),
    /// The output does not take more.
    #[error("days could not be written")]
    Write(#[from] io::Error),
}

/// Prints `date,working,kind,reason` and one line for each day; the reason is in English, and no cell of the
/// shipped table needs quotation marks.
pub fn print_days(
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
    output: &mut impl Write,
) -> Result<(), PrintFault> {
    if from > to {
        return Err(PrintFault::WrongOrder);
    }
    let days = calendar.days(from, to)?;
    writeln!(output, "date,working,kind,reason")?;
    for day in days {
        writeln!(
            output,
            "{},{},{},{}",
            day.on,
            day.is_working(),
            day.kind,
            day.reason().en
        )?;
    }
    Ok(())
}
