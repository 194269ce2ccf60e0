//! The one place that makes a gRPC status: of a reason, of a malformed request, of a fault.
//! It never tells a caller what a fault was, and never lets details outgrow a trailer.

use std::{convert::Infallible, error::Error, fmt, time::Duration};

use tonic::Status;
use tonic_types::{
    BadRequest, ErrorDetail, ErrorInfo, FieldViolation, PreconditionFailure, PreconditionViolation,
    RequestInfo, ResourceInfo, RetryInfo, StatusExt as _,
};

use super::{FieldError, Malformed, Reason};
use crate::{
    authz::Denied,
    pb::registry::v1::ErrorReason,
    store::{Stop, StoreFault},
};

/// The domain of every `ErrorInfo` of this service.
pub const DOMAIN: &str = "tizilim";

/// Details travel base64 in one trailer, and clients take 16 KiB of headers by default.
const DETAILS_BYTES_MAX: usize = 8 * 1024;

/// What a rule's refusal says on the wire; each capability's refusals have it.
pub trait Refused {
    /// The reason of the closed list, with what belongs to it.
    fn reason(&self) -> Reason;
}

/// A command that no rule refuses.
impl Refused for Infallible {
    fn reason(&self) -> Reason {
        match *self {}
    }
}

/// The answer to a command that a rule refused.
pub fn refused(refusal: &impl Refused) -> Status {
    refusal.reason().into()
}

/// The answer to a command that ended without effect.
pub fn from_stop<R: Refused>(stop: Stop<R>) -> Status {
    match stop {
        Stop::Refused(refusal) => refused(&refusal),
        Stop::RequestIdReused => request_id_reused(),
        Stop::TryAgain { after } => try_again(after),
        Stop::Full { after } => full(after),
        Stop::LeaseLost => try_again(Duration::from_secs(1)),
        Stop::Fault(error) => fault(&error),
    }
}

/// The answer to a call that the store failed.
pub fn from_store(error: &StoreFault) -> Status {
    if error.is_transient() {
        tracing::warn!(error = %Chain(error), "a call failed for now");
        try_again(Duration::from_secs(1))
    } else {
        fault(error)
    }
}

/// The answer to a `request_id` that came back with other content (I-6).
pub fn request_id_reused() -> Status {
    let text = "request_id was used for other content";
    Reason::new(ErrorReason::RequestIdReused, text).into()
}

/// The answer while the store is away or too much contended.
pub fn try_again(after: Duration) -> Status {
    Reason::new(ErrorReason::TryAgain, "the service cannot do this now")
        .retry_after(after)
        .into()
}

/// The answer while too much is asked at once.
pub fn full(after: Duration) -> Status {
    Reason::new(ErrorReason::TryAgain, "too much is asked at once")
        .for_want_of_room()
        .retry_after(after)
        .into()
}

/// The answer to a call that the caller may not make, or whose object it may not see; the text is
/// the same whether or not the object exists.
pub fn permission_denied() -> Status {
    let text = "the caller may not do this, or there is no such object for it";
    Reason::new(ErrorReason::PermissionDenied, text).into()
}

impl From<Denied> for Status {
    fn from(_: Denied) -> Self {
        permission_denied()
    }
}

/// The answer when we failed. The log gets the whole story, under the id of the call that the
/// edge adds to the answer.
pub fn fault(error: &(dyn Error + 'static)) -> Status {
    tracing::error!(error = %Chain(error), "a call failed by a fault");
    internal()
}

/// A fault that is already in the log.
pub(super) fn internal() -> Status {
    Reason::new(ErrorReason::Internal, "a fault of the service").into()
}

/// An error with all its sources in one line.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl From<Malformed> for Status {
    fn from(malformed: Malformed) -> Self {
        Reason::from(malformed).into()
    }
}

impl From<Reason> for Status {
    fn from(mut reason: Reason) -> Self {
        let violations = std::mem::take(&mut reason.violations);
        let given = violations.len().saturating_add(reason.not_kept);
        let violations = as_many_as_fit(violations, &reason);
        let left_out = given.saturating_sub(violations.len());
        if left_out > 0 {
            reason = reason.with("left_out_count", left_out);
            reason.message = format!("{}; not listed here: {left_out}", reason.message).into();
        }
        Self::with_error_details_vec(
            reason.code(),
            reason.message.clone(),
            details(reason, violations),
        )
    }
}

