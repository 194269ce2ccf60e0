//! What becomes of complaints: satisfied, forwarded, extended, and decided in each way of the law (cl. 14, 15;
//! O-38 – O-41; D-16, D-18; APPK 97, 100).

use tizilim::{
    demo::client::ClientFault,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, ComplaintActKind as Act,
        ComplaintAddressee as Addressee, ComplaintLeftReason as LeftReason,
        ComplaintOutcome as Outcome, ComplaintRemedy as Remedy, ComplaintState as State,
        ComplaintSubject as Subject,
    },
};
use tonic::Code;

use crate::harness::{Account, Town, content, instant, moment, reasons, told};

const NO_REASON: LeftReason = LeftReason::Unspecified;

/// The stages of an application from a sequence number on.
async fn stages_from(town: &Town, application: &pb::Application, from: usize) -> Vec<Stage> {
    let stages = town.portal().stages(&application.application_id).await;
    let stages = stages.unwrap();
    let stages = stages.iter().skip(from);
    stages.map(pb::ApplicationStageRecord::stage).collect()
}

pub(super) async fn read(town: &Town, complaint: &pb::Complaint) -> pb::Complaint {
    let portal = town.portal();
    portal.complaint(&complaint.complaint_id).await.unwrap()
}

/// Decided without a reason to leave it.
pub(super) async fn decided(
    town: &Town,
    account: Account,
    complaint: &pb::Complaint,
    outcome: Outcome,
) -> Result<pb::Complaint, ClientFault> {
    let provider = town.provider(account);
    let decided = provider.decide_complaint(complaint, outcome, NO_REASON, reasons());
    decided.await
}

#[tokio::test]
async fn a_refusal_is_annulled_by_the_provider_and_the_application_decided_anew() {
    let town = Town::open().await;
    let refused = town.refused(811).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    town.advance("2026-11-26T06:00:00Z").await;
    let by_officer = town
        .officer()
        .satisfy_complaint(&filed, reasons(), "")
        .await;
    told(by_officer).is(Code::PermissionDenied, "PERMISSION_DENIED");
    let head = town.provider(Account::Head);
    let satisfied = head.satisfy_complaint(&filed, reasons(), "").await.unwrap();
    assert_eq!(satisfied.state(), State::Satisfied);
    let decision = satisfied.decision.as_ref().unwrap();
    assert_eq!(decision.outcome(), Outcome::Satisfied);
    assert_eq!(decision.remedy(), Remedy::DecidedAnew);

    let anew = town.reached(&refused, Stage::InReview).await;
    assert_eq!(anew.refusal, None, "there is no refusal any more");
    assert_eq!(instant(anew.reopened_at), moment("2026-11-26T06:00:00Z"));
    assert_eq!(anew.registered_at, refused.registered_at);
    // Thursday; a contract has one working day.
    assert_eq!(instant(anew.due_at), moment("2026-11-27T13:30:00Z"));
    assert_eq!(
        stages_from(&town, &refused, 3).await,
        [
            Stage::Refused,
            Stage::ComplaintFiled,
            Stage::ComplaintSatisfied,
            Stage::Registered,
            Stage::InReview
        ]
    );
    let told = read(&town, &filed).await;
    let annulled = told.annulled_refusal.unwrap();
    assert_eq!(annulled.text, refused.refusal.unwrap().text, "it is kept");
    let kinds: Vec<_> = told.acts.iter().map(pb::ComplaintAct::kind).collect();
    assert_eq!(kinds, [Act::Filed, Act::Satisfied]);
    assert_eq!(told.acts[1].text, Some(reasons()));

    let grounds = anew.proposed_grounds.clone();
    let again = town.officer().refuse(&anew, grounds).await.unwrap();
    assert_eq!(
        again.stage(),
        Stage::Refused,
        "the term and the refusal are new ones"
    );
    town.complain(&again, Subject::Refusal, Addressee::HigherBody)
        .await;
}

