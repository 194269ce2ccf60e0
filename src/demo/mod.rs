//! The main job played from beginning to end, by invented parties who are clients like any other.
//! The parties, their agreements and their clients serve tests and measurements too; nothing here
//! ever reaches into the service.

mod agreements;
mod callers;
mod changes;
pub mod client;
mod complaints;
mod fault;
mod folder;
mod installation;
mod letters;
mod parties;
mod play;
mod report;
mod run;
mod scan;

pub use agreements::{Agreement, agreement};
pub use callers::{Callers, Clients};
pub use changes::Change;
pub use complaints::complaint;
pub use fault::DemoFault;
pub use folder::{Folder, FolderFault};
pub use installation::{ANY_PORT, Installation, configuration};
pub use letters::CaughtLetter;
pub use parties::{Cooperative, LocalExecutiveBody, Person, World};
pub use run::{DemoArgs, run};
pub use scan::scan;
