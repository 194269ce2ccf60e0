//! Changes of the Rules (cl. 4): told once, with a rule set or without, read by whoever may, and on the feed.

use tizilim::{
    demo::{client::new_request_id, scan},
    pb::registry::v1::{
        self as pb, download_rules_change_file_response::Part, watch_stages_request::Start,
        watch_stages_response::Event,
    },
};
use tonic::Code;

use super::rule_sets::{activation, listed, strict};
use crate::harness::{Account, TUESDAY_MORNING, Town, change_of_rules, told, told_raw};

#[tokio::test]
async fn a_rule_set_that_a_change_carries_judges_from_its_first_day() {
    let town = Town::open().await;
    let document = town.uploaded_act(20).await;
    let carrying = |text: &str| pb::PublishRulesChangeRequest {
        rule_set: Some(pb::RulesChangeRuleSet {
            text: text.to_owned(),
        }),
        ..change_of_rules(20, document.clone())
    };
    let before = town.journal_head().await;
    // What `ActivateRuleSet` would refuse is refused with the whole change, in the same words.
    let taken = strict("159/2024-232", "2026-11-26");
    let mut operator = town.raw(Account::Operator).rule_sets();
    let alone = told_raw(operator.activate_rule_set(activation(&taken)).await);
    let whole = told(town.ministry().publish(carrying(&taken)).await);
    whole.is(Code::InvalidArgument, "INVALID_FIELDS");
    let under: Vec<_> = alone
        .paths()
        .iter()
        .map(|path| format!("rule_set.{path}"))
        .collect();
    assert_eq!(whole.paths(), under);
    let early = strict("232/2026-1", "2026-11-25");
    let early = told(town.ministry().publish(carrying(&early)).await);
    assert_eq!(early.paths(), ["rule_set.text.effective_from"]);
    assert_eq!(town.journal_head().await, before, "nothing was stored");

    let change = carrying(&strict("232/2026-1", "2026-11-26"));
    let change = town.ministry().publish(change).await.unwrap();
    assert_eq!(change.rule_set, "232/2026-1");
    let sets = listed(&town).await;
    assert!(
        sets.contains(&("232/2026-1".to_owned(), pb::RuleSetState::Scheduled)),
        "{sets:?}"
    );
    town.advance("2026-11-26T05:00:00Z").await;
    let filed = town
        .filed(
            &town.agreement(921),
            pb::ApplicationStage::AwaitingSignature,
        )
        .await;
    let judged = filed
        .findings
        .iter()
        .all(|finding| finding.rule_set == "232/2026-1");
    assert!(judged && !filed.findings.is_empty(), "{:?}", filed.findings);
}

#[tokio::test]
async fn an_act_is_told_once_and_a_notice_acknowledged_once_whoever_comes_second() {
    let town = Town::open().await;
    let document = town.uploaded_act(21).await;
    let request = change_of_rules(21, document);
    let rehearsed = pb::PublishRulesChangeRequest {
        validate_only: true,
        ..request.clone()
    };
    let before = town.journal_head().await;
    let rehearsed = town.ministry().publish(rehearsed).await.unwrap();
    assert_eq!(town.journal_head().await, before);
    let mut raw = town.raw(Account::Ministry).notices();
    let first = raw
        .publish_rules_change(request.clone())
        .await
        .unwrap()
        .into_inner();
    let again = raw
        .publish_rules_change(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.change, again.change);
    let change = first.change.unwrap();
    assert_eq!(rehearsed.rules_change_id, change.rules_change_id);
    let other = pb::PublishRulesChangeRequest {
        request_id: new_request_id(),
        ..request
    };
    let refused = told_raw(raw.publish_rules_change(other).await);
    assert_eq!(refused.paths(), ["act.number"]);

    let own = town.officer().notices(true).await.unwrap();
    let notice_id = own[0].notice_id.clone();
    let officer = town.officer().acknowledge(&notice_id).await.unwrap();
    let colleague = town
        .provider(Account::Colleague)
        .acknowledge(&notice_id)
        .await
        .unwrap();
    assert_eq!(officer.acknowledged_by, "officer");
    assert_eq!(
        colleague.acknowledged_by, "officer",
        "what was acknowledged stays so"
    );
    assert_eq!(colleague.acknowledged_at, officer.acknowledged_at);
}

