//! Many grants in one call: each on its own, and the same call again grants what is left.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, ErrorReason, prepared_grant::Outcome as Prepared,
        settled_grant::Outcome as Settled,
    },
};
use tonic::Code;

use super::waiting;
use crate::harness::{Account, Town, told_raw};

async fn prepared(town: &Town, ids: Vec<String>) -> Vec<pb::PreparedGrant> {
    let mut head = town.raw(Account::Head).review();
    let request = pb::PrepareGrantsRequest {
        application_ids: ids.clone(),
    };
    let answer = head.prepare_grants(request).await.unwrap().into_inner();
    let told = answer.grants.iter().map(|one| &one.application_id);
    assert!(told.eq(&ids), "in the order of the question");
    answer.grants
}

/// Signs what was prepared, and leaves out what was not.
async fn signed(town: &Town, prepared: &[pb::PreparedGrant]) -> Vec<pb::SignedGrant> {
    let identity = &town.world.provider.head.identity;
    let now = town.now().await;
    let signed = prepared.iter().filter_map(|one| match &one.outcome {
        Some(Prepared::Prepared(prepared)) => Some(pb::SignedGrant {
            application_id: one.application_id.clone(),
            etag: prepared.etag.clone(),
            head_signature: identity.sign_detached(&prepared.content, now).unwrap(),
        }),
        Some(Prepared::Error(_)) | None => None,
    });
    signed.collect()
}

async fn granted(
    town: &Town,
    request: &pb::GrantApplicationsRequest,
) -> pb::GrantApplicationsResponse {
    let mut head = town.raw(Account::Head).review();
    let answer = head.grant_applications(request.clone()).await;
    answer.unwrap().into_inner()
}

fn reasons(answer: &pb::GrantApplicationsResponse) -> Vec<Option<ErrorReason>> {
    let outcomes = answer.grants.iter().map(|one| one.outcome.as_ref());
    outcomes
        .map(|outcome| match outcome.unwrap() {
            Settled::Granted(_) => None,
            Settled::Error(error) => Some(error.reason()),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_a_batch_is_settled_on_its_own_and_a_repeat_grants_the_rest() {
    let town = Town::open_plainly().await;
    let mut ids = Vec::new();
    for share in 721..741 {
        ids.push(waiting(&town, share).await.application_id);
    }
    let rival = town
        .agreement(721)
        .concluded_with(&town.world.rival)
        .with(|agreement| agreement.agreement_number = "ҚШ-721/2".to_owned());
    ids.push(
        town.filed(&rival, Stage::AwaitingSignature)
            .await
            .application_id,
    );
    let open = town.filed_copy(&town.agreement(741)).await.application_id;
    ids.insert(3, open);
    ids.push(new_request_id());

    let prepared = prepared(&town, ids.clone()).await;
    let failed: Vec<_> = prepared
        .iter()
        .filter_map(|one| match one.outcome.as_ref().unwrap() {
            Prepared::Prepared(_) => None,
            Prepared::Error(error) => Some(error.reason()),
        })
        .collect();
    assert_eq!(
        failed,
        [ErrorReason::WrongStage, ErrorReason::PermissionDenied]
    );
    let mut request = pb::GrantApplicationsRequest {
        request_id: new_request_id(),
        grants: signed(&town, &prepared).await,
    };
    assert_eq!(request.grants.len(), 21);
    let right = std::mem::replace(&mut request.grants[5].head_signature, vec![1]);
    let first = granted(&town, &request).await;
    let refused: Vec<_> = reasons(&first).into_iter().flatten().collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert_eq!(reasons(&first)[5], Some(ErrorReason::SignatureInvalid));
    // One of the two for share 721 came first; the other lost the share, or was looked at again before.
    let lost = [ErrorReason::ShareTaken, ErrorReason::StaleEtag];
    let rivals = [reasons(&first)[0], reasons(&first)[20]];
    assert!(rivals.contains(&None) && rivals.iter().flatten().all(|reason| lost.contains(reason)));
    for (one, sent) in first.grants.iter().zip(&request.grants) {
        assert_eq!(one.application_id, sent.application_id);
        let Some(Settled::Error(error)) = &one.outcome else {
            continue;
        };
        assert!(!error.text.as_ref().unwrap().kk.is_empty());
    }
    assert!(!first.replayed);

    request.grants[5].head_signature = right;
    let head = town.journal_head().await;
    let second = granted(&town, &request).await;
    assert_eq!(reasons(&second)[5], None, "what was wrong is granted now");
    assert!(town.journal_head().await > head);
    assert!(!second.replayed);
    let loser = loser_of(&second);
    let kept = |grant: &pb::SignedGrant| grant.application_id != loser;
    request.grants.retain(kept);
    let third = granted(&town, &request).await;
    assert!(third.replayed, "all of it was granted before");
    assert!(reasons(&third).iter().all(Option::is_none));
    town.close().await;
}

/// The application of a batch that was not granted.
fn loser_of(answer: &pb::GrantApplicationsResponse) -> String {
    let mut lost = answer.grants.iter();
    let lost = lost.find(|one| matches!(one.outcome, Some(Settled::Error(_))));
    lost.unwrap().application_id.clone()
}

#[tokio::test]
async fn a_batch_of_the_wrong_shape_is_told_whole_and_grants_nothing() {
    let town = Town::open().await;
    let filed = waiting(&town, 742).await;
    let id = filed.application_id;
    let right = prepared(&town, vec![id.clone()]).await;
    let right = signed(&town, &right).await.remove(0);
    let before = town.journal_head().await;
    let mut head = town.raw(Account::Head).review();
    let empty = pb::GrantApplicationsRequest::default();
    let empty = told_raw(head.grant_applications(empty).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["request_id", "grants"]);
    let wrong = pb::GrantApplicationsRequest {
        request_id: "1".to_owned(),
        grants: vec![
            right.clone(),
            right.clone(),
            pb::SignedGrant {
                application_id: "x".to_owned(),
                ..Default::default()
            },
        ],
    };
    let wrong = told_raw(head.grant_applications(wrong).await);
    let paths = [
        "request_id",
        "grants[1].application_id",
        "grants[2].application_id",
        "grants[2].etag",
        "grants[2].head_signature",
    ];
    assert_eq!(wrong.paths(), paths);
    let many = pb::GrantApplicationsRequest {
        request_id: new_request_id(),
        grants: (0..101)
            .map(|_| pb::SignedGrant {
                application_id: new_request_id(),
                ..right.clone()
            })
            .collect(),
    };
    let many = told_raw(head.grant_applications(many).await);
    assert_eq!(many.paths(), ["grants"]);
    let ids = pb::PrepareGrantsRequest {
        application_ids: vec![id.clone(), "x".to_owned(), id],
    };
    let ids = told_raw(head.prepare_grants(ids).await);
    assert_eq!(ids.paths(), ["application_ids[1]", "application_ids[2]"]);
    assert_eq!(town.journal_head().await, before, "nothing was granted");
}
