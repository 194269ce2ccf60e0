//! Reads each part of a row. It never stops at the first violation.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::NaiveDate;

use super::{COLUMNS, FormerEntry, TOLD_BY_EXPORTS, cells::Cells, shown_name};
use crate::{
    application::{
        Procedure,
        agreement::{
            Agreement, Consent, ConstructionObject, Cooperative, Mailbox, Share, ShareKind,
            Shareholder,
            parse::{
                day, parties::cooperative_bin, past_day, premises::cadastral_number,
                premises::label,
            },
        },
    },
    kernel::{Email, Iin, Kato, Language, Personal, Problem, SquareDecimetres, Text},
    register::{
        EntryState,
        columns::{Amendment, Closure, Termination},
    },
    rpc::FieldErrors,
};

/// How many lines column 7 of one entry has at most.
const AMENDMENTS_MAX: usize = 100;
const AREA: RangeInclusive<i32> = 1..=i32::MAX;
const BEFORE_AGREEMENT: &str = "must not be before the agreement";

/// Reads a row.
pub(super) fn entry(
    row: &BTreeMap<String, String>,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<FormerEntry> {
    for name in row.keys() {
        let mut known = COLUMNS.iter().chain(&TOLD_BY_EXPORTS);
        if !known.any(|column| column.name == name) {
            match shown_name(name) {
                Some(name) => errors.add(name, "is no column of an import"),
                None => errors.add("row", "has a name that is no column of an import"),
            }
        }
    }
    let cells = &mut Cells { row, errors };
    let source_number = cells.text("source_number");
    let registered_on = cells.required("source_registered_on", past_day(today));
    let provider_id = cells.text::<50>("provider_id");
    let agreement = agreement(cells, today);
    let amendments = cells.optional("amendments", |cell| amendments(cell, today));
    let termination = termination(cells, today);
    let (agreement, amendments, termination) = (agreement?, amendments?, termination?);
    let began_on = agreement.concluded_on;
    let amendments = amendments.unwrap_or_default();
    let dated = [
        ("source_registered_on", registered_on),
        ("amendments", amendments.iter().map(|line| line.on).min()),
        ("termination_on", termination.as_ref().map(|end| end.on)),
    ];
    for (column, on) in dated {
        if on.is_some_and(|on| on < began_on) {
            cells.errors.add(column, BEFORE_AGREEMENT);
        }
    }
    Some(FormerEntry {
        provider_id: provider_id?.into(),
        source_number: source_number?,
        registered_on: registered_on?,
        agreement,
        amendments,
        termination,
    })
}

fn agreement(cells: &mut Cells<'_>, today: NaiveDate) -> Option<Agreement> {
    let number = cells.text("agreement_number");
    let concluded_on = cells.required("agreement_concluded_on", past_day(today));
    let cooperative = cooperative(cells);
    let construction_object = construction_object(cells);
    let share = share(cells);
    let member_share_count = cells.number("member_share_count", 1..=1000);
    let shareholder = shareholder(cells, today);
    Some(Agreement {
        number: number?,
        concluded_on: concluded_on?,
        cooperative: cooperative?,
        shareholder: shareholder?,
        construction_object: construction_object?,
        share: share?,
        member_share_count: member_share_count?,
        contribution: None,
        transfer_on: None,
        admission: None,
        consent: Consent::default(),
    })
}

fn cooperative(cells: &mut Cells<'_>) -> Option<Cooperative> {
    let bin = cells.required("cooperative_bin", cooperative_bin);
    let name = cells.text("cooperative_name");
    let certificate = cells.text("cooperative_registration_certificate_number");
    let registered_on = cells.required("cooperative_registered_on", day);
    let legal_address = cells.text("cooperative_legal_address");
    let actual_address = cells.text("cooperative_actual_address");
    Some(Cooperative {
        bin: bin?,
        name: name?,
        registration_certificate_number: certificate?,
        registered_on: registered_on?,
        legal_address: legal_address?,
        actual_address: actual_address?,
        activity_codes: Vec::new(),
        membership: None,
        executive: None,
    })
}

fn construction_object(cells: &mut Cells<'_>) -> Option<ConstructionObject> {
    let kato = cells.required("construction_object_kato", Kato::parse);
    let address = cells.text("construction_object_address");
    let cadastral = cells.required("construction_object_cadastral_number", cadastral_number);
    let characteristics = cells.text("construction_object_technical_characteristics");
    let storey_count = cells.number("construction_object_storey_count", 1..=200);
    let total_area = area(cells, "construction_object_total_area_dm2");
    let starts_on = cells.required("construction_starts_on", day);
    let ends_on = cells.required("construction_ends_on", day);
    Some(ConstructionObject {
        kato: kato?,
        address: address?,
        cadastral_number: cadastral?,
        technical_characteristics: characteristics?,
        storey_count: storey_count?,
        total_area: total_area?,
        total_cost: None,
        starts_on: starts_on?,
        ends_on: ends_on?,
        planned_acceptance_on: None,
        sketch_design_agreed_on: None,
    })
}

fn share(cells: &mut Cells<'_>) -> Option<Share> {
    let kind = cells.required("share_kind", |code| {
        ShareKind::from_code(code).ok_or(Problem::new("must be a known kind of share"))
    });
    let block = cells.optional("share_block", label);
    let floor = cells.number("share_floor", -20..=200);
    let number = cells.required("share_number", label);
    let area = area(cells, "share_area_dm2");
    let rooms = cells.optional("share_room_count", |cell| {
        super::cells::number(cell, &(1..=100))
    });
    Some(Share {
        kind: kind?,
        block: block?,
        floor: floor?,
        number: number?,
        area: area?,
        room_count: rooms?,
    })
}

fn area(cells: &mut Cells<'_>, column: &str) -> Option<SquareDecimetres> {
    let dm2 = cells.number(column, AREA)?;
    SquareDecimetres::new(dm2).ok()
}

fn shareholder(cells: &mut Cells<'_>, today: NaiveDate) -> Option<Shareholder> {
    let iin = cells.required("shareholder_iin", |number| Iin::parse(number, today));
    let surname = cells.text("shareholder_surname");
    let given_name = cells.text("shareholder_given_name");
    let patronymic = cells.optional("shareholder_patronymic", Text::parse);
    let residence = cells.optional("shareholder_residence", Text::parse);
    let email = cells.optional("shareholder_email", Email::parse);
    let language = cells.optional("shareholder_language", language);
    Some(Shareholder {
        iin: iin.map(Personal::new)?,
        surname: surname.map(Personal::new)?,
        given_name: given_name.map(Personal::new)?,
        patronymic: patronymic?.map(Personal::new),
        residence: residence?.map(Personal::new),
        identity_document: None,
        phone: None,
        mailbox: email?.map_or(Mailbox::NotTold, |email| {
            Mailbox::Address(Personal::new(email))
        }),
        language: language?.unwrap_or(Language::Kazakh),
    })
}

fn language(code: &str) -> Result<Language, Problem> {
    [Language::Kazakh, Language::Russian, Language::English]
        .into_iter()
        .find(|language| language.tag() == code)
        .ok_or(Problem::new("must be kk, ru or en"))
}

/// `2024-05-12 AMENDMENT 12/1; 2025-01-10 ASSIGNMENT 7`: date, kind and number of each line of column 7.
fn amendments(cell: &str, today: NaiveDate) -> Result<Vec<Amendment>, Problem> {
    let lines: Vec<Amendment> = cell
        .split(';')
        .map(|line| amendment(line.trim(), today))
        .collect::<Result<_, _>>()?;
    if lines.len() > AMENDMENTS_MAX {
        return Err(Problem::stated(format!(
            "must have at most {AMENDMENTS_MAX} items"
        )));
    }
    Ok(lines)
}

fn amendment(line: &str, today: NaiveDate) -> Result<Amendment, Problem> {
    const RULE: Problem =
        Problem::new("must be like 2024-05-12 AMENDMENT 12/1; 2025-01-10 ASSIGNMENT 7");
    let (on, rest) = line.split_once(' ').ok_or(RULE)?;
    let (kind, number) = rest.trim_start().split_once(' ').ok_or(RULE)?;
    let procedure = [Procedure::Amendment, Procedure::Assignment]
        .into_iter()
        .find(|procedure| procedure.code() == kind)
        .ok_or(RULE)?;
    Ok(Amendment {
        number: Text::<100>::parse(number)?.into(),
        on: past_day(today)(on)?,
        procedure: procedure.code().to_owned(),
        changed_parts: Vec::new(),
    })
}

/// How the entry stands, with column 8 if it was closed.
#[expect(
    clippy::option_option,
    reason = "none and wrong are two things, as with `FieldErrors::optional`"
)]
fn termination(cells: &mut Cells<'_>, today: NaiveDate) -> Option<Option<Termination>> {
    let state = cells.required("state", |code| {
        EntryState::from_code(code).ok_or(Problem::new(
            "must be LIVE, TERMINATED or OWNERSHIP_REGISTERED",
        ))
    });
    let closure = match state? {
        EntryState::Live => {
            for column in ["termination_number", "termination_on", "termination_ground"] {
                cells.empty(column, "must be empty of an entry that stands");
            }
            return Some(None);
        }
        EntryState::Terminated => Closure::Terminated,
        EntryState::OwnershipRegistered => Closure::OwnershipRegistered,
    };
    let number = cells.text::<100>("termination_number");
    let on = cells.required("termination_on", past_day(today));
    let ground = cells.text::<1000>("termination_ground");
    Some(Some(Termination {
        number: number?.into(),
        on: on?,
        ground: ground?.into(),
        closure,
    }))
}
