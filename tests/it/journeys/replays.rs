//! Checks once more: one application under other rules, and a period under rules that are tried.

use futures_util::TryStreamExt as _;
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, CheckSeverity,
        CheckVerdict as Verdict, replay_checks_request::Rules, try_rule_set_request,
        try_rule_set_response::Part,
    },
};
use tonic::{Code, Status};

use super::rule_sets::{SHIPPED_VERSION, activated, off, strict};
use crate::harness::{Account, OTHER_PROVIDER, Town, instant, told_raw};

async fn replay(
    town: &Town,
    account: Account,
    id: &str,
    rules: Rules,
) -> Result<pb::ReplayChecksResponse, Status> {
    let request = pb::ReplayChecksRequest {
        application_id: id.to_owned(),
        rules: Some(rules),
    };
    let mut raw = town.raw(account).rule_sets();
    Ok(raw.replay_checks(request).await?.into_inner())
}

async fn under_text(town: &Town, application: &pb::Application) -> pb::ReplayChecksResponse {
    let rules = Rules::Text(strict("tried", "2027-01-01"));
    let id = &application.application_id;
    replay(town, Account::Operator, id, rules).await.unwrap()
}

/// Under its own rules an application comes out as it did, whatever became of it since.
async fn is_reproduced(town: &Town, application: &pb::Application) {
    let id = &application.application_id;
    let rules = Rules::Version(SHIPPED_VERSION.to_owned());
    let replayed = replay(town, Account::Officer, id, rules).await.unwrap();
    assert_eq!(replayed.checks.len(), 25);
    for check in &replayed.checks {
        assert!(!check.differs && check.reproduced, "{check:?}");
    }
    assert!(!replayed.verdict_differs);
    assert_eq!(replayed.verdict, replayed.replayed_verdict);
}

fn differing(replayed: &pb::ReplayChecksResponse) -> Vec<&pb::ReplayedCheck> {
    let checks = replayed.checks.iter();
    checks.filter(|check| check.differs).collect()
}

#[tokio::test]
async fn a_replay_shows_the_one_difference_and_changes_nothing() {
    let town = Town::open().await;
    let filed = town.filed(&off(&town, 131), Stage::AwaitingSignature).await;
    town.granted(&filed).await;
    let filed = town.reached(&filed, Stage::ExtractSent).await;
    town.operator().all_stages_delivered().await.unwrap();
    let head = town.journal_head().await;
    let replayed = under_text(&town, &filed).await;
    assert_eq!(replayed.rule_set, SHIPPED_VERSION);
    assert_eq!(replayed.replayed_rule_set, "tried");
    assert_eq!(replayed.application_number, filed.application_number);
    let [difference] = differing(&replayed)[..] else {
        panic!("{replayed:?}");
    };
    assert_eq!(difference.check, "C16");
    let recorded = difference.recorded.as_ref().unwrap();
    assert_eq!(recorded.outcome(), CheckOutcome::Passed);
    let found = difference.replayed.as_ref().unwrap();
    assert_eq!(found.outcome(), CheckOutcome::Failed);
    assert_eq!(found.severity(), CheckSeverity::Refusal);
    assert_eq!(found.rule_set, "tried");
    assert_eq!(replayed.verdict(), Verdict::AllPassed);
    assert_eq!(replayed.replayed_verdict(), Verdict::Failed);
    assert!(replayed.verdict_differs && replayed.grounds.is_empty());
    let ground: i32 = pb::RefusalGroundCode::NonComplianceWithHousingLaw.into();
    assert_eq!(replayed.replayed_grounds, [ground]);
    assert!(replayed.checks.iter().all(|check| check.reproduced));
    is_reproduced(&town, &filed).await;
    let read = town
        .portal()
        .application(&filed.application_id)
        .await
        .unwrap();
    assert_eq!(read.findings, filed.findings);
    assert_eq!(town.journal_head().await, head, "nothing was stored");
    let told = format!("{replayed:?}");
    let shareholder = &town.world.shareholder;
    for personal in [shareholder.iin.as_str(), shareholder.surname] {
        assert!(!told.contains(personal), "an operator reads it");
    }
}

