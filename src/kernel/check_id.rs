//! What `tizilim check-id` does: tells of each line whether it is a person's or an entity's number.
//! It never repeats a number that it was given.

use std::io::{self, BufRead, Write};

use chrono::NaiveDate;

use super::{Bin, Iin};

/// Reads one number a line; writes `IIN`, `BIN` or what is wrong with it, one line for each.
pub fn check_ids(
    mut numbers: impl BufRead,
    verdicts: &mut impl Write,
    today: NaiveDate,
) -> io::Result<()> {
    let mut line = Vec::new();
    while numbers.read_until(b'\n', &mut line)? > 0 {
        // Bytes that are not UTF-8 become a sign that is no digit, so the line is refused as a number.
        let number = String::from_utf8_lossy(&line);
        writeln!(verdicts, "{}", verdict(number.trim(), today))?;
        line.clear();
    }
    Ok(())
}

/// The fifth digit tells the two apart: it is the first of the birth day, at most 3, or the kind of
/// entity, at least 4.
fn verdict(number: &str, today: NaiveDate) -> String {
    let is_of_an_entity = number.as_bytes().get(4).is_some_and(|digit| *digit >= b'4');
    let checked = if is_of_an_entity {
        Bin::parse(number).map(|_| "BIN")
    } else {
        Iin::parse(number, today).map(|_| "IIN")
    };
    checked.map_or_else(|problem| problem.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[u8]) -> String {
        let mut verdicts = Vec::new();
        check_ids(numbers, &mut verdicts, "2026-11-25".parse().unwrap()).unwrap();
        String::from_utf8(verdicts).unwrap()
    }

    #[test]
    fn every_line_gets_its_verdict_in_order() {
        let numbers =
            "010101300010\n600740000012\r\n\n990230500018\n  600741000025  \n601340000018";
        let expected = "IIN\nBIN\nmust have 12 digits\nmust begin with a real date\nBIN\n\
                        must have a month from 01 to 12 after the year\n";
        assert_eq!(check(numbers.as_bytes()), expected);
    }

    #[test]
    fn no_input_gives_no_output() {
        assert_eq!(check(b""), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_no_number() {
        assert_eq!(check(b"\xff\xfe0101300010\n"), "must have 12 digits\n");
    }
}
