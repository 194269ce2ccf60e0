//! Documents as a whole: what is printed, what is refused, and that bytes repeat.
//! It never needs a font or a file of the machine.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;

use crate::{Manuscript, SetDocument, Typesetter, TypesettingFault, legible, qr_svg};

fn moment() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 10, 23, 4, 30, 15).unwrap()
}

fn typesetter(template: &str) -> Typesetter {
    Typesetter::new([("main.typ".to_owned(), template.to_owned())]).unwrap()
}

fn manuscript<'a>(files: &[(&'a str, &[u8])]) -> Manuscript<'a> {
    Manuscript {
        main: "main.typ",
        files: files
            .iter()
            .map(|(name, bytes)| (*name, bytes.to_vec()))
            .collect(),
        identifier: "form/1",
        dated_at: moment(),
    }
}

fn set(template: &str, files: &[(&str, &[u8])]) -> Result<SetDocument, TypesettingFault> {
    typesetter(template).set(manuscript(files))
}

fn fault(template: &str) -> String {
    set(template, &[]).unwrap_err().to_string()
}

const PRINTS_DATA: &str = r#"#set page(width: 20cm, height: auto)
#read("data.txt")"#;

#[test]
fn a_manuscript_becomes_a_dated_pdf_a_2b() {
    let pdf = set(PRINTS_DATA, &[("data.txt", "Шарт № 17".as_bytes())])
        .unwrap()
        .pdf()
        .unwrap();
    let metadata = String::from_utf8_lossy(&pdf);
    assert!(pdf.starts_with(b"%PDF-1.7"), "the file says what it is");
    assert!(
        metadata.contains("<pdfaid:part>2</pdfaid:part>"),
        "part of the standard"
    );
    assert!(
        metadata.contains("<pdfaid:conformance>B</pdfaid:conformance>"),
        "level"
    );
    assert!(
        metadata.contains("2026-10-23T04:30:15"),
        "the moment it was given"
    );
}

#[test]
fn the_same_manuscript_gives_the_same_bytes() {
    let alone = set(PRINTS_DATA, &[("data.txt", b"one")])
        .unwrap()
        .pdf()
        .unwrap();
    let shared = typesetter(PRINTS_DATA);
    for other in 0..20_u8 {
        let files: &[(&str, &[u8])] = &[("data.txt", &[b'a' + other])];
        assert_ne!(shared.set(manuscript(files)).unwrap().pdf().unwrap(), alone);
    }
    let among_others = shared
        .set(manuscript(&[("data.txt", b"one")]))
        .unwrap()
        .pdf()
        .unwrap();
    assert_eq!(among_others, alone);
}

#[test]
fn documents_set_at_the_same_time_do_not_mix() {
    let shared = typesetter(PRINTS_DATA);
    let texts: Vec<String> = (0..8).map(|number| format!("document {number}")).collect();
    std::thread::scope(|scope| {
        for text in &texts {
            let shared = &shared;
            scope.spawn(move || {
                let files: &[(&str, &[u8])] = &[("data.txt", text.as_bytes())];
                assert_eq!(
                    shared.set(manuscript(files)).unwrap().plain_text().trim(),
                    text
                );
            });
        }
    });
}

#[test]
fn the_identifier_tells_documents_of_equal_content_apart() {
    let typesetter = typesetter("the same");
    let other = Manuscript {
        identifier: "form/2",
        ..manuscript(&[])
    };
    let [first, second] = [manuscript(&[]), other].map(|it| typesetter.set(it).unwrap().pdf());
    assert_ne!(first.unwrap(), second.unwrap());
}

