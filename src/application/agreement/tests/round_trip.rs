//! Whether a message that is read is written as it was, for any message within the limits.

use proptest::{collection::vec, option, prelude::*};

use super::{Pb, PbMailbox, read};
use crate::pb::registry::v1 as pb;

prop_compose! {
    fn a_date()(year in 1900..=2100, month in 1..=12u32, day in 1..=28u32) -> String {
        format!("{year}-{month:02}-{day:02}")
    }
}

prop_compose! {
    fn a_past_date()(year in 1900..=2025, month in 1..=12u32, day in 1..=28u32) -> String {
        format!("{year}-{month:02}-{day:02}")
    }
}

fn a_text() -> &'static str {
    "[A-Za-zА-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі0-9№«»\"'*_$#<>/.,()@-]{1,30}"
}

fn a_label() -> &'static str {
    "[1-9][0-9]{0,3}[А-Яа-яA-Z]?"
}

prop_compose! {
    fn a_cooperative()(
        texts in vec(a_text(), 5),
        registered_on in a_date(),
        activity_codes in vec("[0-9]{5}", 1..=20),
        counts in [1..=i32::MAX, 1..=i32::MAX, 1..=i32::MAX],
        role in 1..=2,
    ) -> pb::Cooperative {
        pb::Cooperative {
            bin: "600740000012".to_owned(),
            name: texts[0].clone(),
            registration_certificate_number: texts[1].clone(),
            registered_on,
            legal_address: texts[2].clone(),
            actual_address: texts[3].clone(),
            activity_codes,
            founding_member_count: counts[0],
            member_count: counts[1],
            share_count: counts[2],
            executive: Some(pb::CooperativeExecutive { full_name: texts[4].clone(), role }),
        }
    }
}

prop_compose! {
    fn a_shareholder()(
        iin in proptest::sample::select(vec!["010101300010", "010101300102", "550412200017"]),
        texts in vec(a_text(), 5),
        patronymic in option::of(a_text()),
        issued_on in a_past_date(),
        phone in option::of("\\+[1-9][0-9]{9}"),
        email in option::of("[a-z]{1,9}@[a-z]{1,9}\\.kz"),
        language in 1..=3,
    ) -> pb::Shareholder {
        pb::Shareholder {
            iin: iin.to_owned(),
            surname: texts[0].clone(),
            given_name: texts[1].clone(),
            patronymic: patronymic.unwrap_or_default(),
            residence: texts[2].clone(),
            identity_document_number: texts[3].clone(),
            identity_document_issued_on: issued_on,
            identity_document_issuer: texts[4].clone(),
            phone: phone.unwrap_or_default(),
            mailbox: Some(email.map_or(PbMailbox::HasNoEmail(true), PbMailbox::Email)),
            language,
        }
    }
}

prop_compose! {
    fn an_object()(
        address in a_text(),
        characteristics in a_text(),
        plot in 1..=9999,
        storey_count in 1..=200,
        total_area_dm2 in 1..=i32::MAX,
        total_cost_tiyn in 1..=i64::MAX,
        dates in vec(a_date(), 3),
        sketch in option::of(a_date()),
    ) -> pb::ConstructionObject {
        pb::ConstructionObject {
            kato: "751110000".to_owned(),
            address,
            cadastral_number: format!("20:315:032:{plot:03}"),
            technical_characteristics: characteristics,
            storey_count,
            total_area_dm2,
            total_cost_tiyn,
            starts_on: dates[0].clone(),
            ends_on: dates[1].clone(),
            planned_acceptance_on: dates[2].clone(),
            sketch_design_agreed_on: sketch.unwrap_or_default(),
        }
    }
}

prop_compose! {
    fn a_share()(
        kind in 1..=4,
        block in option::of(a_label()),
        floor in -20..=200,
        number in a_label(),
        area_dm2 in 1..=i32::MAX,
        room_count in 0..=100,
    ) -> pb::Share {
        let block = block.unwrap_or_default();
        pb::Share { kind, block, floor: Some(floor), number, area_dm2, room_count }
    }
}

prop_compose! {
    fn a_consent()(
        operator in option::of(a_text()),
        names_subject: bool,
        valid_until_on in option::of(a_date()),
        answers: [Option<bool>; 3],
        data_items in vec(a_text(), 0..=50),
    ) -> pb::PersonalDataConsent {
        pb::PersonalDataConsent {
            operator: operator.unwrap_or_default(),
            names_subject,
            valid_until_on: valid_until_on.unwrap_or_default(),
            third_party_transfer: answers[0],
            cross_border_transfer: answers[1],
            publication: answers[2],
            data_items,
        }
    }
}

prop_compose! {
    fn a_contribution()(
        amount_tiyn: i64,
        currency in "[A-Z]{3}",
        payments in vec((a_date(), 1..=i64::MAX), 1..=600),
    ) -> pb::ShareContribution {
        let payments = payments
            .into_iter()
            .map(|(due_on, amount_tiyn)| pb::Payment { due_on, amount_tiyn })
            .collect();
        pb::ShareContribution { amount_tiyn, currency, payments }
    }
}

prop_compose! {
    fn an_agreement()(
        agreement_number in a_text(),
        concluded_on in a_past_date(),
        cooperative in a_cooperative(),
        shareholder in a_shareholder(),
        construction_object in an_object(),
        share in a_share(),
        member_share_count in 1..=1000,
        contribution in a_contribution(),
        transfer_on in a_date(),
        admission in option::of((a_text(), a_date())),
        consent in a_consent(),
    ) -> Pb {
        Pb {
            agreement_number,
            concluded_on,
            cooperative: Some(cooperative),
            shareholder: Some(shareholder),
            construction_object: Some(construction_object),
            share: Some(share),
            member_share_count,
            contribution: Some(contribution),
            transfer_on,
            admission: admission.map(|(protocol_number, protocol_on)| pb::Admission {
                protocol_number,
                protocol_on,
            }),
            consent: Some(consent),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_read_is_written_as_it_was(pb in an_agreement()) {
        prop_assert_eq!(read(&pb).to_wire(), pb);
    }
}
