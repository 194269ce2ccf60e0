//! The register of providers: entered and changed by operators, version by version.
//! A provider is never taken away: applications and entries name it.

mod request;
mod save;
mod service;
pub(super) mod wire;

pub use service::ProviderEndpoint;
