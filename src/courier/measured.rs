//! A file as it is read: how much of it, its hash, and how much at once.
//! It never lets one row fill the memory, such as one whose quote is never closed.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sha2::{Digest as _, Sha256};

/// The largest row, in bytes; a reader may take one buffer beyond it.
const ROW_BYTES_MAX: u64 = 1024 * 1024;

/// A file that is read from its beginning.
pub(super) struct Measured {
    file: File,
    bytes: u64,
    row_bytes: u64,
    hash: Sha256,
}

impl Measured {
    pub(super) fn open(file: &Path) -> io::Result<Self> {
        Ok(Self {
            file: File::open(file)?,
            bytes: 0,
            row_bytes: 0,
            hash: Sha256::new(),
        })
    }

    /// How much was read.
    pub(super) const fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// The next row begins.
    pub(super) const fn begin_row(&mut self) {
        self.row_bytes = 0;
    }

    /// SHA-256 of what was read, hexadecimal.
    pub(super) fn sha256(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.row_bytes > ROW_BYTES_MAX {
            let problem = "a row has more than 1 MiB: is a quotation mark left open?";
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let count = self.file.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        let read = u64::try_from(count).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(read);
        self.row_bytes = self.row_bytes.saturating_add(read);
        Ok(count)
    }
}
