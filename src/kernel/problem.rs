//! What is wrong with one value, as the end of an English sentence that begins with its field.
//! It never contains the value itself, which may be personal data.

use std::{borrow::Cow, error::Error, fmt};

/// Says what a value must be, in words for developers: `must have 12 digits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(Cow<'static, str>);

impl Problem {
    /// States a rule whose text is known when the program is built.
    pub const fn new(rule: &'static str) -> Self {
        Self(Cow::Borrowed(rule))
    }

    /// States a rule that names a limit; the value itself must not be part of it.
    pub fn stated(rule: String) -> Self {
        Self(Cow::Owned(rule))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Problem {}
