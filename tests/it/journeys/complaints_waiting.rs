//! Complaints that nobody acts upon, two act upon at once, or that are taken back (cl. 14, 15; APPK 91(2), 100(5)).

use sea_orm::ConnectionTrait as _;
use tizilim::pb::registry::v1::{
    ApplicationStage as Stage, ComplaintAct, ComplaintActKind as Act,
    ComplaintAddressee as Addressee, ComplaintOutcome as Outcome, ComplaintRemedy as Remedy,
    ComplaintState as State, ComplaintSubject as Subject,
};
use tonic::Code;

use super::complaints_decided::{decided, read};
use crate::harness::{Account, Town, instant, moment, reasons, told};

#[tokio::test]
async fn silence_counts_as_a_refusal_from_the_moment_the_term_passed_and_a_late_act_is_taken() {
    let town = Town::open().await;
    let refused = town.refused(817).await;
    let own = town
        .complain(&refused, Subject::Refusal, Addressee::Provider)
        .await;
    let to_go_on = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    town.advance("2026-11-27T13:30:00Z").await;
    assert_eq!(
        read(&town, &to_go_on).await.not_forwarded_at,
        None,
        "in time is in time"
    );
    // Both terms pass while the service does not run.
    let (standing, installation) = town.stopped().await;
    let town = Town::resume(standing, installation).await;
    town.advance("2026-12-03T06:00:00Z").await;
    let silent = read(&town, &own).await;
    let since = moment("2026-12-01T13:30:00.000001Z");
    assert_eq!(instant(silent.silent_at), since);
    assert_eq!(silent.not_forwarded_at, None);
    assert_eq!(silent.state(), State::Registered);
    let act = silent.acts.last().unwrap();
    assert_eq!(act.kind(), Act::Silent);
    assert!(act.text.as_ref().unwrap().en.contains("court"), "{act:?}");
    let kept_back = read(&town, &to_go_on).await;
    let since = moment("2026-11-27T13:30:00.000001Z");
    assert_eq!(instant(kept_back.not_forwarded_at), since);
    assert_eq!(kept_back.silent_at, None, "nobody was asked to decide");
    assert_eq!(kept_back.state(), State::Registered);
    assert_eq!(kept_back.acts.last().unwrap().kind(), Act::NotForwarded);
    let stages = town.portal().stages(&refused.application_id).await.unwrap();
    let passed: Vec<_> = stages
        .iter()
        .filter(|stage| stage.stage() == Stage::ComplaintDecided)
        .map(|stage| {
            (
                stage.complaint_number.as_str(),
                stage.complaint_outcome.as_str(),
            )
        })
        .collect();
    let (own_number, other) = (&own.complaint_number, &to_go_on.complaint_number);
    assert_eq!(
        passed,
        [(other.as_str(), "NOT_FORWARDED"), (own_number, "SILENCE")]
    );

    let head = town.provider(Account::Head);
    let to_go_on = read(&town, &to_go_on).await;
    let satisfied = head.satisfy_complaint(&to_go_on, reasons(), "").await;
    told(satisfied).is(Code::FailedPrecondition, "TERM_PASSED");
    let forwarded = head.forward_complaint(&to_go_on).await.unwrap();
    assert_eq!(forwarded.silent_at, None, "the body has a term of its own");
    assert_eq!(forwarded.not_forwarded_at, kept_back.not_forwarded_at);
    let own = read(&town, &own).await;
    let extended = head.extend_complaint(&own, 5, reasons()).await;
    told(extended).is(Code::FailedPrecondition, "TERM_PASSED");
    let annulled = decided(&town, Account::Head, &own, Outcome::Annulled).await;
    assert_eq!(annulled.unwrap().state(), State::Decided);
}

