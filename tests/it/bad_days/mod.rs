//! Bad days of the database: gone, slow, frozen, full, locked, failed over, while clients work.
//! Whatever happens, an acknowledged change is there once, nobody hangs, each refusal says when to
//! ask again, and the service goes on by itself.

mod connection;
mod crowd;
mod customers;
mod failover;
mod file;
mod ledger;
mod server;
mod site;
