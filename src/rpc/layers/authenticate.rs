//! Who calls, before anything of the call is read: the bearer token names the caller.
//! It never says why a token is refused, and never takes an unknown one for none.

use std::{fmt, sync::Arc};

use http::{HeaderMap, header::AUTHORIZATION};
use tonic::Status;

use crate::{
    authn::{Caller, TokenVerifier},
    authz::{self, Action, MethodAccess, Scope},
    pb::registry::v1::ErrorReason,
    rpc::{Reason, status},
};

const SCHEME: &str = "bearer ";

/// What a call showed, to be looked at again while a long answer goes on.
#[derive(Clone)]
pub struct Credentials {
    token: Arc<str>,
    tokens: Arc<dyn TokenVerifier>,
}

impl Credentials {
    /// A token that was shown, and who knows whose it is.
    pub fn of(token: &str, tokens: Arc<dyn TokenVerifier>) -> Self {
        Self {
            token: token.into(),
            tokens,
        }
    }

    /// The caller whose they are still.
    pub async fn caller(&self) -> Result<Arc<Caller>, Status> {
        let caller = self.tokens.verify(&self.token).await;
        caller.ok_or_else(unauthenticated)
    }

    /// The right to go on, if the caller still has it over the same objects.
    pub async fn still<A: Action>(&self, scope: &Scope) -> Result<(), Status> {
        let permit = authz::require::<A>(&self.caller().await?)?;
        if permit.scope() == *scope {
            Ok(())
        } else {
            Err(status::permission_denied())
        }
    }
}

/// Never shows the token.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// The caller and what it showed; none where anyone may call and no credentials are given.
pub(super) async fn caller(
    headers: &HeaderMap,
    access: &MethodAccess,
    tokens: &Arc<dyn TokenVerifier>,
) -> Result<Option<(Arc<Caller>, Credentials)>, Status> {
    let mut credentials = headers.get_all(AUTHORIZATION).iter();
    let token = match (credentials.next(), credentials.next()) {
        (None, _) if access.anyone => return Ok(None),
        (Some(only), None) => only.to_str().ok().and_then(token),
        _ => None,
    };
    let token = token.ok_or_else(unauthenticated)?;
    let credentials = Credentials::of(token, Arc::clone(tokens));
    let caller = credentials.caller().await?;
    Ok(Some((caller, credentials)))
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
        tokens: Arc<dyn TokenVerifier>,
        token: String,
    }

    fn known() -> Known {
        let caller = account("portal", "agency", "600740000012", &["read".to_owned()]).unwrap();
        let minted = mint(&caller, &SystemIds::default());
        Known {
            tokens: Arc::new(Tokens::parse(&minted.row).unwrap()),
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
        Ok(caller.map(|(caller, _)| caller.name.to_string()))
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
    async fn credentials_are_not_shown() {
        let known = known();
        let headers = [(
            AUTHORIZATION,
            format!("Bearer {}", known.token).parse().unwrap(),
        )];
        let access = access(GetDays::PATH).unwrap();
        let found = caller(&headers.into_iter().collect(), access, &known.tokens).await;
        let (_, credentials) = found.unwrap().unwrap();
        assert!(!format!("{credentials:?}").contains(&known.token));
        assert_eq!(credentials.caller().await.unwrap().name.as_str(), "portal");
    }

    #[tokio::test]
    async fn nobody_is_needed_only_where_anyone_may_call() {
        let known = known();
        assert_eq!(ask(&known, ListProviders::PATH, &[]).await.unwrap(), None);
        assert!(ask(&known, GetDays::PATH, &[]).await.is_err());
    }
}
