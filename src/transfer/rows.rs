//! What was brought over, as rows.

pub(crate) mod import {
    //! One row per entry that was brought over: what of, and the row of the file with its provenance;
    //! never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "register_import")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry_id: Uuid,
        pub(crate) source: String,
        pub(crate) source_number: String,
        pub(crate) row_sha256: String,
        pub(crate) content: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
