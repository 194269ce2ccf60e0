//! Leases: the proof that a process may do what only one may do at a time.
//! Nothing is ever written under a lease that another process has taken since.

/// A lease that was taken, with the number it was taken under: the next holder has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fence {
    pub(crate) lease: &'static str,
    pub(crate) number: i64,
}
