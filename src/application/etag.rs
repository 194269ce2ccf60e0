//! Etags: the version in which something was read, and of what a head signs also the version of the entry
//! that was prepared.
//! One is never read that was not written so.

use crate::kernel::Problem;

/// Reads an etag as it was sent.
pub(crate) fn version_of(etag: &str) -> Result<i64, Problem> {
    etag.strip_prefix('"')
        .and_then(|etag| etag.strip_suffix('"'))
        .and_then(|digits| digits.parse::<i64>().ok())
        .filter(|version| format!("\"{version}\"") == etag)
        .ok_or(Problem::new(
            "must be an etag as it was read, such as \"7\" in quotes",
        ))
}

/// The etag of what was prepared to be signed: its version, and that of the entry which it makes, so that
/// either makes it stale when it moves on.
pub(crate) fn prepared(version: i64, entry_version: i32) -> String {
    format!("\"{version}.{entry_version}\"")
}

/// Reads it back: the etag without the entry, and the version of the entry; none if it is no such etag.
pub(crate) fn read_prepared(etag: &str) -> Option<(String, i32)> {
    let (version, entry_version) = etag.strip_prefix('"')?.strip_suffix('"')?.split_once('.')?;
    let (version, entry_version) = (version.parse().ok()?, entry_version.parse().ok()?);
    let is_as_written = prepared(version, entry_version) == etag;
    is_as_written.then(|| (format!("\"{version}\""), entry_version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_prepared_is_read_back_and_nothing_else_passes_for_it() {
        assert_eq!(
            read_prepared(&prepared(7, 2)),
            Some(("\"7\"".to_owned(), 2))
        );
        assert_eq!(read_prepared("\"7.-2\""), Some(("\"7\"".to_owned(), -2)));
        for wrong in [
            "\"7\"",
            "\"7.x\"",
            "7.2",
            "",
            "\".\"",
            "\"7.+2\"",
            "\"07.2\"",
            "\"7.2.3\"",
        ] {
            assert_eq!(read_prepared(wrong), None, "{wrong}");
        }
        assert_eq!(version_of("\"7\""), Ok(7));
        for wrong in ["7", "\"07\"", "\"7.2\"", ""] {
            assert!(version_of(wrong).is_err(), "{wrong}");
        }
    }
}
