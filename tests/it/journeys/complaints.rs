//! Complaints are filed with the provider: numbered, registered by the calendar, and told in the stages of the
//! application without a name (cl. 14; O-36, O-37; D-1, D-21, D-22).

use prost::Message as _;
use tizilim::{
    demo::complaint,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, ComplaintActKind as Act,
        ComplaintAddressee as Addressee, ComplaintState as State, ComplaintSubject as Subject,
    },
};
use tonic::Code;

use crate::harness::{Account, Town, instant, moment, told};

#[tokio::test]
async fn a_complaint_of_a_refusal_is_registered_at_once_and_told_with_its_number_alone() {
    let town = Town::open().await;
    let refused = town.refused(801).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    assert_eq!(filed.state(), State::Registered);
    assert!(filed.complaint_number.starts_with("S-261124-"));
    assert_eq!(filed.application_number, refused.application_number);
    // Tuesday; the third working day after it ends on Friday at closing time.
    assert_eq!(instant(filed.due_at), moment("2026-11-27T13:30:00Z"));
    assert!(!filed.filed_late);
    assert!(
        filed.content.is_empty() && filed.acts.is_empty(),
        "an answer that is kept says nothing of it"
    );

    let read = town.portal().complaint(&filed.complaint_id).await.unwrap();
    let content = pb::ComplaintContent::decode(read.content.as_slice()).unwrap();
    assert_eq!(content.application_id, refused.application_id);
    assert!(!read.signature.is_empty());
    let [act] = read.acts.as_slice() else {
        panic!("{:?}", read.acts)
    };
    assert_eq!((act.kind(), act.acted_by.as_str()), (Act::Filed, "portal"));

    let stages = town.portal().stages(&refused.application_id).await.unwrap();
    let last = stages.last().unwrap();
    assert_eq!(last.stage(), Stage::ComplaintFiled);
    assert_eq!(last.complaint_number, filed.complaint_number);
    assert_eq!(last.due_at, filed.due_at);
    let still = town
        .portal()
        .application(&refused.application_id)
        .await
        .unwrap();
    assert_eq!(still.stage(), Stage::Refused, "it stays where it is");
    let received = town.received(&refused.application_number).await;
    assert_eq!(received.last().unwrap(), "COMPLAINT_FILED");
}

#[tokio::test]
async fn the_own_complaints_are_listed_and_those_of_others_are_not() {
    let town = Town::open().await;
    let refused = town.refused(802).await;
    town.complain(&refused, Subject::Refusal, Addressee::Provider)
        .await;
    town.advance("2026-11-24T05:00:01Z").await;
    town.complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    let listed = town.officer().complaints(false).await.unwrap();
    assert_eq!(
        listed
            .iter()
            .map(pb::Complaint::addressee)
            .collect::<Vec<_>>(),
        [Addressee::HigherBody, Addressee::Provider],
        "the latest first"
    );
    let queue = town.officer().complaints(true).await.unwrap();
    assert_eq!(
        queue
            .iter()
            .map(pb::Complaint::addressee)
            .collect::<Vec<_>>(),
        [Addressee::HigherBody, Addressee::Provider],
        "3 working days end before 5"
    );
    assert_eq!(town.portal().complaints(true).await.unwrap().len(), 2);
    let neighbour = town.cooperative(Account::Neighbour);
    assert!(neighbour.complaints(false).await.unwrap().is_empty());
    let stranger = town.provider(Account::Stranger);
    assert!(stranger.complaints(false).await.unwrap().is_empty());
    let body = town.reviewer(Account::HigherBody);
    assert!(
        body.complaints(false).await.unwrap().is_empty(),
        "nothing went on to it"
    );
    for seen in &listed {
        told(body.complaint(&seen.complaint_id).await)
            .is(Code::PermissionDenied, "PERMISSION_DENIED");
    }
}

#[tokio::test]
async fn what_comes_after_hours_is_registered_by_the_clerk_at_the_opening() {
    let town = Town::open().await;
    let refused = town.refused(803).await;
    town.advance("2026-11-24T13:31:00Z").await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::Provider)
        .await;
    assert_eq!(filed.state(), State::Received);
    assert_eq!(instant(filed.registered_at), moment("2026-11-25T04:00:00Z"));
    assert_eq!(instant(filed.due_at), moment("2026-12-02T13:30:00Z"));
    // The restart has nothing to restore: the moment stands in the row.
    let town = town.restarted().await;
    town.advance("2026-11-25T03:59:59Z").await;
    let read = town.portal().complaint(&filed.complaint_id).await.unwrap();
    assert_eq!(read.state(), State::Received);
    town.advance("2026-11-25T04:00:00Z").await;
    let read = town.portal().complaint(&filed.complaint_id).await.unwrap();
    assert_eq!(read.state(), State::Registered);
    let acts: Vec<_> = read.acts.iter().map(pb::ComplaintAct::kind).collect();
    assert_eq!(acts, [Act::Filed, Act::Registered]);
    assert_eq!(read.acts[1].acted_by, "system");
}

