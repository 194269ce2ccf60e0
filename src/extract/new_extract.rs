//! The extract that a new version of an entry owes (cl. 11): its code, and nothing more yet.
//! It never forms anything: a failing renderer must not keep an entry out of the register.

use chrono::{DateTime, Utc};

use super::{
    VerificationCode,
    rows::{PENDING, extract},
};
use crate::{
    kernel::{ApplicationId, CorrectionId, CourtCaseId, EntryId},
    store::{Changes, Insert},
};

/// An extract about to be owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExtract {
    /// Of which entry.
    pub entry: EntryId,
    /// Of which version of it.
    pub entry_version: i32,
    /// The application that led to that version, or whose document was corrected.
    pub application: ApplicationId,
    /// The correction that led to it, if one did.
    pub correction: Option<CorrectionId>,
    /// The case in court that led to it, if one did.
    pub court_case: Option<CourtCaseId>,
    /// Of which its verification code is made.
    pub random: [u8; 16],
    /// Since when.
    pub at: DateTime<Utc>,
}

impl NewExtract {
    /// Adds the row that makes the extract be formed.
    pub(crate) fn enter(&self, changes: Changes) -> Changes {
        changes.insert(Insert::of(&extract::Model {
            entry_id: self.entry.get(),
            entry_version: self.entry_version,
            application_id: self.application.get(),
            verification_code: VerificationCode::from_random(self.random)
                .as_str()
                .to_owned(),
            state: PENDING.to_owned(),
            sha256: None,
            size_bytes: None,
            formed_at: None,
            attempts: 0,
            next_attempt_at: self.at,
            fault: None,
            version: 1,
            correction_id: self.correction.map(CorrectionId::get),
            court_case_id: self.court_case.map(CourtCaseId::get),
        }))
    }
}
