//! Notes beside an application: the provider's own, and nobody else's.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Code;

use super::waiting;
use crate::harness::{Account, Town, told_raw};

fn note(application: &pb::Application, text: &str) -> pb::AddReviewNoteRequest {
    pb::AddReviewNoteRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
        text: text.to_owned(),
    }
}

fn of(application: &pb::Application) -> pb::ListReviewNotesRequest {
    pb::ListReviewNotesRequest {
        application_id: application.application_id.clone(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_note_stays_beside_its_application_and_changes_nothing_of_it() {
    let town = Town::open().await;
    let filed = waiting(&town, 711).await;
    let other = waiting(&town, 712).await;
    let mut officer = town.raw(Account::Officer).review();
    let mut colleague = town.raw(Account::Colleague).review();
    let texts = [
        "үшінші парағы бұлыңғыр",
        "позвонили, пришлют",
        "checked again",
    ];
    for (index, text) in texts.into_iter().enumerate() {
        let review = [&mut officer, &mut colleague][index % 2].add_review_note(note(&filed, text));
        let added = review.await.unwrap().into_inner().note.unwrap();
        assert_eq!(added.text, text);
        // Notes of one millisecond have no order.
        town.advance(&format!("2026-11-24T05:00:0{}Z", index + 1))
            .await;
    }
    let read = town.portal().application(&filed.application_id).await;
    assert_eq!(read.unwrap(), filed, "nothing of it changed");

    let listed = colleague.list_review_notes(of(&filed)).await.unwrap();
    let notes = listed.into_inner().notes;
    let told: Vec<_> = notes
        .iter()
        .map(|note| (note.text.as_str(), note.written_by.as_str()))
        .collect();
    let writers = ["officer", "colleague", "officer"];
    let expected: Vec<_> = texts.into_iter().zip(writers).collect();
    assert_eq!(told, expected);
    let mut page = of(&filed);
    page.page_size = 2;
    let first = officer.list_review_notes(page.clone()).await.unwrap();
    let first = first.into_inner();
    assert_eq!(first.notes, notes[..2]);
    page.page_token.clone_from(&first.next_page_token);
    let last = officer.list_review_notes(page.clone()).await.unwrap();
    let last = last.into_inner();
    assert_eq!((&last.notes[..], &*last.next_page_token), (&notes[2..], ""));
    page.application_id.clone_from(&other.application_id);
    let foreign = told_raw(officer.list_review_notes(page).await);
    foreign.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let none = officer.list_review_notes(of(&other)).await.unwrap();
    assert!(none.into_inner().notes.is_empty());
}

#[tokio::test]
async fn a_note_is_read_whole_or_told_wrong_and_added_once() {
    let town = Town::open().await;
    let filed = waiting(&town, 713).await;
    let mut review = town.raw(Account::Officer).review();
    let before = town.journal_head().await;
    let empty = pb::AddReviewNoteRequest::default();
    let empty = told_raw(review.add_review_note(empty).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["request_id", "application_id", "text"]);
    for text in ["x".repeat(2001), "two\nlines".to_owned()] {
        let wrong = told_raw(review.add_review_note(note(&filed, &text)).await);
        assert_eq!(wrong.paths(), ["text"]);
    }
    assert_eq!(town.journal_head().await, before);

    let request = note(&filed, &"ә".repeat(2000));
    let mut first = review.add_review_note(request.clone()).await.unwrap();
    let again = review.add_review_note(request.clone()).await.unwrap();
    first.get_mut().replayed = true;
    assert_eq!(again.get_ref(), first.get_ref());
    let mut other = request;
    other.text = "other words".to_owned();
    let reused = told_raw(review.add_review_note(other).await);
    reused.is(Code::InvalidArgument, "REQUEST_ID_REUSED");
    let listed = review.list_review_notes(of(&filed)).await.unwrap();
    assert_eq!(listed.into_inner().notes.len(), 1);

    // Whoever filed it learns nothing of it, and cannot ask.
    for account in [Account::Portal, Account::Agency, Account::Operator] {
        let mut stranger = town.raw(account).review();
        let denied = told_raw(stranger.list_review_notes(of(&filed)).await);
        denied.is(Code::PermissionDenied, "PERMISSION_DENIED");
    }
    town.granted(&filed).await;
    town.reached(&filed, Stage::ExtractSent).await;
    let after = review.add_review_note(note(&filed, "afterwards")).await;
    assert!(after.is_ok(), "also of what is decided");
}