#[tokio::test]
async fn a_complaint_goes_on_to_the_higher_body_which_rejects_it() {
    let town = Town::open().await;
    let refused = town.refused(812).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::HigherBody)
        .await;
    let (officer, body) = (town.officer(), town.reviewer(Account::HigherBody));
    let own = decided(&town, Account::Colleague, &filed, Outcome::Rejected).await;
    told(own).is(Code::FailedPrecondition, "ADDRESSED_OTHERWISE");
    let extended = officer.extend_complaint(&filed, 3, reasons()).await;
    told(extended).is(Code::FailedPrecondition, "ADDRESSED_OTHERWISE");

    let forwarded = officer.forward_complaint(&filed).await.unwrap();
    assert_eq!(forwarded.state(), State::Forwarded);
    let forwarding = forwarded.forwarding.as_ref().unwrap();
    assert_eq!(
        forwarding.reviewing_body_bin,
        town.world.higher_body.as_str()
    );
    assert_eq!(instant(forwarded.due_at), moment("2026-12-01T13:30:00Z"));
    let queue = body.complaints(true).await.unwrap();
    assert_eq!(queue.len(), 1);
    let other = town.reviewer(Account::QualityAuthority);
    assert!(other.complaints(false).await.unwrap().is_empty());
    told(other.complaint(&filed.complaint_id).await)
        .is(Code::PermissionDenied, "PERMISSION_DENIED");

    let seen = body.complaint(&filed.complaint_id).await.unwrap();
    let rejected = body.decide_complaint(&seen, Outcome::Rejected, NO_REASON, reasons());
    let rejected = rejected.await.unwrap();
    assert_eq!(rejected.state(), State::Decided);
    assert_eq!(rejected.decision.unwrap().remedy(), Remedy::Unspecified);
    let text = read(&town, &filed).await.acts.pop().unwrap().text.unwrap();
    assert!(
        text.en.starts_with("reason") && text.en.contains("court"),
        "{text:?}"
    );
    assert!(text.kk.contains("сотқа") && text.ru.contains("суд"));
    assert_eq!(
        stages_from(&town, &refused, 3).await,
        [
            Stage::Refused,
            Stage::ComplaintFiled,
            Stage::ComplaintForwarded,
            Stage::ComplaintDecided
        ]
    );
    let again = body.complaint(&filed.complaint_id).await.unwrap();
    let twice = body.decide_complaint(&again, Outcome::Annulled, NO_REASON, reasons());
    told(twice.await).is(Code::FailedPrecondition, "WRONG_STATE");
}

#[tokio::test]
async fn the_quality_authority_extends_once_tells_so_and_annuls() {
    let town = Town::open().await;
    let refused = town.refused(813).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::QualityAuthority)
        .await;
    let forwarded = town.officer().forward_complaint(&filed).await.unwrap();
    // 15 working days from Tuesday 24 November; 16 December is a holiday in the extension.
    assert_eq!(instant(forwarded.due_at), moment("2026-12-15T13:30:00Z"));
    let authority = town.reviewer(Account::QualityAuthority);
    for wrong in [0, -1, 11] {
        let refused = authority
            .extend_complaint(&forwarded, wrong, reasons())
            .await;
        assert_eq!(told(refused).paths(), ["working_days"]);
    }
    let extended = authority.extend_complaint(&forwarded, 10, reasons()).await;
    let extended = extended.unwrap();
    assert_eq!(instant(extended.due_at), moment("2026-12-30T13:30:00Z"));
    let extension = extended.extension.clone().unwrap();
    assert_eq!(
        instant(extension.told_due_at),
        moment("2026-11-27T13:30:00Z")
    );
    let twice = authority.extend_complaint(&extended, 1, reasons()).await;
    told(twice).is(Code::FailedPrecondition, "EXTENDED_ALREADY");
    let officer = town.officer();
    let another = officer
        .confirm_extension_told(&extended, "2026-11-24")
        .await;
    told(another).is(Code::FailedPrecondition, "ADDRESSED_OTHERWISE");
    for wrong in ["2026-11-23", "2026-11-25"] {
        let refused = authority.confirm_extension_told(&extended, wrong).await;
        assert_eq!(told(refused).paths(), ["told_on"]);
    }
    let confirmed = authority
        .confirm_extension_told(&extended, "2026-11-24")
        .await;
    let confirmed = confirmed.unwrap();
    assert_eq!(confirmed.extension.as_ref().unwrap().told_on, "2026-11-24");
    let again = authority
        .confirm_extension_told(&confirmed, "2026-11-24")
        .await;
    assert_eq!(told(again).code, Code::InvalidArgument);

    let outcome = Outcome::AnnulledWithNewDecision;
    let annulled = authority.decide_complaint(&confirmed, outcome, NO_REASON, reasons());
    let annulled = annulled.await.unwrap();
    assert_eq!(annulled.decision.unwrap().remedy(), Remedy::DecidedAnew);
    town.reached(&refused, Stage::InReview).await;
    assert_eq!(
        stages_from(&town, &refused, 4).await,
        [
            Stage::ComplaintFiled,
            Stage::ComplaintForwarded,
            Stage::ComplaintExtended,
            Stage::ComplaintDecided,
            Stage::Registered,
            Stage::InReview
        ]
    );
}

