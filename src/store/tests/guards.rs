//! What was true at the decision is still true at the commit, or it is decided again.

use super::*;

/// Gives a thing its next version.
struct Advance {
    id: Uuid,
    meet: Option<Arc<Barrier>>,
    attempts: AtomicU32,
}

impl Command for Advance {
    type Loaded = thing::Model;
    type Decided = thing::Model;
    type Refusal = NameTaken;
    type Answer = Told;

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _: Moment,
    ) -> Result<thing::Model, StoreFault> {
        let row = thing::Entity::find_by_id(self.id).one(reads).await;
        let thing = row.map_err(during("load a thing"))?;
        let is_first = self.attempts.fetch_add(1, Ordering::SeqCst) == 0;
        if let (Some(meet), true) = (&self.meet, is_first) {
            meet.wait().await;
        }
        thing.ok_or_else(|| StoreFault::corrupt("thing", "is not there"))
    }

    fn decide(&self, mut thing: thing::Model, moment: Moment) -> Result<thing::Model, NameTaken> {
        thing.version = thing.version.saturating_add(1);
        thing.at = moment.instant;
        Ok(thing)
    }

    fn changes(&self, thing: &thing::Model) -> Result<Changes, StoreFault> {
        Ok(Changes::by(origin(thing.at))
            .update(Update::of(thing, thing.version.saturating_sub(1)))
            .facts([fact(thing.id)]))
    }

    fn answer(&self, thing: thing::Model) -> Told {
        Told {
            name: thing.name,
            version: thing.version,
        }
    }
}

#[tokio::test]
async fn a_stale_decision_is_made_again_on_what_is_there_now() {
    let temporary = store().await;
    let make = Make::named(&temporary.store, "a");
    temporary.store.execute(&make).await.unwrap();

    let meet = Arc::new(Barrier::new(2));
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let store = temporary.store.clone();
        let advance = Advance {
            id: make.id,
            meet: Some(Arc::clone(&meet)),
            attempts: AtomicU32::new(0),
        };
        running.spawn(async move {
            let executed = store.execute(&advance).await.unwrap();
            (executed.answer.version, advance.attempts.into_inner())
        });
    }
    let mut outcomes = running.join_all().await;
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(2, 1), (3, 2)], "versions with attempts");
    assert_eq!(things(&temporary.store).await[0].version, 3);
    assert_eq!(facts(&temporary.store).await.len(), 3);
}

#[tokio::test]
async fn of_two_that_claim_one_name_at_once_the_loser_is_refused_by_rule() {
    let temporary = store().await;
    let meet = Arc::new(Barrier::new(2));
    let mut running = tokio::task::JoinSet::new();
    for guard in [Guard::Number, Guard::ShareClaim] {
        let store = temporary.store.clone();
        let mut make = Make::named(&store, "a");
        make.guard = Some(guard);
        make.meet = Some(Arc::clone(&meet));
        running.spawn(async move {
            let outcome = store.execute(&make).await;
            (
                outcome.is_ok(),
                matches!(outcome, Err(Stop::Refused(NameTaken))),
            )
        });
    }
    let mut outcomes = running.join_all().await;
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(false, true), (true, false)], "(won, refused)");
    assert_eq!(things(&temporary.store).await.len(), 1);
    assert_eq!(facts(&temporary.store).await.len(), 1);
}

/// Always names what is taken.
struct Stubborn(Make);

impl Command for Stubborn {
    type Loaded = ();
    type Decided = thing::Model;
    type Refusal = NameTaken;
    type Answer = Told;

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    async fn load(&self, _: &DatabaseConnection, _: Moment) -> Result<(), StoreFault> {
        self.0.attempts.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn decide(&self, (): (), moment: Moment) -> Result<thing::Model, NameTaken> {
        self.0.decide(Vec::new(), moment)
    }

    fn changes(&self, thing: &thing::Model) -> Result<Changes, StoreFault> {
        self.0.changes(thing)
    }

    fn answer(&self, thing: thing::Model) -> Told {
        self.0.answer(thing)
    }
}

#[tokio::test]
async fn who_loses_every_time_is_told_to_try_again() {
    let Temporary { store, .. } = &store().await;
    store.execute(&Make::named(store, "a")).await.unwrap();
    let stubborn = Stubborn(Make::named(store, "a"));
    let stop = store.execute(&stubborn).await;
    assert!(matches!(stop, Err(Stop::TryAgain { .. })));
    assert_eq!(stubborn.0.attempts.into_inner(), 5);
    assert_eq!(facts(store).await.len(), 1);
}
