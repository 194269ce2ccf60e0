//! Questions and decisions whose ids, days, moments or filters are wrong: told so, field by field.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Code;

use crate::harness::{Account, Town, told_raw};

#[tokio::test]
async fn ids_and_etags_of_the_wrong_form_are_named_together() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Officer).review();
    let request = pb::RefuseApplicationRequest {
        request_id: "1".to_owned(),
        application_id: "x'; DROP TABLE application; --".to_owned(),
        etag: "7".to_owned(),
        grounds: vec![pb::RefusalGround {
            code: 99,
            ..Default::default()
        }],
    };
    let refused = told_raw(raw.refuse_application(request).await);
    assert_eq!(refused.code, Code::InvalidArgument);
    for path in ["request_id", "application_id", "etag", "grounds[0].code"] {
        assert!(refused.paths().contains(&path), "{path}: {refused:?}");
    }
    let twice = pb::RefusalGround {
        code: pb::RefusalGroundCode::NoConsent.into(),
        failed_checks: vec!["C19".to_owned()],
        ..Default::default()
    };
    let request = pb::RefuseApplicationRequest {
        request_id: new_request_id(),
        application_id: new_request_id(),
        etag: "\"1\"".to_owned(),
        grounds: vec![twice.clone(), twice],
    };
    let refused = told_raw(raw.refuse_application(request).await);
    refused.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.paths(), ["grounds[1].code"]);
}

#[tokio::test]
async fn days_outside_the_calendar_are_told_so() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Agency).calendar();
    let mut days = async |from: &str, to: &str| {
        let request = pb::GetDaysRequest {
            from_on: from.to_owned(),
            to_on: to.to_owned(),
        };
        raw.get_days(request).await
    };
    let outside = told_raw(days("2027-12-30", "2028-01-02").await);
    outside.is(Code::FailedPrecondition, "OUTSIDE_CALENDAR");
    let backwards = told_raw(days("2026-02-02", "2026-02-01").await);
    assert_eq!(backwards.paths(), ["to_on"]);
    let long = told_raw(days("2026-01-01", "2027-02-05").await);
    assert_eq!(long.paths(), ["to_on"]);
    let none = told_raw(days("2026-02-30", "").await);
    assert_eq!(none.paths(), ["from_on", "to_on"]);
    let request = pb::ComputeDueDateRequest {
        arrived_at: Some(prost_types::Timestamp {
            seconds: i64::MAX,
            nanos: -1,
        }),
        working_days: 251,
        provider_id: "nowhere".to_owned(),
    };
    let computed = told_raw(
        town.raw(Account::Agency)
            .calendar()
            .compute_due_date(request)
            .await,
    );
    assert_eq!(computed.code, Code::InvalidArgument);
    assert!(computed.paths().contains(&"arrived_at"), "{computed:?}");
}

#[tokio::test]
async fn a_filter_of_any_length_is_read_and_moments_out_of_reach_are_named() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Portal).applications();
    let many = pb::ListApplicationsRequest {
        stages: vec![Stage::Granted.into(); 40_000],
        ..Default::default()
    };
    let listed = raw.list_applications(many).await.unwrap().into_inner();
    assert!(listed.applications.is_empty());
    let at = |seconds, nanos| Some(prost_types::Timestamp { seconds, nanos });
    for moment in [
        at(i64::MAX, 0),
        at(8_000_000_000_000, 0),
        at(0, -1),
        at(0, i32::MAX),
    ] {
        let far = pb::ListApplicationsRequest {
            received_from_at: moment,
            received_to_at: moment,
            ..Default::default()
        };
        let told = told_raw(raw.list_applications(far).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(
            told.paths(),
            ["received_from_at", "received_to_at"],
            "{moment:?}"
        );
        let mut operator = town.raw(Account::Operator).operations();
        let there = pb::AdvanceClockRequest { to_at: moment };
        let told = told_raw(operator.advance_clock(there).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(told.paths(), ["to_at"], "{moment:?}");
    }
}

#[tokio::test]
async fn a_stage_that_no_application_stands_at_is_no_filter() {
    let town = Town::open().await;
    for stage in [0, 99, Stage::Overdue.into()] {
        let request = pb::ListApplicationsRequest {
            stages: vec![stage],
            ..Default::default()
        };
        let mut raw = town.raw(Account::Portal).applications();
        let stages = told_raw(raw.list_applications(request).await);
        stages.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(stages.paths(), ["stages[0]"], "{stage}");
    }
}

#[tokio::test]
async fn filters_and_keys_of_entries_that_are_wrong_are_named_together() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Portal).register();
    let far = Some(prost_types::Timestamp {
        seconds: i64::MAX,
        nanos: -1,
    });
    let share = Some(pb::ShareIdentification {
        cadastral_number: "20".to_owned(),
        block: "\u{202e}".to_owned(),
        kind: 99,
        number: String::new(),
    });
    let filter = pb::ListRegisterEntriesRequest {
        page_size: -1,
        cooperative_bin: "1".to_owned(),
        cadastral_number: "20:315".to_owned(),
        kato: "' OR 1=1".to_owned(),
        share: share.clone(),
        shareholder_iin: "010101300011".to_owned(),
        agreement_concluded_on: "2026-02-30".to_owned(),
        states: vec![1, 0, 99],
        registered_from_at: far,
        registered_to_at: far,
        ..Default::default()
    };
    let told = told_raw(raw.list_register_entries(filter).await);
    assert_eq!(told.code, Code::InvalidArgument);
    let mut paths = told.paths();
    paths.sort_unstable();
    let expected = [
        "agreement_concluded_on",
        "agreement_number",
        "cadastral_number",
        "cooperative_bin",
        "kato",
        "page_size",
        "registered_from_at",
        "registered_to_at",
        "share.block",
        "share.cadastral_number",
        "share.kind",
        "share.number",
        "shareholder_iin",
        "states[1]",
        "states[2]",
    ];
    assert_eq!(paths, expected);

    let rights = pb::GetShareRightsRequest {
        key: share.map(pb::get_share_rights_request::Key::Share),
        as_of_at: far,
    };
    let told = told_raw(raw.get_share_rights(rights).await);
    let paths = told.paths();
    assert_eq!(paths.len(), 5, "{told:?}");
    assert!(paths.contains(&"as_of_at") && paths.contains(&"share.number"));
}

#[tokio::test]
async fn a_history_needs_a_share_and_a_page_of_its_own() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Portal).register();
    let by_number = |number: &str| pb::ListShareHistoryRequest {
        key: Some(pb::list_share_history_request::Key::EntryNumber(
            number.to_owned(),
        )),
        ..Default::default()
    };
    let none = pb::ListShareHistoryRequest {
        page_size: -1,
        ..Default::default()
    };
    let told = told_raw(raw.list_share_history(none).await);
    assert_eq!(told.paths(), ["page_size", "key"]);
    let told = told_raw(raw.list_share_history(by_number("")).await);
    assert_eq!(told.paths(), ["entry_number"]);
    let forged = pb::ListShareHistoryRequest {
        page_token: "x".to_owned(),
        ..by_number("1")
    };
    let told = told_raw(raw.list_share_history(forged).await);
    told.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
}
