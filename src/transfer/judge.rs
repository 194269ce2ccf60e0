//! Judges the rows of an import one after the other, each by what the register says and by what the rows
//! before it become. Pure: the same rows on the same register always get the same verdicts.
//! It never lets a share have two live entries, nor an agreement or a former number two entries (I-2, C21),
//! and never names an entry that is not made yet: a row of the same request is named by its line.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;

use super::{
    former::{FormerEntry, Row},
    queries::Known,
};
use crate::{
    kernel::EntryId,
    provider::{Provider, Providers},
    register::{ClaimState, rows::Claim},
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
                share_key: entry.share_key(),
                agreement_key: entry.agreement_key(),
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

/// What the register says to rows.
pub(super) struct Register {
    pub(super) claims: BTreeMap<String, Claim>,
    pub(super) registered: BTreeMap<String, String>,
    pub(super) known: BTreeMap<String, Known>,
}

/// What the rows before take, each by its line.
#[derive(Default)]
pub(super) struct Taken {
    numbers: BTreeMap<String, i64>,
    agreements: BTreeMap<String, i64>,
    shares: BTreeMap<String, TakenShare>,
}

/// How a row leaves its share.
pub(super) struct TakenShare {
    pub(super) entry: EntryId,
    pub(super) state: ClaimState,
    line: i64,
}

/// Who has a number, an agreement or a share already.
enum Holder<'a> {
    /// The entry of that number.
    Entry(&'a str),
    /// The row on that line.
    Line(i64),
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

impl Holder<'_> {
    /// Tells who it is under a column; of an entry in a sentence with its number.
    fn tell(&self, column: &str, sentence: impl Fn(&str) -> String, errors: &mut FieldErrors) {
        match self {
            Self::Entry(number) => errors.add(column, sentence(number)),
            Self::Line(line) => errors.add(column, format_args!("is that of line {line}")),
        }
    }
}

impl Register {
    /// Judges the next row, which makes the entry of this id if nothing is wrong.
    pub(super) fn judge(
        &self,
        row: &ReadRow,
        providers: &Providers,
        id: EntryId,
        taken: &mut Taken,
    ) -> Verdict {
        let keyed = match &row.read {
            Ok(keyed) => keyed,
            Err(problems) => return Verdict::Broken(problems.clone()),
        };
        let number = keyed.entry.source_number.as_str();
        let mut errors = FieldErrors::new();
        let known = self.known.get(number);
        if let Some(known) = known.filter(|known| known.row_sha256 == row.sha256) {
            return Verdict::Repeated(known.clone());
        }
        let line = taken.numbers.get(number).copied().map(Holder::Line);
        let entry = known.map(|known| Holder::Entry(&known.entry_number));
        if let Some(holder) = line.or(entry) {
            let sentence = |number: &str| format!("has the entry {number}, of other content");
            holder.tell("source_number", sentence, &mut errors);
        } else {
            self.check_agreement(&keyed.agreement_key, taken, &mut errors);
            self.check_share(&keyed.share_key, taken, &mut errors);
        }
        match keeper(&keyed.entry, providers, &mut errors).filter(|_| errors.is_empty()) {
            Some(provider) => {
                taken.take(keyed, row.line, id);
                Verdict::Imported(provider)
            }
            None => Verdict::Broken(errors.into_malformed().violations().to_vec()),
        }
    }

    fn check_agreement(&self, key: &str, taken: &Taken, errors: &mut FieldErrors) {
        let line = taken.agreements.get(key).copied().map(Holder::Line);
        let entry = self.registered.get(key).map(String::as_str);
        if let Some(holder) = line.or(entry.map(Holder::Entry)) {
            let sentence = |number: &str| format!("names an agreement that has the entry {number}");
            holder.tell("agreement_number", sentence, errors);
        }
    }

    /// An entry that was closed must come before the one that followed it: what stands is not written
    /// over by what was before.
    fn check_share(&self, key: &str, taken: &Taken, errors: &mut FieldErrors) {
        let line = taken.shares.get(key);
        let line = line.map(|share| (Holder::Line(share.line), share.state));
        let entry = self.claims.get(key);
        let suspended = entry.is_some_and(|claim| claim.suspended_by.is_some());
        let entry = entry.map(|claim| (Holder::Entry(&claim.entry_number), claim.state));
        let (holder, how) = match line.or(entry) {
            Some((holder @ Holder::Entry(_), ClaimState::Free)) if suspended => {
                (holder, "that a court suspended")
            }
            None | Some((_, ClaimState::Free)) => return,
            Some((holder, ClaimState::Live)) => (holder, "that stands"),
            Some((holder, ClaimState::Owned)) => (holder, "by which it is owned"),
        };
        let sentence = |number: &str| format!("names a share that has the entry {number}, {how}");
        holder.tell("share_number", sentence, errors);
    }
}

impl Taken {
    fn take(&mut self, keyed: &Keyed, line: i64, entry: EntryId) {
        let number = keyed.entry.source_number.to_string();
        self.numbers.insert(number, line);
        self.agreements.insert(keyed.agreement_key.clone(), line);
        let state = keyed.entry.claim();
        let share = TakenShare { entry, state, line };
        self.shares.insert(keyed.share_key.clone(), share);
    }

    /// How the rows leave their shares, by the keys of these.
    pub(super) fn shares(self) -> BTreeMap<String, TakenShare> {
        self.shares
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
