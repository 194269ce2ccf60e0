//! The invariants, asked of everything that was acknowledged. They never ask what was not.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use tizilim::demo::client::{Line, MonitoringClient, connect};

use super::site::Site;
use crate::harness::Account;

impl Site {
    /// What the invariants say of everything that was acknowledged.
    pub(super) async fn check(&mut self) {
        self.delivered().await;
        for (share, asked) in &self.filings {
            let mut raw = self.raw(Account::Portal).applications();
            let again = raw.submit_application(asked.request.clone()).await.unwrap();
            let again = again.into_inner();
            assert!(again.replayed, "{share} was filed");
            let first = asked.answer.as_ref().unwrap();
            assert_eq!(again.application, first.application, "I-6: {share}");
        }
        for (share, asked) in &self.grants {
            let mut raw = self.raw(Account::Head).review();
            let again = raw.grant_application(asked.request.clone()).await.unwrap();
            let again = again.into_inner();
            assert!(again.replayed, "{share} was granted");
            let first = asked.answer.as_ref().unwrap();
            assert_eq!(again.entry, first.entry, "I-6: {share}");
            let id = self.id(*share);
            let application = self.portal().application(&id).await.unwrap();
            assert_eq!(
                application.entry_id,
                first.entry.as_ref().unwrap().entry_id,
                "I-1"
            );
        }
        self.check_monitoring().await;
        self.check_files().await;
    }

    /// I-3: what the monitoring system has is what the service says, once and in order.
    async fn check_monitoring(&self) {
        let channel = connect(self.monitoring).await.unwrap();
        let monitoring = MonitoringClient::new(Line::anonymous(channel));
        let mut all = 0;
        for share in self.filings.keys() {
            let id = self.id(*share);
            let application = self.portal().application(&id).await.unwrap();
            let stages = self.portal().stages(&id).await.unwrap();
            let stages: Vec<_> = stages
                .into_iter()
                .map(|one| (one.sequence, one.event_id))
                .collect();
            let received = monitoring
                .received(&application.application_number)
                .await
                .unwrap();
            let received: Vec<_> = received
                .into_iter()
                .filter_map(|one| one.stage)
                .map(|stage| (stage.sequence, stage.event_id))
                .collect();
            assert_eq!(received, stages, "I-3: {share}");
            let gapless = (1..)
                .zip(&stages)
                .all(|(number, (sequence, _))| number == *sequence);
            assert!(gapless, "I-3: {stages:?}");
            all += received.len();
        }
        assert_eq!(
            monitoring.received("").await.unwrap().len(),
            all,
            "and of nothing else"
        );
    }

    /// I-9, and one live entry for each grant, as the files say once the service is gone.
    async fn check_files(&self) {
        self.killer()();
        let register = self.installation.register().await;
        let first = number(&register, "SELECT min(number) FROM journal").await;
        let last = number(&register, "SELECT max(number) FROM journal").await;
        let count = number(&register, "SELECT count(*) FROM journal").await;
        let head = number(&register, "SELECT number FROM journal_head").await;
        assert_eq!((first, last, head), (1, count, count), "I-9");
        let applications = number(&register, "SELECT count(*) FROM application").await;
        assert_eq!(
            applications,
            i64::try_from(self.filings.len()).unwrap(),
            "I-6"
        );
        let entries = number(&register, "SELECT count(*) FROM register_entry").await;
        assert_eq!(entries, i64::try_from(self.grants.len()).unwrap(), "I-6");
        register.close().await.unwrap();
        self.check_log();
    }

    /// Whatever happened, no process logged a fault of its own.
    fn check_log(&self) {
        for entry in self.installation.path().read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "log") {
                let log = std::fs::read_to_string(&path).unwrap();
                let faults = log.lines().filter(|line| line.contains("ERROR"));
                assert_eq!(faults.collect::<Vec<_>>(), Vec::<&str>::new());
            }
        }
    }
}

async fn number(register: &DatabaseConnection, query: &str) -> i64 {
    let query = Statement::from_string(register.get_database_backend(), query);
    let row = register.query_one_raw(query).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}
