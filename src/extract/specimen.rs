//! An invented extract that fills every column: proves a template at start, and shows what an extract
//! looks like. It never stands for a real entry.

use chrono::{DateTime, NaiveDate};

use super::{ExtractForm, VerificationCode};
use crate::kernel::{Localized, SquareDecimetres};
use crate::register::columns::{
    Agreement, Amendment, Closure, ConstructionObject, ConstructionPeriod, Cooperative, Share,
    Termination,
};
use crate::register::{Columns, SignedCorrection};

/// The specimen.
pub fn specimen() -> ExtractForm {
    ExtractForm {
        entry_number: "E-261125-4F7K2M9".to_owned(),
        entry_version: 2,
        entered_at: DateTime::from_timestamp_nanos(1_795_594_215_000_000_000),
        provider_name: Localized::of(
            "Көктөбе қаласының тұрғын үй және құрылыс бөлімі",
            "Отдел жилья и строительства города Коктобе",
            "Housing and Construction Department of Koktobe",
        ),
        head_post: Localized::of("Бөлім басшысы", "Руководитель отдела", "Head of department"),
        head_name: "Үлгібаева Ғалия Өрнекқызы".to_owned(),
        verification_code: VerificationCode::from_random(*b"an invented code"),
        columns: columns(),
        correction: Some(SignedCorrection {
            number: "C-261125-7QX3M0Z".to_owned(),
            fields: vec!["share.floor".to_owned()],
            columns: vec![5],
        }),
    }
}

fn columns() -> Columns {
    Columns {
        cooperative: Cooperative {
            name: "«Жаңа Қоныс» тұрғын үй-құрылыс кооперативі".to_owned(),
            bin: "600740000012".to_owned(),
            registration_certificate_number: "KZ-1207-ТҚК".to_owned(),
            registered_on: day(2025, 11, 14),
            legal_address: "Көктөбе қаласы, Тәуелсіздік даңғылы, 14-үй, 3-кеңсе".to_owned(),
            actual_address: "Көктөбе қаласы, Ақбұлақ көшесі, 7/2".to_owned(),
        },
        construction_object: ConstructionObject {
            kato: "750000000".to_owned(),
            address: "Көктөбе қаласы, «Шұғыла» шағынауданы, 41-учаске".to_owned(),
            cadastral_number: "20:315:032:150".to_owned(),
            technical_characteristics: "Монолитті темірбетон қаңқа, газоблоктан қаланған \
                қабырғалар, III жайлылық класы, 2 блок, 144 пәтер, жерасты паркингі"
                .to_owned(),
            storey_count: 9,
            total_area_dm2: area(1_184_260),
        },
        construction_period: ConstructionPeriod {
            starts_on: day(2026, 4, 1),
            ends_on: day(2028, 9, 30),
        },
        agreement: Agreement {
            number: "ҚШ-2026/117".to_owned(),
            concluded_on: day(2026, 11, 20),
        },
        share: Share {
            kind: "APARTMENT".to_owned(),
            block: Some("Б".to_owned()),
            floor: 5,
            number: "68".to_owned(),
            area_dm2: area(5_430),
            room_count: Some(2),
        },
        member_share_count: 1,
        amendments: vec![
            Amendment {
                number: "1".to_owned(),
                on: day(2026, 11, 23),
                procedure: "AMENDMENT".to_owned(),
                changed_parts: vec!["transfer_on".to_owned()],
            },
            Amendment {
                number: "ТҚ-7".to_owned(),
                on: day(2026, 11, 24),
                procedure: "ASSIGNMENT".to_owned(),
                changed_parts: Vec::new(),
            },
        ],
        termination: Some(Termination {
            number: "ҚШ-2026/117-Т".to_owned(),
            on: day(2026, 11, 24),
            ground: "Тараптардың келісімі".to_owned(),
            closure: Closure::Terminated,
        }),
    }
}

#[expect(
    clippy::expect_used,
    reason = "the days of the specimen are written here"
)]
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

#[expect(
    clippy::expect_used,
    reason = "the areas of the specimen are written here"
)]
fn area(dm2: i32) -> SquareDecimetres {
    SquareDecimetres::new(dm2).expect("an area above zero")
}
