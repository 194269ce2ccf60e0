//! Reads changes of entries from messages, by the rules that the contract states field by field.
//! It never stops at the first violation (D-9), and never lets one procedure pass for another.

use chrono::NaiveDate;

use super::{
    Amendment, Basis, ClaimAssignment, Deregistration, EntryReference, OwnershipEvidence,
    Termination,
};
use crate::{
    application::{
        agreement::parse::{
            MEMBER_SHARES, count, day, optional_section, parties, past_day, premises, section,
            terms, text,
        },
        refusal,
    },
    kernel::{Iin, Personal},
    pb::registry::v1::{self as pb, deregistration::Basis as PbBasis},
    rpc::FieldErrors,
};

impl Amendment {
    /// Reads an additional agreement as of `today`.
    pub fn parse(pb: &pb::Amendment, today: NaiveDate, errors: &mut FieldErrors) -> Option<Self> {
        let number = text(errors, "number", &pb.number);
        let concluded_on = errors.required("concluded_on", &pb.concluded_on, past_day(today));
        let entry = reference(pb.entry.as_ref(), today, errors);
        let cooperative = optional_section(
            errors,
            "cooperative",
            pb.cooperative.as_ref(),
            parties::cooperative,
        );
        let shareholder = optional_section(
            errors,
            "shareholder",
            pb.shareholder.as_ref(),
            |pb, errors| parties::shareholder(pb, today, errors),
        );
        let construction_object = optional_section(
            errors,
            "construction_object",
            pb.construction_object.as_ref(),
            premises::construction_object,
        );
        let share = optional_section(errors, "share", pb.share.as_ref(), premises::share);
        let member_share_count = match pb.member_share_count {
            0 => Some(None),
            given => count(errors, "member_share_count", given, MEMBER_SHARES).map(Some),
        };
        let contribution = optional_section(
            errors,
            "contribution",
            pb.contribution.as_ref(),
            terms::contribution,
        );
        let transfer_on = errors.optional("transfer_on", &pb.transfer_on, day);
        let consent = optional_section(errors, "consent", pb.consent.as_ref(), terms::consent);
        let amendment = Self {
            number: number?,
            concluded_on: concluded_on?,
            entry: entry?,
            cooperative: cooperative?,
            shareholder: shareholder?,
            construction_object: construction_object?,
            share: share?,
            member_share_count: member_share_count?,
            contribution: contribution?,
            transfer_on: transfer_on?,
            consent: consent?,
        };
        amendment.requires_sense(errors)
    }

    /// It changes something, and not whose the share is.
    fn requires_sense(self, errors: &mut FieldErrors) -> Option<Self> {
        let is_another = self
            .shareholder
            .as_ref()
            .is_some_and(|changed| changed.iin != self.entry.shareholder);
        if is_another {
            errors.at("shareholder", |errors| {
                errors.add(
                    "iin",
                    "must be that of the entry; another person is an assignment",
                );
            });
            return None;
        }
        if self.changed_parts().is_empty() {
            errors.add("", "must change at least one part of the agreement");
            return None;
        }
        Some(self)
    }
}

impl ClaimAssignment {
    /// Reads an assignment of the right of claim as of `today`.
    pub fn parse(
        pb: &pb::ClaimAssignment,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let number = text(errors, "number", &pb.number);
        let concluded_on = errors.required("concluded_on", &pb.concluded_on, past_day(today));
        let entry = reference(pb.entry.as_ref(), today, errors);
        let new_shareholder = section(
            errors,
            "new_shareholder",
            pb.new_shareholder.as_ref(),
            |pb, errors| parties::shareholder(pb, today, errors),
        );
        let member_share_count = count(
            errors,
            "member_share_count",
            pb.member_share_count,
            MEMBER_SHARES,
        );
        let admission =
            optional_section(errors, "admission", pb.admission.as_ref(), terms::admission);
        let consent = optional_section(errors, "consent", pb.consent.as_ref(), terms::consent);
        let (entry, new_shareholder) = (entry?, new_shareholder?);
        if new_shareholder.iin == entry.shareholder {
            errors.at("new_shareholder", |errors| {
                errors.add("iin", "must be another person's than the former one's");
            });
            return None;
        }
        Some(Self {
            number: number?,
            concluded_on: concluded_on?,
            entry,
            new_shareholder,
            member_share_count: member_share_count?,
            admission: admission?,
            consent: consent?.unwrap_or_default(),
        })
    }
}

impl Deregistration {
    /// Reads a removal from record as of `today`.
    pub fn parse(
        pb: &pb::Deregistration,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let entry = reference(pb.entry.as_ref(), today, errors);
        let basis = match errors.present("basis", pb.basis.as_ref()) {
            None => None,
            Some(PbBasis::Ownership(pb)) => errors
                .at("ownership", |errors| ownership(pb, today, errors))
                .map(Basis::Ownership),
            Some(PbBasis::Termination(pb)) => errors
                .at("termination", |errors| termination(pb, today, errors))
                .map(Basis::Termination),
        };
        Some(Self {
            entry: entry?,
            basis: basis?,
        })
    }
}

fn reference(
    pb: Option<&pb::EntryReference>,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<EntryReference> {
    section(errors, "entry", pb, |pb, errors| {
        let entry_number = text(errors, "entry_number", &pb.entry_number);
        let iin = errors.required("shareholder_iin", &pb.shareholder_iin, |number| {
            Iin::parse(number, today)
        });
        Some(EntryReference {
            entry_number: entry_number?,
            shareholder: Personal::new(iin?),
        })
    })
}

fn ownership(
    pb: &pb::OwnershipEvidence,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<OwnershipEvidence> {
    let document_number = text(errors, "document_number", &pb.document_number);
    let document_on = errors.required("document_on", &pb.document_on, past_day(today));
    let registration_number = text(errors, "registration_number", &pb.registration_number);
    Some(OwnershipEvidence {
        document_number: document_number?,
        document_on: document_on?,
        registration_number: registration_number?,
    })
}

fn termination(
    pb: &pb::Termination,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Termination> {
    let document_number = text(errors, "document_number", &pb.document_number);
    let document_on = errors.required("document_on", &pb.document_on, past_day(today));
    let ground = text(errors, "ground", &pb.ground);
    let court_decision = optional_section(
        errors,
        "court_decision",
        pb.court_decision.as_ref(),
        |pb, errors| refusal::read_court_decision(pb, today, errors),
    );
    Some(Termination {
        document_number: document_number?,
        document_on: document_on?,
        ground: ground?,
        court_decision: court_decision?,
    })
}
