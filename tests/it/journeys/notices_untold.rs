//! Notices that are late from the first, reach nobody, or come too late for a provider (cl. 4).

use tizilim::pb::registry::v1 as pb;

use super::{
    notices::caught,
    providers::{created, district},
};
use crate::harness::{Account, Town, change_of_rules};

#[tokio::test]
async fn a_change_that_is_told_after_its_term_is_late_for_all_and_blames_no_addressee() {
    let town = Town::open().await;
    let document = town.uploaded_act(61).await;
    town.advance("2026-12-01T05:00:00Z").await;
    let ministry = town.ministry();
    let change = ministry.publish(change_of_rules(61, document)).await;
    let id = change.unwrap().rules_change_id;
    let report = ministry.letters_settled(&id).await.unwrap();
    assert!(report.notices.iter().all(|notice| notice.overdue));
    let told = (report.told_in_time_count, report.told_late_count);
    assert_eq!((told, report.untold_count), ((0, 4), 1));
    assert_eq!(report.acknowledgement_late_count, 0);
    let status = town.operator().status().await.unwrap();
    assert_eq!(
        (status.notices_overdue, status.notices_unreachable),
        (1, 1),
        "the provider without an address"
    );
    // Three working days they have, from the letter on.
    town.advance("2026-12-04T13:30:00Z").await;
    let report = ministry.report(&id).await.unwrap();
    assert_eq!(report.acknowledgement_late_count, 0);
    town.advance("2026-12-04T13:30:00.000001Z").await;
    let report = ministry.report(&id).await.unwrap();
    assert_eq!(report.acknowledgement_late_count, 4);
}

#[tokio::test]
async fn who_tells_a_change_is_told_at_once_whom_no_letter_reaches() {
    let town = Town::open().await;
    let document = town.uploaded_act(62).await;
    let mut raw = town.raw(Account::Ministry).notices();
    for validate_only in [true, false] {
        let request = pb::PublishRulesChangeRequest {
            validate_only,
            ..change_of_rules(62, document.clone())
        };
        let answer = raw.publish_rules_change(request).await.unwrap();
        let without = answer.into_inner().without_address;
        let without: Vec<_> = without.iter().map(|one| one.provider_id.as_str()).collect();
        assert_eq!(without, ["elsewhere"]);
    }
    let status = town.operator().status().await.unwrap();
    assert_eq!((status.notices_unreachable, status.notices_overdue), (1, 0));
}

#[tokio::test]
async fn a_provider_that_is_entered_later_gets_no_notice_and_reads_the_change() {
    let town = Town::open().await;
    let change = town.told_of(63).await;
    created(&town, district()).await;
    let stranger = town.provider(Account::Stranger);
    let own = stranger.notices(false).await.unwrap();
    let providers: Vec<_> = own
        .iter()
        .map(|notice| notice.addressee.as_ref().unwrap().provider_id.as_str())
        .collect();
    assert_eq!(providers, ["elsewhere"], "its organisation is both now");
    let mut raw = town.raw(Account::Stranger).notices();
    let listed = raw.list_rules_changes(pb::ListRulesChangesRequest::default());
    let listed = listed.await.unwrap().into_inner().changes;
    assert_eq!(listed[0].rules_change_id, change.rules_change_id);
    let next = town.told_of(64).await;
    assert_eq!(next.addressee_count, change.addressee_count + 1);
}

#[tokio::test]
async fn a_letter_that_was_given_up_and_is_sent_again_is_the_notice_and_no_reminder() {
    let town = Town::open().await;
    let centre = "centre@example.org";
    town.catcher.refuse(centre, "550 5.1.1 no such mailbox");
    let change = town.told_of(66).await;
    let ministry = town.ministry();
    let id = change.rules_change_id.as_str();
    ministry.letters_settled(id).await.unwrap();
    town.catcher.welcome(centre);
    for _ in 0..2 {
        ministry.remind(id).await.unwrap();
        ministry.letters_settled(id).await.unwrap();
    }
    let to_the_centre = caught(&town)
        .into_iter()
        .filter(|letter| letter.to == centre);
    let reminds = to_the_centre.map(|letter| letter.subject.contains("Напоминание"));
    assert_eq!(reminds.collect::<Vec<_>>(), [false, true]);
}
