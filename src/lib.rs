//! Tizilim, the register of participation agreements in housing construction cooperatives.

pub mod pb;
