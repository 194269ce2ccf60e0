//! Tells the log of each statement at the finest level, within the call that it is made for.
//! It never tells a value: values may be personal data.

use sea_orm::DatabaseConnection;

/// The same connection, which tells.
pub(super) fn traced(mut connection: DatabaseConnection) -> DatabaseConnection {
    connection.set_metric_callback(|made| {
        let microseconds = u64::try_from(made.elapsed.as_micros()).unwrap_or(u64::MAX);
        let sql = made.statement.sql.as_str();
        tracing::trace!(sql, microseconds, failed = made.failed, "statement");
    });
    connection
}
