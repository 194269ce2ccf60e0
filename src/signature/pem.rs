//! PEM text to and from bytes. Never looks into what the bytes mean.

use der::pem::{self, LineEnding};

pub(super) const CERTIFICATE: &str = "CERTIFICATE";
pub(super) const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Returns the blocks with a label, in order. Text around the blocks and blocks with another label
/// are skipped; a broken block is an error.
pub(super) fn blocks(text: &str, label: &str) -> Result<Vec<Vec<u8>>, pem::Error> {
    let end = format!("-----END {label}-----");
    let begin = format!("-----BEGIN {label}-----");
    let pieces = text.split_inclusive(&end);
    let blocks = pieces.filter_map(|piece| Some(begin.clone() + piece.split_once(&begin)?.1));
    blocks
        .map(|block| pem::decode_vec(block.as_bytes()).map(|(_, bytes)| bytes))
        .collect()
}

/// Returns one block as text.
pub(super) fn block(label: &str, bytes: &[u8]) -> Result<String, pem::Error> {
    pem::encode_string(label, LineEnding::LF, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_between_other_text_and_other_labels() {
        let certificates = [
            block(CERTIFICATE, b"one").unwrap(),
            block(CERTIFICATE, b"two").unwrap(),
        ];
        let key = block(PRIVATE_KEY, b"key").unwrap();
        let text = format!(
            "issued for tests\n{}\r\n{key}\n{}\n\n",
            certificates[0], certificates[1]
        );
        assert_eq!(blocks(&text, CERTIFICATE).unwrap(), [b"one", b"two"]);
        assert_eq!(blocks(&text, PRIVATE_KEY).unwrap(), [b"key"]);
        assert!(blocks("no block at all", CERTIFICATE).unwrap().is_empty());
    }

    #[test]
    fn a_broken_block_is_an_error_and_not_skipped() {
        let whole = block(CERTIFICATE, &[7; 90]).unwrap();
        let cut = whole.strip_suffix("-----END CERTIFICATE-----\n").unwrap();
        assert!(blocks(cut, CERTIFICATE).is_err());
        assert!(blocks(&whole.replace("Bwc", "B!c"), CERTIFICATE).is_err());
    }
}
