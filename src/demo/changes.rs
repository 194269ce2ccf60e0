//! Changes of entries in which everything is right, of the invented world, and requests that file
//! them. A change never carries a fault that nobody asked for: what is to be wrong is changed.

use prost::Message as _;

use super::{
    agreements::{Dates, admission, consent, contribution_in_one_payment, shareholder_part},
    client::new_request_id,
    parties::{Cooperative, Person, World},
};
use crate::{
    pb::registry::v1::{
        self as pb, deregistration::Basis, electronic_copy::Content,
        submit_application_request::Form,
    },
    signature::IdentityFault,
};

/// A change of an entry, to be filed.
#[derive(Clone, Debug)]
pub struct Change<'world> {
    world: &'world World,
    cooperative: &'world Cooperative,
    /// Who signs as the shareholder, if anyone need.
    shareholder: Option<&'world Person>,
    former: Option<&'world Person>,
    content: Content,
}

impl<'world> Change<'world> {
    /// An additional agreement: one payment in the place of two, and a month more until the transfer.
    pub fn amendment(world: &'world World, entry_number: &str, member: &'world Person) -> Self {
        let dates = Dates(world.today());
        let content = Content::Amendment(pb::Amendment {
            number: "1".to_owned(),
            concluded_on: dates.days_before(0),
            entry: Some(reference(entry_number, member)),
            contribution: Some(contribution_in_one_payment(&dates)),
            transfer_on: dates.months_after(27),
            ..Default::default()
        });
        Self {
            world,
            cooperative: &world.cooperative,
            shareholder: Some(member),
            former: None,
            content,
        }
    }

    /// An assignment of the right of claim.
    pub fn assignment(
        world: &'world World,
        entry_number: &str,
        from: &'world Person,
        to: &'world Person,
    ) -> Self {
        let (cooperative, dates) = (&world.cooperative, Dates(world.today()));
        let content = Content::Assignment(pb::ClaimAssignment {
            number: "ТҚ-1".to_owned(),
            concluded_on: dates.days_before(0),
            entry: Some(reference(entry_number, from)),
            new_shareholder: Some(shareholder_part(to, &dates)),
            member_share_count: 1,
            admission: Some(admission(&dates)),
            consent: Some(consent(cooperative, &dates)),
        });
        Self {
            world,
            cooperative,
            shareholder: Some(to),
            former: Some(from),
            content,
        }
    }

    /// A removal from record because the parties ended the agreement.
    pub fn termination(world: &'world World, entry_number: &str, member: &'world Person) -> Self {
        let basis = Basis::Termination(pb::Termination {
            document_number: "Т-1".to_owned(),
            document_on: Dates(world.today()).days_before(0),
            ground: "Тараптардың келісімі".to_owned(),
            court_decision: None,
        });
        Self::removal(world, entry_number, member, basis, Some(member))
    }

    /// A removal from record because the shareholder owns the share by now.
    pub fn ownership(world: &'world World, entry_number: &str, member: &'world Person) -> Self {
        let basis = Basis::Ownership(pb::OwnershipEvidence {
            document_number: "10000000001".to_owned(),
            document_on: Dates(world.today()).days_before(0),
            registration_number: "0201:20:315:032:150:1:45".to_owned(),
        });
        Self::removal(world, entry_number, member, basis, None)
    }

    fn removal(
        world: &'world World,
        entry_number: &str,
        member: &Person,
        basis: Basis,
        signs: Option<&'world Person>,
    ) -> Self {
        Self {
            world,
            cooperative: &world.cooperative,
            shareholder: signs,
            former: None,
            content: Content::Deregistration(pb::Deregistration {
                entry: Some(reference(entry_number, member)),
                basis: Some(basis),
            }),
        }
    }

    /// Changes what it says.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Content)) -> Self {
        change(&mut self.content);
        self
    }

    /// Gives the document another number.
    #[must_use]
    pub fn numbered(self, number: &str) -> Self {
        self.with(|content| match content {
            Content::Amendment(amendment) => number.clone_into(&mut amendment.number),
            Content::Assignment(assignment) => number.clone_into(&mut assignment.number),
            Content::Deregistration(_) | Content::Agreement(_) => {}
        })
    }

    /// Lets another cooperative sign it.
    #[must_use]
    pub const fn of_cooperative(mut self, cooperative: &'world Cooperative) -> Self {
        self.cooperative = cooperative;
        self
    }

    /// What it says.
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The request to file it as an electronic contract, signed by everybody who must.
    pub fn electronic_contract(&self) -> Result<pb::SubmitApplicationRequest, IdentityFault> {
        let content = encoded(&self.content);
        let signed_at = self.world.begins_at;
        let sign = |person: Option<&Person>| match person {
            Some(person) => person.identity.sign_detached(&content, signed_at),
            None => Ok(Vec::new()),
        };
        let contract = pb::ElectronicContract {
            cooperative_signature: sign(Some(&self.cooperative.chair))?,
            shareholder_signature: sign(self.shareholder)?,
            former_shareholder_signature: sign(self.former)?,
            agreement: content,
        };
        Ok(self.request(Form::ElectronicContract(contract)))
    }

    /// The request to file it as a copy, whose scan was uploaded before, signed by the cooperative.
    pub fn electronic_copy(
        &self,
        document_id: &str,
        scan: &[u8],
    ) -> Result<pb::SubmitApplicationRequest, IdentityFault> {
        let chair = &self.cooperative.chair.identity;
        Ok(self.request(Form::ElectronicCopy(pb::ElectronicCopy {
            content: Some(self.content.clone()),
            document_id: document_id.to_owned(),
            cooperative_signature: chair.sign_detached(scan, self.world.begins_at)?,
        })))
    }

    fn request(&self, form: Form) -> pb::SubmitApplicationRequest {
        let procedure = match &self.content {
            Content::Agreement(_) => pb::Procedure::ParticipationAgreement,
            Content::Amendment(_) => pb::Procedure::Amendment,
            Content::Assignment(_) => pb::Procedure::Assignment,
            Content::Deregistration(_) => pb::Procedure::Deregistration,
        };
        pb::SubmitApplicationRequest {
            request_id: new_request_id(),
            validate_only: false,
            procedure: procedure.into(),
            provider_id: self.world.provider.id.to_owned(),
            form: Some(form),
            refused_application_id: String::new(),
        }
    }
}

fn reference(entry_number: &str, member: &Person) -> pb::EntryReference {
    pb::EntryReference {
        entry_number: entry_number.to_owned(),
        shareholder_iin: member.iin.as_str().to_owned(),
    }
}

fn encoded(content: &Content) -> Vec<u8> {
    match content {
        Content::Agreement(agreement) => agreement.encode_to_vec(),
        Content::Amendment(amendment) => amendment.encode_to_vec(),
        Content::Assignment(assignment) => assignment.encode_to_vec(),
        Content::Deregistration(removal) => removal.encode_to_vec(),
    }
}
