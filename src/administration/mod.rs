//! What operators decide beside the register: the days of the calendar, the due moments that follow, and
//! the providers. It never decides an application.

mod calendar;
mod provider;

pub use calendar::CalendarEndpoint;
pub use provider::ProviderEndpoint;
pub(crate) use provider::wire::provider as provider_on_the_wire;
