//! The queue by its filters: what is shown, in which order, page by page, and how much there is.

use std::collections::BTreeSet;

use tizilim::pb::registry::v1::{
    self as pb, ApplicationForm as Form, ApplicationStage as Stage, DueMark, Procedure,
    ReviewHolder,
};
use tonic::Code;

use super::{queue, waiting};
use crate::harness::{Account, Town, instant, told_raw};

type Asked = pb::ListReviewQueueRequest;

/// Names of the applications of a queue that was filled over two days.
struct Filled {
    town: Town,
    /// Contracts of the first day: past their due moment.
    late: Vec<String>,
    /// Copies of the first day, near theirs; the officer has the first.
    near: Vec<String>,
    /// Contracts of the last hour.
    fresh: Vec<String>,
}

async fn filled() -> Filled {
    let town = Town::open_plainly().await;
    let mut late = Vec::new();
    for share in 611..614 {
        late.push(waiting(&town, share).await.application_id);
    }
    let mut near = Vec::new();
    for share in 614..617 {
        near.push(town.filed_copy(&town.agreement(share)).await);
    }
    town.officer().take(&near[0]).await.unwrap();
    let near: Vec<_> = near.into_iter().map(|one| one.application_id).collect();
    // Copies of Tuesday are due on Friday; four hours before they are near it.
    town.advance("2026-11-27T09:31:00Z").await;
    let mut fresh = Vec::new();
    for share in 617..620 {
        fresh.push(waiting(&town, share).await.application_id);
    }
    Filled {
        town,
        late,
        near,
        fresh,
    }
}

fn ids(answer: &pb::ListReviewQueueResponse) -> Vec<String> {
    let applications = answer.applications.iter();
    applications
        .map(|application| application.application_id.clone())
        .collect()
}

/// Pages of each size are, one after another, the whole; and the next due comes first.
async fn pages(town: &Town, asked: &Asked, expected: &[&[String]]) {
    let whole = queue(town, asked.clone()).await;
    let due = |pair: &[pb::Application]| instant(pair[0].due_at) <= instant(pair[1].due_at);
    assert!(whole.applications.windows(2).all(due), "{asked:?}");
    let found: BTreeSet<_> = ids(&whole).into_iter().collect();
    let expected: BTreeSet<_> = expected.concat().into_iter().collect();
    assert_eq!(found, expected, "{asked:?}");
    for page_size in [1, 2] {
        let mut page = Asked {
            page_size,
            ..asked.clone()
        };
        let mut seen = Vec::new();
        loop {
            let answer = queue(town, page.clone()).await;
            seen.extend(ids(&answer));
            if answer.next_page_token.is_empty() {
                break;
            }
            page.page_token = answer.next_page_token;
        }
        assert_eq!(seen, ids(&whole), "pages of {page_size}: {asked:?}");
    }
}

#[tokio::test]
async fn each_filter_shows_what_it_asks_for_and_all_of_it_together() {
    let Filled {
        town,
        late,
        near,
        fresh,
    } = filled().await;
    let mark = |mark: DueMark| Asked {
        due_marks: vec![mark.into()],
        ..Asked::default()
    };
    let held = |holder: ReviewHolder| Asked {
        holder: holder.into(),
        ..Asked::default()
    };
    let both = Asked {
        due_marks: vec![DueMark::NearDue.into(), DueMark::Overdue.into()],
        stages: vec![Stage::AwaitingSignature.into()],
        ..Asked::default()
    };
    let copies = Asked {
        forms: vec![Form::ElectronicCopy.into()],
        procedures: vec![Procedure::ParticipationAgreement.into()],
        ..held(ReviewHolder::Nobody)
    };
    let assignments = Asked {
        procedures: vec![Procedure::Assignment.into()],
        ..Asked::default()
    };
    let of_officer = Asked {
        officer: "officer".to_owned(),
        due_marks: vec![DueMark::NearDue.into()],
        stages: vec![Stage::InReview.into()],
        ..Asked::default()
    };
    let of_colleague = Asked {
        officer: "colleague".to_owned(),
        ..Asked::default()
    };
    for (asked, expected) in [
        (Asked::default(), vec![&late[..], &near, &fresh]),
        (mark(DueMark::Overdue), vec![&late[..]]),
        (mark(DueMark::NearDue), vec![&near[..]]),
        (mark(DueMark::OnTime), vec![&fresh[..]]),
        (both, vec![&late[..]]),
        (held(ReviewHolder::Caller), vec![&near[..1]]),
        (
            held(ReviewHolder::Nobody),
            vec![&late[..], &near[1..], &fresh],
        ),
        (copies, vec![&near[1..]]),
        (assignments, vec![]),
        (of_officer, vec![&near[..1]]),
        (of_colleague, vec![]),
    ] {
        pages(&town, &asked, &expected).await;
        let counts = queue(&town, asked).await.counts.unwrap();
        let counts = (
            counts.on_time_count,
            counts.near_due_count,
            counts.overdue_count,
        );
        assert_eq!(counts, (3, 3, 3), "of the whole queue");
    }
}

#[tokio::test]
async fn a_wrong_question_is_told_and_a_page_is_of_its_own_filter() {
    let town = Town::open().await;
    for share in 621..624 {
        let agreement = town.agreement(share);
        town.filed(&agreement, Stage::AwaitingSignature).await;
    }
    let mut review = town.raw(Account::Officer).review();
    let wrong = Asked {
        due_marks: vec![9],
        stages: vec![Stage::Overdue.into()],
        procedures: vec![0],
        forms: vec![7],
        holder: ReviewHolder::Caller.into(),
        officer: "officer".to_owned(),
        page_size: -1,
        ..Asked::default()
    };
    let wrong = told_raw(review.list_review_queue(wrong).await);
    wrong.is(Code::InvalidArgument, "INVALID_FIELDS");
    let paths = [
        "page_size",
        "due_marks[0]",
        "stages[0]",
        "procedures[0]",
        "forms[0]",
        "officer",
    ];
    assert_eq!(wrong.paths(), paths);

    let of_mark = |mark: DueMark, page_token: &str| Asked {
        due_marks: vec![mark.into()],
        page_size: 1,
        page_token: page_token.to_owned(),
        ..Asked::default()
    };
    let first = queue(&town, of_mark(DueMark::OnTime, "")).await;
    let token = first.next_page_token;
    assert!(!token.is_empty());
    queue(&town, of_mark(DueMark::OnTime, &token)).await;
    let other = review.list_review_queue(of_mark(DueMark::NearDue, &token));
    told_raw(other.await).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    // The head reads it too, with the right to read; another provider finds nothing of it.
    let mut head = town.raw(Account::Head).review();
    let listed = head.list_review_queue(Asked::default()).await.unwrap();
    assert_eq!(listed.into_inner().applications.len(), 3);
    let mut stranger = town.raw(Account::Stranger).review();
    let listed = stranger.list_review_queue(Asked::default()).await.unwrap();
    let listed = listed.into_inner();
    assert!(listed.applications.is_empty());
    assert_eq!(listed.counts, Some(pb::DueMarkCounts::default()));
}
