//! What anyone may know of the state service (Annex 2): who renders it where, and on what terms.
//! It never says anything that the service does not itself obey.

mod phrases;
mod requirements;
mod service;

pub use service::ServiceInfoEndpoint;
