//! The columns of a row, in the order in which an export writes them. docs/IMPORT.md says what each holds.
//! They never change their names: files outlive releases.

/// A column of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: &'static str,
    /// Whether each row must fill it.
    pub(crate) is_required: bool,
    /// Whether it says something about a natural person.
    pub(crate) is_personal: bool,
    /// Whether it holds a whole number.
    pub(crate) is_number: bool,
}

const fn required(name: &'static str) -> Column {
    Column {
        name,
        is_required: true,
        is_personal: false,
        is_number: false,
    }
}

const fn optional(name: &'static str) -> Column {
    Column {
        is_required: false,
        ..required(name)
    }
}

const fn personal(column: Column) -> Column {
    Column {
        is_personal: true,
        ..column
    }
}

const fn number(column: Column) -> Column {
    Column {
        is_number: true,
        ..column
    }
}

/// What an export tells besides; an import does not read it.
pub(crate) const TOLD_BY_EXPORTS: [Column; 2] =
    [number(required("entry_version")), required("entered_at")];

/// A name as it may be shown that is no column: only if it is written as columns are, in small Latin letters.
/// Anything else may be a cell in the wrong place, and say something about a person.
pub(crate) fn shown_name(name: &str) -> Option<&str> {
    let is_written_so = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (is_written_so && (1..=60).contains(&name.len())).then_some(name)
}

/// Every column.
pub(crate) const COLUMNS: [Column; 38] = [
    required("source_number"),
    required("source_registered_on"),
    required("provider_id"),
    required("state"),
    required("agreement_number"),
    required("agreement_concluded_on"),
    required("cooperative_bin"),
    required("cooperative_name"),
    required("cooperative_registration_certificate_number"),
    required("cooperative_registered_on"),
    required("cooperative_legal_address"),
    required("cooperative_actual_address"),
    required("construction_object_kato"),
    required("construction_object_address"),
    required("construction_object_cadastral_number"),
    required("construction_object_technical_characteristics"),
    number(required("construction_object_storey_count")),
    number(required("construction_object_total_area_dm2")),
    required("construction_starts_on"),
    required("construction_ends_on"),
    required("share_kind"),
    optional("share_block"),
    number(required("share_floor")),
    required("share_number"),
    number(required("share_area_dm2")),
    number(optional("share_room_count")),
    number(required("member_share_count")),
    personal(required("shareholder_iin")),
    personal(required("shareholder_surname")),
    personal(required("shareholder_given_name")),
    personal(optional("shareholder_patronymic")),
    personal(optional("shareholder_residence")),
    personal(optional("shareholder_email")),
    personal(optional("shareholder_language")),
    optional("amendments"),
    optional("termination_number"),
    optional("termination_on"),
    optional("termination_ground"),
];
