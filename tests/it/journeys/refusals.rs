//! What is wrong is refused on a ground of the closed list, and may be filed again (cl. 9, 10; I-4).

use tizilim::{
    demo::Agreement,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, RefusalGroundCode as Ground,
        submit_application_request::Form,
    },
};
use tonic::Code;

use crate::harness::{Account, Town, told};

fn failed(application: &pb::Application) -> Vec<&str> {
    let failed = |finding: &&pb::Finding| {
        finding.outcome() == CheckOutcome::Failed
            && finding.severity() == pb::CheckSeverity::Refusal
    };
    let findings = application.findings.iter().filter(failed);
    findings.map(|finding| finding.check.as_str()).collect()
}

fn text(word: &str) -> pb::LocalizedText {
    pb::LocalizedText {
        kk: format!("{word} (қазақша)"),
        ru: format!("{word} (по-русски)"),
        en: format!("{word} (in English)"),
    }
}

fn court() -> pb::CourtDecision {
    pb::CourtDecision {
        court: "Көктөбе қалалық соты".to_owned(),
        case_number: "7599-26-00-2/100".to_owned(),
        decided_on: "2026-09-01".to_owned(),
        in_force_on: "2026-10-02".to_owned(),
    }
}

/// The application is refused on what it proposes, and the monitoring system learns the grounds.
async fn refused_as_proposed(
    town: &Town,
    application: &pb::Application,
    ground: Ground,
    code: &str,
) {
    let proposed = application.proposed_grounds.clone();
    let codes: Vec<Ground> = proposed.iter().map(pb::RefusalGround::code).collect();
    assert_eq!(codes, [ground]);
    refused(town, application, proposed, code).await;
}

async fn refused(
    town: &Town,
    application: &pb::Application,
    grounds: Vec<pb::RefusalGround>,
    code: &str,
) -> pb::Refusal {
    let after = town.officer().refuse(application, grounds).await.unwrap();
    assert_eq!(after.stage(), Stage::Refused);
    let refusal = after.refusal.clone().unwrap();
    let text = refusal.text.clone().unwrap();
    let body = &town.world.provider.reviewing_body;
    for (text, body) in [
        (&text.kk, &body.kk),
        (&text.ru, &body.ru),
        (&text.en, &body.en),
    ] {
        assert!(
            text.contains(body.as_str()),
            "names the reviewing body: {text}"
        );
        assert!(text.contains(&after.application_number), "{text}");
    }
    town.operator().all_stages_delivered().await.unwrap();
    let received = town.monitoring().await;
    let received = received.received(&after.application_number).await.unwrap();
    let last = received.last().unwrap().stage.clone().unwrap();
    assert_eq!(
        (last.stage.as_str(), last.result.as_str()),
        ("REFUSED", "REFUSED")
    );
    assert_eq!(last.refusal_grounds, [code]);
    refusal
}

async fn in_review(town: &Town, agreement: &Agreement<'_>, checks: &[&str]) -> pb::Application {
    let application = town.filed(agreement, Stage::InReview).await;
    assert_eq!(failed(&application), checks);
    application
}

#[tokio::test]
async fn a_signature_that_is_not_the_shareholders_is_ground_one() {
    let town = Town::open().await;
    let agreement = town.agreement(61);
    let mut request = agreement.electronic_contract().unwrap();
    let Some(Form::ElectronicContract(contract)) = &mut request.form else {
        panic!("a contract")
    };
    let rival = &town.world.rival.identity;
    contract.shareholder_signature = rival
        .sign_detached(&contract.agreement, town.world.begins_at)
        .unwrap();
    let filed = town.portal().submit(request).await.unwrap();
    let application = town.reached(&filed, Stage::InReview).await;
    assert_eq!(failed(&application), ["C20"]);
    refused_as_proposed(&town, &application, Ground::UnreliableData, "G1").await;
}

#[tokio::test]
async fn an_activity_besides_building_is_ground_two() {
    let town = Town::open().await;
    let agreement = town.agreement(62).with(|agreement| {
        let cooperative = agreement.cooperative.as_mut().unwrap();
        cooperative.activity_codes.push("47111".to_owned());
    });
    let application = in_review(&town, &agreement, &["C03"]).await;
    refused_as_proposed(
        &town,
        &application,
        Ground::NonComplianceWithHousingLaw,
        "G2",
    )
    .await;
}

#[tokio::test]
async fn a_share_that_is_taken_is_ground_two() {
    let town = Town::open().await;
    let first = town
        .filed(&town.agreement(63), Stage::AwaitingSignature)
        .await;
    town.granted(&first).await;
    let second = town
        .agreement(63)
        .concluded_with(&town.world.rival)
        .with(|agreement| agreement.agreement_number = "ҚШ-63/2".to_owned());
    let application = in_review(&town, &second, &["C14"]).await;
    let head = town.provider(Account::Head);
    let grant = head.prepare_grant(&application.application_id).await;
    told(grant).is(Code::FailedPrecondition, "WRONG_STAGE");
    refused_as_proposed(
        &town,
        &application,
        Ground::NonComplianceWithHousingLaw,
        "G2",
    )
    .await;
}

