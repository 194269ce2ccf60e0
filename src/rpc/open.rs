//! Opens a request: who calls and what is asked.
//! It never lets a call without a caller through.

use std::sync::Arc;

use tonic::{Request, Status};

use super::layers::unauthenticated;
use crate::authn::Caller;

/// The caller, as the edge found it, and the message.
pub fn open<M>(request: Request<M>) -> Result<(Arc<Caller>, M), Status> {
    let (_, mut extensions, message) = request.into_parts();
    let caller = extensions.remove::<Arc<Caller>>();
    Ok((caller.ok_or_else(unauthenticated)?, message))
}
