//! The records of a zip archive (APPNOTE 6.3.10), byte by byte, as far as an archive without compression
//! needs them. It never leaves a choice: what is written depends on the members alone.

use super::write::Entry;

/// 1 January 1980, 00:00: the first moment that the format knows.
const DATE: u16 = 0x0021;
/// The names are UTF-8, and nothing else is said.
const FLAGS: u16 = 0x0800;
/// What an archive that only stores asks of a reader, and one that is larger than 4 GiB.
const VERSION: u16 = 10;
const VERSION_LARGE: u16 = 45;
/// A field that says "look into the larger one".
const LARGE_SHORT: u16 = u16::MAX;
const LARGE: u32 = u32::MAX;

/// Bytes before the name of a member in the directory.
pub(super) const CENTRAL_BYTES: usize = 46;
/// Bytes of the end, and of the larger one that may stand before it, with what points to that.
pub(super) const END_BYTES: usize = 22;
pub(super) const LARGE_END_BYTES: usize = 76;
pub(super) const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
pub(super) const END_SIGNATURE: u32 = 0x0605_4b50;
pub(super) const LARGE_END_SIGNATURE: u32 = 0x0606_4b50;

/// Numbers as the format has them.
#[derive(Default)]
pub(super) struct Record(pub(super) Vec<u8>);

impl Record {
    fn short(mut self, number: u16) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn number(mut self, number: u32) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn long(mut self, number: u64) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    /// What stands alike before the data of a member and in the directory.
    fn described(self, entry: &Entry) -> Self {
        self.short(FLAGS)
            .short(0)
            .short(0)
            .short(DATE)
            .number(entry.crc32)
            .number(entry.size)
            .number(entry.size)
            .short(u16::try_from(entry.path.len()).unwrap_or(LARGE_SHORT))
    }
}

/// What stands before the data of a member.
pub(super) fn local(entry: &Entry) -> Vec<u8> {
    let mut record = Record::default()
        .number(0x0403_4b50)
        .short(VERSION)
        .described(entry)
        .short(0)
        .0;
    record.extend(entry.path.as_bytes());
    record
}

/// The line of a member in the directory.
pub(super) fn central(entry: &Entry, offset: u64) -> Vec<u8> {
    let near = u32::try_from(offset).ok().filter(|offset| *offset != LARGE);
    let version = if near.is_some() {
        VERSION
    } else {
        VERSION_LARGE
    };
    let extra = match near {
        Some(_) => Vec::new(),
        None => Record::default().short(1).short(8).long(offset).0,
    };
    let mut record = Record::default()
        .number(CENTRAL_SIGNATURE)
        .short(version)
        .short(version)
        .described(entry)
        .short(u16::try_from(extra.len()).unwrap_or(LARGE_SHORT))
        .short(0)
        .short(0)
        .short(0)
        .number(0)
        .number(near.unwrap_or(LARGE))
        .0;
    record.extend(entry.path.as_bytes());
    record.extend(extra);
    record
}

/// How many lines the directory has, where it begins and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) entries: u64,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// What stands behind the directory.
pub(super) fn end(directory: Directory) -> Vec<u8> {
    let entries = u16::try_from(directory.entries).unwrap_or(LARGE_SHORT);
    let size = u32::try_from(directory.size).unwrap_or(LARGE);
    let offset = u32::try_from(directory.offset).unwrap_or(LARGE);
    let mut record = Vec::new();
    if entries == LARGE_SHORT || size == LARGE || offset == LARGE {
        record.extend(large_end(directory));
    }
    record.extend(
        Record::default()
            .number(END_SIGNATURE)
            .short(0)
            .short(0)
            .short(entries)
            .short(entries)
            .number(size)
            .number(offset)
            .short(0)
            .0,
    );
    record
}

/// The larger end, and what points to it.
fn large_end(directory: Directory) -> Vec<u8> {
    let begins_at = directory.offset.saturating_add(directory.size);
    Record::default()
        .number(LARGE_END_SIGNATURE)
        .long(44)
        .short(VERSION_LARGE)
        .short(VERSION_LARGE)
        .number(0)
        .number(0)
        .long(directory.entries)
        .long(directory.entries)
        .long(directory.size)
        .long(directory.offset)
        .number(0x0706_4b50)
        .number(0)
        .long(begins_at)
        .number(1)
        .0
}
