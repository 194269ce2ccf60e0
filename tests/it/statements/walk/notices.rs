//! The part of the walk in which a change of the Rules is told. It never looks at what was answered.

use tizilim::pb::registry::v1 as pb;

use crate::harness::{Account, Town, change_of_rules};
use crate::journeys::strict;

/// A change of the Rules with a rule set, and all that becomes of its notices.
pub(super) async fn notices(town: &Town) {
    let document = town.uploaded_act(31).await;
    let request = pb::PublishRulesChangeRequest {
        rule_set: Some(pb::RulesChangeRuleSet {
            text: strict("told", "2026-12-02"),
        }),
        ..change_of_rules(31, document)
    };
    let ministry = town.ministry();
    let change = ministry.publish(request).await.unwrap();
    let id = change.rules_change_id;
    let other = town.told_of(32).await.rules_change_id;
    for id in [&id, &other] {
        ministry.letters_settled(id).await.unwrap();
    }
    let officer = town.officer();
    let own = officer.notices(false).await.unwrap();
    officer.notice(&own[0].notice_id).await.unwrap();
    officer.acknowledge(&own[0].notice_id).await.unwrap();
    officer.notices(true).await.unwrap();
    ministry.remind(&id).await.unwrap();
    // Nothing is left for the clock's way on to send: that counts what it does.
    ministry.letters_settled(&id).await.unwrap();
    let mut raw = town.raw(Account::Portal).notices();
    let page = pb::ListRulesChangesRequest {
        page_size: 1,
        ..Default::default()
    };
    raw.list_rules_changes(page).await.unwrap();
    let request = pb::GetRulesChangeRequest {
        rules_change_id: id.clone(),
    };
    raw.get_rules_change(request).await.unwrap();
    let request = pb::DownloadRulesChangeFileRequest {
        rules_change_id: id,
        document_id: change.files[0].document_id.clone(),
    };
    let stream = raw.download_rules_change_file(request).await.unwrap();
    let mut stream = stream.into_inner();
    while stream.message().await.unwrap().is_some() {}
}
