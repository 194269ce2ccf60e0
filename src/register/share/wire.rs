//! Rights and history of a share as they are sent. The wire stops here.

use chrono::{DateTime, Utc};

use crate::{
    application::{agreement::Shareholder, standing::MadeVersion},
    pb::registry::v1 as pb,
    register::{EntryState, SignedContent, wire},
    rpc::timestamp,
    store::StoreFault,
};

/// The rights by an entry as it stood at a moment.
pub(super) fn rights(
    state: EntryState,
    as_of: DateTime<Utc>,
    entry: pb::RegisterEntry,
    shareholder: &Shareholder,
) -> pb::ShareRights {
    let (state, is_held) = match state {
        EntryState::Live => (pb::ShareRightState::Claimed, true),
        EntryState::Terminated => (pb::ShareRightState::Free, false),
        EntryState::OwnershipRegistered => (pb::ShareRightState::Owned, true),
    };
    pb::ShareRights {
        state: state.into(),
        as_of_at: Some(timestamp(as_of)),
        entry: Some(entry),
        holder: is_held.then(|| holder(shareholder)),
    }
}

fn holder(shareholder: &Shareholder) -> pb::RightHolder {
    let patronymic = shareholder.patronymic.as_ref();
    pb::RightHolder {
        iin: shareholder.iin.disclose().as_str().to_owned(),
        surname: shareholder.surname.disclose().to_string(),
        given_name: shareholder.given_name.disclose().to_string(),
        patronymic: patronymic
            .map(|name| name.disclose().to_string())
            .unwrap_or_default(),
    }
}

/// One version in the history of a share.
pub(super) fn record(version: &MadeVersion) -> Result<pb::ShareHistoryRecord, StoreFault> {
    let content = SignedContent::from_bytes(&version.signed_content)?;
    let procedure = version.procedure.and_then(|procedure| {
        pb::Procedure::from_str_name(&format!("PROCEDURE_{}", procedure.code()))
    });
    let is_imported = content.is_imported();
    let correction_number = wire::correction_number(&content);
    let court_case_number = wire::court_case_number(&content);
    Ok(pb::ShareHistoryRecord {
        entry_id: version.entry.to_string(),
        entry_number: content.entry_number,
        entry_version: content.entry_version,
        entered_at: Some(timestamp(version.entered_at)),
        procedure: procedure.unwrap_or_default().into(),
        application_id: if is_imported {
            String::new()
        } else {
            version.application.to_string()
        },
        application_number: content.application_number,
        document_number: version.document_number.clone(),
        document_on: version.document_on.to_string(),
        changed_parts: version
            .changed_parts
            .iter()
            .map(ToString::to_string)
            .collect(),
        state: wire::state(EntryState::of(&content.columns)).into(),
        holder: Some(holder(&version.shareholder)),
        origin: content.origin.filter(|_| is_imported).map(wire::origin),
        correction_id: version
            .correction
            .map_or_else(String::new, |id| id.to_string()),
        correction_number,
        court_case_id: version
            .court_case
            .map_or_else(String::new, |id| id.to_string()),
        court_case_number,
        corrected_fields: content.correction.map_or_else(Vec::new, |one| one.fields),
    })
}
