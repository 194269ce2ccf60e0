//! An entry as a row, under the columns that an import reads, and two that only tell.
//! What says something about a person is there only if it was asked for.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    application::agreement::{Mailbox, Shareholder},
    kernel::{Personal, local},
    register::{EntryState, SignedContent, columns},
    transfer::former::{COLUMNS, Column, TOLD_BY_EXPORTS},
};

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    Number(i32),
    Empty,
}

/// A column of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) is_number: bool,
}

/// The columns of an export, in their order.
pub(super) fn heads(with_shareholders: bool) -> Vec<Head> {
    let of_import = COLUMNS
        .into_iter()
        .filter(|column| with_shareholders || !column.is_personal);
    let told = TOLD_BY_EXPORTS.into_iter();
    of_import.chain(told).map(head).collect()
}

fn head(column: Column) -> Head {
    Head {
        name: column.name,
        is_required: column.is_required,
        is_number: column.is_number,
    }
}

/// A version of an entry that is exported.
pub(super) struct Exported {
    pub(super) content: SignedContent,
    pub(super) registered_at: DateTime<Utc>,
    pub(super) entered_at: DateTime<Utc>,
    pub(super) shareholder: Option<Shareholder>,
}

impl Exported {
    /// Its cells, in the order of the columns.
    pub(super) fn cells(&self, heads: &[Head]) -> Vec<Cell> {
        heads.iter().map(|head| self.cell(head.name)).collect()
    }

    fn cell(&self, column: &str) -> Cell {
        let content = &self.content;
        let columns = &content.columns;
        match column {
            "source_number" => text(&content.entry_number),
            "source_registered_on" => text(&local(self.registered_at).date()),
            "provider_id" => text(&content.provider.id),
            "state" => text(EntryState::of(columns).code()),
            "agreement_number" => text(&columns.agreement.number),
            "agreement_concluded_on" => text(&columns.agreement.concluded_on),
            "construction_starts_on" => text(&columns.construction_period.starts_on),
            "construction_ends_on" => text(&columns.construction_period.ends_on),
            "member_share_count" => Cell::Number(columns.member_share_count),
            "amendments" => amendments(&columns.amendments),
            "entry_version" => Cell::Number(content.entry_version),
            "entered_at" => text(&self.entered_at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            _ => match column.split_once('_') {
                Some(("cooperative", rest)) => cooperative(&columns.cooperative, rest),
                Some(("construction", rest)) => object(&columns.construction_object, rest),
                Some(("share", rest)) => share(&columns.share, rest),
                Some(("termination", rest)) => termination(columns.termination.as_ref(), rest),
                Some(("shareholder", rest)) => shareholder(self.shareholder.as_ref(), rest),
                Some(_) | None => Cell::Empty,
            },
        }
    }
}

fn text(value: &(impl ToString + ?Sized)) -> Cell {
    let text = value.to_string();
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text)
    }
}

fn optional(value: Option<&impl ToString>) -> Cell {
    value.map_or(Cell::Empty, text)
}

fn cooperative(column: &columns::Cooperative, rest: &str) -> Cell {
    match rest {
        "bin" => text(&column.bin),
        "name" => text(&column.name),
        "registration_certificate_number" => text(&column.registration_certificate_number),
        "registered_on" => text(&column.registered_on),
        "legal_address" => text(&column.legal_address),
        "actual_address" => text(&column.actual_address),
        _ => Cell::Empty,
    }
}

fn object(column: &columns::ConstructionObject, rest: &str) -> Cell {
    match rest {
        "object_kato" => text(&column.kato),
        "object_address" => text(&column.address),
        "object_cadastral_number" => text(&column.cadastral_number),
        "object_technical_characteristics" => text(&column.technical_characteristics),
        "object_storey_count" => Cell::Number(column.storey_count),
        "object_total_area_dm2" => Cell::Number(column.total_area_dm2.get()),
        _ => Cell::Empty,
    }
}

fn share(column: &columns::Share, rest: &str) -> Cell {
    match rest {
        "kind" => text(&column.kind),
        "block" => optional(column.block.as_ref()),
        "floor" => Cell::Number(column.floor),
        "number" => text(&column.number),
        "area_dm2" => Cell::Number(column.area_dm2.get()),
        "room_count" => column.room_count.map_or(Cell::Empty, Cell::Number),
        _ => Cell::Empty,
    }
}

fn termination(column: Option<&columns::Termination>, rest: &str) -> Cell {
    let Some(column) = column else {
        return Cell::Empty;
    };
    match rest {
        "number" => text(&column.number),
        "on" => text(&column.on),
        "ground" => text(&column.ground),
        _ => Cell::Empty,
    }
}

/// `2024-05-12 AMENDMENT 12/1; 2025-01-10 ASSIGNMENT 7`. What stands between the lines does not stand in
/// one.
fn amendments(lines: &[columns::Amendment]) -> Cell {
    let line = |line: &columns::Amendment| {
        let number = line.number.replace(';', ",");
        format!("{} {} {number}", line.on, line.procedure)
    };
    text(&lines.iter().map(line).collect::<Vec<_>>().join("; "))
}

fn shareholder(person: Option<&Shareholder>, rest: &str) -> Cell {
    let Some(person) = person else {
        return Cell::Empty;
    };
    match rest {
        "iin" => text(person.iin.disclose().as_str()),
        "surname" => text(person.surname.disclose()),
        "given_name" => text(person.given_name.disclose()),
        "patronymic" => optional(person.patronymic.as_ref().map(Personal::disclose)),
        "residence" => optional(person.residence.as_ref().map(Personal::disclose)),
        "email" => match &person.mailbox {
            Mailbox::Address(email) => text(email.disclose().as_str()),
            Mailbox::None | Mailbox::NotTold => Cell::Empty,
        },
        "language" => text(person.language.tag()),
        _ => Cell::Empty,
    }
}
