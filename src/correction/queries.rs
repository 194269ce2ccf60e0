//! Reading corrections: one with what it corrects, and pages of them, in the caller's scope.
//! "Not there" and "not yours" never get different answers (I-8).

use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use tonic::Status;

use super::{
    addressed::visible,
    content::CorrectedField,
    rows::{
        content_of,
        correction::{Column, Entity, Model},
        correction_by_id, from_row, is_waiting,
    },
    wire,
};
use crate::{
    application::{
        Objection, Office, Owner,
        pages::PageKey,
        queries::{after, next_token},
    },
    authz::{Action as _, ListCorrections, Scope},
    kernel::CorrectionId,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, page},
    store::{Stop, StoreFault, during},
};

/// Reads the one field of a request that only names a correction.
pub(super) fn correction_id(text: &str) -> Result<CorrectionId, Malformed> {
    let mut errors = FieldErrors::new();
    match errors.required("correction_id", text, CorrectionId::parse) {
        Some(id) => Ok(id),
        None => Err(errors.into_malformed()),
    }
}

/// A correction with what it corrects.
pub(super) async fn correction(
    office: &Office,
    scope: &Scope,
    id: CorrectionId,
) -> Result<pb::Correction, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = correction_by_id(reads, id).await?;
    let correction = visible(loaded, scope, office).map_err(Stop::Refused)?;
    let stored = content_of(reads, id).await?;
    let fields: Vec<CorrectedField> = serde_json::from_str(&stored.fields)
        .map_err(|error| StoreFault::json("corrected fields", error))?;
    Ok(pb::Correction {
        fields: fields.into_iter().map(wire::field).collect(),
        ..wire::correction(correction)
    })
}

/// Which page of the own corrections.
pub(super) struct ListQuery {
    owners: Vec<Owner>,
    waiting_only: bool,
    after: Option<PageKey>,
    size: u32,
}

impl ListQuery {
    pub(super) fn parse(
        office: &Office,
        scope: &Scope,
        message: &pb::ListCorrectionsRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let Some(size) = page::size(message.page_size, &mut errors) else {
            return Err(errors.into_malformed().into());
        };
        let waiting_only = message.waiting_only;
        let (path, filter) = (ListCorrections::PATH, filter(waiting_only));
        Ok(Self {
            owners: office.owners(scope),
            waiting_only,
            after: after(office, path, &filter, &message.page_token)?,
            size,
        })
    }

    /// The page, and the token of the next one.
    pub(super) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::Correction>, String), StoreFault> {
        let operation = "read a page of corrections";
        let mut rows = Vec::new();
        for owner in &self.owners {
            let query = self.branch(owner);
            let reading = async {
                let read = query.all(office.store.reads()).await;
                read.map_err(during(operation))
            };
            rows.extend(office.store.in_time(operation, reading).await?);
        }
        self.sort(&mut rows);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more).map(|row| self.key(row));
        let filter = filter(self.waiting_only);
        let token = next_token(office, ListCorrections::PATH, &filter, next)?;
        let corrections = rows
            .into_iter()
            .map(|row| from_row(row).map(wire::summary))
            .collect::<Result<_, _>>()?;
        Ok((corrections, token))
    }

    /// What one owner can give a page, in the order of its index.
    fn branch(&self, owner: &Owner) -> Select<Entity> {
        let own = match owner {
            Owner::Cooperative(bin) => Column::CooperativeBin.eq(bin.as_str()),
            Owner::Provider(id) => Column::ProviderId.eq(id.as_str()),
        };
        let moment = self.moment();
        let here = || Expr::tuple([Expr::col(moment), Expr::col(Column::Id)]);
        let beyond = self.after.map(|(at, id)| {
            let there = Expr::tuple([Expr::value(at), Expr::value(id)]);
            if self.waiting_only {
                here().gt(there)
            } else {
                here().lt(there)
            }
        });
        let waiting = self.waiting_only.then(is_waiting);
        let query = Entity::find()
            .filter(own)
            .filter(Condition::all().add_option(waiting).add_option(beyond))
            .limit(u64::from(self.size).saturating_add(1));
        if self.waiting_only {
            query.order_by_asc(moment).order_by_asc(Column::Id)
        } else {
            query.order_by_desc(moment).order_by_desc(Column::Id)
        }
    }

    const fn moment(&self) -> Column {
        if self.waiting_only {
            Column::WaitsUntil
        } else {
            Column::ReceivedAt
        }
    }

    fn key(&self, row: &Model) -> PageKey {
        let waits_until = row.waits_until.filter(|_| self.waiting_only);
        (waits_until.unwrap_or(row.received_at), row.id)
    }

    fn sort(&self, rows: &mut [Model]) {
        rows.sort_unstable_by_key(|row| self.key(row));
        if !self.waiting_only {
            rows.reverse();
        }
    }
}

/// What a page token is bound to.
fn filter(waiting_only: bool) -> pb::ListCorrectionsRequest {
    pb::ListCorrectionsRequest {
        waiting_only,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn a_page_is_read_in_the_order_of_its_index() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        for (owner, index) in [
            (
                Owner::Cooperative("600740000012".to_owned()),
                "ix_correction_cooperative",
            ),
            (
                Owner::Provider("koktobe".to_owned()),
                "ix_correction_provider",
            ),
        ] {
            for (waiting_only, end) in [(true, "_waiting "), (false, " ")] {
                for after in [None, Some((now, uuid::Uuid::nil()))] {
                    let query = ListQuery {
                        owners: Vec::new(),
                        waiting_only,
                        after,
                        size: 50,
                    };
                    let index = format!("{index}{end}");
                    require_index(&temporary.store, &query.branch(&owner), &index).await;
                }
            }
        }
    }
}