#[tokio::test]
async fn nobody_complains_of_what_has_not_happened_and_a_passed_term_has_at_once() {
    let town = Town::open().await;
    let refused = town.refused(804).await;
    let open = town.agreement(805).with(|agreement| {
        agreement.consent = None;
    });
    let open = town.filed(&open, Stage::InReview).await;
    for (application, subject) in [
        (&refused, Subject::Overdue),
        (&refused, Subject::Extract),
        (&open, Subject::Refusal),
        (&open, Subject::Overdue),
        (&open, Subject::Extract),
    ] {
        let filed = town.complain_with(application, subject, Addressee::Provider, |_| {});
        told(filed.await).is(Code::FailedPrecondition, "NOTHING_COMPLAINED_OF");
    }
    let of_an_act = town.complain_with(&open, Subject::Action, Addressee::Provider, |content| {
        "2026-11-23".clone_into(&mut content.learned_on);
    });
    of_an_act.await.unwrap();

    town.advance("2026-11-25T13:30:01Z").await;
    let filed = town
        .complain(&open, Subject::Overdue, Addressee::Provider)
        .await;
    assert_eq!(filed.subject(), Subject::Overdue);
    let stages = town.portal().stages(&open.application_id).await.unwrap();
    let codes: Vec<_> = stages
        .iter()
        .map(pb::ApplicationStageRecord::stage)
        .collect();
    assert_eq!(
        codes[codes.len() - 2..],
        [Stage::Overdue, Stage::ComplaintFiled]
    );
}

#[tokio::test]
async fn a_late_complaint_is_accepted_and_marked() {
    let town = Town::open().await;
    let refused = town.refused(806).await;
    town.advance("2027-02-24T18:59:59Z").await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    assert!(!filed.filed_late);
    town.advance("2027-02-24T19:00:00Z").await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    assert!(filed.filed_late);
    let learned = town.complain_with(
        &refused,
        Subject::Refusal,
        Addressee::HigherBody,
        |content| {
            "2026-12-01".clone_into(&mut content.learned_on);
        },
    );
    assert!(
        !learned.await.unwrap().filed_late,
        "the term runs from there"
    );
}

#[tokio::test]
async fn a_shareholder_complains_in_person_and_nobody_for_another() {
    let town = Town::open().await;
    let refused = town.refused(807).await;
    let world = &town.world;
    let of = |content: &mut pb::ComplaintContent| {
        let complainant = content.complainant.as_mut().unwrap();
        complainant.set_kind(pb::ComplainantKind::Shareholder);
        complainant.bin.clear();
        complainant.name = world.shareholder.full_name();
        world
            .shareholder
            .iin
            .as_str()
            .clone_into(&mut complainant.iin);
    };
    let (content, by_the_chair) =
        complaint(world, &refused, Subject::Refusal, Addressee::Provider, of).unwrap();
    let portal = town.portal();
    let forged = portal.file_complaint(content.clone(), by_the_chair).await;
    let forged = told(forged);
    forged.is(Code::FailedPrecondition, "SIGNATURE_INVALID");
    let of_a_rival = |content: &mut pb::ComplaintContent| {
        of(content);
        let complainant = content.complainant.as_mut().unwrap();
        world.rival.iin.as_str().clone_into(&mut complainant.iin);
    };
    let (subject, addressee) = (Subject::Refusal, Addressee::Provider);
    let (theirs, _) = complaint(world, &refused, subject, addressee, of_a_rival).unwrap();
    let signed = world.rival.identity.sign_detached(&theirs, world.begins_at);
    let meddled = portal.file_complaint(theirs, signed.unwrap()).await;
    assert_eq!(told(meddled).paths(), ["content.complainant.iin"]);
    let own = world
        .shareholder
        .identity
        .sign_detached(&content, world.begins_at);
    let filed = portal.file_complaint(content, own.unwrap()).await.unwrap();
    assert_eq!(filed.state(), State::Registered);
}

#[tokio::test]
async fn complaints_come_in_pages_the_latest_first_or_the_next_due_first() {
    let town = Town::open().await;
    let mut filed = Vec::new();
    for (share_no, addressee, at) in [
        (821, Addressee::Provider, "2026-11-24T06:00:00Z"),
        (822, Addressee::HigherBody, "2026-11-24T06:01:00Z"),
        (823, Addressee::Provider, "2026-11-24T06:02:00Z"),
    ] {
        let refused = town.refused(share_no).await;
        town.advance(at).await;
        let complaint = town.complain(&refused, Subject::Refusal, addressee).await;
        filed.push(complaint.complaint_id);
    }
    let [first, second, third] = [0, 1, 2].map(|index| filed[index].clone());
    let latest = [third.clone(), second.clone(), first.clone()];
    assert_eq!(in_pages(&town, Account::Portal, false).await, latest);
    // Three working days to forward the second; five to decide on the others, which end at one moment.
    let mut due = in_pages(&town, Account::Officer, true).await;
    assert_eq!(due.remove(0), second);
    due.sort_unstable();
    let mut others = [first, third];
    others.sort_unstable();
    assert_eq!(due, others);
    assert_eq!(in_pages(&town, Account::Neighbour, false).await, [""; 0]);
}

/// All of a list, in pages of one.
async fn in_pages(town: &Town, account: Account, waiting_only: bool) -> Vec<String> {
    let mut raw = town.raw(account).complaints();
    let mut request = pb::ListComplaintsRequest {
        page_size: 1,
        page_token: String::new(),
        waiting_only,
    };
    let mut ids = Vec::new();
    loop {
        let page = raw.list_complaints(request.clone()).await.unwrap();
        let page = page.into_inner();
        assert!(page.complaints.len() <= 1);
        ids.extend(page.complaints.into_iter().map(|one| one.complaint_id));
        if page.next_page_token.is_empty() {
            return ids;
        }
        request.page_token = page.next_page_token;
    }
}
