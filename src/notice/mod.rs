//! Changes of the Rules and the notices of them (cl. 4, O-11): told by the authorized body, to each provider
//! and the three bodies beside them, by mail and here, within 3 working days of the publication.
//! A notice never ends by itself, and none is ever taken back.

mod acknowledge;
mod attempted;
mod change {
    pub(super) mod rows;
}
mod clerk;
mod download;
mod fact;
mod model;
mod moved;
mod policy;
mod publish;
mod queries;
mod remind;
mod report;
mod request;
mod rows;
mod service;
mod wake;
mod wire;

pub use clerk::NoticeClerk;
pub(crate) use fact::{PublishedFact, RULES_CHANGE_PUBLISHED};
pub use model::{Addressee, Notice, RulesChange};
pub use policy::{Body, NoticePolicy};
pub(crate) use rows::{count_overdue, count_to_send, count_unreachable};
pub use service::NoticeEndpoint;
