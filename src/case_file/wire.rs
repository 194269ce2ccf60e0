//! Case files as they are sent. The wire stops here.

use super::rows::Listed;
use crate::{pb::registry::v1 as pb, rpc::timestamp};

/// A case file as sent.
pub(super) fn case_file(listed: Listed) -> pb::CaseFile {
    pb::CaseFile {
        sha256: listed.sha256,
        application_id: listed.application_id.to_string(),
        application_number: listed.application_number,
        journal_number: listed.journal_number,
        as_of_at: Some(timestamp(listed.as_of_at)),
        made_at: Some(timestamp(listed.made_at)),
        made_by: listed.made_by,
        size_bytes: listed.size_bytes,
        file_count: listed.file_count,
        is_signed: listed.is_signed,
    }
}
