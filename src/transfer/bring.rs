//! Bringing rows over: all of a request in one commit, each row settled by itself (ADR 18).
//! It never signs anything, and tells the monitoring system nothing: no service is rendered.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::{
    former::{Import, Row},
    judge::{Keyed, ReadRow, Register, Taken, Verdict},
    queries,
    rows::import,
    wire,
};
use crate::{
    application::{Office, number::number},
    authz::{Action as _, ImportEntries, Permit},
    kernel::{EntryId, Moment, RequestId, Text},
    pb::registry::v1 as pb,
    provider::Provider,
    register::{
        ImportedClaim, ImportedEntry, Listing, Origin, SignedContent, SignedProvider, rows::Claim,
    },
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, Guard, Insert, NewFact, Origin as By, RequestKey, StoreFault},
};

/// How many rows one request has at most.
const ROWS_MAX: usize = 500;
/// The journal's kind of the fact that entries were brought over.
const IMPORTED: &str = "entries_imported";

/// The command to bring rows over.
pub(super) struct Bring {
    office: Arc<Office>,
    caller: String,
    request: RequestKey,
    validate_only: bool,
    source: Source,
    rows: Vec<ReadRow>,
}

/// Where the rows come from.
struct Source {
    name: Text<100>,
    act: Text<300>,
    file_name: Text<200>,
    file_sha256: String,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    register: Register,
    /// For each row the entry that it may make.
    entries: Vec<(EntryId, String)>,
    subject: uuid::Uuid,
}

/// What becomes of the rows.
pub(super) struct Brought {
    at: DateTime<Utc>,
    subject: uuid::Uuid,
    entries: Vec<NewEntry>,
    claims: Vec<ImportedClaim>,
    verdicts: Vec<pb::ImportVerdict>,
}

/// An entry to be made, and what is kept of where it comes from.
struct NewEntry {
    entry: ImportedEntry,
    import: Import,
    source_number: String,
    row_sha256: String,
}

impl Bring {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: &Permit<ImportEntries>,
        message: pb::ImportEntriesRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let source = errors
            .present("source", message.source.as_ref())
            .and_then(|source| errors.at("source", |errors| read_source(source, errors)));
        match message.rows.len() {
            0 => errors.missing("rows"),
            1..=ROWS_MAX => {}
            _ => errors.add("rows", format_args!("must be at most {ROWS_MAX}")),
        }
        let (Some(request_id), Some(source), true) = (request_id, source, errors.is_empty()) else {
            return Err(errors.into_malformed());
        };
        let caller = permit.caller().name.to_string();
        let request = RequestKey::of(&caller, ImportEntries::PATH, request_id, &message);
        let today = office.now().today;
        let read = |row: pb::ImportRow| ReadRow::of(row.line, Row::of(row.columns), today);
        let rows = message.rows.into_iter().map(read).collect();
        Ok(Self {
            office,
            caller,
            request,
            validate_only: message.validate_only,
            source,
            rows,
        })
    }

    fn keyed(&self) -> impl Iterator<Item = &Keyed> {
        self.rows.iter().filter_map(|row| row.read.as_ref().ok())
    }

    /// What the first version of the entry says, and where it comes from.
    fn new_entry(
        &self,
        row: &ReadRow,
        keyed: &Keyed,
        (id, number): (EntryId, String),
        provider: &Provider,
        moment: Moment,
    ) -> NewEntry {
        let former = &keyed.entry;
        let origin = Origin {
            source: self.source.name.to_string(),
            source_number: former.source_number.to_string(),
            source_registered_on: former.registered_on,
            act: self.source.act.to_string(),
            file_name: self.source.file_name.to_string(),
            file_sha256: self.source.file_sha256.clone(),
            line: row.line,
            imported_by: self.caller.clone(),
            imported_at: moment.instant,
        };
        let content = SignedContent {
            format: SignedContent::imported_format(),
            entry_number: number,
            entry_version: 1,
            application_number: String::new(),
            agreement_sha256: row.sha256.clone(),
            provider: SignedProvider::without_head(provider),
            columns: former.columns(),
            origin: Some(origin.clone()),
            correction: None,
            court_act: None,
        };
        let marks = &self.office.shareholder_marks;
        NewEntry {
            entry: ImportedEntry {
                entry: id,
                cooperative: former.agreement.cooperative.bin.clone(),
                share_key: keyed.share_key.clone(),
                document_key: keyed.agreement_key.clone(),
                content,
                entered_at: moment.instant,
                listing: Listing::of(&former.agreement, moment.instant, marks),
            },
            import: Import {
                origin,
                row: row.row.clone(),
            },
            source_number: former.source_number.to_string(),
            row_sha256: row.sha256.clone(),
        }
    }
}

