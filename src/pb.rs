//! The code generated from `proto/`; it stops at the edge and never reaches a decision.
#![expect(
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "generated"
)]

/// The contract's own options.
pub mod options {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("tizilim.options.v1");
    }
}

/// The contract of the monitoring system.
pub mod monitoring {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("tizilim.monitoring.v1");
    }
}

/// The contract of the register.
pub mod registry {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("tizilim.registry.v1");
    }
}

/// The encoded descriptor set, for reflection and for tests.
pub const CONTRACT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contract.binpb"));
