//! The one token that may call the stub, known by its digest. The token itself is never kept.

use std::path::Path;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tonic::{Request, Status, metadata::MetadataMap, service::Interceptor};

use super::MonitorFault;

/// The SHA-256 of a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The digest of a token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Reads 64 hexadecimal digits from a file.
    pub fn from_file(path: &Path) -> Result<Self, MonitorFault> {
        let text = std::fs::read_to_string(path).map_err(|source| MonitorFault::ReadToken {
            path: path.to_owned(),
            source,
        })?;
        let mut digest = [0; 32];
        match hex::decode_to_slice(text.trim(), &mut digest) {
            Ok(()) => Ok(Self(digest)),
            Err(_) => Err(MonitorFault::MalformedToken {
                path: path.to_owned(),
            }),
        }
    }

    fn admits(&self, metadata: &MetadataMap) -> bool {
        metadata
            .get("authorization")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|token| Self::of(token).0.ct_eq(&self.0).into())
    }
}

/// Lets a call through if it carries the token, or if none is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate(pub(super) Option<TokenDigest>);

impl Interceptor for Gate {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        match &self.0 {
            Some(token) if !token.admits(request.metadata()) => {
                Err(Status::unauthenticated("the token is missing or wrong"))
            }
            Some(_) | None => Ok(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(gate: &mut Gate, authorization: Option<&str>) -> Result<(), tonic::Code> {
        let mut request = Request::new(());
        if let Some(value) = authorization {
            request
                .metadata_mut()
                .insert("authorization", value.parse().unwrap());
        }
        gate.call(request).map(drop).map_err(|status| status.code())
    }

    #[test]
    fn only_the_right_token_opens_a_gate_that_has_one() {
        let mut gate = Gate(Some(TokenDigest::of("right")));
        assert_eq!(answer(&mut gate, Some("Bearer right")), Ok(()));
        for wrong in [None, Some("Bearer wrong"), Some("right"), Some("Bearer ")] {
            assert_eq!(
                answer(&mut gate, wrong),
                Err(tonic::Code::Unauthenticated),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_gate_without_token_is_open() {
        assert_eq!(answer(&mut Gate(None), None), Ok(()));
    }

    #[test]
    fn a_file_must_hold_a_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.sha256");
        assert!(matches!(
            TokenDigest::from_file(&path),
            Err(MonitorFault::ReadToken { .. })
        ));
        std::fs::write(&path, "right").unwrap();
        assert!(matches!(
            TokenDigest::from_file(&path),
            Err(MonitorFault::MalformedToken { .. })
        ));
        std::fs::write(&path, format!("{}\n", hex::encode(Sha256::digest("right")))).unwrap();
        let mut gate = Gate(Some(TokenDigest::from_file(&path).unwrap()));
        assert_eq!(answer(&mut gate, Some("Bearer right")), Ok(()));
    }
}
