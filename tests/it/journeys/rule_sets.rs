//! Rule sets: activated from a day on, withdrawn before it, each judging what is registered in its days.

use futures_util::future::{join, join_all};
use tizilim::{
    demo::{Agreement, client::new_request_id},
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, RuleSetState as State,
        list_checks_request::Rules,
    },
};
use tonic::{Code, Status};

use super::text;
use crate::harness::{Account, Town, finding, told_raw, until};

pub(crate) const SHIPPED: &str = include_str!("../../../src/application/checks/rules.toml");
pub(crate) const SHIPPED_VERSION: &str = "159/2024-232";
pub(super) const WEDNESDAY: &str = "2026-11-25";

/// Rules that take any deviation of a contribution for a ground of refusal.
pub(crate) fn strict(version: &str, effective_from: &str) -> String {
    let text = [
        ("\"159/2024-232\"", format!("\"{version}\"")),
        ("\"2025-01-01\"", format!("\"{effective_from}\"")),
        ("per_mille = 10", "per_mille = 0".to_owned()),
    ];
    let text = text.iter().fold(SHIPPED.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let (before, check) = text.split_at(text.find("[checks.C16]").unwrap());
    let grave = "severity = \"REFUSAL\"\nground = \"G2\"\narticle = \"2(2)\"";
    format!(
        "{before}{}",
        check.replacen("severity = \"WARNING\"", grave, 1)
    )
}

pub(crate) fn act() -> pb::Act {
    pb::Act {
        title: Some(text("order on the checks")),
        number: "7-E".to_owned(),
        dated_on: "2026-11-20".to_owned(),
    }
}

pub(crate) fn activation(text: &str) -> pb::ActivateRuleSetRequest {
    pb::ActivateRuleSetRequest {
        request_id: new_request_id(),
        text: text.to_owned(),
        act: Some(act()),
        validate_only: false,
    }
}

async fn activate(
    town: &Town,
    request: pb::ActivateRuleSetRequest,
) -> Result<pb::ActivateRuleSetResponse, Status> {
    let mut raw = town.raw(Account::Operator).rule_sets();
    Ok(raw.activate_rule_set(request).await?.into_inner())
}

pub(crate) async fn activated(town: &Town, text: &str) -> pb::RuleSet {
    let answer = activate(town, activation(text)).await.unwrap();
    assert!(!answer.replayed);
    answer.rule_set.unwrap()
}

pub(super) async fn withdraw(
    town: &Town,
    version: &str,
) -> Result<pb::WithdrawRuleSetResponse, Status> {
    let mut raw = town.raw(Account::Operator).rule_sets();
    let request = pb::WithdrawRuleSetRequest {
        request_id: new_request_id(),
        version: version.to_owned(),
        reason: Some(text("slip")),
    };
    Ok(raw.withdraw_rule_set(request).await?.into_inner())
}

pub(super) async fn listed(town: &Town) -> Vec<(String, State)> {
    let mut raw = town.raw(Account::Portal).rule_sets();
    let list = raw.list_rule_sets(pb::ListRuleSetsRequest {}).await;
    let list = list.unwrap().into_inner().rule_sets.into_iter();
    list.map(|one| (one.version.clone(), one.state())).collect()
}

/// A right agreement but for the contribution, which is half a per cent above the cost.
pub(crate) fn off(town: &Town, share_no: u32) -> Agreement<'_> {
    town.agreement(share_no).with(|agreement| {
        let contribution = agreement.contribution.as_mut().unwrap();
        let more = contribution.amount_tiyn / 200;
        contribution.amount_tiyn += more;
        contribution.payments[0].amount_tiyn += more;
    })
}

pub(super) fn judged_by(application: &pb::Application) -> Vec<&str> {
    let mut versions: Vec<&str> = application
        .findings
        .iter()
        .map(|finding| finding.rule_set.as_str())
        .collect();
    versions.dedup();
    versions
}