#[tokio::test]
async fn an_act_that_is_quicker_than_the_clerk_is_late_on_record_all_the_same() {
    let town = Town::open().await;
    let refused = town.refused(827).await;
    let to_go_on = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    let own = town
        .complain(&refused, Subject::Refusal, Addressee::Provider)
        .await;
    // The clerk finds nothing to do.
    let register = town.installation.register().await;
    let nothing = "UPDATE complaint SET wakes_at = NULL";
    register.execute_unprepared(nothing).await.unwrap();
    town.advance("2026-12-03T06:00:00Z").await;
    let waiting = read(&town, &to_go_on).await;
    assert_eq!((waiting.not_forwarded_at, waiting.acts.len()), (None, 1));

    let forwarded = town.officer().forward_complaint(&waiting).await.unwrap();
    let rejected = decided(&town, Account::Colleague, &own, Outcome::Rejected).await;
    for (complaint, passed, act) in [
        (&forwarded, Act::NotForwarded, Act::Forwarded),
        (&rejected.unwrap(), Act::Silent, Act::Decided),
    ] {
        let acts = read(&town, complaint).await.acts;
        let kinds: Vec<_> = acts.iter().map(ComplaintAct::kind).collect();
        assert_eq!(kinds, [Act::Filed, passed, act]);
        assert_eq!(acts[1].acted_by, "system");
    }
    let stages = town.portal().stages(&refused.application_id).await.unwrap();
    let told: Vec<_> = stages
        .iter()
        .filter(|stage| !stage.complaint_number.is_empty())
        .map(|stage| (stage.stage(), stage.complaint_outcome.as_str()))
        .collect();
    assert_eq!(
        told[2..],
        [
            (Stage::ComplaintDecided, "NOT_FORWARDED"),
            (Stage::ComplaintForwarded, ""),
            (Stage::ComplaintDecided, "SILENCE"),
            (Stage::ComplaintDecided, "REJECTED")
        ]
    );
}

#[tokio::test]
async fn what_is_registered_at_the_opening_goes_on_before_the_clerk_comes() {
    let town = Town::open().await;
    let refused = town.refused(829).await;
    town.advance("2026-11-24T14:00:00Z").await;
    let late = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    assert_eq!(late.state(), State::Received);
    // The clerk finds nothing to do.
    let register = town.installation.register().await;
    let nothing = "UPDATE complaint SET wakes_at = NULL";
    register.execute_unprepared(nothing).await.unwrap();
    town.advance("2026-11-25T04:00:00Z").await;
    let late = read(&town, &late).await;
    assert_eq!(late.state(), State::Received);
    let forwarded = town.officer().forward_complaint(&late).await.unwrap();
    assert_eq!(forwarded.state(), State::Forwarded);
    assert!(!forwarded.forwarding.unwrap().case_file_sha256.is_empty());
}

#[tokio::test]
async fn an_overdue_service_is_ordered_or_satisfied_once_it_is_decided() {
    let town = Town::open().await;
    let agreement = town.agreement(815).with(|agreement| {
        agreement.consent = None;
    });
    let open = town.filed(&agreement, Stage::InReview).await;
    town.advance("2026-11-26T06:00:00Z").await;
    let first = town
        .complain(&open, Subject::Overdue, Addressee::Provider)
        .await;
    let ordered = decided(&town, Account::Head, &first, Outcome::OrderedToAct).await;
    assert_eq!(
        ordered.unwrap().decision.unwrap().remedy(),
        Remedy::Unspecified
    );
    let second = town
        .complain(&open, Subject::Overdue, Addressee::HigherBody)
        .await;
    let head = town.provider(Account::Head);
    let early = head.satisfy_complaint(&second, reasons(), "").await;
    told(early).is(Code::FailedPrecondition, "NOT_SATISFIED_YET");
    let open = town
        .portal()
        .application(&open.application_id)
        .await
        .unwrap();
    assert_eq!(
        open.stage(),
        Stage::InReview,
        "the system never decides by itself"
    );
    let grounds = open.proposed_grounds.clone();
    let refused = town.officer().refuse(&open, grounds).await.unwrap();
    let satisfied = head
        .satisfy_complaint(&second, reasons(), "")
        .await
        .unwrap();
    assert_eq!(
        satisfied.decision.unwrap().remedy(),
        Remedy::DecidedMeanwhile
    );

    // The term begins anew; that it had passed stays so.
    let of_refusal = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    let satisfied = head.satisfy_complaint(&of_refusal, reasons(), "").await;
    assert_eq!(
        satisfied.unwrap().decision.unwrap().remedy(),
        Remedy::DecidedAnew
    );
    // It is checked again; then nothing but we changes it.
    town.reached(&open, Stage::InReview).await;
    let third = town
        .complain(&open, Subject::Overdue, Addressee::HigherBody)
        .await;
    let anew = town
        .portal()
        .application(&open.application_id)
        .await
        .unwrap();
    assert!(!anew.overdue);
    town.portal().withdraw(&anew).await.unwrap();
    let withdrawn = head.satisfy_complaint(&third, reasons(), "").await;
    told(withdrawn).is(Code::FailedPrecondition, "NOT_SATISFIED_YET");
}

