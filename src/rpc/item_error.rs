//! Why one item of a batch failed, as a part of the batch's answer.
//! It says what a call for that item alone would have been refused with, and nothing more.

use tonic::Status;
use tonic_types::StatusExt as _;

use super::{
    languages::{named, reason},
    localized,
};
use crate::pb::registry::v1::{self as pb, ErrorReason};

/// The refusal of one item; a status that is none of ours is a fault.
pub fn item_error(status: &Status) -> pb::ItemError {
    let name = named(status).unwrap_or(ErrorReason::Internal);
    let info = status.get_details_error_info();
    pb::ItemError {
        reason: name.into(),
        message: status.message().to_owned(),
        text: Some(localized(reason(name))),
        metadata: info
            .map(|info| info.metadata.into_iter().collect())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::Reason;

    #[test]
    fn an_item_is_told_what_a_call_of_its_own_would_be() {
        let refused = Reason::new(ErrorReason::WrongStage, "not here").with("stage", "GRANTED");
        let error = item_error(&refused.into());
        assert_eq!(error.reason(), ErrorReason::WrongStage);
        assert_eq!(error.message, "not here");
        assert_eq!(error.metadata["stage"], "GRANTED");
        let text = error.text.unwrap();
        assert!(!text.kk.is_empty() && !text.ru.is_empty() && !text.en.is_empty());
    }

    #[test]
    fn what_has_no_reason_of_ours_is_a_fault() {
        let foreign = Status::from_error("a panic".into());
        assert_eq!(item_error(&foreign).reason(), ErrorReason::Internal);
    }
}
