//! Reading corrections: one with what it corrects, and pages of them, in the caller's scope.
//! "Not there" and "not yours" never get different answers (I-8).

use sea_orm::{ColumnTrait as _, Condition};
use tonic::Status;

use super::{
    addressed::visible,
    content::CorrectedField,
    rows::{
        content_of,
        correction::{Column, Entity},
        correction_by_id, from_row,
    },
    wire,
};
use crate::{
    application::{
        Objection, Office, Owner,
        queries::{after, next_token},
    },
    authz::{Action as _, ListCorrections, Scope},
    kernel::CorrectionId,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page},
    store::{Stop, StoreFault, waiting::WaitingPage},
};

/// A correction with what it corrects.
pub(crate) async fn correction(
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
    page: WaitingPage,
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
            page: WaitingPage {
                waiting_only,
                after: after(office, path, &filter, &message.page_token)?,
                size,
            },
        })
    }

    /// The page, and the token of the next one.
    pub(super) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::Correction>, String), StoreFault> {
        let branches = self.owners.iter().map(own);
        let read = self
            .page
            .read::<Entity>(&office.store, "read a page of corrections", branches);
        let (rows, next) = read.await?;
        let filter = filter(self.page.waiting_only);
        let token = next_token(office, ListCorrections::PATH, &filter, next)?;
        let corrections = rows
            .into_iter()
            .map(|row| from_row(row).map(wire::summary))
            .collect::<Result<_, _>>()?;
        Ok((corrections, token))
    }
}

/// What an owner has.
fn own(owner: &Owner) -> Condition {
    Condition::all().add(match owner {
        Owner::Cooperative(bin) => Column::CooperativeBin.eq(bin.as_str()),
        Owner::Provider(id) => Column::ProviderId.eq(id.as_str()),
    })
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
                    let page = WaitingPage {
                        waiting_only,
                        after,
                        size: 50,
                    };
                    let query = page.branch::<Entity>(own(&owner));
                    let index = format!("{index}{end}");
                    require_index(&temporary.store, &query, &index).await;
                }
            }
        }
    }
}
