//! Gives the statuses that tonic itself makes a reason of the contract, faults the call's id, and all
//! of them the words of the caller's language. It never changes what a handler answered otherwise.

use http::HeaderMap;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::call::Call;
use crate::{
    pb::registry::v1::ErrorReason,
    rpc::{Reason, languages::localized},
};

/// How tonic 0.14 begins what it says of a request that is no protobuf, or no gRPC; the code is
/// `INTERNAL`, which would blame us.
const MALFORMED: [&str; 5] = [
    "failed to decode Protobuf message",
    "protocol error",
    "Error decompressing",
    "Unexpected EOF",
    "Missing request message",
];

/// How it begins what it says of a compression that is not accepted; the code is `UNIMPLEMENTED`.
const COMPRESSED: &str = "Content is compressed with";

/// Completes the status in the headers of an answer that is a status alone, or in the trailers of
/// one that is not, and tells its code; none if there is no status.
pub(super) fn complete(headers: &mut HeaderMap, call: &Call) -> Option<Code> {
    let status = Status::from_header_map(headers)?;
    let status = match reason(&status) {
        Some(reason) if reason.code() == Code::Internal => reason.in_call(&call.id).into(),
        Some(reason) => reason.into(),
        None => status,
    };
    if let Some(said) = localized(&status, call.language)
        && let Err(refused) = said.add_header(headers)
    {
        tracing::error!(status = %refused, "a status does not fit into headers");
    }
    Some(status.code())
}

/// The reason that a status lacks; none if it has its own, or is none of ours to explain.
fn reason(status: &Status) -> Option<Reason> {
    let has_reason = status.get_details_error_info().is_some();
    match status.code() {
        Code::Internal if has_reason => Some(Reason::new(
            ErrorReason::Internal,
            status.message().to_owned(),
        )),
        _ if has_reason => None,
        Code::Unimplemented if status.message().starts_with(COMPRESSED) => {
            let text = "the message is compressed in a way that its method does not accept";
            Some(Reason::new(ErrorReason::CompressionNotAccepted, text))
        }
        Code::Unimplemented => Some(Reason::new(
            ErrorReason::NoSuchMethod,
            "there is no such method",
        )),
        Code::OutOfRange | Code::ResourceExhausted => {
            let text = "the message exceeds the limit of its method";
            Some(Reason::new(ErrorReason::MessageTooLarge, text))
        }
        Code::Internal if is_malformed(status.message()) => {
            let text = "the message is no protobuf of the method's request";
            Some(Reason::new(ErrorReason::MalformedMessage, text))
        }
        Code::Internal | Code::Unknown | Code::DataLoss => {
            tracing::error!(
                code = ?status.code(),
                message = status.message(),
                "the transport failed a call"
            );
            Some(Reason::new(ErrorReason::Internal, "a fault of the service"))
        }
        Code::Ok
        | Code::Cancelled
        | Code::InvalidArgument
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Unavailable
        | Code::Unauthenticated => None,
    }
}

fn is_malformed(message: &str) -> bool {
    MALFORMED.iter().any(|begin| message.starts_with(begin))
}
