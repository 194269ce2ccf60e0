//! What all measurements share: the program as a process of its own on a database of its own, the callers
//! of the invented world, rounds and reports. It never measures anything by itself.

pub(crate) mod arguments;
pub(crate) mod audit;
pub(crate) mod contracts;
pub(crate) mod database;
pub(crate) mod drive;
pub(crate) mod ending;
pub(crate) mod ledger;
pub(crate) mod program;
pub(crate) mod report;
pub(crate) mod round;
pub(crate) mod run;
pub(crate) mod site;
