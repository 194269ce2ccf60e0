//! What the monitoring system was told of an application.
//! It never counts a stage that is parked or was passed over.

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::{Lane, rows};
use crate::{journal::Cursor, kernel::SinkName, store::StoreFault};

/// The number of the last fact that the monitoring system is done with; 0 before the first.
pub(crate) async fn monitoring_cursor(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    Ok(Cursor::load(reads, SinkName::MONITORING).await?.position())
}

/// Which stages of an application the monitoring system has acknowledged.
#[derive(Debug)]
pub(crate) struct Told {
    through: i64,
    lane: Option<Lane>,
}

impl Told {
    /// Reads it.
    pub(crate) async fn load(
        reads: &DatabaseConnection,
        application: Uuid,
    ) -> Result<Self, StoreFault> {
        // The lane last: what goes into it goes with the cursor.
        let through = monitoring_cursor(reads).await?;
        let lane = rows::lane_of(reads, SinkName::MONITORING, application).await?;
        Ok(Self { through, lane })
    }

    /// Whether it has the stage of that number.
    pub(crate) fn has(&self, number: i64) -> bool {
        let lane = self.lane.as_ref();
        number <= self.through && lane.is_none_or(|lane| lane.has_told(number))
    }
}
