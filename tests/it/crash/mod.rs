//! `kill -9`, a stop between any two steps, or a full disk loses nothing that was acknowledged, tells
//! nothing twice and leaves no gap: I-1, I-3, I-6, I-9, of the real program in a process of its own.

mod corrections;
mod invariants;
mod notices;
mod points;
mod random;
mod room;
mod sinks;
mod site;
