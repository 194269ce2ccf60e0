//! Who sees which stages.

use super::{
    super::{list::ListQuery, position::Start},
    bench::{Bench, OWN, filter},
};
use crate::{
    authz::Scope,
    journal::{
        StageFact,
        fixture::{application_id, stage_fact},
    },
    kernel::Bin,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};

#[tokio::test]
async fn each_sees_what_its_scope_holds_and_its_filter_asks_for() {
    let bench = Bench::new().await;
    let other = StageFact {
        recipient_bin: "600741000025".to_owned(),
        overdue: true,
        procedure: "AMENDMENT".to_owned(),
        ..stage_fact(2, 1, "OVERDUE")
    };
    let newer = StageFact {
        stage: "OF_A_NEWER_RELEASE".to_owned(),
        ..stage_fact(3, 1, "")
    };
    let facts = [(1, stage_fact(1, 1, "REGISTERED")), (2, other), (3, newer)];
    let facts = facts.map(|(id, fact)| fact.into_new_fact(application_id(id)).unwrap());
    bench.append(facts.into()).await;
    for (scope, asked, expected) in cases() {
        let query = ListQuery {
            caller: bench.credentials.caller().await.unwrap(),
            filter: filter(scope.clone(), asked.clone()),
            start: Start {
                after: 0,
                from: None,
            },
            size: 10,
        };
        let page = query.page(&bench.ground).await.unwrap();
        let found: Vec<_> = page
            .stages
            .iter()
            .map(|stage| stage.application_number.clone())
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|number| format!("A-{number}"))
            .collect();
        assert_eq!(found, expected, "{scope:?} {asked:?}");
        if let Some(third) = page.stages.get(2) {
            assert_eq!(third.stage(), Stage::Unspecified);
        }
    }
}

/// Who sees which of the three applications, by what is asked for.
fn cases() -> Vec<(Scope, pb::StageFilter, Vec<u8>)> {
    let own = || Bin::parse(OWN).unwrap();
    let other = "601240000014";
    let nobody = || Bin::parse(other).unwrap();
    let all = pb::StageFilter::default;
    let of_provider = |bin: &str| pb::StageFilter {
        provider_bins: vec![bin.to_owned()],
        ..all()
    };
    let at = |prefixes: &[&str]| pb::StageFilter {
        kato_prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect(),
        ..all()
    };
    let amendments = pb::StageFilter {
        procedures: vec![pb::Procedure::Amendment.into()],
        ..all()
    };
    let two_stages = pb::StageFilter {
        stages: vec![Stage::Registered.into(), Stage::Overdue.into()],
        ..all()
    };
    let overdue = || pb::StageFilter {
        overdue_only: true,
        ..all()
    };
    vec![
        (Scope::Everything, all(), vec![1, 2, 3]),
        (Scope::Cooperative(own()), all(), vec![1, 3]),
        (Scope::Provider(own()), all(), vec![1, 2, 3]),
        (Scope::Provider(nobody()), all(), vec![]),
        (Scope::Cooperative(nobody()), all(), vec![]),
        (Scope::Everything, of_provider(OWN), vec![1, 2, 3]),
        (Scope::Everything, of_provider(other), vec![]),
        (Scope::Everything, at(&["71", "75"]), vec![1, 2, 3]),
        (Scope::Everything, at(&["751"]), vec![]),
        (Scope::Everything, amendments, vec![2]),
        (Scope::Everything, two_stages, vec![1, 2]),
        (Scope::Everything, overdue(), vec![2]),
        (Scope::Cooperative(own()), overdue(), vec![]),
    ]
}
