//! Many grants at once, for a head who signs many: each is prepared and settled on its own.
//! One that is refused never keeps another from being granted.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::{StreamExt as _, stream};
use ring::digest::{Context, SHA256};
use tonic::Status;
use uuid::Uuid;

use super::{grant::Grant, prepare::prepare};
use crate::{
    application::Office,
    authz::{GrantApplication, Permit, PrepareGrant},
    kernel::{ApplicationId, RequestId},
    pb::registry::v1::{
        self as pb, prepared_grant::Outcome as Prepared, settled_grant::Outcome as Settled,
    },
    rpc::{FieldErrors, Malformed, item_error, status},
};

/// How many grants one call may have.
const ITEMS_MAX: usize = 100;

/// How many of a batch are under way at once: enough to share commits, and no crowd of its own.
const AT_ONCE: usize = 8;

/// Reads which grants are to be prepared.
pub(super) fn named(message: &pb::PrepareGrantsRequest) -> Result<Vec<ApplicationId>, Malformed> {
    let mut errors = FieldErrors::new();
    bounded(
        "application_ids",
        message.application_ids.len(),
        &mut errors,
    );
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    for (index, id) in message.application_ids.iter().enumerate() {
        errors.item("application_ids", index, |errors| {
            if let Some(id) = errors.required("", id, ApplicationId::parse) {
                once(id, "", &mut seen, errors);
                ids.push(id);
            }
        });
    }
    errors.into_result(ids)
}

/// Prepares each.
pub(super) async fn prepare_each(
    office: &Arc<Office>,
    permit: &Permit<PrepareGrant>,
    ids: Vec<ApplicationId>,
) -> pb::PrepareGrantsResponse {
    let each = stream::iter(ids).map(async |id| {
        let prepared = prepare(office, permit, id).await;
        let outcome = match prepared.map_err(status::from_stop) {
            Ok(prepared) => Prepared::Prepared(prepared),
            Err(refused) => Prepared::Error(item_error(&refused)),
        };
        pb::PreparedGrant {
            application_id: id.to_string(),
            outcome: Some(outcome),
        }
    });
    pb::PrepareGrantsResponse {
        grants: each.buffered(AT_ONCE).collect().await,
    }
}

/// Reads the grants of a batch, each under a request id of its own.
pub(super) fn signed(
    office: &Arc<Office>,
    permit: &Permit<GrantApplication>,
    message: &pb::GrantApplicationsRequest,
) -> Result<Vec<Grant>, Malformed> {
    let mut errors = FieldErrors::new();
    let batch = errors.required("request_id", &message.request_id, RequestId::parse);
    bounded("grants", message.grants.len(), &mut errors);
    let batch = batch.unwrap_or(Uuid::nil().into());
    let mut seen = BTreeSet::new();
    let mut grants = Vec::new();
    for (index, signed) in message.grants.iter().enumerate() {
        let item = pb::GrantApplicationRequest {
            request_id: request_of(batch, &signed.application_id),
            application_id: signed.application_id.clone(),
            etag: signed.etag.clone(),
            head_signature: signed.head_signature.clone(),
        };
        errors.item("grants", index, |errors| {
            let grant = Grant::read(Arc::clone(office), permit.clone(), &item, errors);
            if let Some(grant) = grant {
                once(grant.application(), "application_id", &mut seen, errors);
                grants.push(grant);
            }
        });
    }
    errors.into_result(grants)
}

/// The request of one grant of a batch: a batch that is sent again is its grants sent again.
fn request_of(batch: RequestId, application_id: &str) -> String {
    let mut digest = Context::new(&SHA256);
    digest.update(batch.get().as_bytes());
    digest.update(application_id.to_lowercase().as_bytes());
    let mut bytes = [0; 16];
    for (byte, digested) in bytes.iter_mut().zip(digest.finish().as_ref()) {
        *byte = *digested;
    }
    let id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    id.hyphenated().to_string()
}

/// Settles each by `grant`, a few at once; the outcomes are in the order of the grants.
pub(super) async fn settle_each<F>(
    grants: Vec<Grant>,
    grant: impl Fn(Grant) -> F,
) -> pb::GrantApplicationsResponse
where
    F: Future<Output = Result<pb::GrantApplicationResponse, Status>>,
{
    let each = stream::iter(grants).map(async |signed| {
        let application_id = signed.application().to_string();
        let outcome = match grant(signed).await {
            Ok(granted) => Settled::Granted(granted),
            Err(refused) => Settled::Error(item_error(&refused)),
        };
        pb::SettledGrant {
            application_id,
            outcome: Some(outcome),
        }
    });
    let grants: Vec<pb::SettledGrant> = each.buffered(AT_ONCE).collect().await;
    let is_replayed = |one: &pb::SettledGrant| matches!(&one.outcome, Some(Settled::Granted(granted)) if granted.replayed);
    pb::GrantApplicationsResponse {
        replayed: grants.iter().all(is_replayed),
        grants,
    }
}

fn bounded(path: &str, count: usize, errors: &mut FieldErrors) {
    match count {
        0 => errors.missing(path),
        1..=ITEMS_MAX => {}
        _ => errors.add(path, format_args!("must have at most {ITEMS_MAX} items")),
    }
}

fn once(
    id: ApplicationId,
    path: &str,
    seen: &mut BTreeSet<ApplicationId>,
    errors: &mut FieldErrors,
) {
    if !seen.insert(id) {
        errors.add(path, "must be named only once");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_that_is_sent_again_is_its_grants_sent_again() {
        let [one, two] = [1, 2].map(|number| RequestId::from(Uuid::from_u128(number)));
        let application = "019b5f6e-4c00-7abc-8def-0123456789ab";
        let request = request_of(one, application);
        assert!(RequestId::parse(&request).is_ok());
        assert_eq!(request, request_of(one, &application.to_uppercase()));
        assert_ne!(request, request_of(two, application));
        assert_ne!(
            request,
            request_of(one, "019b5f6e-4c00-7abc-8def-0123456789ac")
        );
    }
}
