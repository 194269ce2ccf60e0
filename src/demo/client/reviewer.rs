//! What a body does that reviews complaints. It never sees but what went on to it.

use std::ops::Deref;

use super::Line;

/// A caller of the party `reviewing-body`.
#[derive(Clone, Debug)]
pub struct ReviewerClient(Line);

impl Deref for ReviewerClient {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.0
    }
}

impl ReviewerClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }
}
