//! Who may act upon a complaint at the provider: nobody judges what he did himself (cl. 14; APPK 91).
//! It never asks this of a reviewing body, which had no part in the application.

use std::collections::BTreeSet;

use sea_orm::DatabaseConnection;

use crate::{
    application::{Objection, model::Application},
    authn::{Caller, Party, Right},
    authz::{Action as _, ConfirmReview, GrantApplication, RecordCheck, RefuseApplication},
    journal,
    store::StoreFault,
};

/// By these an officer decides on an application or checks it.
const DECIDING: [&str; 4] = [
    ConfirmReview::PATH,
    GrantApplication::PATH,
    RecordCheck::PATH,
    RefuseApplication::PATH,
];

/// The accounts that ever decided on an application or checked it.
pub(super) struct Deciders(BTreeSet<String>);

impl Deciders {
    pub(super) async fn of(
        reads: &DatabaseConnection,
        application: &Application,
    ) -> Result<Self, StoreFault> {
        let callers = journal::callers_of(reads, application.id.get(), &DECIDING).await?;
        Ok(Self(callers))
    }

    /// An account of the provider must be none of them, nor have the application.
    pub(super) fn require_other(
        &self,
        caller: &Caller,
        application: &Application,
    ) -> Result<(), Objection> {
        let name = caller.name.as_str();
        let has_it = application.officer.as_deref() == Some(name);
        if caller.party == Party::Provider && (has_it || self.0.contains(name)) {
            return Err(Objection::DecidedByCaller);
        }
        Ok(())
    }
}

/// Who gives applications to officers is the provider's head.
pub(super) fn is_head(caller: &Caller) -> bool {
    caller.rights.contains(&Right::Assign)
}