#[tokio::test]
async fn whatever_became_of_the_entry_a_replay_sees_the_register_of_then() {
    let town = Town::open().await;
    let winner = town
        .filed(&town.agreement(141), Stage::AwaitingSignature)
        .await;
    let loser = town
        .agreement(141)
        .concluded_with(&town.world.rival)
        .with(|agreement| agreement.agreement_number = "141-1".to_owned());
    let loser = town.filed(&loser, Stage::AwaitingSignature).await;
    town.advance("2026-11-24T05:10:00Z").await;
    let entry = town.granted(&winner).await.entry.unwrap();
    let loser = town.reached(&loser, Stage::InReview).await;
    let replayed = under_text(&town, &loser).await;
    assert!(differing(&replayed).is_empty(), "{replayed:?}");
    assert_eq!(replayed.verdict(), Verdict::Failed);
    assert!(instant(replayed.agreement_as_of_at) < instant(replayed.register_as_of_at));
    is_reproduced(&town, &loser).await;
    town.advance("2026-11-24T05:20:00Z").await;
    let amendment = town.amendment(&entry);
    let amendment = town
        .filed_change(&amendment, Stage::AwaitingSignature)
        .await;
    town.advance("2026-11-24T05:30:00Z").await;
    town.changed(&amendment).await;
    let assignment = town.assignment(&entry, &town.world.rival);
    let assignment = town
        .filed_change(&assignment, Stage::AwaitingSignature)
        .await;
    town.advance("2026-11-24T05:40:00Z").await;
    town.changed(&assignment).await;
    let world = &town.world;
    let end = tizilim::demo::Change::termination(world, &entry.entry_number, &world.rival);
    let end = town.filed_change(&end, Stage::AwaitingSignature).await;
    town.advance("2026-11-24T05:50:00Z").await;
    town.changed(&end).await;
    let next = town
        .agreement(141)
        .with(|agreement| agreement.agreement_number = "141-2".to_owned());
    let next = town.filed(&next, Stage::AwaitingSignature).await;
    for application in [&winner, &loser, &amendment, &assignment, &end, &next] {
        is_reproduced(&town, application).await;
    }
}

#[tokio::test]
async fn what_officers_recorded_holds_in_a_replay_as_far_as_the_rules_let_them() {
    let town = Town::open().await;
    let copy = town.filed_copy(&town.agreement(151)).await;
    is_reproduced(&town, &copy).await;
    let looked_at = town.looked_at(&copy).await;
    let officer = town.officer();
    let none_found = officer.record(&looked_at, "C22", CheckOutcome::Passed, None);
    let looked_at = none_found.await.unwrap();
    is_reproduced(&town, &looked_at).await;

    // Rules by which no officer looks for decisions of courts.
    let text = strict("tried", "2027-01-01");
    let (before, check) = text.split_at(text.find("[checks.C22]").unwrap());
    let (check, after) = check.split_at(check.find("\n\n").unwrap());
    let lines = check.lines();
    let check: Vec<&str> = lines
        .filter(|line| !line.starts_with("officer_may"))
        .collect();
    let text = format!("{before}{}{after}", check.join("\n"));
    let id = &looked_at.application_id;
    let replayed = replay(&town, Account::Officer, id, Rules::Text(text))
        .await
        .unwrap();
    let [difference] = differing(&replayed)[..] else {
        panic!("{replayed:?}");
    };
    assert_eq!(difference.check, "C22");
    let recorded = difference.recorded.as_ref().unwrap();
    assert_eq!(recorded.outcome(), CheckOutcome::Passed);
    assert_eq!(recorded.recorded_by, "officer");
    let found = difference.replayed.as_ref().unwrap();
    assert_eq!(found.outcome(), CheckOutcome::NotApplicable);
    assert_eq!(found.recorded_by, "system");
    assert!(!replayed.verdict_differs);
}

