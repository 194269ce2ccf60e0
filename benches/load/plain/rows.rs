//! The rows of the plain handler, as SeaORM's users write them. They have the service's columns.

pub(crate) mod application {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: String,
        pub(crate) version: i64,
        pub(crate) stage: String,
        pub(crate) stage_count: i32,
        pub(crate) procedure: String,
        pub(crate) form: String,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) filed_by: String,
        pub(crate) share_key: String,
        pub(crate) agreement_key: String,
        pub(crate) agreement_sha256: String,
        pub(crate) document_id: Option<Uuid>,
        pub(crate) refused_application_id: Option<Uuid>,
        pub(crate) received_at: DateTimeUtc,
        pub(crate) registered_at: DateTimeUtc,
        pub(crate) due_at: DateTimeUtc,
        pub(crate) calendar_version: String,
        pub(crate) overdue: bool,
        pub(crate) filed_late: bool,
        pub(crate) officer: Option<String>,
        pub(crate) checked_at: Option<DateTimeUtc>,
        pub(crate) findings: String,
        pub(crate) refusal: Option<String>,
        pub(crate) decided_at: Option<DateTimeUtc>,
        pub(crate) entry_id: Option<Uuid>,
        pub(crate) handover_reason: Option<String>,
        pub(crate) handover_known_at: Option<DateTimeUtc>,
        pub(crate) handover_due_at: Option<DateTimeUtc>,
        pub(crate) handed_over_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod content {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_content")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        pub(crate) agreement: Vec<u8>,
        pub(crate) cooperative_signature: Vec<u8>,
        pub(crate) shareholder_signature: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod journal {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) number: i64,
        pub(crate) subject: Uuid,
        pub(crate) kind: String,
        pub(crate) body: String,
        pub(crate) at: DateTimeUtc,
        pub(crate) caller: String,
        pub(crate) method: String,
        pub(crate) request_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod request_memory {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request_memory")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) caller: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) method: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) request_id: Uuid,
        pub(crate) fingerprint: Vec<u8>,
        pub(crate) answer: Vec<u8>,
        pub(crate) at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod head {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "plain_head")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) number: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
