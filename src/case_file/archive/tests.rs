//! Archives as they are written, and archives that somebody changed. Each change is found, whatever it is.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

fn entry(path: &str, data: &[u8]) -> Entry {
    Entry {
        path: path.to_owned(),
        size: u32::try_from(data.len()).unwrap(),
        crc32: crc32fast::hash(data),
    }
}

fn written(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut archive = Vec::new();
    for (path, data) in members {
        archive.extend(writer.begin(&entry(path, data)));
        archive.extend_from_slice(data);
    }
    archive.extend(writer.end());
    archive
}

const MEMBERS: &[(&str, &[u8])] = &[
    ("index.html", b"<p>"),
    ("documents/01-A-1.pdf", b"%PDF-1.7 one"),
    ("empty.json", b""),
];

fn open(archive: &[u8]) -> Result<Archive<Cursor<Vec<u8>>>, NotAnArchive> {
    Archive::open(Cursor::new(archive.to_vec()))
}

#[test]
fn what_was_written_is_read_member_by_member() {
    let archive = written(MEMBERS);
    let sizes = MEMBERS
        .iter()
        .map(|(path, data)| (*path, u32::try_from(data.len()).unwrap()));
    assert_eq!(
        Writer::size_of(sizes),
        u64::try_from(archive.len()).unwrap()
    );
    let mut read = open(&archive).unwrap();
    let entries: Vec<Entry> = read.entries().cloned().collect();
    let right = MEMBERS.iter().map(|(path, data)| entry(path, data));
    assert_eq!(entries, right.collect::<Vec<_>>());
    for (path, data) in MEMBERS {
        assert_eq!(read.whole(path, 100).unwrap().unwrap(), *data);
    }
    assert!(read.whole("absent", 100).unwrap().is_none());
    assert!(read.whole("index.html", 2).unwrap().is_none(), "too long");
    assert!(open(&written(&[])).unwrap().entries().next().is_none());
}

#[test]
fn another_reader_of_archives_reads_it() {
    let mut read = zip::ZipArchive::new(Cursor::new(written(MEMBERS))).unwrap();
    assert_eq!(read.len(), MEMBERS.len());
    for (place, (path, data)) in MEMBERS.iter().enumerate() {
        let mut member = read.by_index(place).unwrap();
        assert_eq!(member.name().unwrap(), *path);
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        assert_eq!(bytes, *data);
    }
}

#[test]
fn every_byte_that_is_no_data_is_looked_at() {
    let archive = written(MEMBERS);
    let data: Vec<std::ops::Range<usize>> = MEMBERS
        .iter()
        .filter(|(_, data)| !data.is_empty())
        .map(|(_, data)| {
            let mut windows = archive.windows(data.len());
            let at = windows.position(|window| window == *data).unwrap();
            at..at + data.len()
        })
        .collect();
    for place in 0..archive.len() {
        let mut changed = archive.clone();
        changed[place] ^= 0x20;
        let is_data = data.iter().any(|range| range.contains(&place));
        assert_eq!(open(&changed).is_ok(), is_data, "byte {place}");
    }
    for length in 0..archive.len() {
        assert!(open(&archive[..length]).is_err(), "cut off at {length}");
    }
}

#[test]
fn nothing_may_stand_before_behind_or_between() {
    let archive = written(MEMBERS);
    let directory = archive
        .windows(4)
        .position(|window| window == *b"PK\x01\x02");
    for place in [0, 33, directory.unwrap(), archive.len()] {
        let mut changed = archive.clone();
        changed.insert(place, 0);
        assert!(open(&changed).is_err(), "at {place}");
    }
}

#[test]
fn a_path_that_leads_elsewhere_or_stands_twice_is_refused() {
    for path in [
        "../a", "/a", "a//b", "a/../b", "a\\b", "", "C:a", ".a", "a/", "ә", "a b",
    ] {
        assert!(!is_path(path), "{path}");
        let told = open(&written(&[("a", b"1"), (path, b"2")])).unwrap_err();
        assert!(matches!(told, NotAnArchive::Path(2)), "{path}: {told}");
    }
    assert!(is_path("signatures/01-A-261125-4F7K2M9-head.cms"));
    assert!(!is_path(&"a".repeat(PATH_BYTES_MAX + 1)));
    for other in ["a", "A"] {
        let twice = open(&written(&[("a", b"1"), (other, b"2")])).unwrap_err();
        assert!(matches!(twice, NotAnArchive::Twice(path) if path == other));
    }
    assert!(!is_path("a."), "some systems drop the dot");
}

#[test]
fn an_archive_of_more_members_than_any_case_has_is_refused() {
    let mut writer = Writer::default();
    let mut archive = Vec::new();
    for place in 0..=10_000 {
        archive.extend(writer.begin(&entry(&place.to_string(), b"")));
    }
    archive.extend(writer.end());
    assert!(matches!(open(&archive), Err(NotAnArchive::Many)));
}

#[test]
fn members_that_lie_over_each_other_are_refused() {
    // As a bomb is made: a small archive that names one piece of data many times.
    let data: &[u8] = &[0; 1000];
    let honest = written(&[("a", data), ("b", data)]);
    let second = honest
        .windows(4)
        .skip(1)
        .position(|window| window == *b"PK\x03\x04");
    let mut bomb = honest;
    bomb.drain(second.unwrap() + 1..second.unwrap() + 1 + 31 + data.len());
    assert!(open(&bomb).is_err());
}

#[test]
fn an_archive_of_more_than_four_gibibytes_points_to_its_members_all_the_same() {
    let large = Entry {
        path: "large".to_owned(),
        size: u32::MAX - 1,
        crc32: 7,
    };
    let mut writer = Writer::default();
    for _ in 0..2 {
        writer.begin(&large);
    }
    let begins_at = writer.position();
    writer.begin(&entry("last", b"x"));
    let offset = writer.position();
    let tail = writer.end();
    assert!(begins_at > u64::from(u32::MAX));
    // The line of the last member has its place in an extra field, and the larger end that of the directory.
    let field = [&[1, 0, 8, 0][..], &begins_at.to_le_bytes()].concat();
    assert!(tail.windows(field.len()).any(|window| window == field));
    let end = tail.len() - 22;
    assert_eq!(tail[end - 76..end - 72], *b"PK\x06\x06");
    assert_eq!(tail[end - 28..end - 20], offset.to_le_bytes());
    assert_eq!(tail[end + 16..end + 20], [0xFF; 4]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        prop_assert!(open(&bytes).is_err() || bytes == written(&[]));
    }

    #[test]
    fn an_archive_with_any_piece_overwritten_is_read_or_refused(
        place in 0..400_usize, piece in proptest::collection::vec(any::<u8>(), 1..40)
    ) {
        let mut archive = written(MEMBERS);
        for (byte, other) in archive.iter_mut().skip(place).zip(piece) {
            *byte = other;
        }
        if let Ok(mut read) = open(&archive) {
            let paths: Vec<String> = read.entries().map(|entry| entry.path.clone()).collect();
            prop_assert!(paths.iter().all(|path| read.whole(path, 1000).unwrap().is_some()));
        }
    }
}
