//! Several at once, and the same once more: an act is told once, an addressee gets one letter at a time, and
//! whoever acknowledges does so once (cl. 4).

use futures_util::future::{join, join_all};
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, NoticeLetterState as Letter},
};
use tonic::Code;

use crate::{
    harness::{Account, Town, change_of_rules, told_raw},
    journeys::strict,
};

async fn listed(town: &Town) -> Vec<String> {
    let mut raw = town.raw(Account::Portal).notices();
    let page = pb::ListRulesChangesRequest::default();
    let changes = raw.list_rules_changes(page).await.unwrap().into_inner();
    let changes = changes.changes.into_iter();
    changes.map(|change| change.rules_change_id).collect()
}

/// Tells all changes at once: one is told, and of each other's refusal the fields are given.
async fn told_at_once(
    town: &Town,
    requests: Vec<pb::PublishRulesChangeRequest>,
) -> Vec<Vec<String>> {
    let telling = requests.into_iter().map(async |request| {
        let mut raw = town.raw(Account::Ministry).notices();
        raw.publish_rules_change(request).await
    });
    let (told, refused): (Vec<_>, Vec<_>) =
        join_all(telling).await.into_iter().partition(Result::is_ok);
    let [told] = told.as_slice() else {
        panic!("{told:?}")
    };
    let told = told.as_ref().unwrap().get_ref().change.clone().unwrap();
    assert_eq!(listed(town).await, [told.rules_change_id.as_str()]);
    let report = town.ministry().report(&told.rules_change_id).await.unwrap();
    assert_eq!(report.notices.len(), 5, "one notice for each addressee");
    let refused = refused.into_iter().map(|refused| {
        let refused = told_raw(refused);
        refused.is(Code::InvalidArgument, "INVALID_FIELDS");
        refused.paths().into_iter().map(str::to_owned).collect()
    });
    refused.collect()
}

#[tokio::test]
async fn of_those_who_tell_one_act_at_once_one_does() {
    let town = Town::open().await;
    let document = town.uploaded_act(71).await;
    let requests = (0..6).map(|_| change_of_rules(71, document.clone()));
    let refused = told_at_once(&town, requests.collect()).await;
    assert_eq!(refused, vec![["act.number"]; 5]);
}

#[tokio::test]
async fn of_two_changes_whose_rule_sets_begin_on_one_day_one_is_told() {
    let town = Town::open().await;
    let document = town.uploaded_act(72).await;
    let requests = (72..76).map(|number| pb::PublishRulesChangeRequest {
        rule_set: Some(pb::RulesChangeRuleSet {
            text: strict(&format!("232/2026-{number}"), "2026-11-26"),
        }),
        ..change_of_rules(number, document.clone())
    });
    for fields in told_at_once(&town, requests.collect()).await {
        let of_the_set = |field: &String| field.starts_with("rule_set.");
        assert!(
            !fields.is_empty() && fields.iter().all(of_the_set),
            "{fields:?}"
        );
    }
}

#[tokio::test]
async fn whoever_acknowledges_while_letters_leave_has_acknowledged_and_gets_one_letter_at_most() {
    let town = Town::open().await;
    let document = town.uploaded_act(76).await;
    let ministry = town.ministry();
    let corporation = town.addressee(Account::Corporation);
    for number in 76..80 {
        let change = ministry
            .publish(change_of_rules(number, document.clone()))
            .await
            .unwrap();
        let own = corporation.notices(true).await.unwrap();
        let (acknowledged, settled) = join(
            corporation.acknowledge(&own[0].notice_id),
            ministry.letters_settled(&change.rules_change_id),
        )
        .await;
        settled.unwrap();
        let acknowledged = acknowledged.unwrap();
        let notice = ministry.notice(&acknowledged.notice_id).await.unwrap();
        assert_eq!(notice.acknowledged_at, acknowledged.acknowledged_at);
        assert!(notice.told_at.is_some() && notice.attempts.len() <= 1);
        assert_eq!(
            notice.letter() == Letter::Taken,
            notice.attempts.len() == 1,
            "{notice:?}"
        );
    }
}

#[tokio::test]
async fn who_is_reminded_twice_at_once_gets_one_letter() {
    let town = Town::open().await;
    let change = town.told_of(81).await;
    let ministry = town.ministry();
    let id = change.rules_change_id.as_str();
    ministry.letters_settled(id).await.unwrap();
    let (one, other) = join(ministry.remind(id), ministry.remind(id)).await;
    let reminded = [one.unwrap(), other.unwrap()].map(|answer| answer.reminded.len());
    let settled = ministry.letters_settled(id).await.unwrap();
    let letters: i32 = settled
        .notices
        .iter()
        .map(|notice| notice.letter_count)
        .sum();
    let sent: usize = reminded.iter().sum();
    assert_eq!(usize::try_from(letters).unwrap(), 4 + sent, "{settled:?}");
    assert!(reminded.contains(&4), "{reminded:?}");
}

#[tokio::test]
async fn a_repeated_acknowledgement_and_a_repeated_reminder_are_answered_as_the_first() {
    let town = Town::open().await;
    let change = town.told_of(82).await;
    let rules_change_id = change.rules_change_id;
    town.ministry()
        .letters_settled(&rules_change_id)
        .await
        .unwrap();
    let mut ministry = town.raw(Account::Ministry).notices();
    let remind = pb::RemindAddresseesRequest {
        request_id: new_request_id(),
        rules_change_id,
    };
    let first = ministry.remind_addressees(remind.clone()).await;
    let first = first.unwrap().into_inner();
    let again = ministry.remind_addressees(remind.clone()).await;
    let again = again.unwrap().into_inner();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.reminded, again.reminded);
    let other = pb::RemindAddresseesRequest {
        rules_change_id: new_request_id(),
        ..remind
    };
    let reused = told_raw(ministry.remind_addressees(other).await);
    reused.is(Code::InvalidArgument, "REQUEST_ID_REUSED");

    let own = town.addressee(Account::Corporation).notices(true).await;
    let mut corporation = town.raw(Account::Corporation).notices();
    let acknowledge = pb::AcknowledgeNoticeRequest {
        request_id: new_request_id(),
        notice_id: own.unwrap()[0].notice_id.clone(),
    };
    let first = corporation.acknowledge_notice(acknowledge.clone()).await;
    let first = first.unwrap().into_inner();
    let again = corporation.acknowledge_notice(acknowledge.clone()).await;
    let again = again.unwrap().into_inner();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.notice, again.notice);
    let other = pb::AcknowledgeNoticeRequest {
        notice_id: new_request_id(),
        ..acknowledge
    };
    let reused = told_raw(corporation.acknowledge_notice(other).await);
    reused.is(Code::InvalidArgument, "REQUEST_ID_REUSED");
}
