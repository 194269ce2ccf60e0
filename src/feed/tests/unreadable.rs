//! What cannot be read is told in its place, to everybody, and stops nobody.

use super::{
    super::{list::ListQuery, position::Start, watch::Watch},
    bench::{Bench, OWN, filter},
};
use crate::{
    authz::Scope,
    journal::{
        StageFact,
        fixture::{application_id, fact, stage_fact},
    },
    kernel::Bin,
    notice::RULES_CHANGE_PUBLISHED,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, watch_stages_response::Event},
    store::NewFact,
};

/// A stage, two that cannot be read, and a stage.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    let broken = NewFact {
        body: "{\"event_id\":".to_owned(),
        ..fact(2, 1, "REGISTERED")
    };
    let of_nobody = StageFact {
        recipient_bin: "1".to_owned(),
        ..stage_fact(3, 1, "REGISTERED")
    };
    let of_nobody = of_nobody.into_new_fact(application_id(3)).unwrap();
    let facts = vec![
        fact(1, 1, "REFUSED"),
        broken,
        of_nobody,
        fact(1, 2, "REFUSED"),
    ];
    bench.append(facts).await;
    bench
}

fn refusals(scope: Scope) -> super::super::filter::Filter {
    let stages = vec![Stage::Refused.into()];
    let asked = pb::StageFilter {
        stages,
        ..Default::default()
    };
    filter(scope, asked)
}

/// The number of each that cannot be read, 0 of the others, and of which application it is.
fn told(stage: &pb::StageEvent) -> (i64, String) {
    (stage.unreadable_fact, stage.application_id.clone())
}

fn expected(is_agency: bool) -> Vec<(i64, String)> {
    let own = application_id(1).to_string();
    let of = |id: u8| {
        if is_agency {
            application_id(id).to_string()
        } else {
            String::new()
        }
    };
    vec![(0, own.clone()), (2, of(2)), (3, of(3)), (0, own)]
}

#[tokio::test]
async fn each_caller_is_told_in_its_place_and_only_an_agency_of_which_application() {
    let bench = bench().await;
    let own = || Bin::parse(OWN).unwrap();
    for (scope, is_agency) in [
        (Scope::Everything, true),
        (Scope::Cooperative(own()), false),
        (Scope::Provider(own()), false),
    ] {
        let query = ListQuery {
            caller: bench.credentials.caller().await.unwrap(),
            filter: refusals(scope),
            start: Start {
                after: 0,
                from: None,
            },
            size: 10,
        };
        let page = query.page(&bench.ground).await.unwrap();
        let found: Vec<_> = page.stages.iter().map(told).collect();
        assert_eq!(found, expected(is_agency));
        let [_, first, second, _] = <[_; 4]>::try_from(page.stages).unwrap();
        assert_ne!(first.event_id, second.event_id);
        assert_eq!(first.stage(), Stage::Unspecified);
        assert!(first.recorded_at.is_some() && first.cooperative_bin.is_empty());
    }
    assert_eq!(bench.ground.tail.status().unreadable(), 2);
}

#[tokio::test]
async fn a_watch_goes_on_past_what_cannot_be_read_and_the_operators_are_told() {
    let bench = bench().await;
    // One reads what was recorded before the tail began, the other what comes through it.
    for after in [0, 4] {
        let start = Start { after, from: None };
        let mut who = bench.watcher(start).await;
        who.filter = refusals(Scope::Everything);
        let mut watch = Watch::begin(bench.ground.clone(), who);
        if after > 0 {
            while bench.ground.tail.following(4, 1, |_| true).is_none() {
                tokio::task::yield_now().await;
            }
            let broken = NewFact {
                body: "[]".to_owned(),
                ..fact(2, 1, "REGISTERED")
            };
            bench.append(vec![broken, fact(1, 3, "REFUSED")]).await;
        }
        let mut found = Vec::new();
        while found.len() < if after > 0 { 2 } else { 4 } {
            let message = watch.next().await.unwrap().unwrap();
            if let Some(Event::Stage(stage)) = message.event {
                found.push(told(&stage).0);
            }
        }
        let all: &[i64] = if after > 0 { &[5, 0] } else { &[0, 2, 3, 0] };
        assert_eq!(found, all);
    }
    let status = bench.ground.tail.status();
    assert_eq!(status.unreadable(), 3);
    let fault = status.last_fault().unwrap();
    assert!(fault.contains("the last one, 5: "), "{fault}");
}

#[tokio::test]
async fn of_a_change_of_the_rules_that_cannot_be_read_only_those_are_told_who_ask_for_changes() {
    let bench = Bench::new().await;
    let broken = NewFact {
        kind: RULES_CHANGE_PUBLISHED,
        body: "{".to_owned(),
        ..fact(9, 1, "REGISTERED")
    };
    bench.append(vec![broken, fact(1, 1, "REFUSED")]).await;
    for rules_changes in [false, true] {
        let start = Start {
            after: 0,
            from: None,
        };
        let mut who = bench.watcher(start).await;
        who.filter = filter(
            Scope::Cooperative(Bin::parse(OWN).unwrap()),
            pb::StageFilter::default(),
        );
        who.filter.rules_changes = rules_changes;
        let mut watch = Watch::begin(bench.ground.clone(), who);
        let mut found = Vec::new();
        loop {
            match watch.next().await.unwrap().unwrap().event.unwrap() {
                Event::RulesChange(change) => {
                    assert!(change.act.is_none() && change.recorded_at.is_some());
                    found.push(change.rules_change_id);
                }
                Event::Stage(stage) => break found.push(stage.application_id),
                Event::Heartbeat(_) => {}
                Event::End(end) => panic!("{end:?}"),
            }
        }
        let stage = application_id(1).to_string();
        let change = rules_changes.then(|| application_id(9).to_string());
        let expected: Vec<_> = change.into_iter().chain([stage]).collect();
        assert_eq!(found, expected);
    }
}
