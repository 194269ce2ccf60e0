//! Whether a refusal says what it must, and rests on what it names.

mod text;

use super::{Ground, RefusalGround, parse, support, wire};
use crate::{
    application::{
        agreement::fixture::today,
        checks::{CheckCode, Finding, Outcome, Severity},
    },
    kernel::{Localized, Personal, SYSTEM, Text},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// A failed check.
fn failed(check: CheckCode, ground: Option<Ground>, article: Option<&str>) -> Finding {
    Finding {
        check,
        outcome: Outcome::Failed,
        severity: Severity::Refusal,
        ground,
        article: article.map(ToOwned::to_owned),
        text: Some(Localized::of(
            "Қазақша себеп.",
            "Русская причина.",
            "English reason.",
        )),
        evidence: std::collections::BTreeMap::new(),
        rule_set: "159/2024-232".to_owned(),
        recorded_at: "2026-03-20T05:00:00Z".parse().unwrap(),
        recorded_by: SYSTEM.to_owned(),
    }
}

fn findings() -> Vec<Finding> {
    use CheckCode::{C04, C11, C14, C19, C22, C24};
    vec![
        failed(C04, Some(Ground::UnreliableData), Some("52-1")),
        Finding {
            outcome: Outcome::Passed,
            ..failed(C11, Some(Ground::UnreliableData), None)
        },
        failed(
            C14,
            Some(Ground::NonComplianceWithHousingLaw),
            Some("53(2)"),
        ),
        failed(C19, Some(Ground::NoConsent), None),
        failed(C22, None, None),
        Finding {
            severity: Severity::Warning,
            ..failed(C24, None, None)
        },
    ]
}

fn pb_ground(code: pb::RefusalGroundCode, checks: &[&str]) -> pb::RefusalGround {
    pb::RefusalGround {
        code: code.into(),
        failed_checks: checks.iter().map(ToString::to_string).collect(),
        ..pb::RefusalGround::default()
    }
}

fn pb_court_ground() -> pb::RefusalGround {
    pb::RefusalGround {
        court_decision: Some(pb::CourtDecision {
            court: "Үлгі аудандық соты".to_owned(),
            case_number: "7599-26-00-2/1".to_owned(),
            decided_on: "2026-01-15".to_owned(),
            in_force_on: "2026-02-16".to_owned(),
        }),
        reasoning: Some(reasoning()),
        ..pb_ground(pb::RefusalGroundCode::CourtProhibition, &[])
    }
}

fn reasoning() -> pb::LocalizedText {
    pb::LocalizedText {
        kk: "Сот кооперативке қызметке тыйым салды".to_owned(),
        ru: "Суд запретил кооперативу деятельность".to_owned(),
        en: "The court forbade the cooperative the activity".to_owned(),
    }
}

/// A ground as read, and what is wrong with it.
fn read(grounds: &[pb::RefusalGround]) -> (Option<Vec<RefusalGround>>, Vec<String>) {
    let mut errors = FieldErrors::new();
    let read = parse(grounds, today(), &mut errors);
    assert_eq!(read.is_some(), errors.is_empty());
    let violations = errors
        .into_malformed()
        .violations()
        .iter()
        .map(|violation| format!("{} {}", violation.path, violation.problem))
        .collect();
    (read, violations)
}

fn violations(grounds: &[pb::RefusalGround]) -> Vec<String> {
    read(grounds).1
}

/// What the grounds lack for being supported.
fn unsupported(grounds: &[RefusalGround]) -> Vec<String> {
    support(grounds, &findings())
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|violation| format!("{} {}", violation.path, violation.problem))
        .collect()
}

#[test]
fn what_is_read_is_written_as_it_was() {
    use pb::RefusalGroundCode::{NoConsent, NonComplianceWithHousingLaw, UnreliableData};
    let given = [
        pb::RefusalGround {
            subject: "техпаспорт".to_owned(),
            reasoning: Some(reasoning()),
            ..pb_ground(UnreliableData, &[])
        },
        pb::RefusalGround {
            article: "57(4)".to_owned(),
            ..pb_ground(NonComplianceWithHousingLaw, &["C03", "C14"])
        },
        pb_court_ground(),
        pb::RefusalGround {
            code: pb::RefusalGroundCode::CourtDeprivationOfRight.into(),
            ..pb_court_ground()
        },
        pb_ground(NoConsent, &["C19"]),
    ];
    let grounds = read(&given).0.unwrap();
    let written: Vec<pb::RefusalGround> = grounds.iter().map(wire::ground).collect();
    assert_eq!(written, given);
    let stored = serde_json::to_string(&grounds).unwrap();
    let restored: Vec<RefusalGround> = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, grounds);
}

