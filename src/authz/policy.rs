//! Which kind of party may call which method with which right: a table made from the contract.
//! It never looks at an object.

use crate::authn::{Party, Right};

/// The right to call one method of the contract.
pub trait Action: Send + Sync + 'static {
    /// The method's path.
    const PATH: &'static str;
}

/// A row: who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodAccess {
    /// The method's path.
    pub path: &'static str,
    /// The kinds of party that may call.
    pub parties: &'static [Party],
    /// The right that their credentials must carry.
    pub right: Option<Right>,
    /// Anyone may call, without credentials.
    pub anyone: bool,
    /// How its messages flow.
    pub traffic: Traffic,
}

/// How the messages of a method flow; it bounds how long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// One message there, one back.
    Unary,
    /// Many there.
    Upload,
    /// One there, many back.
    Download,
}

/// The methods that every gRPC server has for tools and probes; they tell nothing of the register.
const BESIDES: &[MethodAccess] = &[
    open("/grpc.health.v1.Health/Check", Traffic::Unary),
    open("/grpc.health.v1.Health/Watch", Traffic::Download),
    open(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        Traffic::Download,
    ),
    open(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        Traffic::Download,
    ),
];

const fn open(path: &'static str, traffic: Traffic) -> MethodAccess {
    MethodAccess {
        path,
        parties: &[],
        right: None,
        anyone: true,
        traffic,
    }
}

/// Every row.
pub fn rows() -> impl Iterator<Item = &'static MethodAccess> {
    CONTRACT.iter().chain(BESIDES)
}

/// The row of a method; none if there is no such method.
pub fn access(path: &str) -> Option<&'static MethodAccess> {
    rows().find(|row| row.path == path)
}

/// What `build.rs` made of the contract's `access` options.
mod contract {
    use super::{Action, MethodAccess, Party, Right, Traffic};

    include!(concat!(env!("OUT_DIR"), "/access.rs"));
}

pub use contract::*;
