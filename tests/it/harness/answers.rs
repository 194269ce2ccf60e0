//! What an answer says, for comparing. It never calls.

use tizilim::demo::client::ClientFault;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A refused call: code, reason, and the named fields with their problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) code: Code,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Told {
    pub(crate) fn of(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        let info = info.unwrap_or_else(|| panic!("every status has an ErrorInfo: {status:?}"));
        assert_eq!(info.domain, "tizilim");
        assert_is_said(status);
        let bad = details.bad_request();
        let violations = bad.map(|bad| bad.field_violations.as_slice());
        Self {
            code: status.code(),
            reason: info.reason.clone(),
            message: status.message().to_owned(),
            fields: violations
                .unwrap_or_default()
                .iter()
                .map(|field| (field.field.clone(), field.description.clone()))
                .collect(),
        }
    }

    pub(crate) fn is(&self, code: Code, reason: &str) {
        assert_eq!(
            (self.code, self.reason.as_str()),
            (code, reason),
            "{self:?}"
        );
    }

    pub(crate) fn paths(&self) -> Vec<&str> {
        self.fields.iter().map(|(path, _)| path.as_str()).collect()
    }
}

/// Whoever calls without a wish is told in English, all fields included as long as they have room.
fn assert_is_said(status: &Status) {
    const ROOM: usize = 9 * 1024;
    let details = status.get_error_details();
    let message = details.localized_message();
    let message = message.unwrap_or_else(|| panic!("nothing for people: {status:?}"));
    assert!(!message.message.is_empty());
    let bad = details.bad_request();
    let violations = bad.map(|bad| bad.field_violations.as_slice());
    for field in violations.unwrap_or_default() {
        assert!(
            field.localized_message.is_some() || status.details().len() > ROOM,
            "{} is said in one language: {}",
            field.field,
            field.description
        );
    }
}

/// What a refused call was told.
pub(crate) fn told<T: std::fmt::Debug>(outcome: Result<T, ClientFault>) -> Told {
    let fault = outcome.unwrap_err();
    Told::of(fault.status().unwrap_or_else(|| panic!("{fault}")))
}

/// What a refused call of a generated client was told.
pub(crate) fn told_raw<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Told {
    Told::of(&outcome.unwrap_err())
}
