//! Reading an archive that somebody brings: its directory is taken for what it says, the archive is written
//! anew from it, and every byte that is no data must be as it was written.
//! It never trusts a size: what is held in memory is bounded, and data are read where they must be.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, SeekFrom},
};

use thiserror::Error;

use super::{
    is_path,
    layout::{
        CENTRAL_BYTES, CENTRAL_SIGNATURE, END_BYTES, END_SIGNATURE, LARGE_END_BYTES,
        LARGE_END_SIGNATURE,
    },
    write::{Entry, Writer},
};

/// How long a directory may be, and how many members it may have: whoever reads has work with each.
const DIRECTORY_BYTES_MAX: u64 = 4 * 1024 * 1024;
const MEMBERS_MAX: usize = 10_000;

/// Why a file is no archive of a case.
#[derive(Debug, Error)]
pub(in crate::case_file) enum NotAnArchive {
    /// The file cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[from] io::Error),
    /// It does not end as an archive ends.
    #[error("it does not end as an archive ends: it is none, or is cut off")]
    End,
    /// Its directory is too long, or lies elsewhere.
    #[error("its directory is not where it must be")]
    Directory,
    /// A line of the directory cannot be read.
    #[error("line {0} of its directory is none that a case file has")]
    Line(usize),
    /// A member has a path that none may have.
    #[error("member {0} has a path that no member may have")]
    Path(usize),
    /// There are more than any case has.
    #[error("it has more than {MEMBERS_MAX} members")]
    Many,
    /// Two members have one path, or paths that some systems take for one.
    #[error("two members are called {0}")]
    Twice(String),
    /// Something stands where nothing may, or a record says something else than the directory.
    #[error("it is written otherwise than a case file: {0}")]
    Otherwise(String),
}

/// An archive whose records are as they must be; its data are not looked at yet.
#[derive(Debug)]
pub(in crate::case_file) struct Archive<R> {
    file: R,
    members: Vec<(Entry, u64)>,
    /// The place of each by its path.
    places: BTreeMap<String, usize>,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    pub(in crate::case_file) fn open(mut file: R) -> Result<Self, NotAnArchive> {
        let length = file.seek(SeekFrom::End(0))?;
        let (offset, tail) = tail(&mut file, length)?;
        let entries = entries(&tail)?;
        let mut writer = Writer::default();
        let mut members = Vec::with_capacity(entries.len());
        let mut paths = BTreeSet::new();
        let mut places = BTreeMap::new();
        for entry in entries {
            if !paths.insert(entry.path.to_ascii_lowercase()) {
                return Err(NotAnArchive::Twice(entry.path));
            }
            places.insert(entry.path.clone(), members.len());
            let begins_at = writer.position();
            let record = writer.begin(&entry);
            let data_at = begins_at.saturating_add(count(record.len()));
            if writer.position() > offset || bytes(&mut file, begins_at, record.len())? != record {
                let what = format!("what stands before {} is not as it must be", entry.path);
                return Err(NotAnArchive::Otherwise(what));
            }
            members.push((entry, data_at));
        }
        if writer.position() != offset {
            let what = "something stands between its members and its directory";
            return Err(NotAnArchive::Otherwise(what.to_owned()));
        }
        if writer.end() != tail {
            let what = "its directory is not as it must be";
            return Err(NotAnArchive::Otherwise(what.to_owned()));
        }
        Ok(Self {
            file,
            members,
            places,
        })
    }

    /// The members, in their order.
    pub(in crate::case_file) fn entries(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.members.iter().map(|(entry, _)| entry)
    }

    /// The member with a path.
    pub(in crate::case_file) fn entry(&self, path: &str) -> Option<&Entry> {
        self.member(path).map(|(entry, _)| entry)
    }

    fn member(&self, path: &str) -> Option<&(Entry, u64)> {
        self.members.get(*self.places.get(path)?)
    }

