//! Steering the push: what operators see of the receivers of stages, and what they do about them.
//! Each act is a fact of the journal, with who and why; none ever lets a stage go missing unsaid.

mod act;
mod lane;
mod move_cursor;
mod pause;
mod queries;
mod wire;

pub(super) use lane::LaneCommand;
pub(super) use move_cursor::MoveCursor;
pub(super) use pause::PauseCommand;
pub(super) use queries::{list, parked};
