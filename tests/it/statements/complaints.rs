//! The part of the walk in which complaints are filed and decided. It never looks at what was answered.

use tizilim::pb::registry::v1::{
    self as pb, ComplaintAddressee as Addressee, ComplaintLeftReason, ComplaintOutcome as Outcome,
    ComplaintSubject as Subject,
};

use crate::harness::{Account, Town, reasons};

/// As many complaints as are wanted in the lists, and one for each way in which one goes.
pub(super) async fn complained(town: &Town, count: u32) {
    let refused = town.refused(331).await;
    for _ in 0..count {
        town.complain(&refused, Subject::Refusal, Addressee::Provider)
            .await;
    }
    let bodies = [Account::HigherBody, Account::QualityAuthority];
    let [higher, authority] = bodies.map(|account| town.reviewer(account));
    let (portal, head) = (town.portal(), town.provider(Account::Head));
    let colleague = town.provider(Account::Colleague);
    let complain = async |addressee| town.complain(&refused, Subject::Refusal, addressee).await;

    let withdrawn = complain(Addressee::HigherBody).await;
    portal.withdraw_complaint(&withdrawn).await.unwrap();
    let forwarded = complain(Addressee::QualityAuthority).await;
    let forwarded = head.forward_complaint(&forwarded).await.unwrap();
    let extended = authority.extend_complaint(&forwarded, 5, reasons()).await;
    let extended = extended.unwrap();
    authority
        .confirm_extension_told(&extended, "2026-11-24")
        .await
        .unwrap();
    let rejected = complain(Addressee::Provider).await;
    let none = ComplaintLeftReason::Unspecified;
    let rejected = colleague.decide_complaint(&rejected, Outcome::Rejected, none, reasons());
    rejected.await.unwrap();
    for waiting_only in [false, true] {
        portal.complaints(waiting_only).await.unwrap();
        colleague.complaints(waiting_only).await.unwrap();
        authority.complaints(waiting_only).await.unwrap();
        higher.complaints(waiting_only).await.unwrap();
    }
    paged(town).await;
    portal.complaint(&withdrawn.complaint_id).await.unwrap();
    let satisfied = complain(Addressee::HigherBody).await;
    head.satisfy_complaint(&satisfied, reasons(), "")
        .await
        .unwrap();
    portal.complaint(&satisfied.complaint_id).await.unwrap();
}

/// The second page of each list.
async fn paged(town: &Town) {
    let mut raw = town.raw(Account::Portal).complaints();
    for waiting_only in [false, true] {
        let mut request = pb::ListComplaintsRequest {
            page_size: 1,
            page_token: String::new(),
            waiting_only,
        };
        let page = raw.list_complaints(request.clone()).await.unwrap();
        request.page_token = page.into_inner().next_page_token;
        raw.list_complaints(request).await.unwrap();
    }
}
