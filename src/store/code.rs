//! The engines' own codes of errors: which may pass by themselves, and what an operator should read.
//! It never looks at an error's text, which may repeat values.

use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxSqliteError, sqlx::error::DatabaseError};

/// The code with words, and whether the same operation may succeed if tried again.
pub(super) fn described(error: &dyn DatabaseError) -> (String, bool) {
    let code = error.code().unwrap_or_default();
    let is_sqlite = error.try_downcast_ref::<SqlxSqliteError>().is_some();
    let (words, is_transient) = if is_sqlite {
        let primary = primary(&code);
        (sqlite_words(primary), is_transient_sqlite(primary))
    } else {
        (sqlstate_words(&code), is_transient_sqlstate(&code))
    };
    let told = words.map_or_else(
        || format!("database error {code}"),
        |words| format!("database error {code}, {words}"),
    );
    (told, is_transient)
}

/// Whether PostgreSQL divided by zero, as a statement of ours does that must not take effect.
pub(super) fn is_division_by_zero(error: &DbErr) -> bool {
    let DbErr::Query(RuntimeErr::SqlxError(error)) = error else {
        return false;
    };
    let SqlxError::Database(error) = &**error else {
        return false;
    };
    error.code().as_deref() == Some("22012")
}

/// SQLite's extended codes say more in the higher bytes.
fn primary(code: &str) -> u32 {
    code.parse().map_or(0, |code: u32| code & 0xff)
}

/// Busy, locked, out of memory, interrupted, a disk that fails, is full or not there, locking protocol.
const fn is_transient_sqlite(primary: u32) -> bool {
    matches!(primary, 5 | 6 | 7 | 9 | 10 | 13 | 14 | 15)
}

const fn sqlite_words(primary: u32) -> Option<&'static str> {
    Some(match primary {
        5 => "another process holds the file",
        8 => "the file is read-only",
        10 => "the disk failed",
        11 => "the file is damaged",
        13 => "the disk is full",
        14 => "the file cannot be opened",
        26 => "the file is no SQLite database",
        _ => return None,
    })
}

fn is_transient_sqlstate(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    match class {
        // The connection; the server's resources.
        "08" | "53" => true,
        // Rolled back for another's sake, but never for a constraint.
        "40" => code != "40002",
        _ => matches!(
            code,
            // After a failover the connection leads to a server that only reads; or we froze.
            "25006" | "25P03" | "25P04"
            // Locks; statements that took too long or were cancelled; the server stops or starts.
            | "55006" | "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "57P05"
            // The server's system failed it.
            | "58000" | "58030"
        ),
    }
}

fn sqlstate_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "25006" => "the database takes no changes",
        "28000" => "the user is not let in",
        "28P01" => "the password is not accepted",
        "3D000" => "there is no such database",
        "42501" => "the user lacks a right",
        "53100" => "the disk is full",
        "53300" => "there are too many connections",
        "55P03" => "a lock was not free in time",
        "57014" => "it took too long",
        "57P01" | "57P02" => "the server stopped",
        "57P03" => "the server is starting or stopping",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_in_postgresql_is_known_by_its_code() {
        for code in [
            "08000", "08003", "08006", "08P01", "25006", "25P03", "40001", "40003", "40P01",
            "53100", "53200", "53300", "55006", "55P03", "57014", "57P01", "57P02", "57P03",
            "57P05", "58030",
        ] {
            assert!(is_transient_sqlstate(code), "{code}");
        }
        for code in [
            "", "22001", "22P02", "23502", "23503", "23505", "23514", "25P02", "28P01", "3D000",
            "40002", "42501", "42601", "42P01", "57P04", "P0001", "XX000", "XX001",
        ] {
            assert!(!is_transient_sqlstate(code), "{code}");
        }
    }

    #[test]
    fn what_may_pass_in_sqlite_is_known_by_the_lowest_byte_of_its_code() {
        for code in [
            "5", "6", "7", "9", "10", "13", "14", "15", "261", "262", "517", "522", "773", "778",
            "1034", "1038", "4874",
        ] {
            assert!(is_transient_sqlite(primary(code)), "{code}");
        }
        for code in [
            "", "1", "8", "11", "19", "20", "23", "26", "267", "275", "787", "1032", "1299",
            "1555", "1811", "2067",
        ] {
            assert!(!is_transient_sqlite(primary(code)), "{code}");
        }
    }

    #[test]
    fn what_an_operator_can_mend_is_said_in_words() {
        assert_eq!(sqlstate_words("53100"), Some("the disk is full"));
        assert_eq!(sqlite_words(primary("13")), Some("the disk is full"));
        assert_eq!(sqlite_words(primary("778")), Some("the disk failed"));
        assert_eq!(sqlstate_words("23505"), None);
    }
}
