//! What operators do to a sink and its days, as their commands do it. It never waits for what comes of it.

use sea_orm::EntityTrait as _;

use super::{
    super::{
        super::{
            model::{Day, Handling, State},
            rows::{ComparedRow, DifferenceRow, comparisons, saved, saved_difference},
        },
        watched::Manners,
    },
    Bench,
};
use crate::{
    delivery::{
        Lane,
        rows::{lane_row, sink},
    },
    journal::{Cursor, fixture::stage_fact},
    kernel::SinkName,
    store::{Changes, Guard, Insert, Update},
};

impl Bench {
    /// Has differences sent again, as an operator's command does.
    pub(in super::super) async fn resend(&self, wanted: impl Fn(&DifferenceRow) -> bool) {
        let at = self.store.clock().now().instant;
        let rows = self.differences().await.into_iter().filter(wanted);
        let rows = rows.map(|row| row.handled(Handling::Resending, at));
        let changes = rows.fold(Changes::by(self.origin()), saved_difference);
        self.store.commit(changes).await.unwrap();
    }

    /// Has a day compared, as an operator's command does.
    pub(in super::super) async fn ask(&self, day: &str) {
        let day = Day {
            on: day.parse().unwrap(),
            provider_bin: stage_fact(1, 1, "IN_REVIEW").provider.bin,
        };
        let asked = [day];
        let rows = comparisons(self.store.reads(), SinkName::MONITORING, &asked).await;
        let rows = rows.unwrap().into_iter().map(|row| ComparedRow {
            state: State::Due.as_str().to_owned(),
            asked_by: "root".to_owned(),
            ..row
        });
        let changes = rows.fold(Changes::by(self.origin()), saved);
        self.store.commit(changes).await.unwrap();
    }

    /// Parks a stage that the sink takes later.
    pub(in super::super) async fn park(&self, day: &str, application: u8) {
        self.watched.behaves(Manners {
            refuses: Some(format!("A-{application}")),
            ..Manners::default()
        });
        self.append(day, application, 1..=1).await;
        self.settle().await;
        self.watched.behaves(Manners::default());
    }

    /// Passes over what is parked, as an operator's command does.
    pub(in super::super) async fn skip_parked(&self) {
        self.let_go_on(Lane::past).await;
    }

    /// Has what is parked tried again, as an operator's command does.
    pub(in super::super) async fn retry_parked(&self) {
        self.let_go_on(Lane::retried).await;
    }

    async fn let_go_on(&self, how: impl Fn(Lane) -> Lane) {
        let mut changes = self.act().await;
        for lane in self.lanes().await {
            changes = lane_row(&how(lane)).unwrap().onto(changes);
        }
        self.store.commit(changes).await.unwrap();
    }

    /// Keeps the sink from going on, or lets it, as an operator's commands do.
    pub(in super::super) async fn pause(&self, paused: bool) {
        let (reads, origin) = (self.store.reads(), self.origin());
        let before = sink::Entity::find_by_id(SinkName::MONITORING)
            .one(reads)
            .await;
        let before = before.unwrap().map_or(0, |row| row.version);
        let row = sink::Model {
            name: SinkName::MONITORING.to_owned(),
            paused,
            reason: "a test".to_owned(),
            said_by: origin.caller,
            said_at: origin.at,
            version: before.saturating_add(1),
        };
        let changes = self.act().await;
        let changes = match before {
            0 => changes.insert(Insert::guarded(&row, Guard::Version)),
            before => changes.update(Update::of(&row, before)),
        };
        self.store.commit(changes).await.unwrap();
    }

    /// The pusher sees that somebody acted.
    async fn act(&self) -> Changes {
        let cursor = Cursor::load(self.store.reads(), SinkName::MONITORING).await;
        let cursor = cursor.unwrap();
        cursor.moved(cursor.position(), self.origin())
    }
}
