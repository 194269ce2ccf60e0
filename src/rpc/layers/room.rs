//! How many calls run at once: beyond it a call is turned away at once, with a time to come back.
//! It never queues, since a queue only makes the answers late.

use std::{sync::Arc, time::Duration};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use crate::{authz::Traffic, rpc::status};

/// Long enough for the calls in the way to end.
const COME_BACK_AFTER: Duration = Duration::from_secs(1);

type Kind = [(&'static str, &'static str); 1];

/// The places of an installation; streams hold theirs long, so they have their own.
#[derive(Debug)]
pub(super) struct Room {
    calls: Hall,
    streams: Hall,
    meter: Meter,
}

/// Places taken and calls turned away, by kind of place.
#[derive(Debug, Default)]
struct Meter {
    taken: Family<Kind, Gauge>,
    turned_away: Family<Kind, Counter>,
}

/// The places of one kind of calls.
#[derive(Debug)]
struct Hall {
    places: Arc<Semaphore>,
    taken: Gauge,
    turned_away: Counter,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    taken: Gauge,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken.dec();
    }
}

impl Hall {
    fn new(kind: &'static str, places: usize, meter: &Meter) -> Self {
        let kind = [("kind", kind)];
        Self {
            places: Arc::new(Semaphore::new(places)),
            taken: meter.taken.get_or_create_owned(&kind),
            turned_away: meter.turned_away.get_or_create_owned(&kind),
        }
    }

    fn enter(&self) -> Result<Place, Status> {
        let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() else {
            self.turned_away.inc();
            return Err(status::full(COME_BACK_AFTER));
        };
        self.taken.inc();
        Ok(Place {
            _permit: permit,
            taken: self.taken.clone(),
        })
    }
}

impl Room {
    pub(super) fn new(calls_max: usize, streams_max: usize) -> Self {
        let meter = Meter::default();
        Self {
            calls: Hall::new("calls", calls_max, &meter),
            streams: Hall::new("streams", streams_max, &meter),
            meter,
        }
    }

    pub(super) fn enter(&self, traffic: Traffic) -> Result<Place, Status> {
        match traffic {
            Traffic::Unary => self.calls.enter(),
            Traffic::Upload | Traffic::Download => self.streams.enter(),
        }
    }

    /// Names the metrics for whoever collects them.
    pub(super) fn register(&self, registry: &mut Registry) {
        let Meter { taken, turned_away } = &self.meter;
        registry.register("calls_running", "Calls that run now", taken.clone());
        let shed = "Calls that found no place and were turned away";
        registry.register("calls_shed", shed, turned_away.clone());
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
        let calls = &room.calls;
        assert_eq!((calls.taken.get(), calls.turned_away.get()), (1, 1));
        drop(place);
        assert_eq!(calls.taken.get(), 0);
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
