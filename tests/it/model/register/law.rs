//! The model of the register: what the Rules say of shares, of the entries on them and of the applications
//! for both (cl. 5–10; D-22 to D-24), without calendar, store, signatures or texts. Written from the Rules.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::kept::{Application, Asked, Document, Entry, Kind, Outcome, State, Version, require};

/// Everything that there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Law {
    pub(super) applications: Vec<Application>,
    pub(super) entries: Vec<Entry>,
    registered: BTreeSet<Document>,
}

impl Law {
    /// Files an application, which may repeat a refused one (cl. 10). Its moments are the calendar's.
    pub(super) fn files(
        &mut self,
        cooperative: usize,
        asked: Asked,
        number: usize,
        repeats: Option<usize>,
    ) -> Outcome {
        let of = match asked {
            Asked::Agreement { .. } => None,
            Asked::Change { kind, entry, .. } => {
                let known = self.entries.get(entry);
                let is_own = known.is_some_and(|entry| entry.cooperative == cooperative);
                require(is_own, "ENTRY_UNKNOWN")?;
                let is_removal = [Kind::Termination, Kind::Ownership].contains(&kind);
                Some((entry, if is_removal { Kind::Termination } else { kind }))
            }
        };
        if let Some(repeated) = repeats {
            let repeated = &self.applications[repeated];
            let is_own = repeated.cooperative == cooperative;
            require(
                is_own && repeated.stage() == "REFUSED",
                "NOT_A_REFUSED_APPLICATION",
            )?;
        }
        let is_ownership = matches!(
            asked,
            Asked::Change {
                kind: Kind::Ownership,
                ..
            }
        );
        self.applications.push(Application {
            cooperative,
            asked,
            document: (cooperative, of, number),
            registered_at: DateTime::UNIX_EPOCH,
            due_at: DateTime::UNIX_EPOCH,
            officer: None,
            is_signed: true,
            document_holds: (!is_ownership).then_some(true),
            told: vec!["RECEIVED"],
        });
        Ok(())
    }

    /// The calendar says when the last application is registered, and when it is due.
    pub(super) fn is_due(&mut self, registered_at: DateTime<Utc>, due_at: DateTime<Utc>) {
        let last = self.applications.last_mut().unwrap();
        (last.registered_at, last.due_at) = (registered_at, due_at);
    }

    /// It has become this late: what the system does by itself.
    pub(super) fn settles(&mut self, now: DateTime<Utc>) {
        for index in 0..self.applications.len() {
            let application = &mut self.applications[index];
            if application.stage() == "RECEIVED" && now >= application.registered_at {
                application.told.extend(["REGISTERED", "IN_REVIEW"]);
                self.applications[index].is_signed = self.is_signed(index);
            }
            self.weighs(index);
            let application = &mut self.applications[index];
            let is_late = application.is_undecided() && now > application.due_at;
            if is_late && !application.told.contains(&"OVERDUE") {
                application.told.push("OVERDUE");
            }
        }
    }

    /// The checks say whether the head may sign (cl. 8, 9): by what is registered, not by what is asked.
    fn weighs(&mut self, index: usize) {
        let application = &self.applications[index];
        if !application.is_in_work() {
            return;
        }
        let is_right = match application.asked {
            Asked::Agreement { share, consent, .. } => consent && !self.is_taken(share),
            Asked::Change { .. } => self.refers_rightly(application),
        };
        let is_right = is_right
            && application.is_signed
            && application.document_holds == Some(true)
            && !self.registered.contains(&application.document);
        let right = if is_right {
            "AWAITING_SIGNATURE"
        } else {
            "IN_REVIEW"
        };
        if application.stage() != right {
            self.applications[index].told.push(right);
        }
    }

    /// A share is free again after a termination, and taken for good by ownership (D-24).
    pub(super) fn is_taken(&self, share: usize) -> bool {
        let mut of_share = self.entries.iter().filter(|entry| entry.share == share);
        of_share.any(|entry| entry.stands().state != State::Terminated)
    }

    /// C23: to an entry that lives, of who has the right.
    fn refers_rightly(&self, application: &Application) -> bool {
        let Asked::Change { entry, person, .. } = application.asked else {
            return true;
        };
        let stands = self.entries[entry].stands();
        stands.state == State::Live && stands.holder == person
    }

    /// What the parties agree upon is signed by who has the right; an assignment by both who are named, a
    /// document on ownership by nobody.
    fn is_signed(&self, index: usize) -> bool {
        match self.applications[index].asked {
            Asked::Change {
                kind: Kind::Amendment | Kind::Termination,
                entry,
                person,
                ..
            } => self.entries[entry].stands().holder == person,
            Asked::Agreement { .. } | Asked::Change { .. } => true,
        }
    }

