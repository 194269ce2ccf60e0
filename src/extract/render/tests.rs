//! What the form of Annex 1 prints, word for word. It never compares bytes with a stored document.

use super::*;

/// The wording of Annex 1, Kazakh and Russian, in its order.
const HEADINGS: [[&str; 2]; 8] = [
    [
        "Тұрғын үй-құрылыс кооперативі туралы мәліметтер (мемлекеттік тіркеу туралы куәлік және \
            заңды/нақты мекенжайы)",
        "Сведения о жилищно-строительном кооперативе (свидетельство о государственной регистрации \
            и юридический/фактический адрес)",
    ],
    [
        "Құрылыс объектісі туралы мәліметтер (орналасқан жері, объектінің техникалық сипаттамасы)",
        "Сведения об объекте строительства (местоположение, технические характеристики объекта)",
    ],
    [
        "Құрылыстың басталу және аяқталу мерзімдері туралы мәліметтер",
        "Сведения о сроках начала и окончания строительства",
    ],
    [
        "Тұрғын үй-құрылыс кооперативіне қатысу шартының нөмірі және күні",
        "Номер и дата договора участия в жилищно-строительном кооперативе",
    ],
    ["Пай туралы деректер", "Данные о пае"],
    [
        "Тұрғын үй-құрылыс кооперативі мүшесінің пайларының саны туралы мәліметтер",
        "Сведения о количестве паёв члена жилищно-строительного кооператива",
    ],
    [
        "Шартқа өзгерістер мен толықтырулар енгізу туралы деректер (нөмірі және күні)",
        "Данные о внесении изменений и дополнений в договор (номер и дата)",
    ],
    [
        "Шартты тоқтату (нөмірі, күні, негіздемесі)",
        "Прекращение договора (номер, дата, основание)",
    ],
];

fn renderer() -> TypstRenderer {
    TypstRenderer::load(None).unwrap()
}

/// Text without what line breaking takes away or puts in.
fn packed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200B}')
        .collect()
}

fn printed(form: &ExtractForm) -> String {
    packed(&renderer().set(form).unwrap().plain_text())
}

/// The specimen as an entry is first made: nothing amended, nothing ended.
fn first_version() -> ExtractForm {
    let mut form = ExtractForm {
        entry_version: 1,
        ..specimen()
    };
    form.columns.amendments.clear();
    form.columns.termination = None;
    form
}

#[test]
fn the_eight_columns_stand_in_the_order_of_annex_1() {
    let text = printed(&specimen());
    let places = HEADINGS
        .as_flattened()
        .iter()
        .map(|heading| text.find(&packed(heading)));
    let places: Vec<usize> = places
        .map(|place| place.expect("every heading is printed"))
        .collect();
    assert!(places.is_sorted());
    assert!(text.find("12345678").expect("the columns are numbered") > places[15]);
}

#[test]
fn every_column_says_what_the_entry_says() {
    let text = printed(&specimen());
    for said in [
        "«Жаңа Қоныс» тұрғын үй-құрылыс кооперативі БСН / БИН 600740000012",
        "№ KZ-1207-ТҚК, 14.11.2025",
        "Заңды мекенжайы / Юридический адрес Көктөбе қаласы, Тәуелсіздік даңғылы, 14-үй, 3-кеңсе",
        "Нақты мекенжайы / Фактический адрес Көктөбе қаласы, Ақбұлақ көшесі, 7/2",
        "ӘАОЖ / КАТО 750000000",
        "Кадастрлық нөмірі / Кадастровый номер 20:315:032:150",
        "Қабат саны / Этажность 9 Жалпы алаңы / Общая площадь 11 842,60 м²",
        "Басталуы / Начало 01.04.2026 Аяқталуы / Окончание 30.09.2028",
        "Нөмірі / Номер ҚШ-2026/117 Күні / Дата 20.11.2026",
        "Пәтер / Квартира Нөмірі / Номер 68 Блок Б Қабат / Этаж 5 Алаңы / Площадь 54,30 м² \
            Бөлме / Комнат 2 1 № 1, 23.11.2026",
        "Күні / Дата 24.11.2026 Негіздемесі / Основание Тараптардың келісімі",
    ] {
        assert!(text.contains(&packed(said)), "{said} is not in {text}");
    }
}

