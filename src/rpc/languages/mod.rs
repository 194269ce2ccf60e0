//! Says an error in the language of whoever reads it, from its reason and the rules that it names.
//! It never changes what programs read: code, message, reason, metadata, names of fields.

mod asked;
mod problems;
mod reasons;
#[cfg(test)]
mod tests;

use tonic::Status;
use tonic_types::{ErrorDetail, FieldViolation, LocalizedMessage, StatusExt as _};

pub(super) use asked::asked;
pub use problems::problem;
pub use reasons::reason;

use super::status::DOMAIN;
use crate::{kernel::Language, pb::registry::v1::ErrorReason};

/// Details travel base64 in one trailer, and clients take 16 KiB of headers by default. What is wrong
/// comes first, in 8 KiB; how it is said in the reader's language must fit beside it.
const DETAILS_BYTES_MAX: usize = 10 * 1024;

/// Tags and lengths of one text.
const FRAME: usize = 12;

/// The status with its texts in a language; none if it has no reason of ours.
pub(super) fn localized(status: &Status, language: Language) -> Option<Status> {
    let reason = reason(named(status)?);
    let message = LocalizedMessage::new(language.tag(), language.of(&reason));
    let mut room = DETAILS_BYTES_MAX
        .saturating_sub(status.details().len())
        .saturating_sub(LocalizedMessage::TYPE_URL.len())
        .saturating_sub(message.message.len())
        .saturating_sub(FRAME.saturating_mul(2));
    let mut details = status.get_error_details_vec();
    for detail in &mut details {
        if let ErrorDetail::BadRequest(request) = detail {
            say_as_many_as_fit(&mut request.field_violations, language, &mut room);
        }
    }
    details.push(message.into());
    Some(Status::with_error_details_vec(
        status.code(),
        status.message(),
        details,
    ))
}

/// The reason of the contract that a status names.
pub(super) fn named(status: &Status) -> Option<ErrorReason> {
    let info = status.get_details_error_info()?;
    let name = format!("ERROR_REASON_{}", info.reason);
    ErrorReason::from_str_name(&name).filter(|_| info.domain == DOMAIN)
}

/// Says what is wrong with fields, from the first on.
fn say_as_many_as_fit(violations: &mut [FieldViolation], language: Language, room: &mut usize) {
    for violation in violations {
        let Some(text) = problem(&violation.description, language) else {
            continue;
        };
        let size = text
            .len()
            .saturating_add(language.tag().len())
            .saturating_add(FRAME);
        let Some(left) = room.checked_sub(size) else {
            return;
        };
        *room = left;
        violation.localized_message = Some(LocalizedMessage::new(language.tag(), text));
    }
}
