//! What an application asks to register: a participation agreement, or a change of an entry.
//! It is read from the bytes that were filed and signed, and from nothing else.

use chrono::NaiveDate;
use prost::{DecodeError, Message as _};

use super::{
    agreement::Agreement,
    entry_change::{Amendment, ClaimAssignment, Deregistration, EntryChange},
    procedure::Procedure,
};
use crate::{
    kernel::{Bin, Text, folded_text},
    pb::registry::v1::{self as pb, electronic_copy::Content},
    rpc::FieldErrors,
};

/// What an application asks to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A participation agreement.
    Agreement(Box<Agreement>),
    /// A change of an entry.
    Change(EntryChange),
}

impl Subject {
    /// Reads what a message says, as of `today`.
    pub fn parse(content: &Content, today: NaiveDate, errors: &mut FieldErrors) -> Option<Self> {
        match content {
            Content::Agreement(pb) => Agreement::parse(pb, today, errors)
                .map(Box::new)
                .map(Self::Agreement),
            Content::Amendment(pb) => Amendment::parse(pb, today, errors)
                .map(|amendment| Self::Change(EntryChange::Amendment(Box::new(amendment)))),
            Content::Assignment(pb) => ClaimAssignment::parse(pb, today, errors)
                .map(|assignment| Self::Change(EntryChange::Assignment(Box::new(assignment)))),
            Content::Deregistration(pb) => Deregistration::parse(pb, today, errors)
                .map(|removal| Self::Change(EntryChange::Deregistration(Box::new(removal)))),
        }
    }

    /// The change, unless it is a new agreement.
    pub const fn change(&self) -> Option<&EntryChange> {
        match self {
            Self::Agreement(_) => None,
            Self::Change(change) => Some(change),
        }
    }

    /// Number of the document that is registered.
    pub const fn document_number(&self) -> &Text<100> {
        match self {
            Self::Agreement(agreement) => &agreement.number,
            Self::Change(change) => change.document_number(),
        }
    }

    /// Date of the document that is registered; filing is due 5 working days after it (cl. 5).
    pub const fn document_on(&self) -> NaiveDate {
        match self {
            Self::Agreement(agreement) => agreement.concluded_on,
            Self::Change(change) => change.document_on(),
        }
    }

    /// What makes two documents of a cooperative one (C21): number and date; of those that change an
    /// entry, which have numbers of their own for each, also which entry and how.
    pub fn document_key(&self, cooperative: &Bin) -> String {
        match self {
            Self::Agreement(agreement) => agreement_key(agreement, cooperative),
            Self::Change(change) => format!(
                "{cooperative}|{}|{}|{}|{}",
                one_spelling(change.document_number().as_str()),
                change.document_on(),
                change.procedure().code(),
                one_spelling(change.entry().entry_number.as_str()),
            ),
        }
    }
}

/// What makes two agreements of a cooperative one (C21).
pub(crate) fn agreement_key(agreement: &Agreement, cooperative: &Bin) -> String {
    let number = one_spelling(agreement.number.as_str());
    format!("{cooperative}|{number}|{}", agreement.concluded_on)
}

/// The number of a document without spaces, its letters folded.
pub(crate) fn one_spelling(number: &str) -> String {
    let number: String = number.split_whitespace().collect();
    folded_text(&number)
}

/// Of which procedure a message is.
pub(crate) const fn procedure_of(content: &Content) -> Procedure {
    match content {
        Content::Agreement(_) => Procedure::ParticipationAgreement,
        Content::Amendment(_) => Procedure::Amendment,
        Content::Assignment(_) => Procedure::Assignment,
        Content::Deregistration(_) => Procedure::Deregistration,
    }
}

/// The field of an electronic copy, and the message, that a procedure needs.
pub(crate) const fn names(procedure: Procedure) -> (&'static str, &'static str) {
    match procedure {
        Procedure::ParticipationAgreement => ("agreement", "ParticipationAgreement"),
        Procedure::Amendment => ("amendment", "Amendment"),
        Procedure::Assignment => ("assignment", "ClaimAssignment"),
        Procedure::Deregistration => ("deregistration", "Deregistration"),
    }
}

/// The message that bytes of a procedure hold.
pub(super) fn decoded(procedure: Procedure, bytes: &[u8]) -> Result<Content, DecodeError> {
    match procedure {
        Procedure::ParticipationAgreement => {
            pb::ParticipationAgreement::decode(bytes).map(Content::Agreement)
        }
        Procedure::Amendment => pb::Amendment::decode(bytes).map(Content::Amendment),
        Procedure::Assignment => pb::ClaimAssignment::decode(bytes).map(Content::Assignment),
        Procedure::Deregistration => pb::Deregistration::decode(bytes).map(Content::Deregistration),
    }
}

/// The bytes of a message.
pub(crate) fn encoded(content: &Content) -> Vec<u8> {
    match content {
        Content::Agreement(pb) => pb.encode_to_vec(),
        Content::Amendment(pb) => pb.encode_to_vec(),
        Content::Assignment(pb) => pb.encode_to_vec(),
        Content::Deregistration(pb) => pb.encode_to_vec(),
    }
}
