//! Several processes of the real program on one PostgreSQL: whoever dies, freezes or is restarted,
//! another goes on; nothing is lost, nothing is told twice, and each number has one meaning.

mod background;
mod callers;
mod fleet;
mod handover;
mod watchers;
