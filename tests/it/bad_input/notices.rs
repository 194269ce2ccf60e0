//! Changes of the Rules that say too little, too much, or what cannot be: every field is named, and nothing is
//! stored, so that nobody is told.

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};
use tonic::Code;

use crate::harness::{Account, Told, Town, change_of_rules, told_raw};

async fn refused(town: &Town, request: pb::PublishRulesChangeRequest) -> Told {
    let before = town.journal_head().await;
    let mut raw = town.raw(Account::Ministry).notices();
    let mut told = Vec::new();
    for validate_only in [false, true] {
        let request = pb::PublishRulesChangeRequest {
            validate_only,
            ..request.clone()
        };
        let refused = told_raw(raw.publish_rules_change(request).await);
        assert_eq!(refused.code, Code::InvalidArgument, "{refused:?}");
        told.push(refused);
    }
    assert_eq!(told[0], told[1], "a rehearsal is told the same");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
    told.remove(0)
}

#[tokio::test]
async fn a_change_is_told_everything_that_it_lacks_and_everything_that_is_wrong_with_it() {
    let town = Town::open().await;
    let empty = refused(&town, pb::PublishRulesChangeRequest::default()).await;
    assert_eq!(empty.reason, "INCOMPLETE_APPLICATION");
    assert_eq!(
        empty.paths(),
        [
            "request_id",
            "act",
            "published_on",
            "in_force_on",
            "text",
            "document_ids"
        ]
    );
    let text = |kk: String| {
        Some(pb::LocalizedText {
            kk,
            ru: "один\u{7}".to_owned(),
            en: String::new(),
        })
    };
    let wrong = pb::PublishRulesChangeRequest {
        request_id: "1".to_owned(),
        act: Some(pb::Act {
            title: None,
            number: "9".repeat(51),
            dated_on: "20.11.2026".to_owned(),
        }),
        published_on: "2026-02-30".to_owned(),
        in_force_on: "soon".to_owned(),
        text: text("а".repeat(20_001)),
        document_ids: vec!["no uuid".to_owned(), String::new()],
        rule_set: Some(pb::RulesChangeRuleSet::default()),
        ..Default::default()
    };
    let wrong = refused(&town, wrong).await;
    assert_eq!(
        wrong.paths(),
        [
            "request_id",
            "act.title",
            "act.number",
            "act.dated_on",
            "published_on",
            "in_force_on",
            "text.kk",
            "text.ru",
            "document_ids[0]",
            "document_ids[1]",
            "rule_set.text"
        ]
    );
}

#[tokio::test]
async fn the_days_of_a_change_follow_each_other_and_none_is_to_come_but_that_it_is_in_force() {
    let town = Town::open().await;
    let document = town.uploaded_act(41).await;
    let change = || change_of_rules(41, document.clone());
    let mut late = change();
    late.published_on = "2026-11-25".to_owned();
    assert_eq!(refused(&town, late).await.paths(), ["published_on"]);
    let mut early = change();
    early.published_on = "2026-11-19".to_owned();
    early.in_force_on = "2026-11-19".to_owned();
    let early = refused(&town, early).await;
    assert_eq!(early.paths(), ["published_on", "in_force_on"]);
    let mut unborn = change();
    unborn.act.as_mut().unwrap().dated_on = "2026-11-25".to_owned();
    let unborn = refused(&town, unborn).await;
    assert_eq!(unborn.paths(), ["act.dated_on", "published_on"]);
    // What is missing beside it is told in the same round.
    let mut half = change();
    half.published_on = "2026-11-25".to_owned();
    half.text = None;
    assert_eq!(refused(&town, half).await.paths(), ["text", "published_on"]);
    // The calendar does not say when three working days after that are over.
    let mut outside = change();
    outside.act.as_mut().unwrap().dated_on = "2019-12-20".to_owned();
    outside.published_on = "2019-12-24".to_owned();
    let mut raw = town.raw(Account::Ministry).notices();
    let outside = told_raw(raw.publish_rules_change(outside).await);
    outside.is(Code::FailedPrecondition, "OUTSIDE_CALENDAR");
}

#[tokio::test]
async fn the_files_are_the_own_ones_each_once_few_and_small_enough_for_a_letter() {
    let town = Town::open().await;
    let own = town.uploaded_act(42).await;
    let of_the_portal = town.portal().upload("a.pdf", &tizilim::demo::scan(1)).await;
    let of_the_portal = of_the_portal.unwrap().document_id;
    let with = |document_ids: &[&String]| pb::PublishRulesChangeRequest {
        document_ids: document_ids.iter().map(ToString::to_string).collect(),
        ..change_of_rules(42, String::new())
    };
    let absent = new_request_id();
    let foreign = refused(&town, with(&[&own, &of_the_portal, &absent])).await;
    assert_eq!(foreign.paths(), ["document_ids[1]", "document_ids[2]"]);
    assert_eq!(
        refused(&town, with(&[&own, &own])).await.paths(),
        ["document_ids[1]"]
    );
    let many: Vec<_> = (0..6).map(|_| &own).collect();
    assert_eq!(refused(&town, with(&many)).await.paths(), ["document_ids"]);
    let mut large = tizilim::demo::scan(2);
    large.splice(9..9, std::iter::repeat_n(b' ', 10 * 1024 * 1024));
    let large = town.ministry().upload("b.pdf", &large).await.unwrap();
    let large = refused(&town, with(&[&large.document_id])).await;
    assert_eq!(large.paths(), ["document_ids"]);
}

#[tokio::test]
async fn what_names_no_change_and_no_notice_is_told_so() {
    let town = Town::open().await;
    let mut ministry = town.raw(Account::Ministry).notices();
    let remind = ministry.remind_addressees(pb::RemindAddresseesRequest::default());
    assert_eq!(
        told_raw(remind.await).paths(),
        ["request_id", "rules_change_id"]
    );
    let report = pb::GetRulesChangeReportRequest {
        rules_change_id: "x".to_owned(),
    };
    let report = ministry.get_rules_change_report(report);
    assert_eq!(told_raw(report.await).paths(), ["rules_change_id"]);
    let mut corporation = town.raw(Account::Corporation).notices();
    let acknowledge = corporation.acknowledge_notice(pb::AcknowledgeNoticeRequest::default());
    assert_eq!(
        told_raw(acknowledge.await).paths(),
        ["request_id", "notice_id"]
    );
    let file = pb::DownloadRulesChangeFileRequest::default();
    let file = corporation.download_rules_change_file(file);
    assert_eq!(
        told_raw(file.await).paths(),
        ["rules_change_id", "document_id"]
    );
    let page = pb::ListNoticesRequest {
        page_size: -1,
        ..Default::default()
    };
    assert_eq!(
        told_raw(corporation.list_notices(page).await).paths(),
        ["page_size"]
    );
    let page = pb::ListRulesChangesRequest {
        page_token: "AAAA".to_owned(),
        ..Default::default()
    };
    let forged = told_raw(corporation.list_rules_changes(page).await);
    forged.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
}
