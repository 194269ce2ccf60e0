//! Who has which right to a share, and what became of it: read from the versions of its entries.
//! It never keeps anything of its own, so that it cannot differ from the register.

pub(super) mod history;
pub(super) mod queries;
mod wire;
