//! Answers that are spoilt on their way. They never touch what is stored.

use bytes::Bytes;
use http_body_util::Full;
use tonic::{Request, Response, Status, body::Body};

use super::{conduct::Spoil, connection::Scissors};
use crate::pb::monitoring::v1 as pb;

/// The frame of a message of four bytes that begin a field and never end it.
const GARBAGE: &[u8] = &[0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff];
/// An event that never happened.
const OTHER_EVENT: &str = "00000000-0000-7000-8000-000000000000";

/// How to cut the connection of a call.
pub(super) fn scissors<T>(request: &Request<T>) -> Option<Scissors> {
    request.extensions().get().cloned()
}

/// The answer to stages that are stored, spoilt or not.
pub(super) fn pushed(
    mut results: Vec<pb::StageResult>,
    spoil: Option<Spoil>,
    scissors: Option<Scissors>,
) -> Result<Response<pb::PushStagesResponse>, Status> {
    match spoil {
        None | Some(Spoil::Garbage) => {}
        Some(Spoil::Lost) => return Err(lost(scissors)),
        Some(Spoil::OtherStages) => {
            for result in &mut results {
                OTHER_EVENT.clone_into(&mut result.event_id);
            }
        }
        Some(Spoil::Short) => {
            results.pop();
        }
        Some(Spoil::Disorder) => results.reverse(),
    }
    let mut response = Response::new(pb::PushStagesResponse { results });
    if spoil == Some(Spoil::Garbage) {
        response.extensions_mut().insert(IsGarbage);
    }
    Ok(response)
}

/// Cuts the connection; what is returned never gets there.
fn lost(scissors: Option<Scissors>) -> Status {
    if let Some(scissors) = scissors {
        scissors.cut();
    }
    Status::unavailable("the answer is lost")
}

/// Marks a response whose body is to be replaced.
#[derive(Clone, Copy, Debug)]
struct IsGarbage;

/// Replaces the body of a response that is marked.
pub(super) fn garbled(response: http::Response<Body>) -> http::Response<Body> {
    if response.extensions().get::<IsGarbage>().is_none() {
        return response;
    }
    response.map(|_| Body::new(Full::new(Bytes::from_static(GARBAGE))))
}