#[tokio::test]
async fn each_application_is_judged_by_the_rules_of_the_day_of_its_registration() {
    let town = Town::open().await;
    let set = activated(&town, &strict("strict", WEDNESDAY)).await;
    assert_eq!((set.state(), set.shipped), (State::Scheduled, false));
    assert_eq!(set.act, Some(act()));
    assert_eq!(set.activated_by, "operator");

    let before = town.filed(&off(&town, 101), Stage::AwaitingSignature).await;
    assert_eq!(judged_by(&before), [SHIPPED_VERSION]);
    let copy = town.filed_copy(&off(&town, 102)).await;
    town.advance("2026-11-24T14:00:00Z").await;
    let request = off(&town, 103).electronic_contract().unwrap();
    let at_opening = town.portal().submit(request).await.unwrap();
    assert_eq!(at_opening.stage(), Stage::Received);

    town.advance("2026-11-25T05:00:00Z").await;
    let at_opening = town.reached(&at_opening, Stage::InReview).await;
    let after = town.filed(&off(&town, 104), Stage::InReview).await;
    for application in [&at_opening, &after] {
        assert_eq!(judged_by(application), ["strict"]);
        let found = finding(application, "C16");
        assert_eq!(found.outcome(), CheckOutcome::Failed);
        assert_eq!(found.severity(), pb::CheckSeverity::Refusal);
        assert_eq!(found.article, "2(2)");
        let grounds = &application.proposed_grounds;
        assert_eq!(grounds.len(), 1);
        assert_eq!(grounds[0].failed_checks, ["C16"]);
    }

    // What was registered the day before stays with its rules, whoever looks at it now.
    let looked_at = town.looked_at(&copy).await;
    assert_eq!(judged_by(&looked_at), [SHIPPED_VERSION]);
    assert_eq!(looked_at.stage(), Stage::AwaitingSignature);
    let rival = town
        .agreement(101)
        .concluded_with(&town.world.rival)
        .with(|agreement| agreement.agreement_number = "101-2".to_owned());
    let rival = town.filed(&rival, Stage::AwaitingSignature).await;
    town.granted(&rival).await;
    let town = town.restarted().await;
    let before = until("the register is looked at again", async || {
        let id = &before.application_id;
        let read = town.portal().application(id).await.unwrap();
        let c14 = finding(&read, "C14").outcome();
        (c14 == CheckOutcome::Failed).then_some(read)
    })
    .await;
    assert_eq!(judged_by(&before), [SHIPPED_VERSION]);
    let again = town.filed(&off(&town, 105), Stage::InReview).await;
    assert_eq!(judged_by(&again), ["strict"]);
    let expected = [
        (SHIPPED_VERSION.to_owned(), State::Former),
        ("strict".to_owned(), State::InForce),
    ];
    assert_eq!(listed(&town).await, expected);
}

#[tokio::test]
async fn what_is_filed_in_the_very_moment_of_an_activation_is_judged_by_its_own_day() {
    let town = Town::open_at("2026-11-24T13:29:00Z").await;
    let filing = |share_no| {
        let request = off(&town, share_no).electronic_contract().unwrap();
        async { town.portal().submit(request).await.unwrap() }
    };
    let text = strict("strict", WEDNESDAY);
    let (today, set) = join(join_all((201..=210).map(filing)), activated(&town, &text)).await;
    assert_eq!(set.state(), State::Scheduled);
    town.advance("2026-11-24T14:00:00Z").await;
    let other = strict("later", "2026-11-26");
    let (tomorrow, _) = join(join_all((211..=220).map(filing)), activated(&town, &other)).await;
    town.advance("2026-11-25T05:00:00Z").await;
    for application in today {
        let judged = town.reached(&application, Stage::AwaitingSignature).await;
        assert_eq!(judged_by(&judged), [SHIPPED_VERSION]);
    }
    for application in tomorrow {
        let judged = town.reached(&application, Stage::InReview).await;
        assert_eq!(judged_by(&judged), ["strict"]);
    }
}

#[tokio::test]
async fn a_rule_set_that_is_withdrawn_before_its_day_judges_nothing() {
    let town = Town::open().await;
    activated(&town, &strict("slip", WEDNESDAY)).await;
    let answer = withdraw(&town, "slip").await.unwrap().rule_set.unwrap();
    assert_eq!(answer.state(), State::Withdrawn);
    assert_eq!(answer.withdrawn_by, "operator");
    assert_eq!(answer.withdrawal_reason, Some(text("slip")));
    let twice = told_raw(withdraw(&town, "slip").await);
    twice.is(Code::NotFound, "RULE_SET_UNKNOWN");
    let shipped = told_raw(withdraw(&town, SHIPPED_VERSION).await);
    shipped.is(Code::FailedPrecondition, "RULE_SET_IN_FORCE");
    let reused = activate(&town, activation(&strict("slip", "2026-11-26"))).await;
    assert_eq!(told_raw(reused).paths(), ["text.version"]);
    activated(&town, &strict("right", WEDNESDAY)).await;
    withdraw(&town, "right").await.unwrap();
    activated(&town, &strict("late", "2026-11-26")).await;

    town.advance("2026-11-25T05:00:00Z").await;
    let judged = town.filed(&off(&town, 111), Stage::AwaitingSignature).await;
    assert_eq!(judged_by(&judged), [SHIPPED_VERSION]);
    town.advance("2026-11-26T05:00:00Z").await;
    let late = told_raw(withdraw(&town, "late").await);
    late.is(Code::FailedPrecondition, "RULE_SET_IN_FORCE");
    let judged = town.filed(&off(&town, 112), Stage::InReview).await;
    assert_eq!(judged_by(&judged), ["late"]);
    let states: Vec<State> = listed(&town)
        .await
        .into_iter()
        .map(|(_, state)| state)
        .collect();
    let expected = [
        State::Former,
        State::Withdrawn,
        State::Withdrawn,
        State::InForce,
    ];
    assert_eq!(states, expected);
}

