//! Entries as they are sent. The wire stops here.

use chrono::{DateTime, Utc};

use super::{
    Columns, EntryState, Origin, columns, entry::SignedContent, listing::rows::Listed,
    rows::version,
};
use crate::{
    kernel::{ApplicationId, EntryId},
    pb::registry::v1 as pb,
    rpc::timestamp,
    store::StoreFault,
};

/// An entry as sent, of what one of its versions says.
pub(crate) fn register_entry(
    id: EntryId,
    application: ApplicationId,
    content: &SignedContent,
    entered_at: DateTime<Utc>,
) -> pb::RegisterEntry {
    let Columns {
        cooperative,
        construction_object,
        construction_period,
        agreement,
        share: _,
        member_share_count,
        amendments,
        termination,
    } = content.columns.clone();
    pb::RegisterEntry {
        entry_id: id.to_string(),
        entry_number: content.entry_number.clone(),
        version: content.entry_version,
        state: state(EntryState::of(&content.columns)).into(),
        provider_id: content.provider.id.clone(),
        application_id: if content.is_imported() {
            String::new()
        } else {
            application.to_string()
        },
        entered_at: Some(timestamp(entered_at)),
        cooperative: Some(pb::CooperativeColumn {
            name: cooperative.name,
            bin: cooperative.bin,
            registration_certificate_number: cooperative.registration_certificate_number,
            registered_on: cooperative.registered_on.to_string(),
            legal_address: cooperative.legal_address,
            actual_address: cooperative.actual_address,
        }),
        construction_object: Some(pb::ConstructionObjectColumn {
            kato: construction_object.kato,
            address: construction_object.address,
            cadastral_number: construction_object.cadastral_number,
            technical_characteristics: construction_object.technical_characteristics,
            storey_count: construction_object.storey_count,
            total_area_dm2: construction_object.total_area_dm2.get(),
        }),
        construction_period: Some(pb::ConstructionPeriodColumn {
            starts_on: construction_period.starts_on.to_string(),
            ends_on: construction_period.ends_on.to_string(),
        }),
        agreement: Some(pb::AgreementColumn {
            number: agreement.number,
            concluded_on: agreement.concluded_on.to_string(),
        }),
        share: Some(share(&content.columns)),
        member_share_count,
        amendments: amendments.into_iter().map(amendment).collect(),
        termination: termination.map(|end| pb::TerminationColumn {
            number: end.number,
            document_on: end.on.to_string(),
            ground: end.ground,
        }),
        correction_number: correction_number(content),
        origin: content.origin.clone().map(origin),
        court_restraints: Vec::new(),
        court_case_number: court_case_number(content),
    }
}

/// Where an entry was brought over from.
pub(super) fn origin(origin: Origin) -> pb::EntryOrigin {
    pb::EntryOrigin {
        source: origin.source,
        source_number: origin.source_number,
        source_registered_on: origin.source_registered_on.to_string(),
        act: origin.act,
        file_name: origin.file_name,
        file_sha256: origin.file_sha256,
        line: origin.line,
        imported_by: origin.imported_by,
        imported_at: Some(timestamp(origin.imported_at)),
    }
}

/// Empty of a grant.
pub(super) fn correction_number(content: &SignedContent) -> String {
    let correction = content.correction.as_ref();
    correction.map_or_else(String::new, |correction| correction.number.clone())
}

/// Empty of what no court brought.
pub(super) fn court_case_number(content: &SignedContent) -> String {
    let act = content.court_act.as_ref();
    act.map_or_else(String::new, |act| act.court_case_number.clone())
}

pub(super) const fn state(state: EntryState) -> pb::RegisterEntryState {
    match state {
        EntryState::Live => pb::RegisterEntryState::Live,
        EntryState::Terminated => pb::RegisterEntryState::Terminated,
        EntryState::OwnershipRegistered => pb::RegisterEntryState::OwnershipRegistered,
    }
}

fn amendment(line: columns::Amendment) -> pb::AmendmentColumn {
    let procedure = pb::Procedure::from_str_name(&format!("PROCEDURE_{}", line.procedure));
    pb::AmendmentColumn {
        number: line.number,
        concluded_on: line.on.to_string(),
        procedure: procedure.unwrap_or_default().into(),
        changed_parts: line.changed_parts,
    }
}

/// The entry as sent, of a stored version.
pub(crate) fn stored_entry(version: &version::Model) -> Result<pb::RegisterEntry, StoreFault> {
    let content = SignedContent::from_bytes(&version.signed_content)?;
    let (id, application) = (version.entry_id.into(), version.application_id.into());
    Ok(register_entry(
        id,
        application,
        &content,
        version.entered_at,
    ))
}

/// The entry as sent, of what a list reads of it.
pub(super) fn listed_entry(listed: &Listed) -> Result<pb::RegisterEntry, StoreFault> {
    let content = SignedContent::from_bytes(&listed.signed_content)?;
    let (id, application) = (listed.entry.into(), listed.application.into());
    Ok(register_entry(id, application, &content, listed.entered_at))
}

fn share(columns: &Columns) -> pb::Share {
    let share = &columns.share;
    let kind = pb::ShareKind::from_str_name(&format!("SHARE_KIND_{}", share.kind));
    pb::Share {
        kind: kind.unwrap_or_default().into(),
        block: share.block.clone().unwrap_or_default(),
        floor: Some(share.floor),
        number: share.number.clone(),
        area_dm2: share.area_dm2.get(),
        room_count: share.room_count.unwrap_or_default(),
    }
}
