//! Pages of lists: how many, and a sealed token that says after which key the next one begins.
//! It never lets a token be made or changed by a client, or used for another list.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use prost::Message;
use ring::hmac;
use serde::{Serialize, de::DeserializeOwned};

use super::{FieldErrors, Reason};
use crate::{kernel::Problem, pb::registry::v1::ErrorReason};

const SIZE_DEFAULT: u32 = 50;
const SIZE_MAX: u32 = 1_000;
const TAG_LENGTH: usize = 32;

/// How many items a page may have: none asked means 50, more than 1000 means 1000.
pub fn size(asked: i32, errors: &mut FieldErrors) -> Option<u32> {
    let size = u32::try_from(asked).map_err(|_negative| Problem::new("must not be negative"));
    Some(match errors.read("page_size", size)? {
        0 => SIZE_DEFAULT,
        asked => asked.min(SIZE_MAX),
    })
}

/// Seals the tokens of one installation.
#[derive(Debug)]
pub struct PageTokens(hmac::Key);

/// The token is not of this list and filter, or not of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageTokenInvalid;

impl PageTokens {
    /// Seals with a key that all processes on one database share.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The token of the page that begins after `key`, in the list of `method` with `filter`: the
    /// request without its page fields.
    pub fn seal(
        &self,
        method: &'static str,
        filter: &impl Message,
        key: &impl Serialize,
    ) -> Result<String, serde_json::Error> {
        let key = serde_json::to_vec(key)?;
        let tag = hmac::sign(&self.0, &sealed(method, filter, &key));
        Ok(BASE64_URL_SAFE_NO_PAD.encode([tag.as_ref(), &key].concat()))
    }

    /// The key that a token was sealed with, for the same list and filter.
    pub fn open<K: DeserializeOwned>(
        &self,
        method: &'static str,
        filter: &impl Message,
        token: &str,
    ) -> Result<K, PageTokenInvalid> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_not_base64| PageTokenInvalid)?;
        let (tag, key) = bytes.split_at_checked(TAG_LENGTH).ok_or(PageTokenInvalid)?;
        hmac::verify(&self.0, &sealed(method, filter, key), tag)
            .map_err(|_forged| PageTokenInvalid)?;
        serde_json::from_slice(key).map_err(|_other_kind| PageTokenInvalid)
    }
}

/// Lengths go first, so that no two lists are sealed as the same bytes.
fn sealed(method: &str, filter: &impl Message, key: &[u8]) -> Vec<u8> {
    let mut bytes = filter.encode_length_delimited_to_vec();
    bytes.extend(method.as_bytes());
    bytes.push(0);
    bytes.extend(key);
    bytes
}

impl From<PageTokenInvalid> for Reason {
    fn from(_: PageTokenInvalid) -> Self {
        let text = "page_token is not of this list and filter";
        Self::new(ErrorReason::PageTokenInvalid, text)
    }
}

impl From<PageTokenInvalid> for tonic::Status {
    fn from(invalid: PageTokenInvalid) -> Self {
        Reason::from(invalid).into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pb::registry::v1::GetDaysRequest;

    const METHOD: &str = "/a.B/List";

    fn filter(from_on: &str) -> GetDaysRequest {
        GetDaysRequest {
            from_on: from_on.to_owned(),
            to_on: String::new(),
        }
    }

    #[test]
    fn a_page_has_a_size_within_its_limits() {
        for (asked, size) in [
            (0, Some(50)),
            (1, Some(1)),
            (1_000, Some(1_000)),
            (1_001, Some(1_000)),
            (i32::MAX, Some(1_000)),
            (-1, None),
            (i32::MIN, None),
        ] {
            let mut errors = FieldErrors::new();
            assert_eq!(super::size(asked, &mut errors), size, "{asked}");
            assert_eq!(errors.is_empty(), size.is_some());
        }
    }

    #[test]
    fn a_token_opens_for_its_own_list_and_filter_only() {
        let tokens = PageTokens::new(&[7; 32]);
        let key = ("2026-10-23".to_owned(), 9_u64);
        let token = tokens.seal(METHOD, &filter("2026-01-01"), &key).unwrap();
        let open = |tokens: &PageTokens, method, from_on| {
            tokens.open::<(String, u64)>(method, &filter(from_on), &token)
        };
        assert_eq!(open(&tokens, METHOD, "2026-01-01"), Ok(key));
        assert!(open(&tokens, "/a.B/Other", "2026-01-01").is_err());
        assert!(open(&tokens, METHOD, "2026-01-02").is_err());
        assert!(open(&PageTokens::new(&[8; 32]), METHOD, "2026-01-01").is_err());
        assert!(
            tokens
                .open::<u64>(METHOD, &filter("2026-01-01"), &token)
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn what_was_not_sealed_does_not_open(token in "[A-Za-z0-9_-]{0,120}") {
            let tokens = PageTokens::new(&[7; 32]);
            prop_assert!(tokens.open::<u64>(METHOD, &filter(""), &token).is_err());
        }

        #[test]
        fn a_changed_token_does_not_open(position in 0_usize..60, letter in "[A-Za-z0-9]") {
            let tokens = PageTokens::new(&[7; 32]);
            let token = tokens.seal(METHOD, &filter(""), &123_456_789_u64).unwrap();
            let mut changed = token.clone();
            let position = position.min(token.len().saturating_sub(1));
            changed.replace_range(position..=position, &letter);
            let opened = tokens.open::<u64>(METHOD, &filter(""), &changed);
            prop_assert_eq!(opened.is_ok(), changed == token);
        }
    }
}
