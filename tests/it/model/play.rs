//! Lives a life at the service and in the model at once, and compares.

use chrono::{DateTime, TimeDelta, Utc};
use tizilim::{
    demo::client::ClientFault,
    kernel::local,
    pb::registry::v1::{self as pb, CheckOutcome},
};

use super::life::{Act, Filing, Life, Officer};
use crate::harness::{Account, Town, instant};

/// Lives one life to the end of its acts.
pub(super) async fn live(town: &Town, share: u32, filing: Filing, has_mailbox: bool, acts: &[Act]) {
    let mut now = town.now().await;
    let filed = filed(town, share, filing, has_mailbox).await;
    let mut life = Life::begin(
        filing,
        has_mailbox,
        instant(filed.registered_at),
        instant(filed.due_at),
    );
    settle(town, now, &mut life).await;
    let mut read = compared(town, &filed.application_id, &life, "filed").await;
    for act in acts {
        let expected = life.does(*act);
        let outcome = perform(town, now, &read, *act).await;
        let told = outcome.map_err(|fault| fault.reason().unwrap_or_else(|| panic!("{fault}")));
        let told = told.as_ref().map_err(String::as_str).copied();
        assert_eq!(told, expected, "{act:?} at {:?}", life.told);
        if let Act::Wait(minutes) = act {
            now += TimeDelta::minutes((*minutes).into());
        }
        settle(town, now, &mut life).await;
        read = compared(town, &filed.application_id, &life, &format!("{act:?}")).await;
    }
}

async fn filed(town: &Town, share: u32, filing: Filing, has_mailbox: bool) -> pb::Application {
    let world = &town.world;
    let member = if has_mailbox {
        &world.shareholder
    } else {
        &world.offline
    };
    let agreement = town.agreement(share).concluded_with(member);
    let portal = town.portal();
    let request = match filing {
        Filing::RightContract => agreement.electronic_contract(),
        Filing::ContractWithoutConsent => {
            let agreement = agreement.with(|agreement| agreement.consent = None);
            agreement.electronic_contract()
        }
        Filing::Copy => {
            let scan = tizilim::demo::scan(share);
            let document = portal.upload("scan.pdf", &scan).await.unwrap();
            agreement.electronic_copy(&document.document_id, &scan)
        }
    };
    portal.submit(request.unwrap()).await.unwrap()
}

/// Lets the system do what is due by now.
async fn settle(town: &Town, now: DateTime<Utc>, life: &mut Life) {
    town.operator().advance_clock(now).await.unwrap();
    life.passes(now);
}

/// The application, which must stand where the model does.
async fn compared(town: &Town, id: &str, life: &Life, after: &str) -> pb::Application {
    let application = town.portal().application(id).await.unwrap();
    let stage = application.stage().as_str_name();
    assert_eq!(
        stage,
        format!("APPLICATION_STAGE_{}", life.stage()),
        "after {after}"
    );
    let stages = town.portal().stages(id).await.unwrap();
    let told: Vec<_> = stages
        .iter()
        .map(|one| {
            one.stage()
                .as_str_name()
                .trim_start_matches("APPLICATION_STAGE_")
        })
        .collect();
    assert_eq!(told, life.told, "after {after}");
    assert_eq!(
        application.overdue,
        life.told.contains(&"OVERDUE"),
        "after {after}"
    );
    application
}

const fn account(officer: Officer) -> Account {
    match officer {
        Officer::First => Account::Officer,
        Officer::Second => Account::Colleague,
    }
}

async fn perform(
    town: &Town,
    now: DateTime<Utc>,
    read: &pb::Application,
    act: Act,
) -> Result<(), ClientFault> {
    match act {
        Act::Wait(_) => Ok(()),
        Act::Withdraw => town.portal().withdraw(read).await.map(drop),
        Act::Take(officer) => town.provider(account(officer)).take(read).await.map(drop),
        Act::PassOpenChecks(officer) => {
            let open = |finding: &&pb::Finding| finding.outcome() == CheckOutcome::NeedsOfficer;
            let open = read.findings.iter().filter(open);
            let mut checks: Vec<_> = open.map(|finding| finding.check.clone()).collect();
            if checks.is_empty() {
                // Nothing is open: what passed is recorded once more.
                checks.push("C08".to_owned());
            }
            record(town, officer, read, &checks, CheckOutcome::Passed).await
        }
        Act::FailActivity(officer) => {
            record(
                town,
                officer,
                read,
                &["C03".to_owned()],
                CheckOutcome::Failed,
            )
            .await
        }
        Act::PassActivity(officer) => {
            record(
                town,
                officer,
                read,
                &["C03".to_owned()],
                CheckOutcome::Passed,
            )
            .await
        }
        Act::Refuse(officer) => {
            let ground = pb::RefusalGround {
                code: pb::RefusalGroundCode::UnreliableData.into(),
                subject: "column 4".to_owned(),
                reasoning: Some(words()),
                ..Default::default()
            };
            let officer = town.provider(account(officer));
            officer.refuse(read, vec![ground]).await.map(drop)
        }
        Act::Grant => {
            let head = &town.world.provider.head.identity;
            town.provider(Account::Head)
                .grant(&read.application_id, head, now)
                .await
                .map(drop)
        }
        Act::ConfirmHandover => {
            let today = local(now).date().to_string();
            town.portal().confirm_handover(read, &today).await.map(drop)
        }
    }
}

async fn record(
    town: &Town,
    officer: Officer,
    read: &pb::Application,
    checks: &[String],
    outcome: CheckOutcome,
) -> Result<(), ClientFault> {
    let officer = town.provider(account(officer));
    let mut read = read.clone();
    for check in checks {
        read = officer.record(&read, check, outcome, Some(words())).await?;
    }
    Ok(())
}

fn words() -> pb::LocalizedText {
    pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    }
}
