//! The main job played from beginning to end, by invented parties who are clients like any other.
//! The parties, their agreements and their clients serve tests and measurements too; nothing here
//! ever reaches into the service.

mod agreements;
pub mod client;
mod folder;
mod parties;
mod scan;

pub use agreements::{Agreement, agreement};
pub use folder::{Folder, FolderFault};
pub use parties::{Cooperative, LocalExecutiveBody, Person, World};
pub use scan::scan;