/// The violations from the first on that leave the details below their limit.
fn as_many_as_fit(violations: Vec<FieldError>, reason: &Reason) -> Vec<FieldViolation> {
    /// Type URLs, tags, lengths and the two places where numbers are written out.
    const FRAME: usize = 512;
    const FRAME_OF_ONE: usize = 12;
    let others: usize = reason
        .metadata
        .values()
        .map(String::len)
        .chain(reason.preconditions.iter().map(|p| {
            p.subject
                .len()
                .saturating_add(p.description.len())
                .saturating_add(FRAME_OF_ONE)
        }))
        .chain([reason.message.len()])
        .fold(FRAME, usize::saturating_add);
    let mut room = DETAILS_BYTES_MAX.saturating_sub(others);
    violations
        .into_iter()
        .map(|error| FieldViolation::new(error.path, error.problem))
        .take_while(|violation| {
            let size = violation
                .field
                .len()
                .saturating_add(violation.description.len())
                .saturating_add(FRAME_OF_ONE);
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .collect()
}

fn details(reason: Reason, violations: Vec<FieldViolation>) -> Vec<ErrorDetail> {
    let mut details = vec![ErrorDetail::ErrorInfo(ErrorInfo {
        reason: reason.name().to_owned(),
        domain: DOMAIN.to_owned(),
        metadata: reason
            .metadata
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    })];
    if !violations.is_empty() {
        details.push(BadRequest::new(violations).into());
    }
    if !reason.preconditions.is_empty() {
        let violations: Vec<_> = reason
            .preconditions
            .into_iter()
            .map(|p| PreconditionViolation::new(p.kind, p.subject, p.description))
            .collect();
        details.push(PreconditionFailure::new(violations).into());
    }
    if let Some(resource) = reason.resource {
        details.push(ResourceInfo::new(resource.kind, resource.name, "", "").into());
    }
    if let Some(delay) = reason.retry_after {
        details.push(RetryInfo::new(Some(delay)).into());
    }
    if let Some(call_id) = reason.call_id {
        details.push(RequestInfo::new(call_id, "").into());
    }
    details
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;
    use crate::rpc::FieldErrors;

    fn many_wrong_fields(count: usize) -> Status {
        let mut errors = FieldErrors::new();
        for index in 0..count {
            errors.item("payments", index, |errors| {
                errors.add(
                    "amount_tiyn",
                    "must be above zero and at most 10000000000000",
                );
            });
        }
        errors.into_malformed().into()
    }

    #[test]
    fn a_malformed_request_is_answered_with_every_violation() {
        let mut errors = FieldErrors::new();
        errors.add("provider_id", "must have at most 50 characters");
        errors.missing("agreement.number");
        let status = Status::from(errors.into_malformed());
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.message(), "fields are missing or wrong: 2");
        let details = status.get_error_details();
        let info = details.error_info().unwrap();
        assert_eq!(info.domain, "tizilim");
        assert_eq!(info.reason, "INCOMPLETE_APPLICATION");
        assert_eq!(info.metadata["violation_count"], "2");
        let fields: Vec<_> = details
            .bad_request()
            .unwrap()
            .field_violations
            .iter()
            .collect();
        assert_eq!(fields[0].field, "provider_id");
        assert_eq!(fields[0].description, "must have at most 50 characters");
        assert_eq!(fields[1].field, "agreement.number");
        assert_eq!(fields[1].description, "is required");
    }

    #[test]
    fn wrong_fields_alone_do_not_make_an_application_incomplete() {
        let status = Status::from(Malformed::one("page_size", "must not be negative"));
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "INVALID_FIELDS");
    }

    #[test]
    fn details_stay_within_their_limit_and_say_what_they_leave_out() {
        let few = many_wrong_fields(20);
        assert_eq!(few.message(), "fields are wrong: 20");
        for count in [200, 100_000] {
            let status = many_wrong_fields(count);
            let size = status.details().len();
            assert!(
                (7_000..=DETAILS_BYTES_MAX).contains(&size),
                "{count}: {size}"
            );
            let details = status.get_error_details();
            let listed = details.bad_request().unwrap().field_violations.len();
            let metadata = &details.error_info().unwrap().metadata;
            assert_eq!(metadata["violation_count"], count.to_string());
            assert_eq!(metadata["left_out_count"], (count - listed).to_string());
            assert!(
                status
                    .message()
                    .ends_with(&format!("not listed here: {}", count - listed))
            );
        }
    }

    #[test]
    fn a_reason_carries_all_its_details() {
        let reason = Reason::new(ErrorReason::WrongStage, "the stage does not allow this")
            .with("stage", "GRANTED")
            .unless("STAGE", "application", "must be in review")
            .about("Application", "019b5f6e-4c00-7abc-8def-0123456789ab")
            .retry_after(Duration::from_secs(3));
        let status = Status::from(reason);
        assert_eq!(status.code(), Code::FailedPrecondition);
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().metadata["stage"], "GRANTED");
        let precondition = &details.precondition_failure().unwrap().violations[0];
        assert_eq!(precondition.r#type, "STAGE");
        assert_eq!(
            details.resource_info().unwrap().resource_type,
            "Application"
        );
        let delay = details.retry_info().unwrap().retry_delay;
        assert_eq!(delay, Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_fault_is_not_told_to_the_caller() {
        let source = std::io::Error::other("disk on fire");
        let status = fault(&source);
        assert_eq!(status.code(), Code::Internal);
        assert_eq!(status.message(), "a fault of the service");
    }

    #[test]
    fn a_chain_tells_every_source_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("the register was not loaded")]
        struct Outer(#[source] std::io::Error);
        let error = Outer(std::io::Error::other("disk on fire"));
        let told = Chain(&error).to_string();
        assert_eq!(told, "the register was not loaded: disk on fire");
    }
}
