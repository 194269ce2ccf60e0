//! What acts come to, in any order of cases. Nothing is asked of a database.

use super::*;
use crate::court::{
    effect::Effect,
    rows::{act, case},
};

fn moment(minute: u32) -> DateTime<Utc> {
    format!("2026-11-26T05:{minute:02}:00Z").parse().unwrap()
}

/// The act of a case that made its version `version`, recorded at a minute.
fn act(case: u128, version: i64, effect: Effect, minute: u32) -> EntryAct {
    let (entry, id) = (Uuid::from_u128(9), Uuid::from_u128(case));
    EntryAct {
        act: act::Model {
            court_case_id: id,
            case_version: version,
            entry_id: Some(entry),
            kind: "INTERIM_MEASURE".to_owned(),
            court: None,
            number: "1".to_owned(),
            decided_on: "2026-11-26".to_owned(),
            in_force_on: None,
            document_id: Uuid::nil(),
            sha256: String::new(),
            effect: effect.code().to_owned(),
            annulled_refusal: None,
            recorded_at: moment(minute),
            recorded_by: "head".to_owned(),
        },
        case: case::Model {
            id,
            number: format!("L-{case}"),
            version,
            provider_id: "koktobe".to_owned(),
            cooperative_bin: "600740000012".to_owned(),
            application_id: Uuid::nil(),
            application_number: "A-261125-4F7K2M9".to_owned(),
            entry_id: Some(entry),
            entry_number: Some("E-261125-4F7K2M9".to_owned()),
            complaint_id: None,
            claimant: "ANOTHER".to_owned(),
            challenge: "ENTRY".to_owned(),
            court: "a court".to_owned(),
            case_number: "1".to_owned(),
            filed_on: "2026-11-25".to_owned(),
            served_on: "2026-11-25".to_owned(),
            reached_directly: true,
            refused_at: None,
            recorded_at: moment(0),
            recorded_by: "officer".to_owned(),
            answered_at: None,
            position_filed: false,
            restraint: None,
            annulled_version: None,
            annulled_at: None,
            extract_sent_at: None,
            handover_reason: None,
            handover_known_at: None,
            handover_due_at: None,
            handed_over_at: None,
            handover_overdue: false,
            wakes_at: None,
        },
    }
}

fn told(acts: &[EntryAct], as_of: Option<u32>) -> Vec<(String, Restraint, DateTime<Utc>)> {
    let restraints = restraints(acts.to_vec(), as_of.map(moment)).unwrap();
    let told = restraints.into_iter();
    told.map(|one| (one.case_number, one.restraint, one.since))
        .collect()
}

fn is(case: &str, restraint: Restraint, minute: u32) -> (String, Restraint, DateTime<Utc>) {
    (case.to_owned(), restraint, moment(minute))
}

#[test]
fn each_case_restrains_by_itself_since_the_act_that_began_it() {
    let acts = [
        act(2, 2, Effect::Note, 1),
        act(1, 2, Effect::Suspension, 2),
        act(2, 3, Effect::Suspension, 3),
        act(2, 4, Effect::Suspension, 4),
        act(1, 3, Effect::SuspensionLifted, 5),
        act(3, 2, Effect::Note, 6),
        act(3, 3, Effect::NoteRemoved, 7),
    ];
    assert_eq!(told(&acts, Some(0)), []);
    assert_eq!(told(&acts, Some(1)), [is("L-2", Restraint::Noted, 1)]);
    let both = [
        is("L-1", Restraint::Suspended, 2),
        is("L-2", Restraint::Suspended, 3),
    ];
    assert_eq!(told(&acts, Some(4)), both);
    let lifted = [
        is("L-2", Restraint::Suspended, 3),
        is("L-1", Restraint::Noted, 5),
    ];
    assert_eq!(told(&acts, None), lifted);
    assert_eq!(told(&acts, Some(7)), lifted);
}

#[test]
fn the_later_act_of_a_case_counts_though_the_clock_stepped_back() {
    let acts = [
        act(1, 2, Effect::Suspension, 5),
        act(1, 3, Effect::SuspensionLifted, 3),
    ];
    assert_eq!(told(&acts, Some(2)), []);
    let noted = [is("L-1", Restraint::Noted, 3)];
    assert_eq!(told(&acts, Some(4)), noted);
    assert_eq!(told(&acts, None), noted);
}

#[test]
fn an_act_that_ends_what_never_began_is_corrupt() {
    let wrong = vec![act(1, 2, Effect::SuspensionLifted, 1)];
    assert!(restraints(wrong, None).is_err());
}
