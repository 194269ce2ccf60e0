//! Many watchers over few connections. It never opens more streams over one than the service lets it.

use tizilim::{
    demo::client::{AgencyClient, connect},
    pb::registry::v1::{WatchStagesRequest, WatchStagesResponse, watch_stages_request::Start},
};
use tonic::Streaming;

use crate::kit::site::Site;

/// The service lets 128 streams over one connection.
const OVER_ONE: usize = 125;

/// Opens so many watches, each with what happens from now on.
pub(crate) async fn open(site: &Site, watchers: u32) -> Vec<Streaming<WatchStagesResponse>> {
    let watchers = usize::try_from(watchers).unwrap();
    let mut open = Vec::with_capacity(watchers);
    while open.len() < watchers {
        let channel = connect(site.target.program.address).await.unwrap();
        let agency = site.callers.clients(&channel).unwrap().agency;
        for _ in 0..OVER_ONE.min(watchers - open.len()) {
            open.push(watch(&agency).await);
        }
    }
    open
}

async fn watch(agency: &AgencyClient) -> Streaming<WatchStagesResponse> {
    let request = WatchStagesRequest {
        start: Some(Start::FromNow(true)),
        ..WatchStagesRequest::default()
    };
    agency.watch(request).await.unwrap()
}
