//! Applications for the state service: what is filed, what the checks find, how it ends (cl. 5–10).
//! It never reaches into another part but through what that part shows.

pub(crate) mod addressed;
pub mod agreement;
pub(crate) mod case;
pub mod checks;
mod confirm_handover;
pub(crate) mod content;
pub mod entry_change;
pub(crate) mod etag;
pub(crate) mod fact;
mod filed;
mod form;
pub(crate) mod handover;
pub(crate) mod head_signature;
pub(crate) mod mark_due;
mod measure;
pub mod model;
pub(crate) mod number;
mod objection;
pub(crate) mod office;
pub(crate) mod pages;
mod procedure;
pub(crate) mod queries;
pub(crate) mod reading;
pub mod refusal;
pub(crate) mod register_at_opening;
pub(crate) mod replay;
pub(crate) mod rows;
mod rule_book;
mod rules_file;
pub(crate) mod run_checks;
pub(crate) mod seen;
mod service;
mod stage;
pub(crate) mod standing;
pub(crate) mod stepping;
pub(crate) mod subject;
mod submit;
pub(crate) mod target;
pub(crate) mod terms;
pub(crate) mod wire;
mod withdraw;

pub use checks::RuleSet;
pub use form::Form;
#[doc(hidden)]
pub use measure::Filing;
pub use objection::Objection;
pub use office::Office;
pub(crate) use office::Owner;
pub use procedure::Procedure;
pub use rows::WholeApplications;
pub use rule_book::RuleBook;
pub use rules_file::{check_file as check_rules_file, print_shipped as print_shipped_rules};
pub use service::ApplicationEndpoint;
pub use stage::{Stage, StageCode};
pub use subject::Subject;
