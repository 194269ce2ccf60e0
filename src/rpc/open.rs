//! Opens a request: who calls and what is asked.
//! It never lets a call without a caller through.

use std::sync::Arc;

use tonic::{Request, Status};

use super::layers::{Credentials, unauthenticated};
use crate::authn::Caller;

/// The caller, as the edge found it, and the message.
pub fn open<M>(request: Request<M>) -> Result<(Arc<Caller>, M), Status> {
    let (_, mut extensions, message) = request.into_parts();
    let caller = extensions.remove::<Arc<Caller>>();
    Ok((caller.ok_or_else(unauthenticated)?, message))
}

/// What the caller showed, for an answer that goes on for long; asked before the request is opened.
pub fn credentials<M>(request: &Request<M>) -> Result<Credentials, Status> {
    let credentials = request.extensions().get::<Credentials>().cloned();
    credentials.ok_or_else(unauthenticated)
}
