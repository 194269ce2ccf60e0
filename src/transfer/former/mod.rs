//! A row of a former register, read as the entry that it makes here (ADR 18). Annex 1 and the shareholder
//! must be told; of the rest the former register may have kept nothing.
//! It never judges what was registered long ago by the law of today.

mod cells;
mod columns;
mod read;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub(crate) use columns::{COLUMNS, Column, TOLD_BY_EXPORTS, shown_name};

use crate::{
    application::{agreement::Agreement, subject::agreement_key},
    kernel::{Text, local},
    register::{
        ClaimState, Columns, EntryState, Origin,
        columns::{Amendment, Termination},
    },
    rpc::FieldErrors,
    store::StoreFault,
};

/// The cells of a row by the names of their columns. It says things about persons, and has no debug
/// output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Row(BTreeMap<String, String>);

impl Row {
    /// The cells of a row without those that are empty.
    pub(crate) fn of(cells: BTreeMap<String, String>) -> Self {
        let told = cells
            .into_iter()
            .filter(|(_, cell)| !cell.trim().is_empty());
        Self(told.collect())
    }

    /// SHA-256 of what is read of the row, the same whatever the order of its columns and the format of
    /// its file.
    pub(crate) fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        let is_read = |name: &str| TOLD_BY_EXPORTS.iter().all(|told| told.name != name);
        for (column, cell) in self.0.iter().filter(|(name, _)| is_read(name)) {
            // No cell holds such a character that could be taken for the end of another.
            hash.update(format!("{column}\u{1f}{}\u{1e}", cell.trim()));
        }
        hex::encode(hash.finalize())
    }
}

/// An entry as a former register held it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormerEntry {
    /// The provider that keeps it from now on.
    pub(crate) provider_id: String,
    /// Its number there.
    pub(crate) source_number: Text<100>,
    /// When it was registered there.
    pub(crate) registered_on: NaiveDate,
    /// Its agreement, as it stood last.
    pub(crate) agreement: Agreement,
    /// Column 7, as it stood last.
    pub(crate) amendments: Vec<Amendment>,
    /// Column 8.
    pub(crate) termination: Option<Termination>,
}

impl FormerEntry {
    /// Reads a row as of `today`, and adds all that is missing or wrong to `errors`, each under the name
    /// of its column.
    pub(crate) fn parse(row: &Row, today: NaiveDate, errors: &mut FieldErrors) -> Option<Self> {
        read::entry(&row.0, today, errors)
    }

    /// What tells its share from all others.
    pub(crate) fn share_key(&self) -> String {
        self.agreement.share_key().to_string()
    }

    /// What tells its agreement from all others (C21).
    pub(crate) fn agreement_key(&self) -> String {
        agreement_key(&self.agreement, &self.agreement.cooperative.bin)
    }

    /// What it leaves of its share.
    pub(crate) fn claim(&self) -> ClaimState {
        EntryState::of(&self.columns()).claim()
    }

    /// The eight columns of Annex 1.
    pub(crate) fn columns(&self) -> Columns {
        Columns {
            amendments: self.amendments.clone(),
            termination: self.termination.clone(),
            ..self.agreement.columns()
        }
    }
}

/// What is kept of an entry that was brought over: the row as it was, and where it comes from.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Import {
    pub(crate) origin: Origin,
    pub(crate) row: Row,
}

impl Import {
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, StoreFault> {
        serde_json::to_vec(self).map_err(|error| StoreFault::json("import", error))
    }

    /// Reads the entry back, by the rules of the day when it was brought over.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Origin, FormerEntry), StoreFault> {
        let import: Self =
            serde_json::from_slice(bytes).map_err(|error| StoreFault::json("import", error))?;
        let imported_on = local(import.origin.imported_at).date();
        let mut errors = FieldErrors::new();
        FormerEntry::parse(&import.row, imported_on, &mut errors)
            .filter(|_| errors.is_empty())
            .map(|entry| (import.origin, entry))
            .ok_or_else(|| StoreFault::corrupt("import", "breaks the rules it was read by"))
    }
}

#[cfg(test)]
mod tests;
