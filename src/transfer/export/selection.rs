//! Which entries are exported, and how: read whole or not at all, in the caller's scope.

use chrono::{DateTime, TimeDelta, Utc};
use tonic::Status;

use crate::{
    application::{Objection, Office},
    authz::Scope,
    pb::registry::v1 as pb,
    register::{
        EntryState,
        listing::{
            queries::owners_of,
            rows::{Column, Page},
        },
        queries::as_of,
    },
    rpc::{FieldErrors, status},
};

/// How many entries are read at once.
const PAGE: u32 = 250;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Parquet,
}

/// Which entries are exported, and how.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) provider_id: String,
    pub(super) as_of: DateTime<Utc>,
    pub(super) format: Format,
    /// The first page of them.
    pub(super) page: Page,
}

impl Selection {
    pub(super) fn parse(
        office: &Office,
        scope: &Scope,
        given: Option<pb::ExportSelection>,
    ) -> Result<Self, Status> {
        let given = given.unwrap_or_default();
        let now = office.now();
        let mut errors = FieldErrors::new();
        let (at, format) = errors.at("selection", |errors| {
            let at = as_of(given.as_of_at, now, errors);
            (at.unwrap_or(now.instant), format(given.format, errors))
        });
        if !errors.is_empty() {
            return Err(errors.into_malformed().into());
        }
        let asked = match given.provider_id.as_str() {
            "" => Vec::new(),
            id => vec![(Column::ProviderId, provider_of(office, scope, id)?)],
        };
        let page = Page {
            owners: owners_of(scope, office),
            asked,
            states: EntryState::ALL.map(EntryState::code).to_vec(),
            from: None,
            to: at.checked_add_signed(TimeDelta::microseconds(1)),
            after: None,
            size: PAGE,
            oldest_first: true,
        };
        Ok(Self {
            provider_id: given.provider_id,
            as_of: at,
            format,
            page,
        })
    }
}

fn format(given: i32, errors: &mut FieldErrors) -> Format {
    match pb::ExportFormat::try_from(given) {
        Ok(pb::ExportFormat::Unspecified | pb::ExportFormat::Csv) => Format::Csv,
        Ok(pb::ExportFormat::Parquet) => Format::Parquet,
        Err(_unknown) => {
            errors.add("format", "must be a known format");
            Format::Csv
        }
    }
}

/// A provider that there is and that the caller may ask about.
fn provider_of(office: &Office, scope: &Scope, id: &str) -> Result<String, Status> {
    let provider = office.providers().by_id(id);
    let provider = provider.ok_or_else(|| status::refused(&Objection::ProviderUnknown))?;
    match scope {
        Scope::Provider(own) if *own != provider.bin => {
            Err(status::refused(&Objection::NotVisible))
        }
        Scope::Addressee(_) => Err(status::refused(&Objection::NotVisible)),
        Scope::Provider(_)
        | Scope::Cooperative(_)
        | Scope::ReviewingBody(_)
        | Scope::Everything => Ok(id.to_owned()),
    }
}