#[tokio::test]
async fn who_has_no_part_in_an_application_cannot_replay_it() {
    let town = Town::open().await;
    let filed = town
        .filed(&town.agreement(161), Stage::AwaitingSignature)
        .await;
    let own = || Rules::Version(SHIPPED_VERSION.to_owned());
    let id = filed.application_id.as_str();
    let absent = new_request_id();
    for (account, id) in [
        (Account::Portal, id),
        (Account::Agency, id),
        (Account::Stranger, id),
        (Account::Stranger, &absent),
        (Account::Operator, &absent),
    ] {
        let told = told_raw(replay(&town, account, id, own()).await);
        told.is(Code::PermissionDenied, "PERMISSION_DENIED");
    }
    let unknown = Rules::Version("none".to_owned());
    let told = told_raw(replay(&town, Account::Officer, id, unknown).await);
    told.is(Code::NotFound, "RULE_SET_UNKNOWN");
    let broken = Rules::Text("version = 1".to_owned());
    let told = told_raw(replay(&town, Account::Officer, id, broken).await);
    told.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert!(told.paths().contains(&"text.checks"), "{told:?}");
    let mut raw = town.raw(Account::Officer).rule_sets();
    let empty = raw.replay_checks(pb::ReplayChecksRequest::default()).await;
    assert_eq!(told_raw(empty).paths(), ["application_id", "rules"]);

    town.advance("2026-11-24T14:00:00Z").await;
    let request = town.agreement(162).electronic_contract().unwrap();
    let waiting = town.portal().submit(request).await.unwrap();
    let told = replay(&town, Account::Officer, &waiting.application_id, own()).await;
    told_raw(told).is(Code::FailedPrecondition, "NOT_CHECKED");
}

fn trial(from_on: &str, to_on: &str) -> pb::TryRuleSetRequest {
    let text = strict("tried", "2027-01-01");
    pb::TryRuleSetRequest {
        rules: Some(try_rule_set_request::Rules::Text(text)),
        from_on: from_on.to_owned(),
        to_on: to_on.to_owned(),
        provider_id: String::new(),
    }
}

async fn tried(town: &Town, request: pb::TryRuleSetRequest) -> Result<Vec<Part>, Status> {
    let mut raw = town.raw(Account::Operator).rule_sets();
    let stream = raw.try_rule_set(request).await?.into_inner();
    let parts: Vec<_> = stream.try_collect().await?;
    Ok(parts.into_iter().filter_map(|one| one.part).collect())
}

fn numbers(parts: &[Part]) -> Vec<&str> {
    let difference = |part: &'_ Part| matches!(part, Part::Difference(_));
    let differences = parts.iter().filter(|part| difference(part));
    differences
        .filter_map(|part| match part {
            Part::Difference(one) => Some(one.application_number.as_str()),
            Part::Progress(_) | Part::Summary(_) => None,
        })
        .collect()
}

fn summary(parts: &[Part]) -> &pb::TrySummary {
    match parts.last() {
        Some(Part::Summary(summary)) => summary,
        other => panic!("no summary: {other:?}"),
    }
}

