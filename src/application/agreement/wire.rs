//! Writes an agreement as the message that it can be read from; what is not told is left out.
//! It discloses personal data, and therefore goes only to who may see the application.

use chrono::NaiveDate;

use super::{
    Admission, Agreement, Consent, ConstructionObject, Contribution, Cooperative, Executive,
    ExecutiveRole, Mailbox, Membership, Share, ShareKind, Shareholder,
};
use crate::{
    kernel::{Language, Personal, Tiyn},
    pb::registry::v1::{self as pb, shareholder::Mailbox as PbMailbox},
};

impl Agreement {
    /// Writes the agreement.
    pub fn to_wire(&self) -> pb::ParticipationAgreement {
        pb::ParticipationAgreement {
            agreement_number: self.number.to_string(),
            concluded_on: self.concluded_on.to_string(),
            cooperative: Some(cooperative(&self.cooperative)),
            shareholder: Some(shareholder(&self.shareholder)),
            construction_object: Some(construction_object(&self.construction_object)),
            share: Some(share(&self.share)),
            member_share_count: self.member_share_count,
            contribution: self.contribution.as_ref().map(contribution),
            transfer_on: optional(self.transfer_on),
            admission: self.admission.as_ref().map(admission),
            consent: Some(consent(&self.consent)),
        }
    }
}

fn cooperative(cooperative: &Cooperative) -> pb::Cooperative {
    let membership = cooperative.membership;
    let count = |of: fn(Membership) -> i32| membership.map(of).unwrap_or_default();
    pb::Cooperative {
        bin: cooperative.bin.to_string(),
        name: cooperative.name.to_string(),
        registration_certificate_number: cooperative.registration_certificate_number.to_string(),
        registered_on: cooperative.registered_on.to_string(),
        legal_address: cooperative.legal_address.to_string(),
        actual_address: cooperative.actual_address.to_string(),
        activity_codes: cooperative
            .activity_codes
            .iter()
            .map(|code| code.as_str().to_owned())
            .collect(),
        founding_member_count: count(|members| members.founding_member_count),
        member_count: count(|members| members.member_count),
        share_count: count(|members| members.share_count),
        executive: cooperative.executive.as_ref().map(executive),
    }
}

fn executive(executive: &Executive) -> pb::CooperativeExecutive {
    let role = match executive.role {
        ExecutiveRole::Chair => pb::ExecutiveRole::Chair,
        ExecutiveRole::Board => pb::ExecutiveRole::Board,
    };
    pb::CooperativeExecutive {
        full_name: disclosed(&executive.full_name),
        role: role.into(),
    }
}

fn shareholder(shareholder: &Shareholder) -> pb::Shareholder {
    let document = shareholder.identity_document.as_ref();
    let language = match shareholder.language {
        Language::Kazakh => pb::Language::Kk,
        Language::Russian => pb::Language::Ru,
        Language::English => pb::Language::En,
    };
    let mailbox = match &shareholder.mailbox {
        Mailbox::Address(email) => Some(PbMailbox::Email(email.disclose().as_str().to_owned())),
        Mailbox::None => Some(PbMailbox::HasNoEmail(true)),
        Mailbox::NotTold => None,
    };
    pb::Shareholder {
        iin: shareholder.iin.disclose().as_str().to_owned(),
        surname: disclosed(&shareholder.surname),
        given_name: disclosed(&shareholder.given_name),
        patronymic: shareholder
            .patronymic
            .as_ref()
            .map(disclosed)
            .unwrap_or_default(),
        residence: shareholder
            .residence
            .as_ref()
            .map(disclosed)
            .unwrap_or_default(),
        identity_document_number: document
            .map(|document| disclosed(&document.number))
            .unwrap_or_default(),
        identity_document_issued_on: document
            .map(|document| disclosed(&document.issued_on))
            .unwrap_or_default(),
        identity_document_issuer: document
            .map(|document| disclosed(&document.issuer))
            .unwrap_or_default(),
        phone: shareholder
            .phone
            .as_ref()
            .map(|phone| phone.disclose().as_str().to_owned())
            .unwrap_or_default(),
        mailbox,
        language: language.into(),
    }
}

fn construction_object(object: &ConstructionObject) -> pb::ConstructionObject {
    pb::ConstructionObject {
        kato: object.kato.to_string(),
        address: object.address.to_string(),
        cadastral_number: object.cadastral_number.to_string(),
        technical_characteristics: object.technical_characteristics.to_string(),
        storey_count: object.storey_count,
        total_area_dm2: object.total_area.get(),
        total_cost_tiyn: object.total_cost.map(Tiyn::get).unwrap_or_default(),
        starts_on: object.starts_on.to_string(),
        ends_on: object.ends_on.to_string(),
        planned_acceptance_on: optional(object.planned_acceptance_on),
        sketch_design_agreed_on: optional(object.sketch_design_agreed_on),
    }
}

fn share(share: &Share) -> pb::Share {
    let kind = match share.kind {
        ShareKind::Apartment => pb::ShareKind::Apartment,
        ShareKind::NonResidentialPremise => pb::ShareKind::NonResidentialPremise,
        ShareKind::ParkingPlace => pb::ShareKind::ParkingPlace,
        ShareKind::StorageRoom => pb::ShareKind::StorageRoom,
    };
    pb::Share {
        kind: kind.into(),
        block: share
            .block
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        floor: Some(share.floor),
        number: share.number.to_string(),
        area_dm2: share.area.get(),
        room_count: share.room_count.unwrap_or_default(),
    }
}

fn contribution(contribution: &Contribution) -> pb::ShareContribution {
    pb::ShareContribution {
        amount_tiyn: contribution.amount_tiyn,
        currency: contribution.currency.as_str().to_owned(),
        payments: contribution
            .payments
            .iter()
            .map(|payment| pb::Payment {
                due_on: payment.due_on.to_string(),
                amount_tiyn: payment.amount.get(),
            })
            .collect(),
    }
}

fn admission(admission: &Admission) -> pb::Admission {
    pb::Admission {
        protocol_number: admission.protocol_number.to_string(),
        protocol_on: admission.protocol_on.to_string(),
    }
}

fn consent(consent: &Consent) -> pb::PersonalDataConsent {
    pb::PersonalDataConsent {
        operator: consent
            .operator
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        names_subject: consent.names_subject,
        valid_until_on: optional(consent.valid_until_on),
        third_party_transfer: consent.third_party_transfer,
        cross_border_transfer: consent.cross_border_transfer,
        publication: consent.publication,
        data_items: consent.data_items.iter().map(ToString::to_string).collect(),
    }
}

fn disclosed(value: &Personal<impl ToString>) -> String {
    value.disclose().to_string()
}

fn optional(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}
