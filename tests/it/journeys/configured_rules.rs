//! The rule set that the configuration names.

use tizilim::pb::registry::v1::{ApplicationStage as Stage, RuleSetState as State};

use super::rule_sets::{SHIPPED_VERSION, WEDNESDAY, judged_by, listed, off, strict, withdraw};
use crate::harness::Town;

/// A town whose configuration names a rule set.
async fn configured(text: &str) -> Town {
    let section = "[rules]\nfile = \"rules.toml\"\nact_number = \"1-T\"\n\
                   act_title = { kk = \"Бұйрық\", ru = \"Приказ\", en = \"Order\" }\nact_on = \"2026-11-20\"\n";
    Town::with(crate::harness::TUESDAY_MORNING, |installation| {
        let file = installation.path().join("rules.toml");
        std::fs::write(&file, text).unwrap();
        let section = section.replace("rules.toml", file.to_str().unwrap());
        installation.configure(&section);
    })
    .await
}

#[tokio::test]
async fn the_rule_set_of_the_configuration_is_activated_once_and_never_replaced() {
    let text = strict("configured", WEDNESDAY);
    let town = configured(&text).await;
    let file = town.installation.path().join("rules.toml");
    let town = town.restarted().await;
    town.advance("2026-11-25T05:00:00Z").await;
    let expected = [
        (SHIPPED_VERSION.to_owned(), State::Former),
        ("configured".to_owned(), State::InForce),
    ];
    assert_eq!(listed(&town).await, expected);
    let judged = town.filed(&off(&town, 121), Stage::InReview).await;
    assert_eq!(judged_by(&judged), ["configured"]);

    let (_standing, installation) = town.stopped().await;
    let now = crate::harness::moment("2026-11-25T05:00:00Z");
    for (changed, expected) in [
        (
            text.replacen("per_mille = 0", "per_mille = 5", 1),
            "the register has another rule set of the version configured",
        ),
        (
            strict("yesterday", "2026-11-24"),
            "text.effective_from must be after today",
        ),
        (
            text.replacen("contribution_tolerance_per_mille = 0", "", 1),
            "parameters.contribution_tolerance_per_mille is required",
        ),
    ] {
        std::fs::write(&file, changed).unwrap();
        let started = tizilim::serve::start(installation.config(), Some(now)).await;
        let fault = started.map(|_| ()).unwrap_err();
        let told = tizilim::rpc::status::Chain(&fault).to_string();
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test]
async fn what_was_withdrawn_is_not_brought_back_by_the_configuration_and_stops_no_start() {
    let town = configured(&strict("configured", WEDNESDAY)).await;
    withdraw(&town, "configured").await.unwrap();
    let town = town.restarted().await;
    town.advance("2026-11-25T05:00:00Z").await;
    let expected = [
        (SHIPPED_VERSION.to_owned(), State::InForce),
        ("configured".to_owned(), State::Withdrawn),
    ];
    assert_eq!(listed(&town).await, expected);
}
