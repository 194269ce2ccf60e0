//! The values that every part of the register is made of: each is parsed once and right from then on.
//! It never does input or output, and never imports another part of the register.

mod area;
mod bin;
mod cadastral;
mod check_digit;
pub mod check_id;
mod clock;
mod email;
mod fold;
mod ids;
mod iin;
mod kato;
mod localized;
mod moment;
mod money;
mod personal;
mod phone;
mod problem;
mod share_key;
mod text;

pub use area::SquareDecimetres;
pub use bin::{Bin, EntityKind, EntityUnit};
pub use cadastral::CadastralNumber;
pub use clock::{Clock, SystemClock, TestClock};
pub use email::Email;
pub use ids::{ApplicationId, DocumentId, EntryId, EventId, IdSource, RequestId, SystemIds};
pub use iin::Iin;
pub use kato::Kato;
pub use localized::Localized;
pub use moment::{Moment, instant_of, legal_offset, local};
pub use money::Tiyn;
pub use personal::Personal;
pub use phone::Phone;
pub use problem::Problem;
pub use share_key::{ShareKey, ShareLabel};
pub use text::Text;
