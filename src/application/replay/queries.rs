//! Reads applications that were checked with all that was known then: a hundred take as many statements as
//! one. It never holds a transaction open, and never more than a hundred applications at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::{
    AsOf, Checked,
    known::{Asked, Register},
    rows::{self, Place},
};
use crate::{
    application::{
        Objection, Office,
        content::read_subject,
        model::Application,
        rows::{application, content, from_row},
        run_checks::{is_unverifiable, signatures_of},
        standing::pasts,
    },
    kernel::{EntryId, instant_of},
    register::listing::rows::listed_on_shares,
    store::{Stop, StoreFault},
};

/// How many applications are read at once.
const PIECE: u64 = 100;

/// An application with what was filed with it.
pub(crate) type Filed = (Application, content::Model);

/// Days of registration, and perhaps one provider.
#[derive(Clone, Debug)]
pub(crate) struct Period {
    pub(crate) from_on: NaiveDate,
    pub(crate) to_on: NaiveDate,
    pub(crate) provider: Option<String>,
}

/// Applications of a period, and the place after which it goes on; none at its end.
pub(crate) struct Piece {
    pub(crate) filed: Vec<Result<Filed, StoreFault>>,
    pub(crate) next: Option<Place>,
}

impl Period {
    /// The next applications that were checked, after a place.
    pub(crate) async fn after(
        &self,
        office: &Office,
        place: Option<Place>,
    ) -> Result<Piece, StoreFault> {
        let asked = rows::Asked {
            from: begin(self.from_on),
            to: self
                .to_on
                .succ_opt()
                .map_or(DateTime::<Utc>::MAX_UTC, begin),
            provider: self.provider.as_deref(),
        };
        let reading = rows::checked_after(office.store.reads(), &asked, place, PIECE);
        let rows = office
            .store
            .in_time("read the applications of a period", reading);
        let rows = rows.await?;
        let is_last = u64::try_from(rows.len()).is_ok_and(|count| count < PIECE);
        let last = rows.last().map(|(row, _)| (row.registered_at, row.id));
        Ok(Piece {
            filed: rows.into_iter().map(filed).collect(),
            next: last.filter(|_| !is_last),
        })
    }
}

fn begin(on: NaiveDate) -> DateTime<Utc> {
    instant_of(on.and_time(NaiveTime::MIN))
}

fn filed(row: (application::Model, Option<content::Model>)) -> Result<Filed, StoreFault> {
    let (row, content) = row;
    let content = content.ok_or_else(|| StoreFault::corrupt("application", "has no content"))?;
    Ok((from_row(row)?, content))
}

/// All that the register says of some applications, read at once.
pub(crate) struct Look(Register);

impl Look {
    /// Looks for some applications.
    pub(crate) async fn at<'a>(
        office: &Office,
        applications: impl IntoIterator<Item = &'a Application>,
    ) -> Result<Self, StoreFault> {
        let applications: Vec<_> = applications.into_iter().collect();
        let reading = register(office.store.reads(), &applications);
        let reading = office.store.in_time("read what the register said", reading);
        Ok(Self(reading.await?))
    }

    /// One of them, with what was known when it was checked.
    pub(crate) async fn checked(
        &self,
        office: &Office,
        (application, content): Filed,
    ) -> Result<Checked, Stop<Objection>> {
        let as_of = AsOf::of(&application).ok_or(Stop::Refused(Objection::NotChecked))?;
        let subject = read_subject(
            application.procedure,
            &content.agreement,
            application.received_at,
        )?;
        let signatures = signatures_of(office, &application, &content).await?;
        if is_unverifiable(&signatures) {
            return Err(Stop::Refused(Objection::SignatureUnverifiable));
        }
        let Asked {
            change,
            agreement,
            register,
        } = self.0.asked(&application, subject, as_of)?;
        Ok(Checked {
            application,
            as_of,
            change,
            agreement,
            signatures,
            register,
        })
    }
}

async fn register(
    reads: &DatabaseConnection,
    applications: &[&Application],
) -> Result<Register, StoreFault> {
    fn set<'a, T: Ord>(values: impl Iterator<Item = T> + 'a) -> Vec<T> {
        values.collect::<BTreeSet<T>>().into_iter().collect()
    }
    if applications.is_empty() {
        return Ok(Register::default());
    }
    let all = applications.iter();
    let keys = set(all.clone().map(|one| one.agreement_key.as_str()));
    let hashes = set(all.clone().map(|one| one.agreement_sha256.as_str()));
    let shares = set(all.clone().map(|one| one.share_key.as_str()));
    let documents = rows::registered(reads, &keys, &hashes).await?;
    let on_shares = listed_on_shares(reads, &shares).await?;
    let changed = all.filter(|one| one.procedure.changes_an_entry());
    let changed = changed.filter_map(|one| one.entry);
    let entries = changed.map(EntryId::get);
    let entries: Vec<Uuid> = set(entries.chain(on_shares.iter().map(|entry| entry.entry_id)));
    let pasts = pasts(reads, &entries).await?;
    let mut listed = BTreeMap::new();
    for entry in on_shares {
        let of_share: &mut Vec<_> = listed.entry(entry.share_key.clone()).or_default();
        of_share.push(entry);
    }
    Ok(Register {
        documents,
        listed,
        pasts,
    })
}
