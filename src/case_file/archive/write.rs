//! Writing an archive from its beginning to its end, without ever going back.
//! It never holds the data of a member: whoever writes sends them on.

use super::layout::{self, Directory};

/// A member: where, how long, and the checksum that the format wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::case_file) struct Entry {
    pub(in crate::case_file) path: String,
    pub(in crate::case_file) size: u32,
    pub(in crate::case_file) crc32: u32,
}

/// How far an archive is written.
#[derive(Debug, Default)]
pub(in crate::case_file) struct Writer {
    position: u64,
    entries: u64,
    directory: Vec<u8>,
}

impl Writer {
    /// Begins a member: its data must follow what this gives.
    pub(in crate::case_file) fn begin(&mut self, entry: &Entry) -> Vec<u8> {
        let record = layout::local(entry);
        self.directory.extend(layout::central(entry, self.position));
        self.entries = self.entries.saturating_add(1);
        let written = u64::try_from(record.len()).unwrap_or(u64::MAX);
        self.position = self
            .position
            .saturating_add(written)
            .saturating_add(entry.size.into());
        record
    }

    /// Ends the archive with its directory.
    pub(in crate::case_file) fn end(self) -> Vec<u8> {
        let directory = Directory {
            entries: self.entries,
            offset: self.position,
            size: u64::try_from(self.directory.len()).unwrap_or(u64::MAX),
        };
        let mut end = self.directory;
        end.extend(layout::end(directory));
        end
    }

    /// Where the next member begins.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// The size of an archive of members with these paths and sizes.
    pub(in crate::case_file) fn size_of<'a>(members: impl Iterator<Item = (&'a str, u32)>) -> u64 {
        let mut writer = Self::default();
        for (path, size) in members {
            writer.begin(&Entry {
                path: path.to_owned(),
                size,
                crc32: 0,
            });
        }
        let position = writer.position;
        let end = u64::try_from(writer.end().len()).unwrap_or(u64::MAX);
        position.saturating_add(end)
    }
}
