//! Which engine keeps the register, and how busy its connections are.
//! It never asks the database.

use sea_orm::{DatabaseConnection, DbBackend};

use super::Store;

/// What keeps the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server.
    PostgreSql,
}

impl Engine {
    /// As operators read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::PostgreSql => "postgresql",
        }
    }

    fn of(connection: &DatabaseConnection) -> Self {
        if connection.get_database_backend() == DbBackend::Sqlite {
            Self::Sqlite
        } else {
            Self::PostgreSql
        }
    }
}

/// The connections for reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Those that a read holds.
    pub used: usize,
    /// Those that wait for one.
    pub idle: usize,
}

impl Store {
    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        Engine::of(&self.reads)
    }

    /// How busy the connections for reads are.
    pub fn pool(&self) -> Pool {
        let (open, idle) = match self.engine() {
            Engine::Sqlite => {
                let pool = self.reads.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            Engine::PostgreSql => {
                let pool = self.reads.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        let open = usize::try_from(open).unwrap_or(usize::MAX);
        Pool {
            used: open.saturating_sub(idle),
            idle,
        }
    }
}