#[tokio::test]
async fn everything_that_speaks_against_a_rule_set_is_told_and_it_is_never_activated() {
    let town = Town::open().await;
    let head = town.journal_head().await;
    let broken = strict("broken", WEDNESDAY)
        .replacen("adult_age = 18", "adult_age = \"eighteen\"", 1)
        .replacen("ground = \"G5\"", "ground = \"G6\"", 1)
        .replacen("{application_numbers}", "{applicants}", 3);
    let told = told_raw(activate(&town, activation(&broken)).await);
    told.is(Code::InvalidArgument, "INVALID_FIELDS");
    let text = |path: &str| format!("text.{path}");
    for path in [
        text("parameters.adult_age"),
        text("checks.C19.ground"),
        text("checks.C25.failures.other_application_open.text.kk"),
    ] {
        assert!(told.paths().contains(&path.as_str()), "{path}: {told:?}");
    }
    let no_toml = told_raw(activate(&town, activation("version = ")).await);
    assert_eq!(no_toml.paths(), ["text"]);
    let long = SHIPPED.repeat(7);
    let long = told_raw(activate(&town, activation(&long)).await);
    let expected = (
        "text".to_owned(),
        "must have at most 262144 bytes".to_owned(),
    );
    assert_eq!(long.fields, [expected]);
    for (version, from, paths) in [
        (
            SHIPPED_VERSION,
            "2026-11-24",
            vec!["text.version", "text.effective_from"],
        ),
        ("past", "2025-01-01", vec!["text.effective_from"]),
    ] {
        let told = told_raw(activate(&town, activation(&strict(version, from))).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(told.paths(), paths);
    }
    let empty = told_raw(activate(&town, pb::ActivateRuleSetRequest::default()).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["request_id", "text", "act"]);
    let rehearsal = pb::ActivateRuleSetRequest {
        validate_only: true,
        ..activation(&strict("rehearsed", WEDNESDAY))
    };
    let rehearsed = activate(&town, rehearsal).await.unwrap().rule_set.unwrap();
    assert_eq!(rehearsed.state(), State::Scheduled);
    assert_eq!(town.journal_head().await, head, "nothing was stored");
    let expected = [(SHIPPED_VERSION.to_owned(), State::InForce)];
    assert_eq!(listed(&town).await, expected);
}

#[tokio::test]
async fn a_repeated_activation_gets_the_first_answer_and_a_day_has_one_rule_set() {
    let town = Town::open().await;
    let text = strict("one", WEDNESDAY);
    let request = activation(&text);
    let first = activate(&town, request.clone()).await.unwrap();
    let again = activate(&town, request.clone()).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.rule_set, first.rule_set);
    let other = pb::ActivateRuleSetRequest {
        text: strict("two", WEDNESDAY),
        ..request
    };
    told_raw(activate(&town, other).await).is(Code::InvalidArgument, "REQUEST_ID_REUSED");
    let same_day = activate(&town, activation(&strict("two", WEDNESDAY))).await;
    assert_eq!(told_raw(same_day).paths(), ["text.effective_from"]);

    let mut raw = town.raw(Account::Stranger).rule_sets();
    let get = |version: &str| pb::GetRuleSetRequest {
        version: version.to_owned(),
    };
    let read = raw.get_rule_set(get("one")).await.unwrap().into_inner();
    assert_eq!(read.text, text, "byte for byte");
    let read = raw
        .get_rule_set(get(SHIPPED_VERSION))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(read.text, SHIPPED);
    assert!(read.rule_set.unwrap().shipped);
    told_raw(raw.get_rule_set(get("none")).await).is(Code::NotFound, "RULE_SET_UNKNOWN");
}

#[tokio::test]
async fn anyone_may_know_what_is_checked_on_a_day() {
    let town = Town::open().await;
    activated(&town, &strict("strict", WEDNESDAY)).await;
    let mut raw = town.raw_anonymous().info();
    let mut checks = async |rules: Option<Rules>| {
        let answer = raw.list_checks(pb::ListChecksRequest { rules }).await;
        answer.map(tonic::Response::into_inner)
    };
    let today = checks(None).await.unwrap();
    assert_eq!(today.rule_set, SHIPPED_VERSION);
    assert_eq!(today.checks.len(), 25);
    assert_eq!(today.effective_from_on, "2025-01-01");
    let tomorrow = checks(Some(Rules::On(WEDNESDAY.to_owned()))).await.unwrap();
    assert_eq!(tomorrow.rule_set, "strict");
    assert_eq!(
        tomorrow
            .parameters
            .unwrap()
            .contribution_tolerance_per_mille,
        0
    );
    let c16 = &tomorrow.checks[15];
    assert_eq!(c16.code, "C16");
    assert_eq!(c16.severity(), pb::CheckSeverity::Refusal);
    assert_eq!(
        c16.failures[0].code, "contribution_not_proportional",
        "{c16:?}"
    );
    for check in &tomorrow.checks {
        for text in [&check.title, &check.passed] {
            let text = text.as_ref().unwrap();
            let is_there = |text: &String| !text.is_empty();
            assert!([&text.kk, &text.ru, &text.en].into_iter().all(is_there));
        }
    }
    let wrong = told_raw(checks(Some(Rules::On("soon".to_owned()))).await);
    assert_eq!(wrong.paths(), ["on"]);
    let unknown = told_raw(checks(Some(Rules::Version("none".to_owned()))).await);
    unknown.is(Code::NotFound, "RULE_SET_UNKNOWN");
}