#[tokio::test]
async fn whoever_may_read_changes_lists_them_and_downloads_their_files() {
    let town = Town::open().await;
    let first = town.told_of(22).await;
    town.advance("2026-11-24T06:00:00Z").await;
    let second = town.told_of(23).await;
    for account in [
        Account::Portal,
        Account::Agency,
        Account::Corporation,
        Account::Operator,
    ] {
        let mut raw = town.raw(account).notices();
        let mut page = pb::ListRulesChangesRequest {
            page_size: 1,
            page_token: String::new(),
        };
        let mut listed = Vec::new();
        loop {
            let answer = raw
                .list_rules_changes(page.clone())
                .await
                .unwrap()
                .into_inner();
            listed.extend(answer.changes);
            if answer.next_page_token.is_empty() {
                break;
            }
            page.page_token = answer.next_page_token;
        }
        let ids: Vec<_> = listed.iter().map(|one| &one.rules_change_id).collect();
        assert_eq!(
            ids,
            [&second.rules_change_id, &first.rules_change_id],
            "{account:?}"
        );
        assert!(listed.iter().all(|one| one.text.is_none()));
    }
    let mut raw = town.raw(Account::Portal).notices();
    let file = first.files[0].clone();
    let request = pb::DownloadRulesChangeFileRequest {
        rules_change_id: first.rules_change_id.clone(),
        document_id: file.document_id.clone(),
    };
    let mut stream = raw
        .download_rules_change_file(request.clone())
        .await
        .unwrap()
        .into_inner();
    let mut bytes = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        match message.part.unwrap() {
            Part::Header(header) => assert_eq!(header, file),
            Part::Chunk(chunk) => bytes.extend(chunk),
        }
    }
    assert_eq!(bytes, scan(22));
    let of_another = pb::DownloadRulesChangeFileRequest {
        document_id: second.files[0].document_id.clone(),
        ..request
    };
    let refused = told_raw(raw.download_rules_change_file(of_another).await);
    refused.is(Code::PermissionDenied, "PERMISSION_DENIED");
}

#[tokio::test]
async fn watchers_of_the_feed_who_ask_for_it_are_told_of_a_change_in_its_place() {
    let town = Town::open().await;
    let watch = async |account, rules_changes| {
        let request = pb::WatchStagesRequest {
            start: Some(Start::FromNow(true)),
            heartbeat_seconds: 1,
            filter: None,
            rules_changes,
        };
        let watch = town.raw(account).feed().watch_stages(request).await;
        watch.unwrap().into_inner()
    };
    let mut agency = watch(Account::Agency, true).await;
    let mut corporation = watch(Account::Corporation, true).await;
    let mut only_stages = watch(Account::Agency, false).await;
    let before = town.agreement(922).electronic_contract().unwrap();
    let before = town.portal().submit(before).await.unwrap();
    town.reached(&before, pb::ApplicationStage::AwaitingSignature)
        .await;
    let change = town.told_of(24).await;
    let after = town.agreement(923).electronic_contract().unwrap();
    let after = town.portal().submit(after).await.unwrap();

    // To a word for each event, up to the first stage of the second application.
    let told = async |watch: &mut tonic::Streaming<pb::WatchStagesResponse>, end: &str| {
        let mut words = Vec::new();
        while words.last().is_none_or(|last| last != end) {
            match watch.message().await.unwrap().unwrap().event.unwrap() {
                Event::Stage(stage) => words.push(stage.application_id),
                Event::RulesChange(change) => {
                    assert_eq!(change.act.unwrap().number, "24-НҚ");
                    words.push(change.rules_change_id);
                }
                Event::Heartbeat(_) => {}
                Event::End(end) => panic!("{end:?}"),
            }
        }
        words.dedup();
        words
    };
    let first = before.application_id.as_str();
    let second = after.application_id.as_str();
    let id = change.rules_change_id.as_str();
    assert_eq!(told(&mut agency, second).await, [first, id, second]);
    assert_eq!(told(&mut only_stages, second).await, [first, second]);
    assert_eq!(
        told(&mut corporation, id).await,
        [id],
        "no stage is shown to it"
    );
}

#[tokio::test]
async fn without_configured_addressees_nothing_is_told() {
    let town = Town::with(TUESDAY_MORNING, |installation| {
        let text = std::fs::read_to_string(installation.config_file()).unwrap();
        let (before, _) = text.split_once("[[notice.addressees]]").unwrap();
        std::fs::write(installation.config_file(), before).unwrap();
    })
    .await;
    let document = town.uploaded_act(25).await;
    let refused = told(town.ministry().publish(change_of_rules(25, document)).await);
    refused.is(Code::FailedPrecondition, "ADDRESSEES_NOT_CONFIGURED");
}
