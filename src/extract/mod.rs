//! The extract on a register entry (clause 11, Annex 1): its form, its code, its PDF.
//! It never holds data of the shareholder, and never says more than the entry version it is made of.

mod clerk;
mod code;
mod form;
mod formed;
mod new_extract;
pub(crate) mod queries;
mod render;
pub(crate) mod rows;
mod specimen;

pub use clerk::ExtractClerk;
pub use code::{NotACode, VerificationCode};
pub use form::ExtractForm;
pub use new_extract::NewExtract;
pub use queries::ExtractStream;
pub use render::{ExtractRenderer, RenderFault, TypstRenderer};
pub use specimen::specimen;

use crate::kernel::EntryId;

/// Where the PDF of a version of an entry lies.
pub(crate) fn object_key(entry: EntryId, version: i32) -> String {
    format!("extracts/{entry}/{version}.pdf")
}
