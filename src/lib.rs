//! Tizilim, the register of participation agreements in housing construction cooperatives.

pub mod application;
pub mod authn;
pub mod authz;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod deadlines;
pub mod delivery;
pub mod demo;
pub mod document;
pub mod extract;
pub mod journal;
pub mod kernel;
pub mod letter;
pub mod mail;
pub mod monitor;
pub mod operations;
pub mod pb;
pub mod provider;
pub mod register;
pub mod review;
pub mod rpc;
pub mod serve;
pub mod signature;
pub mod store;
pub mod telemetry;
