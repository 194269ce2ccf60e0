//! By what entries are found: one row for each, as it stands.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("register_listing")
                    .col(schema::uuid("entry_id").primary_key())
                    .col(schema::big_integer("version"))
                    .col(schema::text("state").check(Expr::col("state").is_in([
                        "LIVE",
                        "TERMINATED",
                        "OWNERSHIP_REGISTERED",
                    ])))
                    .col(schema::timestamp_with_time_zone("registered_at"))
                    .col(schema::text("provider_id"))
                    .col(schema::text("cooperative_bin"))
                    .col(schema::text("land_plot"))
                    .col(schema::text("kato"))
                    .col(schema::text("share_key"))
                    .col(schema::text("shareholder_mark"))
                    .col(schema::text("agreement_number"))
                    .col(schema::text("agreement_on"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_register_listing_entry")
                            .from("register_listing", "entry_id")
                            .to("register_entry", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        super::run(manager, INDEXES).await
    }
}

/// What names few entries is followed by their order; what names many, by how they stand as well.
const INDEXES: &[&str] = &[
    "CREATE INDEX ix_register_listing_shareholder \
     ON register_listing (shareholder_mark, registered_at, entry_id)",
    "CREATE INDEX ix_register_listing_share \
     ON register_listing (share_key, registered_at, entry_id)",
    "CREATE INDEX ix_register_listing_agreement \
     ON register_listing (agreement_number, registered_at, entry_id)",
    "CREATE INDEX ix_register_listing_land_plot \
     ON register_listing (land_plot, state, registered_at, entry_id)",
    "CREATE INDEX ix_register_listing_cooperative \
     ON register_listing (cooperative_bin, state, registered_at, entry_id)",
    "CREATE INDEX ix_register_listing_place \
     ON register_listing (kato, state, registered_at, entry_id)",
    "CREATE INDEX ix_register_listing_provider \
     ON register_listing (provider_id, state, registered_at, entry_id)",
];
