//! The zip archive that a case file is: its members as they are, one after the other, in one way of writing.
//! It never compresses, and never reads an archive that it would have written otherwise.

mod layout;
mod read;
mod write;

pub(super) use read::{Archive, NotAnArchive};
pub(super) use write::{Entry, Writer};

/// How long the path of a member may be.
pub(super) const PATH_BYTES_MAX: usize = 200;

/// Whether a member may have this path: words of Latin letters, digits, dots, hyphens and underlines, apart
/// by slashes, none of which begins or ends with a dot. Whoever unpacks it stays in one folder, on every system.
pub(super) fn is_path(path: &str) -> bool {
    let is_word = |word: &str| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        word.starts_with(|first: char| first.is_ascii_alphanumeric())
            && word.chars().all(is_letter)
            && !word.ends_with('.')
    };
    path.len() <= PATH_BYTES_MAX && path.split('/').all(is_word)
}

#[cfg(test)]
mod tests;
