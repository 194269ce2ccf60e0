//! What an upload holds, told piece by piece: its size, its hash, and that it is a PDF.
//! It never keeps more than the beginning and the end, and never believes a file's name.

use std::collections::VecDeque;

use ring::digest::{Context, SHA256};

use crate::{
    pb::registry::v1::ErrorReason,
    rpc::{Reason, Refused},
};

/// The largest document, in bytes.
pub(crate) const SIZE_BYTES_MAX: i64 = 50 * 1024 * 1024;

/// How a PDF begins (ISO 32000-2, 7.5.2): readers look further, but then the hash that was signed
/// covers bytes that no reader shows.
const BEGINNINGS: [&[u8]; 2] = [b"%PDF-1.", b"%PDF-2."];
const BEGINNING_BYTES: usize = 7;

/// How it ends (7.5.5), but for blanks and what the last programs appended.
const END: &[u8] = b"%%EOF";
const END_WITHIN_BYTES: usize = 1024;

/// Why a document is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// More than 50 MiB.
    TooLarge,
    /// Not a PDF.
    NotPdf,
}

impl Refused for Rejection {
    fn reason(&self) -> Reason {
        match self {
            Self::TooLarge => {
                Reason::new(ErrorReason::DocumentTooLarge, "the document is too large")
                    .with("size_bytes_max", SIZE_BYTES_MAX)
            }
            Self::NotPdf => Reason::new(
                ErrorReason::DocumentTypeNotAccepted,
                "the document's content is not a whole PDF",
            ),
        }
    }
}

/// What a whole document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// SHA-256.
    pub(crate) sha256: [u8; 32],
    /// Size.
    pub(crate) size_bytes: i64,
}

/// Looks at a document while it passes.
pub(crate) struct Examination {
    hash: Context,
    size_bytes: i64,
    beginning: Vec<u8>,
    end: VecDeque<u8>,
}

impl Examination {
    pub(crate) fn new() -> Self {
        Self {
            hash: Context::new(&SHA256),
            size_bytes: 0,
            beginning: Vec::with_capacity(BEGINNING_BYTES),
            end: VecDeque::with_capacity(END_WITHIN_BYTES),
        }
    }

    /// Looks at the next piece; what can no longer be right is rejected before the rest has come.
    pub(crate) fn add(&mut self, piece: &[u8]) -> Result<(), Rejection> {
        let size = i64::try_from(piece.len()).map_err(|_too_long| Rejection::TooLarge)?;
        self.size_bytes = self.size_bytes.saturating_add(size);
        if self.size_bytes > SIZE_BYTES_MAX {
            return Err(Rejection::TooLarge);
        }
        self.hash.update(piece);
        let missing = BEGINNING_BYTES.saturating_sub(self.beginning.len());
        self.beginning.extend(piece.iter().take(missing));
        let begins_like_one = BEGINNINGS
            .iter()
            .any(|beginning| beginning.starts_with(&self.beginning));
        if !begins_like_one {
            return Err(Rejection::NotPdf);
        }
        self.keep_end(piece);
        Ok(())
    }

    /// Says what the whole was.
    pub(crate) fn conclude(mut self) -> Result<Content, Rejection> {
        let is_begun = self.beginning.len() == BEGINNING_BYTES;
        let is_ended = self
            .end
            .make_contiguous()
            .windows(END.len())
            .any(|window| window == END);
        if !is_begun || !is_ended {
            return Err(Rejection::NotPdf);
        }
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.hash.finish().as_ref());
        Ok(Content {
            sha256,
            size_bytes: self.size_bytes,
        })
    }

    fn keep_end(&mut self, piece: &[u8]) {
        let from = piece.len().saturating_sub(END_WITHIN_BYTES);
        self.end.extend(piece.iter().skip(from));
        let excess = self.end.len().saturating_sub(END_WITHIN_BYTES);
        self.end.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::digest::digest;

    use super::*;

    fn examined<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Content, Rejection> {
        let mut examination = Examination::new();
        for piece in pieces {
            examination.add(piece)?;
        }
        examination.conclude()
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_a_document_is_cut(
            filling in prop::collection::vec(any::<u8>(), 0..4000),
            after in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'%')], 0..1100),
            piece in 1_usize..1500,
        ) {
            let whole = [b"%PDF-1.7\n", filling.as_slice(), b"%%EOF", after.as_slice()].concat();
            let at_once = examined([whole.as_slice()]);
            prop_assert_eq!(examined(whole.chunks(piece)), at_once);
            if after.len().saturating_add(END.len()) <= END_WITHIN_BYTES {
                let content = at_once.unwrap();
                prop_assert_eq!(content.size_bytes, i64::try_from(whole.len()).unwrap());
                let hash = digest(&SHA256, &whole);
                prop_assert_eq!(&content.sha256[..], hash.as_ref());
            }
        }
    }

    #[test]
    fn only_a_whole_pdf_is_one() {
        let tail = |blanks: usize| ["%PDF-2.0 %%EOF", &" ".repeat(blanks)].concat();
        for right in ["%PDF-1.%%EOF", "%PDF-2.0\n%%EOF\r\n", &tail(1019)] {
            assert!(examined([right.as_bytes()]).is_ok(), "{right:?}");
        }
        for wrong in [
            "",
            "%PDF-1",
            "%PDF-1.7\n",
            "%PDF-1.7\n%%EO",
            "%PDF-3.0\n%%EOF",
            " %PDF-1.7\n%%EOF",
            "\u{feff}%PDF-1.7\n%%EOF",
            "PK\u{3}\u{4}%%EOF",
            "<html>%PDF-1.7 %%EOF",
            &tail(1020),
        ] {
            assert_eq!(
                examined([wrong.as_bytes()]),
                Err(Rejection::NotPdf),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn what_is_no_pdf_is_rejected_at_its_first_wrong_byte() {
        let mut examination = Examination::new();
        assert_eq!(examination.add(b"%PDF"), Ok(()));
        assert_eq!(examination.add(b"-"), Ok(()));
        assert_eq!(examination.add(b"x"), Err(Rejection::NotPdf));
    }

    #[test]
    fn the_largest_document_has_fifty_mebibytes() {
        let mebibyte = vec![b' '; 1024 * 1024];
        let mut examination = Examination::new();
        examination.add(b"%PDF-1.7%%EOF").unwrap();
        for _ in 0..49 {
            examination.add(&mebibyte).unwrap();
        }
        let rest = &mebibyte[..mebibyte.len() - b"%PDF-1.7%%EOF".len()];
        examination.add(rest).unwrap();
        assert_eq!(examination.size_bytes, SIZE_BYTES_MAX);
        assert_eq!(examination.add(b"\n"), Err(Rejection::TooLarge));
    }
}
