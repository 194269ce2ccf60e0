//! Where a sink that is new begins. It never says anything of one that has a cursor.

use sea_orm::DatabaseConnection;

use crate::{
    journal::{self, Cursor},
    store::StoreFault,
};

/// Where a sink that is new begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beginning {
    /// At the first fact.
    #[default]
    Start,
    /// Behind the last one there is.
    Now,
}

impl Beginning {
    /// Where a sink stands, or would begin now if it is new.
    pub(crate) async fn cursor(
        self,
        reads: &DatabaseConnection,
        reader: &'static str,
    ) -> Result<Cursor, StoreFault> {
        let cursor = Cursor::load(reads, reader).await?;
        if !cursor.is_new() {
            return Ok(cursor);
        }
        let position = match self {
            Self::Start => 0,
            Self::Now => journal::head(reads).await?,
        };
        Ok(cursor.beginning_at(position))
    }
}