#[test]
fn what_the_form_has_no_column_for_stands_around_it() {
    let text = printed(&specimen());
    for said in [
        "Регистрационный номер E-261125-4F7K2M9",
        "25.11.2026 13:10:15 (UTC+5)",
        "2 — алдыңғы нұсқаларды ауыстырады / заменяет предыдущие версии",
        "Код проверки 53SYP-H144B-S87QN-CPKVE",
        "Басшы / Руководитель Электрондық цифрлық қолтаңба / ЭЦП Үлгібаева Ғалия Өрнекқызы",
        "Бөлім басшысы / Руководитель отдела",
        "Үзінді жергілікті атқарушы органның елтаңбасы бар мөрмен бекітіледі.",
    ] {
        assert!(text.contains(&packed(said)), "{said} is not in {text}");
    }
}

#[test]
fn a_first_version_replaces_nothing_and_empty_columns_print_a_dash() {
    let text = printed(&first_version());
    assert!(!text.contains("заменяетпредыдущие"));
    assert!(text.contains("Комнат21——"), "columns 6, 7 and 8: {text}");
}

#[test]
fn every_kind_of_share_has_its_words() {
    for (kind, words) in [
        ("APARTMENT", "Пәтер/Квартира"),
        (
            "NON_RESIDENTIAL_PREMISE",
            "Тұрғынемесүй-жай/Нежилоепомещение",
        ),
        ("PARKING_PLACE", "Тұрақорны/Парковочноеместо"),
        ("STORAGE_ROOM", "Қойма/Кладовая"),
    ] {
        let mut form = specimen();
        form.columns.share.kind = kind.to_owned();
        form.columns.share.block = None;
        form.columns.share.room_count = None;
        form.columns.share.floor = -1;
        let text = printed(&form);
        assert!(text.contains(words), "{kind}: {text}");
        assert!(text.contains("Қабат/Этаж\u{2212}1Алаңы"), "{text}");
    }
}

/// The specimen with the same text in each of its texts, which print it 22 times in all.
fn filled_with(text: &str) -> ExtractForm {
    let mut form = specimen();
    let columns = &mut form.columns;
    let amendment = columns.amendments.first_mut().unwrap();
    let termination = columns.termination.as_mut().unwrap();
    for field in [
        &mut form.entry_number,
        &mut form.provider_name.kk,
        &mut form.provider_name.ru,
        &mut form.head_post.kk,
        &mut form.head_post.ru,
        &mut form.head_name,
        &mut columns.cooperative.name,
        &mut columns.cooperative.bin,
        &mut columns.cooperative.registration_certificate_number,
        &mut columns.cooperative.legal_address,
        &mut columns.cooperative.actual_address,
        &mut columns.construction_object.kato,
        &mut columns.construction_object.address,
        &mut columns.construction_object.cadastral_number,
        &mut columns.construction_object.technical_characteristics,
        &mut columns.agreement.number,
        &mut columns.share.kind,
        &mut columns.share.number,
        &mut amendment.number,
        &mut termination.number,
        &mut termination.ground,
    ] {
        text.clone_into(field);
    }
    columns.share.block = Some(text.to_owned());
    form
}

#[test]
fn markup_in_a_text_is_printed_as_it_is() {
    for text in [
        "#read(\"x\")",
        "#panic()",
        "*b* _i_ `r`",
        "$x^2$",
        "@ref <label>",
        "= h - l + n / t: d",
        "\\ \\u{41} \\#",
        "a//b /* c */",
        "https://example.org/a",
        "1--2---3... ~ 'q' \"q\"",
        "[c] {e} ] } )",
        "&amp; </x> %",
        "fi ffl",
        "a שלום b",
    ] {
        let renderer = renderer();
        let document = renderer.set(&filled_with(text)).unwrap();
        let page = packed(&document.plain_text());
        assert_eq!(page.matches(&packed(text)).count(), 22, "{text} in {page}");
        assert!(document.pdf().is_ok(), "{text}");
    }
}

#[test]
fn what_no_font_can_draw_is_named_and_never_stops_the_extract() {
    for (text, named) in [
        ("中", "[U+4E2D]"),
        ("a\u{202E}b", "a[U+202E]b"),
        ("\n", "[U+000A]"),
    ] {
        let renderer = renderer();
        let document = renderer.set(&filled_with(text)).unwrap();
        assert_eq!(packed(&document.plain_text()).matches(named).count(), 22);
        assert!(document.pdf().is_ok());
    }
}

