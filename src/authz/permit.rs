//! Evidence that a caller may call a method, and what it may see there.
//! It never comes into being but by asking the policy.

use std::{marker::PhantomData, sync::Arc};

use super::{Action, policy};
use crate::{
    authn::{Caller, Party},
    kernel::Bin,
};

/// Proof that the caller may call `A`; a command that has one as a field cannot skip the question.
#[derive(Debug)]
pub struct Permit<A> {
    caller: Arc<Caller>,
    action: PhantomData<A>,
}

/// The caller may not call the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied;

/// Which objects a caller may see and touch (I-8); a condition inside every query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of one cooperative.
    Cooperative(Bin),
    /// Those of one provider.
    Provider(Bin),
    /// The complaints that went on to one body; no application and no entry.
    ReviewingBody(Bin),
    /// The notices of one addressee, and nothing of the register.
    Addressee(Bin),
    /// All.
    Everything,
}

/// Asks the policy; the first line of every handler, before anything of the message is looked at.
pub fn require<A: Action>(caller: &Arc<Caller>) -> Result<Permit<A>, Denied> {
    let row = policy::access(A::PATH).ok_or(Denied)?;
    let right = row.right.ok_or(Denied)?;
    if row.parties.contains(&caller.party) && caller.rights.contains(&right) {
        Ok(Permit {
            caller: Arc::clone(caller),
            action: PhantomData,
        })
    } else {
        Err(Denied)
    }
}

impl<A: Action> Permit<A> {
    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The method's path.
    pub const fn method(&self) -> &'static str {
        A::PATH
    }

    /// Which objects the caller may see and touch.
    pub fn scope(&self) -> Scope {
        let organisation = self.caller.organisation.clone();
        match self.caller.party {
            Party::Cooperative => Scope::Cooperative(organisation),
            Party::Provider => Scope::Provider(organisation),
            Party::ReviewingBody => Scope::ReviewingBody(organisation),
            Party::Addressee => Scope::Addressee(organisation),
            Party::Agency | Party::Operator | Party::AuthorizedBody => Scope::Everything,
        }
    }
}

impl<A> Clone for Permit<A> {
    fn clone(&self) -> Self {
        Self {
            caller: Arc::clone(&self.caller),
            action: PhantomData,
        }
    }
}

impl Scope {
    /// Whether an object of this cooperative and this provider is in it.
    pub fn holds(&self, cooperative: &Bin, provider: &Bin) -> bool {
        match self {
            Self::Cooperative(own) => own == cooperative,
            Self::Provider(own) => own == provider,
            Self::ReviewingBody(_) | Self::Addressee(_) => false,
            Self::Everything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        authn::{Right, account},
        authz::{GetApplication, GetStatus, ListProviders, SubmitApplication},
    };

    fn caller(party: &str, rights: &[&str]) -> Arc<Caller> {
        let rights: Vec<String> = rights.iter().map(|right| (*right).to_owned()).collect();
        Arc::new(account("somebody", party, "600740000012", &rights).unwrap())
    }

    #[test]
    fn both_the_party_and_the_right_are_needed() {
        assert!(require::<SubmitApplication>(&caller("cooperative", &["submit"])).is_ok());
        for (party, rights) in [
            ("cooperative", &["read"][..]),
            ("cooperative", &[]),
            (
                "provider",
                &["read", "submit", "review", "decide", "operate"],
            ),
            ("operator", &["submit", "operate"]),
        ] {
            assert_eq!(
                require::<SubmitApplication>(&caller(party, rights)).err(),
                Some(Denied)
            );
        }
        assert!(require::<GetStatus>(&caller("operator", &["operate"])).is_ok());
    }

    #[test]
    fn what_anyone_may_do_gives_no_permit() {
        let all: Vec<&str> = Right::ALL.iter().map(|right| right.as_str()).collect();
        assert!(require::<ListProviders>(&caller("operator", &all)).is_err());
    }

    #[test]
    fn the_scope_is_the_own_organisation() {
        let own = Bin::parse("600740000012").unwrap();
        let other = Bin::parse("600741000025").unwrap();
        for (party, holds) in [
            ("cooperative", [true, true, false]),
            ("provider", [true, false, true]),
        ] {
            let permit = require::<GetApplication>(&caller(party, &["read"])).unwrap();
            let scope = permit.scope();
            assert_eq!(
                [
                    scope.holds(&own, &own),
                    scope.holds(&own, &other),
                    scope.holds(&other, &own)
                ],
                holds,
                "{party}"
            );
            assert_eq!(permit.clone().caller().organisation, own);
            assert_eq!(permit.method(), GetApplication::PATH);
        }
        assert!(Scope::Everything.holds(&other, &other));
    }
}
