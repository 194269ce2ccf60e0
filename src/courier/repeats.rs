//! Which rows of one file are at odds with each other: the same former number, the same agreement, the
//! same share. It never holds the keys of all rows in memory: what is too much is sorted on the disk.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// How many marks are held in memory at once: 10 MB.
const MARKS_MAX: usize = 200_000;
const MARK_BYTES: usize = 26;

/// What two rows can have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The number in the former register.
    Number,
    /// The agreement.
    Agreement,
    /// The share.
    Share,
}

/// One key of one row, by its hash; in the order of lines among equal keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    kind: Kind,
    key: [u8; 16],
    line: u64,
    /// Whether it leaves a share free for the next row.
    frees: bool,
}

/// A row that is at odds with one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Repeat {
    pub(super) line: u64,
    pub(super) first_line: u64,
    pub(super) kind: Kind,
}

/// The keys of the rows of one file.
pub(super) struct Repeats {
    marks_max: usize,
    marks: Vec<Mark>,
    folder: Option<TempDir>,
    runs: Vec<File>,
}

impl Repeats {
    pub(super) const fn new() -> Self {
        Self::with(MARKS_MAX)
    }

    const fn with(marks_max: usize) -> Self {
        Self {
            marks_max,
            marks: Vec::new(),
            folder: None,
            runs: Vec::new(),
        }
    }

    /// Notes a key of a row.
    pub(super) fn note(&mut self, kind: Kind, key: &str, line: u64, frees: bool) -> io::Result<()> {
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(Sha256::digest(key)) {
            *to = from;
        }
        self.marks.push(Mark {
            kind,
            key: short,
            line,
            frees,
        });
        if self.marks.len() >= self.marks_max {
            self.write_run()?;
        }
        Ok(())
    }

    /// Sorts what is in memory onto the disk.
    fn write_run(&mut self) -> io::Result<()> {
        self.marks.sort_unstable();
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => tempfile::tempdir()?,
        };
        let folder = self.folder.insert(folder);
        let path = folder.path().join(self.runs.len().to_string());
        let mut run = BufWriter::new(File::create(&path)?);
        for mark in self.marks.drain(..) {
            run.write_all(&mark.to_bytes())?;
        }
        run.flush()?;
        self.runs.push(File::open(path)?);
        Ok(())
    }

    /// Tells each row that cannot be imported beside one before it; those of one kind after the other.
    pub(super) fn find(mut self, mut tell: impl FnMut(Repeat) -> io::Result<()>) -> io::Result<()> {
        self.marks.sort_unstable();
        let mut sources: Vec<Box<dyn Iterator<Item = io::Result<Mark>>>> =
            vec![Box::new(self.marks.drain(..).map(Ok))];
        for run in self.runs.drain(..) {
            sources.push(Box::new(Run(BufReader::new(run))));
        }
        let mut heads = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            heads.extend(
                source
                    .next()
                    .transpose()?
                    .map(|mark| Reverse((mark, index))),
            );
        }
        let mut before: Option<Mark> = None;
        while let Some(Reverse((mark, index))) = heads.pop() {
            let next = sources.get_mut(index).and_then(Iterator::next);
            heads.extend(next.transpose()?.map(|mark| Reverse((mark, index))));
            match before.filter(|before| before.is_like(&mark)) {
                Some(before) if !before.frees => tell(Repeat {
                    line: mark.line,
                    first_line: before.line,
                    kind: mark.kind,
                })?,
                Some(_) | None => before = Some(mark),
            }
        }
        Ok(())
    }
}

impl Kind {
    const fn number(self) -> u8 {
        match self {
            Self::Number => 0,
            Self::Agreement => 1,
            Self::Share => 2,
        }
    }

    const fn of(number: u8) -> Self {
        match number {
            0 => Self::Number,
            1 => Self::Agreement,
            _ => Self::Share,
        }
    }

    /// The column under which a repeat is told.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Number => "source_number",
            Self::Agreement => "agreement_number",
            Self::Share => "share_number",
        }
    }
}

impl Mark {
    fn is_like(&self, other: &Self) -> bool {
        (self.kind, self.key) == (other.kind, other.key)
    }

    fn to_bytes(self) -> [u8; MARK_BYTES] {
        let mut bytes = [0; MARK_BYTES];
        let parts = [self.kind.number()]
            .into_iter()
            .chain(self.key)
            .chain(self.line.to_be_bytes())
            .chain([u8::from(self.frees)]);
        for (to, from) in bytes.iter_mut().zip(parts) {
            *to = from;
        }
        bytes
    }

    fn from_bytes(bytes: [u8; MARK_BYTES]) -> Self {
        let [kind, rest @ .., frees] = bytes;
        let mut key = [0; 16];
        let mut line = [0; 8];
        for (to, from) in key.iter_mut().chain(&mut line).zip(rest) {
            *to = from;
        }
        Self {
            kind: Kind::of(kind),
            key,
            line: u64::from_be_bytes(line),
            frees: frees == 1,
        }
    }
}

/// A sorted run on the disk.
struct Run(BufReader<File>);

impl Iterator for Run {
    type Item = io::Result<Mark>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = [0; MARK_BYTES];
        match self.0.read_exact(&mut bytes) {
            Ok(()) => Some(Ok(Mark::from_bytes(bytes))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(marks_max: usize, rows: &[(Kind, &str, bool)]) -> Vec<(u64, u64)> {
        let mut repeats = Repeats::with(marks_max);
        for (line, (kind, key, frees)) in (1..).zip(rows) {
            repeats.note(*kind, key, line, *frees).unwrap();
        }
        let mut found = Vec::new();
        let tell = |repeat: Repeat| {
            found.push((repeat.line, repeat.first_line));
            Ok(())
        };
        repeats.find(tell).unwrap();
        found.sort_unstable();
        found
    }

    #[test]
    fn rows_at_odds_are_found_however_far_apart_and_wherever_they_are_sorted() {
        let rows = [
            (Kind::Number, "1", false),
            (Kind::Share, "1", true),
            (Kind::Number, "2", false),
            (Kind::Share, "1", false),
            (Kind::Share, "1", false),
            (Kind::Agreement, "2", false),
            (Kind::Share, "1", true),
            (Kind::Number, "1", false),
        ];
        for marks_max in [1, 2, 3, 100] {
            assert_eq!(
                found(marks_max, &rows),
                [(5, 4), (7, 4), (8, 1)],
                "{marks_max}"
            );
        }
    }

    #[test]
    fn a_mark_is_read_back_from_the_disk_as_it_was_written() {
        let mark = Mark {
            kind: Kind::Share,
            key: *b"0123456789abcdef",
            line: u64::MAX - 1,
            frees: true,
        };
        assert_eq!(Mark::from_bytes(mark.to_bytes()), mark);
    }
}
