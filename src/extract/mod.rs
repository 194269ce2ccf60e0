//! The extract on a register entry (clause 11, Annex 1): its form, its code, its PDF.
//! It never holds data of the shareholder, and never says more than the entry version it is made of.

mod code;
mod form;
mod render;
mod specimen;

pub use code::{NotACode, VerificationCode};
pub use form::ExtractForm;
pub use render::{ExtractRenderer, RenderFault, TypstRenderer};
pub use specimen::specimen;