    pub(super) fn withdraws(&mut self, by: usize, index: usize, is_fresh: bool) -> Outcome {
        let application = &mut self.applications[index];
        require(application.cooperative == by, "PERMISSION_DENIED")?;
        require(is_fresh, "STALE_ETAG")?;
        require(application.is_undecided(), "WRONG_STAGE")?;
        application.told.push("WITHDRAWN");
        Ok(())
    }

    pub(super) fn takes(&mut self, officer: usize, index: usize, is_fresh: bool) -> Outcome {
        let application = &mut self.applications[index];
        require(is_fresh, "STALE_ETAG")?;
        require(application.is_in_work(), "WRONG_STAGE")?;
        let is_free = application.officer.is_none_or(|taken| taken == officer);
        require(is_free, "TAKEN_BY_ANOTHER")?;
        application.officer = Some(officer);
        Ok(())
    }

    pub(super) fn records(&mut self, officer: usize, index: usize, holds: bool) -> Outcome {
        let application = &mut self.applications[index];
        require(application.is_in_work(), "WRONG_STAGE")?;
        application.require_taken_by(officer)?;
        application.document_holds = Some(holds);
        self.weighs(index);
        Ok(())
    }

    pub(super) fn refuses(&mut self, officer: usize, index: usize, is_fresh: bool) -> Outcome {
        let application = &mut self.applications[index];
        require(is_fresh, "STALE_ETAG")?;
        require(application.is_in_work(), "WRONG_STAGE")?;
        if application.officer.is_some() {
            application.require_taken_by(officer)?;
        }
        application.told.push("REFUSED");
        Ok(())
    }

    /// What the head is given to sign: which version of the entry that would make.
    pub(super) fn prepares(&self, index: usize) -> Result<usize, &'static str> {
        let application = &self.applications[index];
        require(application.stage() == "AWAITING_SIGNATURE", "WRONG_STAGE")?;
        Ok(match application.asked {
            Asked::Agreement { .. } => 1,
            Asked::Change { entry, .. } => self.entries[entry].versions.len() + 1,
        })
    }

    /// The head signed a version: it enters, unless another was first (cl. 8, 9; D-23).
    pub(super) fn grants(
        &mut self,
        index: usize,
        signed: usize,
        is_fresh: bool,
        at: DateTime<Utc>,
    ) -> Outcome {
        require(is_fresh, "STALE_ETAG")?;
        let next = self.prepares(index)?;
        let application = self.applications[index].clone();
        require(
            !self.registered.contains(&application.document),
            "AGREEMENT_REGISTERED",
        )?;
        require(self.refers_rightly(&application), "ENTRY_CHANGED")?;
        if let Asked::Agreement { share, .. } = application.asked {
            require(!self.is_taken(share), "SHARE_TAKEN")?;
        }
        require(next == signed, "STALE_ETAG")?;
        self.registered.insert(application.document);
        self.enters(&application, at);
        self.applications[index].told.push("GRANTED");
        Ok(())
    }

    fn enters(&mut self, application: &Application, at: DateTime<Utc>) {
        match application.asked {
            Asked::Agreement { share, person, .. } => self.entries.push(Entry {
                cooperative: application.cooperative,
                share,
                versions: vec![Version {
                    at,
                    kind: None,
                    holder: person,
                    state: State::Live,
                    amendments: 0,
                }],
            }),
            Asked::Change {
                kind, entry, to, ..
            } => {
                let versions = &mut self.entries[entry].versions;
                let mut next = versions.last().unwrap().clone();
                (next.at, next.kind) = (at, Some(kind));
                match kind {
                    Kind::Amendment => next.amendments += 1,
                    Kind::Assignment => (next.holder, next.amendments) = (to, next.amendments + 1),
                    Kind::Termination => next.state = State::Terminated,
                    Kind::Ownership => next.state = State::Owned,
                }
                versions.push(next);
            }
        }
    }

    /// The entry on a share that was begun last by a moment, and how many versions it had by then.
    pub(super) fn stood(
        &self,
        share: usize,
        at: DateTime<Utc>,
    ) -> Result<(usize, usize), &'static str> {
        let of_share = self.entries.iter().enumerate();
        let of_share = of_share.filter(|(_, entry)| entry.share == share);
        let known: Vec<_> = of_share.collect();
        require(!known.is_empty(), "PERMISSION_DENIED")?;
        let mut begun = known.iter().filter(|(_, entry)| entry.versions[0].at <= at);
        let (index, entry) = begun.next_back().ok_or("NOT_REGISTERED_THEN")?;
        let by_then = entry.versions.iter().filter(|version| version.at <= at);
        Ok((*index, by_then.count()))
    }
}
