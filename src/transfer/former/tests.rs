//! Every way in which a row can be wrong is told under the name of its column.

use chrono::NaiveDate;

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// A row of an invented register, complete in what must be told.
fn cells() -> BTreeMap<String, String> {
    [
        ("source_number", "2019/00017"),
        ("source_registered_on", "2019-06-05"),
        ("provider_id", "almaty"),
        ("state", "LIVE"),
        ("agreement_number", "17/2019"),
        ("agreement_concluded_on", "2019-06-03"),
        ("cooperative_bin", "600740000012"),
        ("cooperative_name", "Үлгі ТҚК"),
        ("cooperative_registration_certificate_number", "17-1910"),
        ("cooperative_registered_on", "2018-02-01"),
        ("cooperative_legal_address", "Алматы, Үлгі көшесі, 1"),
        ("cooperative_actual_address", "Алматы, Үлгі көшесі, 1"),
        ("construction_object_kato", "750000000"),
        ("construction_object_address", "Алматы, Үлгі көшесі, 5"),
        ("construction_object_cadastral_number", "20:315:032:150"),
        ("construction_object_technical_characteristics", "Monolith."),
        ("construction_object_storey_count", "9"),
        ("construction_object_total_area_dm2", "543210"),
        ("construction_starts_on", "2019-04-01"),
        ("construction_ends_on", "2021-04-01"),
        ("share_kind", "APARTMENT"),
        ("share_block", "2"),
        ("share_floor", "4"),
        ("share_number", "17"),
        ("share_area_dm2", "5430"),
        ("share_room_count", "2"),
        ("member_share_count", "1"),
        ("shareholder_iin", "010101300010"),
        ("shareholder_surname", "Үлгиев"),
        ("shareholder_given_name", "Мысал"),
    ]
    .into_iter()
    .map(|(column, cell)| (column.to_owned(), cell.to_owned()))
    .collect()
}

fn problems(changes: &[(&str, &str)]) -> Vec<String> {
    let mut cells = cells();
    for (column, cell) in changes {
        cells.insert((*column).to_owned(), (*cell).to_owned());
    }
    let mut errors = FieldErrors::new();
    let read = FormerEntry::parse(&Row::of(cells), today(), &mut errors);
    let malformed = errors.into_malformed();
    let found: Vec<_> = malformed
        .violations()
        .iter()
        .map(|found| format!("{} {}", found.path, found.problem))
        .collect();
    assert!(read.is_some() || !found.is_empty());
    found
}

#[test]
fn a_row_that_tells_annex_1_and_the_shareholder_is_read_and_the_rest_is_not_told() {
    let mut errors = FieldErrors::new();
    let entry = FormerEntry::parse(&Row::of(cells()), today(), &mut errors).unwrap();
    assert!(errors.is_empty());
    let columns = entry.columns();
    assert_eq!(columns.agreement.number, "17/2019");
    assert_eq!(columns.share.room_count, Some(2));
    assert!(columns.amendments.is_empty() && columns.termination.is_none());
    let agreement = entry.agreement;
    assert!(agreement.contribution.is_none() && agreement.transfer_on.is_none());
    assert!(agreement.shareholder.identity_document.is_none());
    assert!(agreement.cooperative.membership.is_none());
}

#[test]
fn a_row_without_anything_names_every_column_that_must_be_filled() {
    let mut errors = FieldErrors::new();
    let row = Row::of(BTreeMap::new());
    assert!(FormerEntry::parse(&row, today(), &mut errors).is_none());
    let malformed = errors.into_malformed();
    let mut missing: Vec<_> = malformed
        .violations()
        .iter()
        .filter(|found| found.missing)
        .map(|found| found.path.as_str())
        .collect();
    let required = COLUMNS.iter().filter(|column| column.is_required);
    let mut required: Vec<_> = required.map(|column| column.name).collect();
    missing.sort_unstable();
    required.sort_unstable();
    assert_eq!(missing, required);
}

