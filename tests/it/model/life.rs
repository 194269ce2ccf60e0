//! The model: what the Rules say of one application, without calendar, store or signatures.

use chrono::{DateTime, Utc};

/// What is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filing {
    RightContract,
    ContractWithoutConsent,
    Copy,
}

/// Who acts for the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Officer {
    First,
    Second,
}

/// What is done next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Take(Officer),
    PassOpenChecks(Officer),
    FailActivity(Officer),
    PassActivity(Officer),
    Refuse(Officer),
    Grant,
    Withdraw,
    ConfirmHandover,
    /// Minutes.
    Wait(u16),
}

/// Where the application stands.
#[derive(Clone, Debug)]
pub(super) struct Life {
    filing: Filing,
    has_mailbox: bool,
    officer: Option<Officer>,
    has_open_checks: bool,
    is_activity_wrong: bool,
    registered_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    /// Every stage and mark so far.
    pub(super) told: Vec<&'static str>,
}

impl Life {
    /// Filed, with the moments that the calendar gave.
    pub(super) fn begin(
        filing: Filing,
        has_mailbox: bool,
        registered_at: DateTime<Utc>,
        due_at: DateTime<Utc>,
    ) -> Self {
        Self {
            filing,
            has_mailbox,
            officer: None,
            has_open_checks: filing == Filing::Copy,
            is_activity_wrong: false,
            registered_at,
            due_at,
            told: vec!["RECEIVED"],
        }
    }

    /// The stage: the last that is no mark.
    pub(super) fn stage(&self) -> &'static str {
        let mut stages = self.told.iter().rev();
        stages.find(|stage| **stage != "OVERDUE").unwrap()
    }

    fn is_undecided(&self) -> bool {
        ["RECEIVED", "REGISTERED", "IN_REVIEW", "AWAITING_SIGNATURE"].contains(&self.stage())
    }

    fn is_in_work(&self) -> bool {
        ["IN_REVIEW", "AWAITING_SIGNATURE"].contains(&self.stage())
    }

    fn is_all_right(&self) -> bool {
        !self.has_open_checks
            && !self.is_activity_wrong
            && self.filing != Filing::ContractWithoutConsent
    }

    /// It has become this late: what the system does by itself.
    pub(super) fn passes(&mut self, now: DateTime<Utc>) {
        if self.stage() == "RECEIVED" && now >= self.registered_at {
            self.told.extend(["REGISTERED", "IN_REVIEW"]);
            self.weigh();
        }
        if self.is_undecided() && now > self.due_at && !self.told.contains(&"OVERDUE") {
            self.told.push("OVERDUE");
        }
    }

    /// The checks say whether the head may sign.
    fn weigh(&mut self) {
        let right = if self.is_all_right() {
            "AWAITING_SIGNATURE"
        } else {
            "IN_REVIEW"
        };
        if self.stage() != right {
            self.told.push(right);
        }
    }

    /// Does it, or gives the reason why not.
    pub(super) fn does(&mut self, act: Act) -> Result<(), &'static str> {
        match act {
            Act::Wait(_) => Ok(()),
            Act::Withdraw => {
                require(self.is_undecided(), "WRONG_STAGE")?;
                self.told.push("WITHDRAWN");
                Ok(())
            }
            Act::Take(officer) => {
                require(self.is_in_work(), "WRONG_STAGE")?;
                let is_free = self.officer.is_none_or(|taken| taken == officer);
                require(is_free, "TAKEN_BY_ANOTHER")?;
                self.officer = Some(officer);
                Ok(())
            }
            Act::PassOpenChecks(officer) => {
                self.records(officer, |life| life.has_open_checks = false)
            }
            Act::FailActivity(officer) => {
                self.records(officer, |life| life.is_activity_wrong = true)
            }
            Act::PassActivity(officer) => {
                self.records(officer, |life| life.is_activity_wrong = false)
            }
            Act::Refuse(officer) => {
                require(self.is_in_work(), "WRONG_STAGE")?;
                if self.filing == Filing::Copy || self.officer.is_some() {
                    self.require_taken_by(officer)?;
                }
                self.told.push("REFUSED");
                Ok(())
            }
            Act::Grant => {
                require(self.stage() == "AWAITING_SIGNATURE", "WRONG_STAGE")?;
                let end = if self.has_mailbox {
                    "EXTRACT_SENT"
                } else {
                    "HANDOVER_PENDING"
                };
                self.told.extend(["GRANTED", end]);
                Ok(())
            }
            Act::ConfirmHandover => {
                require(self.stage() == "HANDOVER_PENDING", "WRONG_STAGE")?;
                self.told.push("EXTRACT_HANDED_OVER");
                Ok(())
            }
        }
    }

    fn records(&mut self, officer: Officer, record: fn(&mut Self)) -> Result<(), &'static str> {
        require(self.is_in_work(), "WRONG_STAGE")?;
        self.require_taken_by(officer)?;
        record(self);
        self.weigh();
        Ok(())
    }

    fn require_taken_by(&self, officer: Officer) -> Result<(), &'static str> {
        require(self.officer.is_some(), "NOT_TAKEN")?;
        require(self.officer == Some(officer), "TAKEN_BY_ANOTHER")
    }
}

fn require(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}