fn read_source(source: &pb::ImportSource, errors: &mut FieldErrors) -> Option<Source> {
    let name = errors.required("name", &source.name, Text::parse);
    let act = errors.required("act", &source.act, Text::parse);
    let file_name = errors.required("file_name", &source.file_name, Text::parse);
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let sha256 = errors.present(
        "file_sha256",
        Some(&source.file_sha256).filter(|hash| !hash.is_empty()),
    );
    if sha256.is_some_and(|hash| !is_hash(hash)) {
        errors.add("file_sha256", "must have 64 hexadecimal digits");
    }
    Some(Source {
        name: name?,
        act: act?,
        file_name: file_name?,
        file_sha256: sha256?.to_ascii_lowercase(),
    })
}

impl Command for Bring {
    type Loaded = Loaded;
    type Decided = Brought;
    type Refusal = Infallible;
    type Answer = pb::ImportEntriesResponse;

    fn request(&self) -> Option<&RequestKey> {
        (!self.validate_only).then_some(&self.request)
    }

    fn is_rehearsal(&self) -> bool {
        self.validate_only
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        let shares: Vec<&str> = self.keyed().map(|row| row.share_key.as_str()).collect();
        let agreements: Vec<&str> = self.keyed().map(|row| row.agreement_key.as_str()).collect();
        let numbers: Vec<&str> = self
            .keyed()
            .map(|row| row.entry.source_number.as_str())
            .collect();
        let register = Register {
            claims: queries::claims(reads, &shares).await?,
            registered: queries::registered(reads, &agreements).await?,
            known: queries::known(reads, self.source.name.as_str(), &numbers).await?,
        };
        let ids = self.office.store.ids();
        // Of one moment, in the order of the rows: so they are listed and exported.
        let mut new: Vec<uuid::Uuid> = self.rows.iter().map(|_| ids.next(moment.instant)).collect();
        new.sort_unstable();
        let entry = |id: uuid::Uuid| {
            let entry_number = format!("E-{}", number(moment.today, ids.random()));
            (id.into(), entry_number)
        };
        Ok(Loaded {
            register,
            entries: new.into_iter().map(entry).collect(),
            subject: ids.next(moment.instant),
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Brought, Infallible> {
        let Loaded {
            register,
            entries,
            subject,
        } = loaded;
        let providers = self.office.providers();
        let mut taken = Taken::default();
        let mut new = Vec::new();
        let mut verdicts = Vec::new();
        for (row, (id, number)) in self.rows.iter().zip(entries) {
            let verdict = register.judge(row, &providers, id, &mut taken);
            let told = wire::verdict(row, &verdict, (id, &number), self.validate_only);
            verdicts.push(told);
            if let (Verdict::Imported(provider), Ok(keyed)) = (&verdict, &row.read) {
                new.push(self.new_entry(row, keyed, (id, number), provider, moment));
            }
        }
        Ok(Brought {
            at: moment.instant,
            subject,
            claims: claims_of(taken, &register.claims, moment.instant),
            entries: new,
            verdicts,
        })
    }

    fn changes(&self, brought: &Brought) -> Result<Changes, StoreFault> {
        let mut changes = Changes::by(By {
            caller: self.caller.clone(),
            method: ImportEntries::PATH,
            at: brought.at,
        });
        for claim in &brought.claims {
            changes = claim.enter(changes);
        }
        for new in &brought.entries {
            let import = import::Model {
                entry_id: new.entry.entry.get(),
                source: self.source.name.to_string(),
                source_number: new.source_number.clone(),
                row_sha256: new.row_sha256.clone(),
                content: new.import.to_bytes()?,
            };
            changes = new
                .entry
                .enter(changes)?
                .insert(Insert::guarded(&import, Guard::Number));
        }
        Ok(changes.facts(self.fact(brought)))
    }

    fn answer(&self, brought: Brought) -> pb::ImportEntriesResponse {
        pb::ImportEntriesResponse {
            verdicts: brought.verdicts,
            replayed: false,
        }
    }
}

impl Bring {
    /// That entries were brought over, without the file's name, which may be personal (I-7); none if no
    /// entry was.
    fn fact(&self, brought: &Brought) -> Option<NewFact> {
        let lines = || brought.entries.iter().map(|new| new.import.origin.line);
        let body = serde_json::json!({
            "source": self.source.name.as_str(),
            "act": self.source.act.as_str(),
            "file_sha256": self.source.file_sha256,
            "first_line": lines().min()?,
            "last_line": lines().max()?,
            "entry_count": brought.entries.len(),
        });
        Some(NewFact {
            subject: brought.subject,
            kind: IMPORTED,
            body: body.to_string(),
        })
    }
}

/// How the claims on the shares of new entries stand in the end.
fn claims_of(
    taken: Taken,
    claims: &BTreeMap<String, Claim>,
    changed_at: DateTime<Utc>,
) -> Vec<ImportedClaim> {
    let shares = taken.shares().into_iter();
    let left = shares.map(|(share_key, share)| ImportedClaim {
        before: claims.get(&share_key).map(|claim| claim.version),
        share_key,
        entry: share.entry,
        state: share.state,
        changed_at,
    });
    left.collect()
}
