//! Who calls, before anything of the call is read: the bearer token names the caller.
//! It never says why a token is refused, and never takes an unknown one for none.

use std::sync::Arc;

use http::{HeaderMap, header::AUTHORIZATION};
use tonic::Status;

use crate::{
    authn::{Caller, TokenVerifier},
    authz::MethodAccess,
    pb::registry::v1::ErrorReason,
    rpc::Reason,
};

const SCHEME: &str = "bearer ";

/// The caller; none where anyone may call and no credentials are given.
pub(super) async fn caller(
    headers: &HeaderMap,
    access: &MethodAccess,
    tokens: &dyn TokenVerifier,
) -> Result<Option<Arc<Caller>>, Status> {
    let mut credentials = headers.get_all(AUTHORIZATION).iter();
    let found = match (credentials.next(), credentials.next()) {
        (None, _) if access.anyone => return Ok(None),
        (Some(only), None) => match only.to_str().ok().and_then(token) {
            Some(token) => tokens.verify(token).await,
            None => None,
        },
        _ => None,
    };
    match found {
        Some(caller) => Ok(Some(caller)),
        None => Err(unauthenticated()),
    }
}

/// The answer to a call without valid credentials.
pub(in crate::rpc) fn unauthenticated() -> Status {
    let text = "a valid bearer token is needed";
    Reason::new(ErrorReason::Unauthenticated, text).into()
}

fn token(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;
    use crate::{
        authn::{Tokens, account, mint},
        authz::{Action, GetDays, ListProviders, access},
        kernel::SystemIds,
    };

    struct Known {
        tokens: Tokens,
        token: String,
    }

    fn known() -> Known {
        let caller = account("portal", "agency", "600740000012", &["read".to_owned()]).unwrap();
        let minted = mint(&caller, &SystemIds);
        Known {
            tokens: Tokens::parse(&minted.row).unwrap(),
            token: minted.token.expose().clone(),
        }
    }

    async fn ask(
        known: &Known,
        path: &str,
        credentials: &[&str],
    ) -> Result<Option<String>, Status> {
        let headers = credentials
            .iter()
            .map(|text| (AUTHORIZATION, text.parse().unwrap()))
            .collect();
        let caller = caller(&headers, access(path).unwrap(), &known.tokens).await?;
        Ok(caller.map(|caller| caller.name.to_string()))
    }

    #[tokio::test]
    async fn a_valid_token_names_the_caller() {
        let known = known();
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let credentials = format!("{scheme} {}", known.token);
            for path in [GetDays::PATH, ListProviders::PATH] {
                let name = ask(&known, path, &[&credentials]).await.unwrap();
                assert_eq!(name.as_deref(), Some("portal"));
            }
        }
    }

    #[tokio::test]
    async fn anything_else_is_refused_with_one_text() {
        let known = known();
        let right = format!("Bearer {}", known.token);
        let basic = format!("Basic {}", known.token);
        for credentials in [
            &["Bearer wrong"][..],
            &["Bearer "],
            &["Bearer"],
            &[""],
            &[&known.token],
            &[&basic],
            &[&right, &right],
        ] {
            for path in [GetDays::PATH, ListProviders::PATH] {
                let status = ask(&known, path, credentials).await.unwrap_err();
                assert_eq!(status.code(), Code::Unauthenticated, "{credentials:?}");
                assert_eq!(status.message(), unauthenticated().message());
            }
        }
    }

    #[tokio::test]
    async fn nobody_is_needed_only_where_anyone_may_call() {
        let known = known();
        assert_eq!(ask(&known, ListProviders::PATH, &[]).await.unwrap(), None);
        assert!(ask(&known, GetDays::PATH, &[]).await.is_err());
    }
}
