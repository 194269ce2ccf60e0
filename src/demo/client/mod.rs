//! The parties as clients of the service: each holds a channel and its own token, and can do what
//! the contract lets its party do. A client never reaches the service but over gRPC.

mod address;
mod agency;
mod anyone;
mod case_files;
mod complaints;
mod cooperative;
mod corrections;
mod courts;
mod documents;
mod fault;
mod line;
mod monitoring;
mod notices;
mod operator;
mod provider;
mod reviewer;

pub use address::address_in;
pub use agency::AgencyClient;
pub use anyone::AnyoneClient;
pub use cooperative::CooperativeClient;
pub use fault::ClientFault;
pub use line::{Line, connect};
pub use monitoring::MonitoringClient;
pub use notices::{AddresseeClient, AuthorizedBodyClient};
pub use operator::OperatorClient;
pub use provider::ProviderClient;
pub use reviewer::ReviewerClient;

use crate::kernel::{Clock as _, IdSource as _, SystemClock, SystemIds};

static IDS: SystemIds = SystemIds::new();

/// A new id for a request, by the client's own clock.
pub fn new_request_id() -> String {
    IDS.next(SystemClock.now().instant).to_string()
}