#[test]
fn the_longest_texts_break_over_pages_and_lose_nothing() {
    let mut form = specimen();
    let words = "Монолитті темірбетон қаңқа, ".repeat(72);
    let unbroken = "Щ".repeat(500);
    let columns = &mut form.columns;
    columns.construction_object.technical_characteristics = words.chars().take(2_000).collect();
    columns.cooperative.legal_address.clone_from(&unbroken);
    columns.agreement.number = "Ы".repeat(100);
    let document = renderer().set(&form).unwrap();
    let text = packed(&document.plain_text());
    assert!(document.page_count() > 1);
    assert_eq!(
        text.matches("Пайтуралыдеректер").count(),
        document.page_count(),
        "heads repeat"
    );
    assert_eq!(text.matches("қаңқа,").count(), 71);
    assert_eq!(text.matches('Щ').count(), 500);
    assert_eq!(text.matches('Ы').count(), 100);
}

#[test]
fn the_same_form_gives_the_same_bytes() {
    let bytes = renderer().render(&specimen()).unwrap();
    let shared = renderer();
    shared.render(&first_version()).unwrap();
    shared.render(&filled_with("another")).unwrap();
    assert_eq!(shared.render(&specimen()).unwrap(), bytes);
    assert_ne!(shared.render(&first_version()).unwrap(), bytes);
}

#[test]
fn the_pdf_carries_a_machine_readable_copy() {
    let form = filled_with("<&\"Қ\\ ]]>");
    let pdf = renderer().render(&form).unwrap();
    let pdf = String::from_utf8_lossy(&pdf);
    let (_, description) = pdf.split_once("<dc:description>").unwrap();
    let (_, copy) = description
        .split_once("<rdf:li xml:lang=\"x-default\">")
        .unwrap();
    let (copy, _) = copy.split_once("</rdf:li>").unwrap();
    let copy = copy
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let copy: serde_json::Value = serde_json::from_str(&copy.replace("&amp;", "&")).unwrap();
    assert_eq!(copy["entry_number"], form.entry_number);
    assert_eq!(copy["entry_version"], form.entry_version);
    assert_eq!(copy["entered_at"], "2026-11-25T08:10:15Z");
    assert_eq!(
        copy["columns"],
        serde_json::to_value(&form.columns).unwrap()
    );
}

#[test]
fn a_template_in_the_folder_takes_the_place_of_the_shipped_one() {
    let folder = tempfile::tempdir().unwrap();
    let words = include_str!("../form/words.typ").replace("Регистрационный", "Учётный");
    fs::write(folder.path().join("words.typ"), words).unwrap();
    fs::write(folder.path().join("note.txt"), [0xFF]).unwrap();
    let document = TypstRenderer::load(Some(folder.path()))
        .unwrap()
        .set(&specimen())
        .unwrap();
    assert!(
        document
            .plain_text()
            .contains("Тіркеу нөмірі / Учётный номер")
    );
}

#[test]
fn a_broken_template_is_told_at_start_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("columns.typ");
    let shipped = include_str!("../form/columns.typ");
    for (template, place) in [
        (
            shipped.replace("it.legal_address", "it.legal_adress"),
            "columns.typ:10:",
        ),
        (
            shipped.replace("#let cells(it) = (", "#let cells(it) = ["),
            "columns.typ:",
        ),
        (
            "#import \"/etc/hostname\"".to_owned(),
            "columns.typ:1:9: file not found",
        ),
    ] {
        fs::write(&path, template).unwrap();
        let told = TypstRenderer::load(Some(folder.path()))
            .unwrap_err()
            .to_string();
        assert!(told.contains(place), "{told}");
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_told_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    let told = TypstRenderer::load(Some(&absent)).unwrap_err();
    assert!(matches!(told, RenderFault::Templates { .. }), "{told}");
    fs::write(folder.path().join("words.typ"), [0xFF, 0xFE]).unwrap();
    let told = TypstRenderer::load(Some(folder.path())).unwrap_err();
    assert!(matches!(told, RenderFault::Templates { .. }), "{told}");
}