#[test]
fn every_violation_of_the_grounds_is_told_at_once() {
    use pb::RefusalGroundCode::{CourtProhibition, NoConsent, UnreliableData, Unspecified};
    assert_eq!(violations(&[]), ["grounds is required"]);
    let unknown = pb::RefusalGround {
        code: 6,
        ..pb_ground(NoConsent, &["C19"])
    };
    let bad_court = pb::RefusalGround {
        court_decision: Some(pb::CourtDecision {
            court: String::new(),
            case_number: "1".repeat(101),
            decided_on: "2026-03-19".to_owned(),
            in_force_on: "2026-03-18".to_owned(),
        }),
        subject: "s".to_owned(),
        ..pb_ground(CourtProhibition, &["C22"])
    };
    let given = [
        pb_ground(Unspecified, &["C99", "", "C01", "C01"]),
        unknown,
        bad_court,
        pb_ground(UnreliableData, &[]),
        pb_ground(CourtProhibition, &["C22"]),
    ];
    assert_eq!(
        violations(&given),
        [
            "grounds[0].code is required",
            "grounds[0].failed_checks[0] must be the code of a check, C01 to C25",
            "grounds[0].failed_checks[1] is required",
            "grounds[0].failed_checks[3] must be named only once",
            "grounds[1].code must be a ground of the list",
            "grounds[2].court_decision.court is required",
            "grounds[2].court_decision.case_number must have at most 100 characters",
            "grounds[2].court_decision.in_force_on must not be before the decision",
            "grounds[2].subject does not belong to this ground",
            "grounds[3].reasoning is required",
            "grounds[4].court_decision is required",
        ]
    );
}

#[test]
fn limits_of_the_list_and_of_the_texts_hold() {
    use pb::RefusalGroundCode::NoConsent;
    let ground = pb_ground(NoConsent, &["C19"]);
    assert_eq!(
        violations(&[ground.clone(), ground.clone()]),
        ["grounds[1].code must be named only once"]
    );
    assert_eq!(
        violations(&vec![ground.clone(); 6]),
        ["grounds must have each ground at most once"]
    );
    assert_eq!(
        violations(&[pb_ground(NoConsent, &["C19"; 31])]),
        ["grounds[0].failed_checks must have at most 30 codes"]
    );
    let long = pb::RefusalGround {
        reasoning: Some(pb::LocalizedText {
            kk: "ү".repeat(2001),
            ru: "a\u{7}".to_owned(),
            en: " ".to_owned(),
        }),
        ..ground
    };
    assert_eq!(
        violations(&[long]),
        [
            "grounds[0].reasoning.kk must have at most 2000 characters",
            "grounds[0].reasoning.ru must not contain control or invisible characters",
            "grounds[0].reasoning.en is required",
        ]
    );
}

#[test]
fn a_decision_of_tomorrow_is_no_decision() {
    let mut ground = pb_court_ground();
    ground.court_decision.as_mut().unwrap().in_force_on = "2026-03-21".to_owned();
    assert_eq!(
        violations(&[ground]),
        ["grounds[0].court_decision.in_force_on must not be in the future"]
    );
}

fn on(code: Ground, checks: &[CheckCode]) -> RefusalGround {
    RefusalGround::resting_on(code, checks.to_vec())
}

#[test]
fn a_ground_stands_on_a_failed_check_that_supports_it() {
    use CheckCode::{C04, C14, C19, C22};
    let court = read(&[pb_court_ground()]).0.unwrap().remove(0);
    let supported = [
        on(Ground::UnreliableData, &[C04]),
        on(Ground::NonComplianceWithHousingLaw, &[C14]),
        RefusalGround {
            failed_checks: vec![C22],
            ..court
        },
        on(Ground::NoConsent, &[C19]),
    ];
    assert_eq!(support(&supported, &findings()), Ok(()));
}

#[test]
fn a_ground_without_a_check_stands_on_what_the_law_asks_for() {
    let supported = [
        RefusalGround {
            subject: Some(Text::parse("technical passport").unwrap()),
            ..on(Ground::UnreliableData, &[])
        },
        RefusalGround {
            article: Some(Text::parse("57(4)").unwrap()),
            ..on(Ground::NonComplianceWithHousingLaw, &[])
        },
    ];
    assert_eq!(support(&supported, &findings()), Ok(()));
}

#[test]
fn a_ground_never_stands_on_nothing() {
    use CheckCode::{C04, C11, C14, C24};
    let grounds = [
        on(Ground::UnreliableData, &[]),
        on(Ground::NonComplianceWithHousingLaw, &[]),
        on(Ground::CourtProhibition, &[]),
        on(Ground::CourtDeprivationOfRight, &[C14]),
        on(Ground::NoConsent, &[C04]),
        on(Ground::UnreliableData, &[C11, C24, CheckCode::C01]),
    ];
    assert_eq!(
        unsupported(&grounds),
        [
            "grounds[0].subject is required where no failed check is named",
            "grounds[1].article is required where no failed check cites one",
            "grounds[2].court_decision is required",
            "grounds[3].failed_checks[0] must be a check that supports this ground",
            "grounds[3].court_decision is required",
            "grounds[4].failed_checks[0] must be a check that supports this ground",
            "grounds[4].failed_checks must name C19, which tells what is missing",
            "grounds[5].failed_checks[0] must be a check that failed",
            "grounds[5].failed_checks[1] must be a check that supports this ground",
            "grounds[5].failed_checks[2] must be a check that failed",
        ]
    );
}

#[test]
fn an_article_cited_by_a_check_of_another_ground_does_not_count() {
    use CheckCode::C04;
    assert_eq!(
        unsupported(&[on(Ground::NonComplianceWithHousingLaw, &[C04])]),
        [
            "grounds[0].failed_checks[0] must be a check that supports this ground",
            "grounds[0].article is required where no failed check cites one",
        ]
    );
}

#[test]
fn debug_output_hides_the_reasoning() {
    let ground = RefusalGround {
        reasoning: Some(Personal::new(Localized::of("құпия", "тайна", "secret"))),
        ..on(Ground::NoConsent, &[CheckCode::C19])
    };
    let shown = format!("{ground:?}");
    assert!(shown.contains("[personal]") && !shown.contains("secret"));
}
