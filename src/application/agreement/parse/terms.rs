//! Reads the contribution, the admission and the consent.
//! It never asks a consent for what it lacks: only for what it says to be readable (D-10).

use super::{day, optional_text, premises::price, text};
use crate::{
    application::agreement::{Admission, Consent, Contribution, Currency, Payment},
    kernel::Text,
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

const PAYMENTS_MAX: usize = 600;
const DATA_ITEMS_MAX: usize = 50;

pub(in crate::application) fn contribution(
    pb: &pb::ShareContribution,
    errors: &mut FieldErrors,
) -> Option<Contribution> {
    let currency = errors.required("currency", &pb.currency, Currency::parse);
    let payments = payments(&pb.payments, errors);
    Some(Contribution {
        amount_tiyn: pb.amount_tiyn,
        currency: currency?,
        payments: payments?,
    })
}

fn payments(given: &[pb::Payment], errors: &mut FieldErrors) -> Option<Vec<Payment>> {
    const PATH: &str = "payments";
    match given.len() {
        0 => {
            errors.missing(PATH);
            None
        }
        1..=PAYMENTS_MAX => {
            let payments: Vec<Option<Payment>> = given
                .iter()
                .enumerate()
                .map(|(index, pb)| errors.item(PATH, index, |errors| payment(pb, errors)))
                .collect();
            payments.into_iter().collect()
        }
        _ => {
            errors.add(
                PATH,
                format_args!("must have at most {PAYMENTS_MAX} payments"),
            );
            None
        }
    }
}

fn payment(pb: &pb::Payment, errors: &mut FieldErrors) -> Option<Payment> {
    let due_on = errors.required("due_on", &pb.due_on, day);
    let amount = price(errors, "amount_tiyn", pb.amount_tiyn);
    Some(Payment {
        due_on: due_on?,
        amount: amount?,
    })
}

pub(in crate::application) fn admission(
    pb: &pb::Admission,
    errors: &mut FieldErrors,
) -> Option<Admission> {
    let protocol_number = text(errors, "protocol_number", &pb.protocol_number);
    let protocol_on = errors.required("protocol_on", &pb.protocol_on, day);
    Some(Admission {
        protocol_number: protocol_number?,
        protocol_on: protocol_on?,
    })
}

pub(in crate::application) fn consent(
    pb: &pb::PersonalDataConsent,
    errors: &mut FieldErrors,
) -> Option<Consent> {
    let operator = optional_text(errors, "operator", &pb.operator);
    let valid_until_on = errors.optional("valid_until_on", &pb.valid_until_on, day);
    let data_items = data_items(&pb.data_items, errors);
    Some(Consent {
        operator: operator?,
        names_subject: pb.names_subject,
        valid_until_on: valid_until_on?,
        third_party_transfer: pb.third_party_transfer,
        cross_border_transfer: pb.cross_border_transfer,
        publication: pb.publication,
        data_items: data_items?,
    })
}

fn data_items(given: &[String], errors: &mut FieldErrors) -> Option<Vec<Text<200>>> {
    const PATH: &str = "data_items";
    if given.len() > DATA_ITEMS_MAX {
        errors.add(
            PATH,
            format_args!("must have at most {DATA_ITEMS_MAX} items"),
        );
        return None;
    }
    let items: Vec<Option<Text<200>>> = given
        .iter()
        .enumerate()
        .map(|(index, item)| errors.item(PATH, index, |errors| errors.read("", Text::parse(item))))
        .collect();
    items.into_iter().collect()
}
