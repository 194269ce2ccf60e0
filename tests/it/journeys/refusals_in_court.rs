//! Refusals that a court annuls: the application is decided anew, as upon a complaint (cl. 16; APPK 91).

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, CourtEffect as Effect, CourtRestraintKind as Kind,
};

use crate::harness::{
    Account, Town, action_against_refusal, court_act, instant, moment, reasons, told,
};

impl Town {
    /// A case against the refusal of an application.
    async fn refusal_in_court(&self, refused: &pb::Application) -> pb::CourtCase {
        let action = action_against_refusal(refused);
        self.officer().record_court_action(action).await.unwrap()
    }

    /// Whether the court annuls what a case challenges; what is wrong with it otherwise.
    async fn annulled_refusal(&self, case: &pb::CourtCase) -> Result<pb::CourtCase, Vec<String>> {
        let document = self.court_document(902).await;
        let head = self.provider(Account::Head);
        let case = head.court_case(&case.court_case_id).await.unwrap();
        let action = case.action.as_ref().unwrap();
        let act = pb::CourtAct {
            decided_on: action.filed_on.clone(),
            in_force_on: action.filed_on.clone(),
            ..court_act(&document, Effect::DecideAnew)
        };
        let recorded = head.record_court_act(&case, act).await;
        recorded.map_err(|fault| {
            let told = told(Err::<(), _>(fault));
            told.paths().into_iter().map(str::to_owned).collect()
        })
    }
}

#[tokio::test]
async fn a_refusal_that_a_court_annuls_is_decided_anew_and_stays_with_the_case() {
    let town = Town::open().await;
    let refused = town.refused(841).await;
    let case = town.refusal_in_court(&refused).await;
    town.advance("2026-11-26T06:00:00Z").await;
    let decided = town.annulled_refusal(&case).await.unwrap();
    assert_eq!(
        (decided.restraint(), decided.entry_id.as_str()),
        (Kind::Unspecified, "")
    );

    let anew = town.reached(&refused, Stage::InReview).await;
    assert_eq!(anew.refusal, None, "there is no refusal any more");
    assert_eq!(instant(anew.reopened_at), moment("2026-11-26T06:00:00Z"));
    // Thursday; a contract has one working day.
    assert_eq!(instant(anew.due_at), moment("2026-11-27T13:30:00Z"));
    let stages = town.received(&refused.application_number).await;
    assert_eq!(stages[3..], ["REFUSED", "REGISTERED", "IN_REVIEW"]);
    let read = town.portal().court_case(&case.court_case_id).await.unwrap();
    let kept = read.acts[0].annulled_refusal.clone();
    assert_eq!(kept, refused.refusal, "it is kept, with its moment");

    let twice = town.annulled_refusal(&case).await;
    assert_eq!(twice.unwrap_err(), ["act.effect"], "nothing is refused");
    let grounds = anew.proposed_grounds.clone();
    let again = town.officer().refuse(&anew, grounds).await.unwrap();
    let late = town.annulled_refusal(&case).await;
    assert_eq!(late.unwrap_err(), ["act.effect"], "that is another refusal");
    let next = town.refusal_in_court(&again).await;
    town.annulled_refusal(&next).await.unwrap();
    town.reached(&again, Stage::InReview).await;
}

#[tokio::test]
async fn an_action_that_was_filed_before_the_refusal_challenges_no_refusal() {
    let town = Town::open_plainly().await;
    let refused = town.refused(848).await;
    let action = pb::CourtAction {
        filed_on: "2026-11-23".to_owned(),
        ..action_against_refusal(&refused)
    };
    let case = town.officer().record_court_action(action).await.unwrap();
    let annulled = town.annulled_refusal(&case).await;
    assert_eq!(annulled.unwrap_err(), ["act.effect"]);
}

#[tokio::test]
async fn only_an_act_in_force_on_a_refusal_that_is_challenged_annuls_it() {
    let town = Town::open_plainly().await;
    let refused = town.refused(842).await;
    let document = town.court_document(842).await;
    let head = town.provider(Account::Head);
    let annuls = court_act(&document, Effect::DecideAnew);
    let other = town.court_case(&refused.application_id).await;
    let about_entry = told(head.record_court_act(&other, annuls.clone()).await);
    assert_eq!(about_entry.paths(), ["act.effect"]);

    let case = town.refusal_in_court(&refused).await;
    let interim = pb::CourtAct {
        kind: pb::CourtActKind::InterimMeasure.into(),
        ..annuls.clone()
    };
    let interim = told(head.record_court_act(&case, interim).await);
    assert_eq!(interim.paths(), ["act.effect"]);
    let not_yet = pb::CourtAct {
        in_force_on: String::new(),
        ..annuls
    };
    let not_yet = told(head.record_court_act(&case, not_yet).await);
    assert_eq!(not_yet.paths(), ["act.in_force_on"]);
    let application = town.portal().application(&refused.application_id).await;
    assert_eq!(application.unwrap().etag, refused.etag, "nothing befell it");
}

#[tokio::test]
async fn a_refusal_that_a_court_and_the_provider_annul_at_once_is_annulled_once() {
    let town = Town::open_plainly().await;
    for share_no in 843..847 {
        let refused = town.refused(share_no).await;
        let (subject, body) = (
            pb::ComplaintSubject::Refusal,
            pb::ComplaintAddressee::HigherBody,
        );
        let complaint = town.complain(&refused, subject, body).await;
        let case = town.refusal_in_court(&refused).await;
        let head = town.provider(Account::Head);
        let (satisfied, decided) = tokio::join!(
            head.satisfy_complaint(&complaint, reasons(), ""),
            town.annulled_refusal(&case)
        );
        let satisfied = satisfied.unwrap().decision.unwrap();
        assert_eq!(satisfied.remedy(), pb::ComplaintRemedy::DecidedAnew);
        if let Err(wrong) = decided {
            assert_eq!(wrong, ["act.effect"], "the provider was first");
        }
        town.reached(&refused, Stage::InReview).await;
        let stages = town.portal().stages(&refused.application_id).await;
        let stages = stages.unwrap().into_iter().map(|one| one.stage());
        let begun = stages.filter(|stage| *stage == Stage::Registered).count();
        assert_eq!(begun, 2, "once when filed, once anew");
    }
}