#[tokio::test]
async fn a_complaint_of_one_refusal_never_annuls_a_later_one() {
    let town = Town::open().await;
    let refused = town.refused(828).await;
    let complain = async |addressee| town.complain(&refused, Subject::Refusal, addressee).await;
    let first = complain(Addressee::HigherBody).await;
    let meanwhile = complain(Addressee::Provider).await;
    let last = complain(Addressee::Provider).await;
    let head = town.provider(Account::Head);
    head.satisfy_complaint(&first, reasons(), "").await.unwrap();
    let annulled = read(&town, &first).await.annulled_refusal.unwrap();
    let refusal = refused.refusal.as_ref().unwrap();
    assert_eq!(annulled.refused_at, refusal.refused_at);

    let anew = town.reached(&refused, Stage::InReview).await;
    let decided_anew = decided(&town, Account::Colleague, &meanwhile, Outcome::Annulled).await;
    let remedy = decided_anew.unwrap().decision.unwrap().remedy();
    assert_eq!(remedy, Remedy::DecidedAnew, "nobody decided meanwhile");
    assert_eq!(read(&town, &meanwhile).await.annulled_refusal, None);

    town.advance("2026-11-24T06:00:00Z").await;
    let anew = town
        .portal()
        .application(&anew.application_id)
        .await
        .unwrap();
    let grounds = anew.proposed_grounds.clone();
    let again = town.officer().refuse(&anew, grounds).await.unwrap();
    let of_the_first = decided(&town, Account::Colleague, &last, Outcome::Annulled).await;
    let remedy = of_the_first.unwrap().decision.unwrap().remedy();
    assert_eq!(remedy, Remedy::DecidedMeanwhile);
    let still = town
        .portal()
        .application(&again.application_id)
        .await
        .unwrap();
    assert_eq!(still.refusal, again.refusal, "nobody complained of it");
}

#[tokio::test]
async fn forwarded_and_satisfied_at_the_same_second_it_is_one_of_the_two() {
    let town = Town::open().await;
    for share_no in 820..826 {
        let refused = town.refused(share_no).await;
        let filed = town
            .complain(&refused, Subject::Refusal, Addressee::HigherBody)
            .await;
        let (officer, head) = (town.officer(), town.provider(Account::Head));
        let (forwarded, satisfied) = tokio::join!(
            officer.forward_complaint(&filed),
            head.satisfy_complaint(&filed, reasons(), "")
        );
        assert!(forwarded.is_ok() ^ satisfied.is_ok());
        let lost = forwarded.err().or(satisfied.err()).unwrap();
        told(Err::<(), _>(lost)).is(Code::Aborted, "STALE_ETAG");
        let state = read(&town, &filed).await.state();
        assert!([State::Forwarded, State::Satisfied].contains(&state));
    }
}

#[tokio::test]
async fn a_complaint_is_withdrawn_before_the_decision_and_not_after() {
    let town = Town::open().await;
    let refused = town.refused(818).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    let forwarded = town.officer().forward_complaint(&filed).await.unwrap();
    let stale = town.portal().withdraw_complaint(&filed).await;
    told(stale).is(Code::Aborted, "STALE_ETAG");
    let other = town.cooperative(Account::OtherPortal);
    let seen = other.complaint(&filed.complaint_id).await.unwrap();
    told(other.withdraw_complaint(&seen).await).is(Code::PermissionDenied, "PERMISSION_DENIED");
    let withdrawn = town.portal().withdraw_complaint(&forwarded).await.unwrap();
    assert_eq!(withdrawn.state(), State::Withdrawn);
    assert!(town.portal().complaints(true).await.unwrap().is_empty());
    let twice = town.portal().withdraw_complaint(&withdrawn).await;
    told(twice).is(Code::FailedPrecondition, "WRONG_STATE");
    let stages = town.portal().stages(&refused.application_id).await.unwrap();
    assert_eq!(stages.last().unwrap().complaint_outcome, "WITHDRAWN");
}

#[tokio::test]
async fn nothing_goes_on_to_a_body_that_nobody_named() {
    let town = Town::open().await;
    let refused = town.refused(819).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    let mut provider = town.provider_as_set().await;
    let named = std::mem::take(&mut provider.higher_body_bin);
    assert_eq!(named, town.world.higher_body.as_str());
    town.set_provider(provider.clone()).await;
    let forwarded = town.officer().forward_complaint(&filed).await;
    told(forwarded).is(Code::FailedPrecondition, "REVIEWING_BODY_UNKNOWN");
    let mut provider = town.provider_as_set().await;
    provider.higher_body_bin = named;
    town.set_provider(provider).await;
    town.officer().forward_complaint(&filed).await.unwrap();
}
