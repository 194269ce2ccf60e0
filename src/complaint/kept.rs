//! What is kept of a complaint for good: what it says, and each act. Nothing of it is ever written over.

pub(crate) mod rows;
