//! What operators see, as messages. It never asks the database.

use crate::{pb::registry::v1 as pb, rpc::timestamp, store::LeaseState};

pub(super) fn lease(lease: LeaseState) -> pb::LeaseStatus {
    pb::LeaseStatus {
        name: lease.name,
        holder: lease.holder,
        held: lease.is_held,
        since_at: Some(timestamp(lease.since_at)),
        until_at: Some(timestamp(lease.until_at)),
    }
}