#[tokio::test]
async fn a_trial_says_what_a_rule_set_would_have_changed_in_a_period() {
    let town = Town::open().await;
    let first = town.filed(&off(&town, 171), Stage::AwaitingSignature).await;
    town.filed(&town.agreement(172), Stage::AwaitingSignature)
        .await;
    let copy = town.filed_copy(&off(&town, 173)).await;
    town.advance("2026-11-25T05:00:00Z").await;
    let second = town.filed(&off(&town, 174), Stage::AwaitingSignature).await;
    town.granted(&second).await;
    let strictly = strict("in force", "2026-11-26");
    activated(&town, &strictly).await;
    town.advance("2026-11-26T05:00:00Z").await;
    town.filed(&off(&town, 175), Stage::InReview).await;
    let head = town.journal_head().await;

    let parts = tried(&town, trial("2026-11-24", "2026-11-26"))
        .await
        .unwrap();
    let expected = [&first, &copy, &second].map(|one| one.application_number.as_str());
    let mut found = numbers(&parts);
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    let sum = summary(&parts);
    assert_eq!(sum.rule_set, "tried");
    assert_eq!((sum.application_count, sum.difference_count), (5, 3));
    assert_eq!((sum.verdict_difference_count, sum.skipped_count), (3, 0));
    let [counted] = &sum.checks[..] else {
        panic!("{sum:?}");
    };
    assert_eq!(counted.application_count, 3);
    let change = counted.change.as_ref().unwrap();
    assert_eq!(change.check, "C16");
    assert_eq!(change.outcome(), CheckOutcome::Passed);
    assert_eq!(change.tried_outcome(), CheckOutcome::Failed);
    assert_eq!(change.tried_severity(), CheckSeverity::Refusal);
    let verdicts: Vec<_> = sum
        .verdicts
        .iter()
        .map(|one| (one.verdict(), one.tried_verdict(), one.application_count))
        .collect();
    let expected = [
        (Verdict::AllPassed, Verdict::Failed, 2),
        (Verdict::NeedsOfficer, Verdict::Failed, 1),
    ];
    assert_eq!(verdicts, expected);
    let progress = parts.iter().find_map(|part| match part {
        Part::Progress(progress) => Some(progress),
        Part::Difference(_) | Part::Summary(_) => None,
    });
    let progress = progress.unwrap();
    assert_eq!(progress.through_on, "2026-11-26");
    assert_eq!(
        (progress.application_count, progress.difference_count),
        (5, 3)
    );
    assert_eq!(town.journal_head().await, head, "nothing was stored");
}

#[tokio::test]
async fn a_trial_looks_at_its_period_and_at_its_provider_only() {
    let town = Town::open().await;
    town.filed(&off(&town, 181), Stage::AwaitingSignature).await;
    town.advance("2026-11-25T05:00:00Z").await;
    let second = town.filed(&off(&town, 182), Stage::AwaitingSignature).await;
    let parts = tried(&town, trial("2026-11-25", "2026-11-25"))
        .await
        .unwrap();
    assert_eq!(numbers(&parts), [second.application_number.as_str()]);
    let none = tried(&town, trial("2026-11-20", "2026-11-23"))
        .await
        .unwrap();
    assert_eq!(none.len(), 1, "only the summary");
    assert_eq!(summary(&none).application_count, 0);
    let of_provider = |id: &str| pb::TryRuleSetRequest {
        provider_id: id.to_owned(),
        ..trial("2026-11-24", "2026-11-26")
    };
    let own = tried(&town, of_provider(town.world.provider.id))
        .await
        .unwrap();
    assert_eq!(numbers(&own).len(), 2);
    let unknown = told_raw(tried(&town, of_provider("nobody")).await);
    unknown.is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
}

#[tokio::test]
async fn a_wrong_trial_is_told_field_by_field() {
    let town = Town::open().await;
    let wrong = pb::TryRuleSetRequest {
        from_on: "2026-11-24".to_owned(),
        to_on: "2027-12-29".to_owned(),
        ..Default::default()
    };
    let told = told_raw(tried(&town, wrong).await);
    assert_eq!(told.paths(), ["rules", "to_on"]);
    let told = told_raw(tried(&town, trial("2026-11-24", "2026-11-23")).await);
    assert_eq!(told.paths(), ["to_on"]);
    let told = told_raw(tried(&town, trial("", "soon")).await);
    assert_eq!(told.paths(), ["from_on", "to_on"]);
    let mut unknown = trial("2026-11-24", "2026-11-24");
    let version = OTHER_PROVIDER.to_owned();
    unknown.rules = Some(try_rule_set_request::Rules::Version(version));
    let told = told_raw(tried(&town, unknown).await);
    told.is(Code::NotFound, "RULE_SET_UNKNOWN");
}
