//! Judges the rows of an import one after the other, each by what the register says and by what the rows
//! before it become. Pure: the same rows on the same register always get the same verdicts.
//! It never lets a share have two live entries, nor an agreement or a former number two entries (I-2, C21).

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;

use super::{
    former::{FormerEntry, Row},
    queries::Known,
};
use crate::{
    application::subject::agreement_key,
    kernel::EntryId,
    provider::{Provider, Providers},
    register::{ClaimState, EntryState, rows::Claim},
    rpc::{FieldError, FieldErrors},
};

/// A row of the file as it was read.
pub(super) struct ReadRow {
    pub(super) line: i64,
    pub(super) row: Row,
    pub(super) sha256: String,
    pub(super) read: Result<Keyed, Vec<FieldError>>,
}

/// A row in which nothing is wrong by itself.
#[derive(Clone)]
pub(super) struct Keyed {
    pub(super) entry: FormerEntry,
    pub(super) share_key: String,
    pub(super) agreement_key: String,
}

impl ReadRow {
    /// Reads a row as of `today`.
    pub(super) fn of(line: i64, row: Row, today: NaiveDate) -> Self {
        let mut errors = FieldErrors::new();
        let entry = FormerEntry::parse(&row, today, &mut errors).filter(|_| errors.is_empty());
        let read = match entry {
            Some(entry) => Ok(Keyed {
                share_key: entry.agreement.share_key().to_string(),
                agreement_key: agreement_key(&entry.agreement, &entry.agreement.cooperative.bin),
                entry,
            }),
            None => Err(errors.into_malformed().violations().to_vec()),
        };
        Self {
            line,
            sha256: row.sha256(),
            row,
            read,
        }
    }
}

/// What the register says to rows; it takes in what those before become.
pub(super) struct Register {
    pub(super) claims: BTreeMap<String, Claim>,
    pub(super) registered: BTreeMap<String, String>,
    pub(super) known: BTreeMap<String, Known>,
}

/// What becomes of a row.
pub(super) enum Verdict {
    /// It makes an entry, which this provider keeps.
    Imported(Arc<Provider>),
    /// It made an entry before.
    Repeated(Known),
    /// It makes none.
    Broken(Vec<FieldError>),
}

impl Register {
    /// Judges the next row, which makes the entry of this id and number if nothing is wrong.
    pub(super) fn judge(
        &mut self,
        row: &ReadRow,
        providers: &Providers,
        id: EntryId,
        number: &str,
    ) -> Verdict {
        let keyed = match &row.read {
            Ok(keyed) => keyed,
            Err(problems) => return Verdict::Broken(problems.clone()),
        };
        let source_number = keyed.entry.source_number.as_str();
        let mut errors = FieldErrors::new();
        match self.known.get(source_number) {
            Some(known) if known.row_sha256 == row.sha256 => {
                return Verdict::Repeated(known.clone());
            }
            Some(known) => errors.add(
                "source_number",
                format_args!("has the entry {}, of other content", known.entry_number),
            ),
            None => {
                if let Some(entry) = self.registered.get(&keyed.agreement_key) {
                    let problem = format_args!("names an agreement that has the entry {entry}");
                    errors.add("agreement_number", problem);
                }
                self.check_share(&keyed.share_key, &mut errors);
            }
        }
        match keeper(&keyed.entry, providers, &mut errors).filter(|_| errors.is_empty()) {
            Some(provider) => {
                self.take_in(keyed, &row.sha256, id, number);
                Verdict::Imported(provider)
            }
            None => Verdict::Broken(errors.into_malformed().violations().to_vec()),
        }
    }

    /// An entry that was closed must come before the one that followed it: what stands is not written
    /// over by what was before.
    fn check_share(&self, share_key: &str, errors: &mut FieldErrors) {
        let claim = self.claims.get(share_key);
        let Some(claim) = claim.filter(|claim| claim.state != ClaimState::Free) else {
            return;
        };
        let number = &claim.entry_number;
        let how = match claim.state {
            ClaimState::Owned => "by which it is owned",
            ClaimState::Live | ClaimState::Free => "that stands",
        };
        errors.add(
            "share_number",
            format_args!("names a share that has the entry {number}, {how}"),
        );
    }

    fn take_in(&mut self, keyed: &Keyed, sha256: &str, id: EntryId, number: &str) {
        let state = EntryState::of(&keyed.entry.columns());
        let before = self.claims.get(&keyed.share_key);
        let claim = Claim {
            entry: id,
            entry_number: number.to_owned(),
            state: state.claim(),
            version: before.map_or(0, |claim| claim.version),
        };
        self.claims.insert(keyed.share_key.clone(), claim);
        let (agreement, number) = (keyed.agreement_key.clone(), number.to_owned());
        self.registered.insert(agreement, number.clone());
        let known = Known {
            entry: id,
            entry_number: number,
            row_sha256: sha256.to_owned(),
        };
        let source_number = keyed.entry.source_number.to_string();
        self.known.insert(source_number, known);
    }
}

/// Only a provider that there is keeps entries, and only those of its territory (D-12).
fn keeper(
    entry: &FormerEntry,
    providers: &Providers,
    errors: &mut FieldErrors,
) -> Option<Arc<Provider>> {
    let Some(provider) = providers.by_id(&entry.provider_id) else {
        errors.add("provider_id", "must be a provider of this register");
        return None;
    };
    let kato = &entry.agreement.construction_object.kato;
    if provider.competence(kato).is_none() {
        errors.add(
            "construction_object_kato",
            "must lie in the territory of the provider",
        );
    }
    Some(provider)
}