    /// Reads the data of a member, piece by piece; none if there is no such member.
    pub(in crate::case_file) fn read(
        &mut self,
        path: &str,
        mut take: impl FnMut(&[u8]),
    ) -> Result<Option<()>, NotAnArchive> {
        const PIECE: u64 = 64 * 1024;
        let found = self.member(path);
        let Some((mut left, data_at)) = found.map(|(entry, at)| (u64::from(entry.size), *at))
        else {
            return Ok(None);
        };
        self.file.seek(SeekFrom::Start(data_at))?;
        while left > 0 {
            let mut piece = vec![0; usize::try_from(left.min(PIECE)).unwrap_or_default()];
            self.file.read_exact(&mut piece)?;
            take(&piece);
            left = left.saturating_sub(count(piece.len()));
        }
        Ok(Some(()))
    }

    /// Reads a member whole, if it is there and not longer than that.
    pub(in crate::case_file) fn whole(
        &mut self,
        path: &str,
        bytes_max: usize,
    ) -> Result<Option<Vec<u8>>, NotAnArchive> {
        let mut whole = Vec::new();
        let entry = self.entry(path);
        if entry.is_none_or(|entry| count(bytes_max) < entry.size.into()) {
            return Ok(None);
        }
        let read = self.read(path, |piece| whole.extend_from_slice(piece))?;
        Ok(read.map(|()| whole))
    }
}

/// Where the directory begins, and all that stands from there on.
fn tail<R: Read + Seek>(file: &mut R, length: u64) -> Result<(u64, Vec<u8>), NotAnArchive> {
    let end_at = length.checked_sub(count(END_BYTES));
    let end_at = end_at.ok_or(NotAnArchive::End)?;
    let end = bytes(file, end_at, END_BYTES)?;
    if number(&end, 0) != Some(END_SIGNATURE) {
        return Err(NotAnArchive::End);
    }
    let large_at = end_at.checked_sub(count(LARGE_END_BYTES));
    let large = large_at
        .map(|at| bytes(file, at, LARGE_END_BYTES))
        .transpose()?;
    let large = large.filter(|large| number(large, 0) == Some(LARGE_END_SIGNATURE));
    let offset = match large {
        Some(large) => long(&large, 48),
        None => number(&end, 16).map(u64::from),
    };
    let offset = offset.ok_or(NotAnArchive::Directory)?;
    let size = length.checked_sub(offset);
    let size = size.filter(|size| *size <= DIRECTORY_BYTES_MAX);
    let size = size.and_then(|size| usize::try_from(size).ok());
    let tail = bytes(file, offset, size.ok_or(NotAnArchive::Directory)?)?;
    Ok((offset, tail))
}

/// The members that a directory names. What else stands in it is compared with what is written anew.
fn entries(tail: &[u8]) -> Result<Vec<Entry>, NotAnArchive> {
    let mut entries = Vec::new();
    let mut rest = tail;
    while number(rest, 0) == Some(CENTRAL_SIGNATURE) {
        let place = entries.len().saturating_add(1);
        if place > MEMBERS_MAX {
            return Err(NotAnArchive::Many);
        }
        let line = || NotAnArchive::Line(place);
        let (name, extra) = short(rest, 28).zip(short(rest, 30)).ok_or_else(line)?;
        let (_, named) = rest.split_at_checked(CENTRAL_BYTES).ok_or_else(line)?;
        let (path, behind) = named.split_at_checked(name.into()).ok_or_else(line)?;
        let path = str::from_utf8(path).ok().filter(|path| is_path(path));
        let path = path.ok_or(NotAnArchive::Path(place))?;
        let (crc32, size) = number(rest, 16).zip(number(rest, 20)).ok_or_else(line)?;
        entries.push(Entry {
            path: path.to_owned(),
            size,
            crc32,
        });
        rest = behind.get(extra.into()..).ok_or_else(line)?;
    }
    Ok(entries)
}

fn bytes<R: Read + Seek>(file: &mut R, at: u64, length: usize) -> Result<Vec<u8>, io::Error> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn short(record: &[u8], at: usize) -> Option<u16> {
    let bytes = record.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*bytes))
}

fn number(record: &[u8], at: usize) -> Option<u32> {
    let bytes = record.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

fn long(record: &[u8], at: usize) -> Option<u64> {
    let bytes = record.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*bytes))
}
