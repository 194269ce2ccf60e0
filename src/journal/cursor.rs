//! How far a reader has come in the journal; durable.
//! It never moves but from where it was read: of two who move it one loses.

use sea_orm::{DatabaseConnection, EntityTrait};

use crate::store::{Changes, Guard, Insert, Origin, StoreFault, Update, during};

pub(crate) mod reader_cursor {
    //! One row per reader of the journal.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reader_cursor")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) reader: String,
        pub(crate) position: i64,
        pub(crate) moved_at: DateTimeUtc,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where a reader stood when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    reader: &'static str,
    position: i64,
    /// None before it was first moved.
    version: Option<i64>,
}

impl Cursor {
    /// Reads where a reader stands.
    pub async fn load(
        reads: &DatabaseConnection,
        reader: &'static str,
    ) -> Result<Self, StoreFault> {
        let row = reader_cursor::Entity::find_by_id(reader).one(reads).await;
        let row = row.map_err(during("read a reader's cursor"))?;
        Ok(Self {
            reader,
            position: row.as_ref().map_or(0, |row| row.position),
            version: row.map(|row| row.version),
        })
    }

    /// The number of the last fact that the reader is done with; 0 before the first.
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// Whether it was ever moved.
    pub const fn is_new(&self) -> bool {
        self.version.is_none()
    }

    /// The same cursor, before it is first moved, at another place than the first fact.
    #[must_use]
    pub const fn beginning_at(self, position: i64) -> Self {
        Self {
            position,
            version: None,
            ..self
        }
    }

    /// The cursor after that change.
    #[must_use]
    pub fn at(self, position: i64) -> Self {
        Self {
            position,
            version: Some(self.version.unwrap_or_default().saturating_add(1)),
            ..self
        }
    }

    /// The change that moves the cursor; lost if another process moved it meanwhile.
    pub fn moved(&self, position: i64, origin: Origin) -> Changes {
        let after = reader_cursor::Model {
            reader: self.reader.to_owned(),
            position,
            moved_at: origin.at,
            version: self.version.unwrap_or_default().saturating_add(1),
        };
        match self.version {
            Some(before) => Changes::by(origin).update(Update::of(&after, before)),
            None => Changes::by(origin).insert(Insert::guarded(&after, Guard::Version)),
        }
    }
}
