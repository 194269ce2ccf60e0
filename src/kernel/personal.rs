//! A value that says something about a person and therefore shows itself only when asked by name.
//! It never prints or serializes what it holds.

use std::fmt;

/// Holds personal data out of logs, errors and metrics (invariant I-7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value; a reader of the code sees every place where this happens.
    pub const fn disclose(&self) -> &T {
        &self.0
    }

    /// Gives the value away unmarked.
    pub fn into_disclosed(self) -> T {
        self.0
    }

    /// Makes another personal value of this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(change(self.0))
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_value() {
        let name = Some(Personal::new("Invented Name"));
        assert_eq!(format!("{name:?}"), "Some([personal])");
    }

    #[test]
    fn the_value_is_there_for_who_asks() {
        let length = Personal::new("Invented Name").map(str::len);
        assert_eq!(length, Personal::new(13));
        assert_eq!(*length.disclose(), 13);
        assert_eq!(length.into_disclosed(), 13);
    }
}