#[tokio::test]
async fn whoever_decided_or_has_the_application_decides_no_complaint_about_it() {
    let town = Town::open().await;
    let refused = town.refused(814).await;
    let filed = town
        .complain(&refused, Subject::Refusal, Addressee::Provider)
        .await;
    assert_eq!(instant(filed.due_at), moment("2026-12-01T13:30:00Z"));
    let forwarded = town.officer().forward_complaint(&filed).await;
    told(forwarded).is(Code::FailedPrecondition, "ADDRESSED_OTHERWISE");
    let own = decided(&town, Account::Officer, &filed, Outcome::Rejected).await;
    told(own).is(Code::FailedPrecondition, "DECIDED_BY_CALLER");
    let own = town
        .officer()
        .satisfy_complaint(&filed, reasons(), "")
        .await;
    told(own).is(Code::FailedPrecondition, "DECIDED_BY_CALLER");
    let own = town.officer().extend_complaint(&filed, 3, reasons()).await;
    told(own).is(Code::FailedPrecondition, "DECIDED_BY_CALLER");
    let annulled = decided(&town, Account::Colleague, &filed, Outcome::Annulled).await;
    let annulled = annulled.unwrap();
    assert_eq!(annulled.decision.unwrap().remedy(), Remedy::DecidedAnew);

    let anew = town.reached(&refused, Stage::InReview).await;
    let taken = town.provider(Account::Colleague).take(&anew).await.unwrap();
    let of_an_act = async |addressee| {
        let filed = town.complain_with(&taken, Subject::Action, addressee, |content| {
            "2026-11-24".clone_into(&mut content.learned_on);
        });
        filed.await.unwrap()
    };
    let to_go_on = of_an_act(Addressee::HigherBody).await;
    let of_an_act = of_an_act(Addressee::Provider).await;
    for account in [Account::Officer, Account::Colleague] {
        let own = decided(&town, account, &of_an_act, Outcome::OrderedToAct).await;
        told(own).is(Code::FailedPrecondition, "DECIDED_BY_CALLER");
        for complaint in [&of_an_act, &to_go_on] {
            let provider = town.provider(account);
            let by_words = provider.satisfy_complaint(complaint, reasons(), "").await;
            told(by_words).is(Code::FailedPrecondition, "DECIDED_BY_CALLER");
        }
    }
    let head = town.provider(Account::Head);
    let acted = head.satisfy_complaint(&to_go_on, reasons(), "").await;
    assert_eq!(acted.unwrap().decision.unwrap().remedy(), Remedy::Acted);
    let ordered = decided(&town, Account::Head, &of_an_act, Outcome::OrderedToAct).await;
    assert_eq!(ordered.unwrap().state(), State::Decided);
}

#[tokio::test]
async fn an_extract_is_mended_by_a_correction_that_was_made_since() {
    let town = Town::open().await;
    let typed = town.mistyped(816).await;
    let (application, entry) = &typed;
    let filed = town
        .complain(application, Subject::Extract, Addressee::HigherBody)
        .await;
    let head = town.provider(Account::Head);
    for outcome in [Outcome::Annulled, Outcome::Satisfied] {
        let body = decided(&town, Account::Head, &filed, outcome).await;
        told(body).is(Code::FailedPrecondition, "ADDRESSED_OTHERWISE");
    }
    let unmended = head.satisfy_complaint(&filed, reasons(), "").await;
    told(unmended).is(Code::FailedPrecondition, "NOT_SATISFIED_YET");
    let slips = content(&typed, town.floor(816), &["share.floor"]);
    let asked = town.portal().request_correction(slips).await.unwrap();
    let id = &asked.correction_id;
    let unmade = head.satisfy_complaint(&filed, reasons(), id).await;
    told(unmade).is(Code::FailedPrecondition, "NOT_SATISFIED_YET");
    town.corrected(&asked).await;
    let mended = head.satisfy_complaint(&filed, reasons(), id).await.unwrap();
    let decision = mended.decision.unwrap();
    assert_eq!(decision.remedy(), Remedy::EntryCorrected);
    assert_eq!(decision.correction_id, *id);
    town.corrected_extract_sent(&asked).await;

    let later = town
        .complain(application, Subject::Extract, Addressee::Provider)
        .await;
    let old = decided(
        &town,
        Account::Head,
        &later,
        Outcome::AnnulledWithNewDecision,
    )
    .await;
    told(old).is(Code::FailedPrecondition, "DECIDED_BY_CALLER");
    never_worse(&town, &later, entry).await;
}

/// No outcome reaches what was granted.
async fn never_worse(town: &Town, complaint: &pb::Complaint, entry: &pb::RegisterEntry) {
    let colleague = town.provider(Account::Colleague);
    for outcome in [Outcome::Annulled, Outcome::Satisfied] {
        let refused = colleague.decide_complaint(complaint, outcome, NO_REASON, reasons());
        assert_eq!(told(refused.await).paths(), ["outcome"], "{outcome:?}");
    }
    for (outcome, reason, path) in [
        (Outcome::LeftWithoutReview, NO_REASON, "left_reason"),
        (
            Outcome::LeftWithoutReview,
            LeftReason::TermMissed,
            "left_reason",
        ),
        (Outcome::Rejected, LeftReason::NoAuthority, "left_reason"),
    ] {
        let refused = colleague.decide_complaint(complaint, outcome, reason, reasons());
        assert_eq!(
            told(refused.await).paths(),
            [path],
            "{outcome:?} {reason:?}"
        );
    }
    let left = LeftReason::BeforeCourt;
    let left = colleague.decide_complaint(complaint, Outcome::LeftWithoutReview, left, reasons());
    let decision = left.await.unwrap().decision.unwrap();
    assert_eq!(decision.left_reason(), LeftReason::BeforeCourt);
    let stands = super::corrections::entry_as_of(town, &entry.entry_number, None).await;
    assert_eq!(stands.state(), entry.state());
    assert_eq!(stands.version, 2);
}