#[tokio::test]
async fn an_agreement_without_consent_is_ground_five() {
    let town = Town::open().await;
    let agreement = town
        .agreement(64)
        .with(|agreement| agreement.consent = None);
    let application = in_review(&town, &agreement, &["C19"]).await;
    refused_as_proposed(&town, &application, Ground::NoConsent, "G5").await;
}

#[tokio::test]
async fn court_decisions_are_grounds_three_and_four_and_rest_on_the_court_alone() {
    let town = Town::open().await;
    for (share, ground, code) in [
        (65, Ground::CourtProhibition, "G3"),
        (66, Ground::CourtDeprivationOfRight, "G4"),
    ] {
        let application = town
            .filed(&town.agreement(share), Stage::AwaitingSignature)
            .await;
        let grounds = vec![pb::RefusalGround {
            code: ground.into(),
            court_decision: Some(court()),
            reasoning: Some(text("сот шешімі")),
            ..Default::default()
        }];
        let refusal = refused(&town, &application, grounds, code).await;
        assert!(refusal.text.unwrap().en.contains("7599-26-00-2/100"));
    }
}

#[tokio::test]
async fn a_ground_that_rests_on_nothing_refuses_nothing() {
    let town = Town::open().await;
    let application = town
        .filed(&town.agreement(67), Stage::AwaitingSignature)
        .await;
    let before = town.journal_head().await;
    let ground = |code: Ground, checks: &[&str]| pb::RefusalGround {
        code: code.into(),
        failed_checks: checks.iter().map(|check| (*check).to_owned()).collect(),
        reasoning: Some(text("себеп")),
        ..Default::default()
    };
    for (ground, path) in [
        (
            ground(Ground::NoConsent, &["C19"]),
            "grounds[0].failed_checks[0]",
        ),
        (
            ground(Ground::NonComplianceWithHousingLaw, &[]),
            "grounds[0].article",
        ),
        (ground(Ground::UnreliableData, &[]), "grounds[0].subject"),
    ] {
        let refused = told(town.officer().refuse(&application, vec![ground]).await);
        assert_eq!(
            refused.reason, "GROUND_NOT_SUPPORTED",
            "{path}: {refused:?}"
        );
        assert!(refused.paths().contains(&path), "{path}: {refused:?}");
    }
    let none = told(town.officer().refuse(&application, Vec::new()).await);
    assert_eq!(none.code, Code::InvalidArgument);
    assert_eq!(none.paths(), ["grounds"]);
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}

#[tokio::test]
async fn a_refused_application_may_be_filed_again_and_names_the_refused_one() {
    let town = Town::open().await;
    let wrong = town
        .agreement(68)
        .with(|agreement| agreement.consent = None);
    let first = town.filed(&wrong, Stage::InReview).await;
    let mut again = town.agreement(68).electronic_contract().unwrap();
    again
        .refused_application_id
        .clone_from(&first.application_id);
    let early = town.portal().submit(again.clone()).await;
    told(early).is(Code::FailedPrecondition, "NOT_A_REFUSED_APPLICATION");

    let proposed = first.proposed_grounds.clone();
    town.officer().refuse(&first, proposed).await.unwrap();
    let second = town.portal().submit(again).await.unwrap();
    assert_eq!(second.refused_application_id, first.application_id);
    assert_ne!(second.application_number, first.application_number);
    let second = town.reached(&second, Stage::AwaitingSignature).await;
    town.granted(&second).await;
    town.reached(&second, Stage::ExtractSent).await;
    town.reached(&first, Stage::Refused).await;
}

#[tokio::test]
async fn an_application_can_be_withdrawn_until_it_is_decided() {
    let town = Town::open().await;
    let application = town
        .filed(&town.agreement(69), Stage::AwaitingSignature)
        .await;
    let withdrawn = town.portal().withdraw(&application).await.unwrap();
    assert_eq!(withdrawn.stage(), Stage::Withdrawn);
    let head = town.provider(Account::Head);
    let grant = head.prepare_grant(&application.application_id).await;
    told(grant).is(Code::FailedPrecondition, "WRONG_STAGE");
    assert!(town.officer().queue().await.unwrap().is_empty());
    let stages = town.received(&application.application_number).await;
    assert_eq!(stages.last().unwrap(), "WITHDRAWN");

    let granted = town
        .filed(&town.agreement(70), Stage::AwaitingSignature)
        .await;
    let granted = town.granted(&granted).await.application.unwrap();
    let granted = town.reached(&granted, Stage::ExtractSent).await;
    told(town.portal().withdraw(&granted).await).is(Code::FailedPrecondition, "WRONG_STAGE");
}
