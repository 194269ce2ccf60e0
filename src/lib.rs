//! Tizilim, the register of participation agreements in housing construction cooperatives.

pub mod kernel;
pub mod pb;
pub mod signature;
