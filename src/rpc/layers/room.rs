//! How many calls run at once: beyond it a call is turned away at once, with a time to come back.
//! It never queues, since a queue only makes the answers late.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use crate::{authz::Traffic, rpc::status};

/// Long enough for the calls in the way to end.
const COME_BACK_AFTER: Duration = Duration::from_secs(1);

/// The places of an installation; streams hold theirs long, so they have their own.
#[derive(Debug)]
pub(super) struct Room {
    calls: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Room {
    pub(super) fn new(calls_max: usize, streams_max: usize) -> Self {
        Self {
            calls: Arc::new(Semaphore::new(calls_max)),
            streams: Arc::new(Semaphore::new(streams_max)),
        }
    }

    pub(super) fn enter(&self, traffic: Traffic) -> Result<Place, Status> {
        let places = match traffic {
            Traffic::Unary => &self.calls,
            Traffic::Upload | Traffic::Download => &self.streams,
        };
        Arc::clone(places)
            .try_acquire_owned()
            .map(|permit| Place { _permit: permit })
            .map_err(|_full| status::full(COME_BACK_AFTER))
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt as _;

    use super::*;

    #[test]
    fn a_full_room_turns_calls_away_until_a_place_is_free() {
        let room = Room::new(1, 1);
        let place = room.enter(Traffic::Unary).unwrap();
        let status = room.enter(Traffic::Unary).unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "TRY_AGAIN");
        let delay = details.retry_info().unwrap().retry_delay;
        assert_eq!(delay, Some(COME_BACK_AFTER));
        drop(place);
        assert!(room.enter(Traffic::Unary).is_ok());
    }

    #[test]
    fn streams_do_not_take_the_places_of_calls() {
        let room = Room::new(1, 1);
        let _stream = room.enter(Traffic::Download).unwrap();
        assert!(room.enter(Traffic::Upload).is_err());
        assert!(room.enter(Traffic::Unary).is_ok());
    }
}
