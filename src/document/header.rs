//! What comes before the bytes of an upload, read whole: everything wrong with it is told at once.
//! It never tells what is wrong with the bytes themselves.

use prost::Message as _;
use ring::digest::{Context, SHA256, digest};

use super::{content::Content, model::FileName};
use crate::{
    kernel::{Personal, Problem, RequestId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
};

/// The header of an upload.
pub(super) struct Header {
    pub(super) request_id: RequestId,
    pub(super) file_name: Personal<FileName>,
    sha256: Option<[u8; 32]>,
    /// Hash of the header as it was sent.
    hash: [u8; 32],
}

impl Header {
    pub(super) fn parse(message: &pb::UploadDocumentHeader) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let (request_id, file_name, sha256) = errors.at("header", |errors| {
            // Read, not required: what is left out of an upload makes no application incomplete.
            (
                errors.read("request_id", RequestId::parse(&message.request_id)),
                errors.read("file_name", FileName::parse(&message.file_name)),
                errors.optional("sha256", &message.sha256, parse_sha256),
            )
        });
        let (Some(request_id), Some(file_name), Some(sha256)) = (request_id, file_name, sha256)
        else {
            return Err(errors.into_malformed());
        };
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &message.encode_to_vec()).as_ref());
        Ok(Self {
            request_id,
            file_name: Personal::new(file_name),
            sha256,
            hash,
        })
    }

    /// Compares the content with the hash that the client gave, if it gave one.
    pub(super) fn require_same(&self, content: &Content) -> Result<(), Malformed> {
        match self.sha256 {
            Some(given) if given != content.sha256 => Err(Malformed::one(
                "header.sha256",
                "must be the SHA-256 of the content",
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// Identifies the whole upload: another header or other content makes it another request (I-6).
    pub(super) fn fingerprint(&self, content: &Content) -> [u8; 32] {
        let mut hash = Context::new(&SHA256);
        hash.update(&self.hash);
        hash.update(&content.sha256);
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(hash.finish().as_ref());
        fingerprint
    }
}

fn parse_sha256(text: &str) -> Result<[u8; 32], Problem> {
    let mut hash = [0; 32];
    hex::decode_to_slice(text, &mut hash)
        .map_err(|_not_hex| Problem::new("must have 64 hexadecimal digits"))?;
    Ok(hash)
}
