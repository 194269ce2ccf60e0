//! Checked applications of a period, and documents that were registered, many in one statement.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationDef, Select, SelectTwo,
    sea_query::{BinOper, Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    application::rows::{
        application::{self, Column},
        content,
    },
    register::rows::{entry, version},
    store::{StoreFault, during},
};

/// A place in the order of registration.
pub(super) type Place = (DateTime<Utc>, Uuid);

/// When and to whom.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    pub(super) provider: Option<&'a str>,
}

/// Applications that were registered in a period and checked, with what was filed, in the order of their
/// registration after a place.
pub(super) async fn checked_after(
    reads: &DatabaseConnection,
    asked: &Asked<'_>,
    place: Option<Place>,
    limit: u64,
) -> Result<Vec<(application::Model, Option<content::Model>)>, StoreFault> {
    checked(asked, place)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("read the applications of a period"))
}

fn checked(
    asked: &Asked<'_>,
    place: Option<Place>,
) -> SelectTwo<application::Entity, content::Entity> {
    let filed: RelationDef = application::Entity::belongs_to(content::Entity)
        .from(Column::Id)
        .to(content::Column::ApplicationId)
        .into();
    let here = || {
        Expr::tuple(
            [Column::RegisteredAt, Column::Id]
                .map(|column| Expr::col((application::Entity, column))),
        )
    };
    let after = place.map(|(at, id)| here().gt(Expr::tuple([Expr::value(at), Expr::value(id)])));
    application::Entity::find()
        .filter(Column::RegisteredAt.gte(asked.from))
        .filter(Column::RegisteredAt.lt(asked.to))
        .filter(Column::CheckedAt.is_not_null())
        .filter(
            Condition::all()
                .add_option(asked.provider.map(|provider| of_provider().eq(provider)))
                .add_option(after),
        )
        .join(JoinType::InnerJoin, filed)
        .order_by_asc(Column::RegisteredAt)
        .order_by_asc(Column::Id)
        .select_also(content::Entity)
}

/// The provider as no index has it: an engine without statistics cannot take the index of a provider's
/// applications for the one of the period, which would read them all.
fn of_provider() -> Expr {
    let provider = Expr::col((application::Entity, Column::ProviderId));
    provider.binary(BinOper::Custom("||"), Expr::cust("''"))
}

/// A document that made a version of an entry.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) document_key: String,
    pub(super) sha256: String,
    pub(super) application: Uuid,
    pub(super) entered_at: DateTime<Utc>,
    pub(super) entry_number: String,
}

/// Which of these documents were registered, by their keys or by the hashes of their bytes (C21).
pub(super) async fn registered(
    reads: &DatabaseConnection,
    keys: &[&str],
    hashes: &[&str],
) -> Result<Vec<Registered>, StoreFault> {
    let mut found = Vec::new();
    for condition in [
        version::Column::DocumentKey.is_in(keys.iter().copied()),
        version::Column::DocumentSha256.is_in(hashes.iter().copied()),
    ] {
        let rows = registered_query(condition)
            .into_tuple::<(String, String, Uuid, DateTime<Utc>, String)>()
            .all(reads)
            .await
            .map_err(during("look for registered documents"))?;
        let rows = rows.into_iter().map(
            |(document_key, sha256, application, entered_at, entry_number)| Registered {
                document_key,
                sha256,
                application,
                entered_at,
                entry_number,
            },
        );
        found.extend(rows);
    }
    Ok(found)
}

fn registered_query(condition: Expr) -> Select<version::Entity> {
    let of: RelationDef = version::Entity::belongs_to(entry::Entity)
        .from(version::Column::EntryId)
        .to(entry::Column::Id)
        .into();
    version::Entity::find()
        .select_only()
        .column(version::Column::DocumentKey)
        .column(version::Column::DocumentSha256)
        .column(version::Column::ApplicationId)
        .column(version::Column::EnteredAt)
        .column(entry::Column::Number)
        .join(JoinType::InnerJoin, of)
        .filter(condition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn a_period_is_read_in_the_order_of_its_index_whatever_the_register() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        for provider in [None, Some("almaty")] {
            for place in [None, Some((now, Uuid::nil()))] {
                let asked = Asked {
                    from: now,
                    to: now,
                    provider,
                };
                let query = checked(&asked, place);
                require_index(&temporary.store, &query, "ix_application_registered").await;
            }
        }
    }

    #[tokio::test]
    async fn registered_documents_are_found_by_their_indexes() {
        let temporary = temporary().await;
        for (condition, index) in [
            (
                version::Column::DocumentKey.is_in(["a", "b"]),
                "uq_register_entry_version_document",
            ),
            (
                version::Column::DocumentSha256.is_in(["a", "b"]),
                "uq_register_entry_version_sha256",
            ),
        ] {
            let query = registered_query(condition);
            require_index(&temporary.store, &query, index).await;
        }
    }
}