#[test]
fn a_template_reads_nothing_but_what_it_was_given() {
    for (template, complaint) in [
        (r#"#read("/etc/hostname")"#, "main.typ:1:7: file not found"),
        (r#"#read("other.txt")"#, "file not found"),
        (r#"#read("../main.typ")"#, "would escape the project root"),
        (r#"#include "part.typ""#, "file not found"),
        (r#"#import "@preview/cetz:0.4.0": canvas"#, "access denied"),
        ("#datetime.today()", "unable to get the current date"),
    ] {
        let told = fault(template);
        assert!(told.contains(complaint), "{template} gave: {told}");
    }
}

#[test]
fn a_broken_template_is_told_with_every_place() {
    let told = fault("fine\n#unknown\n\n  #missing.field");
    assert!(
        told.contains("main.typ:2:2: unknown variable: unknown"),
        "{told}"
    );
    assert!(matches!(
        set("#panic()", &[]),
        Err(TypesettingFault::Template(_))
    ));
}

#[test]
fn a_document_that_breaks_pdf_a_is_a_fault() {
    for template in ["\u{4E2D}", "#set document(date: none)\nno date"] {
        let fault = set(template, &[]).unwrap().pdf().unwrap_err();
        assert!(matches!(fault, TypesettingFault::Export(_)), "{fault}");
    }
}

#[test]
fn a_name_outside_the_manuscript_is_refused() {
    let outside = Typesetter::new([("../main.typ".to_owned(), String::new())]);
    assert!(matches!(outside, Err(TypesettingFault::Name { .. })));
    let files: &[(&str, &[u8])] = &[("../data.txt", b"")];
    assert!(matches!(
        set(PRINTS_DATA, files),
        Err(TypesettingFault::Name { .. })
    ));
}

#[test]
fn a_moment_that_no_pdf_can_state_is_a_fault() {
    let far = Utc.with_ymd_and_hms(10_000, 1, 1, 0, 0, 0).unwrap();
    let manuscript = Manuscript {
        dated_at: far,
        files: BTreeMap::new(),
        ..manuscript(&[])
    };
    assert!(matches!(
        typesetter("far").set(manuscript),
        Err(TypesettingFault::Moment(_))
    ));
}

#[test]
fn what_cannot_be_drawn_or_seen_is_named() {
    for (given, printed) in [
        ("Әділ Қаңтарұлы, Ғылым көшесі № 5/2 ≤ 54,30 м²", None),
        ("1 000 ₸ → ½ «тырнақша» “quote” – —", None),
        ("и\u{306} letter and mark", None),
        ("ש\u{5C1}לום", None),
        ("₸\u{301}", Some("₸[U+0301]")),
        ("中文", Some("[U+4E2D][U+6587]")),
        ("سلام", Some("[U+0633][U+0644][U+0627][U+0645]")),
        (
            "a\u{202E}b\u{200B}c\u{AD}d\te",
            Some("a[U+202E]b[U+200B]c[U+00AD]d[U+0009]e"),
        ),
        ("😀", Some("[U+1F600]")),
    ] {
        assert_eq!(legible(given), printed.unwrap_or(given));
    }
}

#[test]
fn a_qr_picture_is_drawn_or_refused() {
    let picture = qr_svg("7ZX2K-M9QRT").unwrap();
    let template = r#"#image("code.svg", width: 2cm)"#;
    assert!(
        set(template, &[("code.svg", &picture)])
            .unwrap()
            .pdf()
            .is_ok()
    );
    assert!(matches!(
        qr_svg(&"x".repeat(3_000)),
        Err(TypesettingFault::Qr(_))
    ));
}

#[test]
fn every_sign_that_another_font_lends_is_drawn() {
    let signs = ('\u{2010}'..='\u{20CF}').chain('\u{2100}'..='\u{2BFF}');
    let lines: String = signs.flat_map(|sign| [sign, '\n', '\n']).collect();
    let printed = lines
        .split('\n')
        .map(legible)
        .collect::<Vec<_>>()
        .join("\n");
    assert!(printed.contains('₸') && printed.contains('№'), "{printed}");
    let document = set(PRINTS_DATA, &[("data.txt", printed.as_bytes())]).unwrap();
    assert!(document.pdf().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_made_legible_makes_a_pdf_a(text in "\\PC{0,40}|[\\u{0}-\\u{2FFF}]{0,40}|[\\u{2010}-\\u{2BFF}]{1,12}") {
        let printed = legible(&text);
        let document = set(PRINTS_DATA, &[("data.txt", printed.as_bytes())]).unwrap();
        prop_assert!(document.pdf().is_ok(), "{printed:?}");
    }
}
