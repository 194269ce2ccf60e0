//! The schema, one table family per file; released files never change.