#[test]
fn what_is_wrong_is_named_with_its_column() {
    for (change, problem) in [
        (
            ("source_registered_on", "2019-06-02"),
            "must not be before the agreement",
        ),
        (
            ("source_registered_on", "2026-11-25"),
            "must not be in the future",
        ),
        (
            ("agreement_concluded_on", "03.06.2019"),
            "must be a date like 2026-10-23",
        ),
        (
            ("state", "live"),
            "must be LIVE, TERMINATED or OWNERSHIP_REGISTERED",
        ),
        (
            ("cooperative_bin", "600740000013"),
            "must have a right check digit",
        ),
        (("share_floor", "4,5"), "must be a whole number"),
        (("share_floor", "201"), "must be from -20 to 200"),
        (("share_area_dm2", "54.30"), "must be a whole number"),
        (("share_area_dm2", "0"), "must be at least 1"),
        (("share_kind", "FLAT"), "must be a known kind of share"),
        (("shareholder_language", "de"), "must be kk, ru or en"),
        (
            ("termination_on", "2024-01-01"),
            "must be empty of an entry that stands",
        ),
        (("price", "1"), "is no column of an import"),
    ] {
        let found = problems(&[change]);
        assert_eq!(found, [format!("{} {problem}", change.0)]);
    }
    // What stands where a name should stand is not repeated.
    for name in ["Үлгиев", "010101300010", "=price", "a b", ""] {
        let found = problems(&[(name, "1")]);
        assert_eq!(found, ["row has a name that is no column of an import"]);
    }
    let ended = [("state", "TERMINATED"), ("termination_number", "4")];
    let expected = [
        "termination_on is required",
        "termination_ground is required",
    ];
    assert_eq!(problems(&ended), expected);
}

#[test]
fn column_7_is_read_line_by_line_and_written_as_it_was() {
    let text = "2024-05-12 AMENDMENT № 12/1; 2025-01-10 ASSIGNMENT 7";
    let mut row = cells();
    row.insert("amendments".to_owned(), text.to_owned());
    let mut errors = FieldErrors::new();
    let entry = FormerEntry::parse(&Row::of(row), today(), &mut errors).unwrap();
    assert_eq!(entry.amendments[0].number, "№ 12/1");
    assert_eq!(entry.amendments[1].procedure, "ASSIGNMENT");
    for wrong in [
        "12/1",
        "2024-05-12 12/1",
        "2024-05-12 CHANGE 1",
        "2024-05-12 AMENDMENT 1;",
    ] {
        let rule = "must be like 2024-05-12 AMENDMENT 12/1; 2025-01-10 ASSIGNMENT 7";
        assert_eq!(
            problems(&[("amendments", wrong)]),
            [format!("amendments {rule}")]
        );
    }
    let early = problems(&[("amendments", "2019-06-02 AMENDMENT 1")]);
    assert_eq!(early, ["amendments must not be before the agreement"]);
}

#[test]
fn the_hash_of_a_row_is_of_what_it_tells() {
    let row = Row::of(cells());
    let mut spaced = cells();
    spaced.insert("share_number".to_owned(), " 17 ".to_owned());
    spaced.insert("amendments".to_owned(), " ".to_owned());
    assert_eq!(row.sha256(), Row::of(spaced).sha256());
    // What an export tells besides is not read.
    let mut exported = cells();
    exported.insert("entry_version".to_owned(), "2".to_owned());
    exported.insert("entered_at".to_owned(), "2026-11-24T05:00:00Z".to_owned());
    assert_eq!(row.sha256(), Row::of(exported).sha256());
    let mut other = cells();
    other.insert("share_number".to_owned(), "18".to_owned());
    assert_ne!(row.sha256(), Row::of(other).sha256());
}

#[test]
fn the_manual_tells_every_column_and_whether_it_must_be_filled() {
    let manual = include_str!("../../../docs/IMPORT.md");
    for column in COLUMNS {
        let row = format!("| `{}` | ", column.name);
        let rest = manual.split(&row).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("{} is not told", column.name));
        assert_eq!(
            rest.starts_with("required |"),
            column.is_required,
            "{}",
            column.name
        );
    }
    for column in TOLD_BY_EXPORTS {
        assert!(manual.contains(&format!("`{}`", column.name)));
    }
}
