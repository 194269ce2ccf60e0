//! What was acknowledged, and what must be so for ever after. It never asks what was not.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage};

use crate::harness::{Account, Town};

/// An application that was acknowledged, and its withdrawal, if that was too.
pub(super) struct Filed {
    request: pb::SubmitApplicationRequest,
    pub(super) application: pb::Application,
    pub(super) withdrawn: Option<(pb::WithdrawApplicationRequest, pb::Application)>,
}

impl Filed {
    pub(super) const fn of(
        request: pb::SubmitApplicationRequest,
        application: pb::Application,
    ) -> Self {
        Self {
            request,
            application,
            withdrawn: None,
        }
    }
}

/// All that was acknowledged.
pub(super) struct Ledger(Vec<Filed>);

impl Ledger {
    pub(super) const fn of(filed: Vec<Filed>) -> Self {
        Self(filed)
    }

    /// Nothing is lost, nothing is there twice, nothing has a gap, and the service serves.
    pub(super) async fn check(&mut self, town: &Town) {
        for filed in &self.0 {
            Self::is_remembered(town, filed).await;
        }
        let share = 999;
        let agreement = town.agreement(share);
        let request = agreement.electronic_contract().unwrap();
        let application = town.portal().submit(request.clone()).await.unwrap();
        self.0.push(Filed::of(request, application));
        // The clerks work: all are checked that may be, and no stage is to come any more.
        for filed in self.0.iter().filter(|filed| filed.withdrawn.is_none()) {
            town.reached(&filed.application, Stage::AwaitingSignature)
                .await;
        }
        self.is_delivered(town).await;
        self.is_all(town).await;
    }

    /// I-1, I-6: a repeat gets the first answer.
    async fn is_remembered(town: &Town, filed: &Filed) {
        let mut raw = town.raw(Account::Portal).applications();
        let again = raw.submit_application(filed.request.clone()).await.unwrap();
        let again = again.into_inner();
        assert!(again.replayed, "it was filed");
        assert_eq!(again.application.as_ref(), Some(&filed.application));
        if let Some((request, first)) = &filed.withdrawn {
            let again = raw.withdraw_application(request.clone()).await.unwrap();
            let again = again.into_inner();
            assert!(again.replayed, "it was withdrawn");
            assert_eq!(again.application.as_ref(), Some(first));
        }
    }

    /// I-3: the monitoring system has every stage once and in order, and nothing of anything else.
    async fn is_delivered(&self, town: &Town) {
        town.operator().all_stages_delivered().await.unwrap();
        let monitoring = town.monitoring().await;
        let mut all = 0;
        for Filed {
            application,
            withdrawn,
            ..
        } in &self.0
        {
            let stages = town.portal().stages(&application.application_id).await;
            let stages = stages.unwrap();
            let is_withdrawn = stages.last().unwrap().stage() == Stage::Withdrawn;
            assert_eq!(is_withdrawn, withdrawn.is_some(), "{stages:?}");
            let told = stages.into_iter().map(|one| (one.sequence, one.event_id));
            let told: Vec<_> = told.collect();
            let received = monitoring.received(&application.application_number).await;
            let received: Vec<_> = received
                .unwrap()
                .into_iter()
                .filter_map(|one| one.stage)
                .map(|stage| (stage.sequence, stage.event_id))
                .collect();
            assert_eq!(received, told, "I-3");
            let is_gapless = (1..)
                .zip(&told)
                .all(|(number, (sequence, _))| number == *sequence);
            assert!(is_gapless, "I-3: {told:?}");
            all += received.len();
        }
        assert_eq!(monitoring.received("").await.unwrap().len(), all);
    }

    /// I-6, I-9: the register holds what was acknowledged, and its journal has no gap.
    async fn is_all(&self, town: &Town) {
        let register = super::site::register(town).await;
        let applications = number(&register, "SELECT count(*) FROM application").await;
        assert_eq!(applications, i64::try_from(self.0.len()).unwrap(), "I-6");
        let first = number(&register, "SELECT min(number) FROM journal").await;
        let last = number(&register, "SELECT max(number) FROM journal").await;
        let count = number(&register, "SELECT count(*) FROM journal").await;
        let head = number(&register, "SELECT number FROM journal_head").await;
        assert_eq!((first, last, head), (1, count, count), "I-9");
        register.close().await.unwrap();
    }
}

/// How many rows of a table the register has.
pub(super) async fn count(town: &Town, table: &str) -> usize {
    let register = super::site::register(town).await;
    let count = number(&register, &format!("SELECT count(*) FROM {table}")).await;
    register.close().await.unwrap();
    usize::try_from(count).unwrap()
}

async fn number(register: &DatabaseConnection, query: &str) -> i64 {
    let query = Statement::from_string(register.get_database_backend(), query);
    let row = register.query_one_raw(query).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}
