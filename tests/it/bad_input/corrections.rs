//! Corrections that correct nothing, too much, or what they do not explain: every field is named, and
//! nothing is stored.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, correction_content::Corrected},
};
use tonic::Code;

use crate::harness::{Account, Part, Told, Town, content, slip, told_raw};

async fn refused(town: &Town, content: Option<pb::CorrectionContent>) -> Told {
    let before = town.journal_head().await;
    let mut told = Vec::new();
    for validate_only in [false, true] {
        let request = pb::RequestCorrectionRequest {
            request_id: new_request_id(),
            validate_only,
            content: content.clone(),
        };
        let mut raw = town.raw(Account::Portal).corrections();
        let refused = told_raw(raw.request_correction(request).await);
        assert_eq!(refused.code, Code::InvalidArgument, "{refused:?}");
        told.push(refused);
    }
    assert_eq!(told[0], told[1], "a rehearsal is told the same");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
    told.remove(0)
}

#[tokio::test]
async fn an_empty_correction_is_told_everything_that_is_missing() {
    let town = Town::open().await;
    let refused_whole = refused(&town, None).await;
    assert_eq!(refused_whole.paths(), ["content"]);
    let refused_empty = refused(&town, Some(pb::CorrectionContent::default())).await;
    assert_eq!(refused_empty.reason, "INCOMPLETE_APPLICATION");
    assert_eq!(
        refused_empty.paths(),
        [
            "content.entry_number",
            "content.application_id",
            "content.corrected",
            "content.slips"
        ]
    );
    let part = Part {
        share: Some(pb::Share::default()),
        concluded_on: "2027-01-01".to_owned(),
        ..Part::default()
    };
    let wrong = pb::CorrectionContent {
        entry_number: "x".repeat(51),
        application_id: "no uuid".to_owned(),
        corrected: Some(Corrected::Agreement(part)),
        slips: vec![
            pb::Slip::default(),
            slip("share.floor"),
            slip("share.floor"),
        ],
    };
    let refused_wrong = refused(&town, Some(wrong)).await;
    assert_eq!(
        refused_wrong.paths(),
        [
            "content.entry_number",
            "content.application_id",
            "content.agreement.concluded_on",
            "content.agreement.share.kind",
            "content.agreement.share.floor",
            "content.agreement.share.number",
            "content.agreement.share.area_dm2",
            "content.slips[0].path",
            "content.slips[0].why",
            "content.slips[0].place",
            "content.slips[2].path"
        ]
    );
    let many = pb::CorrectionContent {
        slips: (0..101).map(|index| slip(&format!("a{index}"))).collect(),
        ..Default::default()
    };
    assert!(
        refused(&town, Some(many))
            .await
            .paths()
            .contains(&"content.slips")
    );
}

#[tokio::test]
async fn each_difference_is_explained_and_nothing_else_is() {
    let town = Town::open().await;
    let typed = town.mistyped(731).await;
    let mut part = town.floor(731);
    part.cooperative = town.agreement(731).message().cooperative.clone();
    part.cooperative.as_mut().unwrap().bin = town.world.neighbour.bin.to_string();
    let paths = ["cooperative.bin", "share.area_dm2", "no.such.field"];
    let refused_paths = refused(&town, Some(content(&typed, part, &paths))).await;
    assert_eq!(refused_paths.reason, "INVALID_FIELDS");
    let mut named = refused_paths.paths();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "content.agreement.cooperative.bin",
            "content.agreement.share.floor",
            "content.slips[1].path",
            "content.slips[2].path"
        ]
    );

    let mut elsewhere = content(&typed, town.floor(731), &["share.floor"]);
    elsewhere.application_id = new_request_id();
    let refused_other = refused(&town, Some(elsewhere)).await;
    assert_eq!(refused_other.paths(), ["content.application_id"]);

    let amendment = pb::Amendment {
        transfer_on: "2029-01-01".to_owned(),
        ..Default::default()
    };
    let mut kind = content(&typed, Part::default(), &["transfer_on"]);
    kind.corrected = Some(Corrected::Amendment(amendment));
    assert_eq!(
        refused(&town, Some(kind)).await.paths(),
        ["content.corrected"]
    );

    // The document is dated after it was filed.
    town.advance("2026-11-26T05:00:00Z").await;
    let later = Part {
        concluded_on: "2026-11-25".to_owned(),
        ..Part::default()
    };
    let later = refused(&town, Some(content(&typed, later, &["concluded_on"]))).await;
    assert_eq!(later.paths(), ["content.agreement.concluded_on"]);
}

#[tokio::test]
async fn decisions_on_corrections_say_what_they_lack() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Officer).corrections();
    let rejected = raw.reject_correction(pb::RejectCorrectionRequest::default());
    assert_eq!(
        told_raw(rejected.await).paths(),
        ["request_id", "correction_id", "etag", "reasons"]
    );
    let reasons = pb::LocalizedText {
        ru: "р".repeat(2001),
        ..Default::default()
    };
    let rejected = raw.reject_correction(pb::RejectCorrectionRequest {
        request_id: new_request_id(),
        correction_id: new_request_id(),
        etag: "\"1\"".to_owned(),
        reasons: Some(reasons),
    });
    assert_eq!(
        told_raw(rejected.await).paths(),
        ["reasons.kk", "reasons.ru", "reasons.en"]
    );
    let made = raw.correct_register_entry(pb::CorrectRegisterEntryRequest::default());
    assert_eq!(
        told_raw(made.await).paths(),
        ["request_id", "correction_id", "etag", "head_signature"]
    );
    for etag in ["\"1\"", "7", "\"1.x\"", "\"x.2\""] {
        let made = raw.correct_register_entry(pb::CorrectRegisterEntryRequest {
            request_id: new_request_id(),
            correction_id: new_request_id(),
            etag: etag.to_owned(),
            head_signature: vec![0; 64 * 1024 + 1],
        });
        let told = told_raw(made.await);
        assert!(told.paths().contains(&"head_signature"), "{told:?}");
    }
    let page = pb::ListCorrectionsRequest {
        page_size: -1,
        ..Default::default()
    };
    let page = told_raw(raw.list_corrections(page).await);
    assert_eq!(page.paths(), ["page_size"]);
    let token = pb::ListCorrectionsRequest {
        page_token: "x".to_owned(),
        ..Default::default()
    };
    let token = told_raw(raw.list_corrections(token).await);
    assert_eq!(token.reason, "PAGE_TOKEN_INVALID");
}
