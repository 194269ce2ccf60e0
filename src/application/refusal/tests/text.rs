//! What the recipient reads.

use super::*;
use crate::application::{
    Procedure,
    refusal::{RefusalText, compose},
};

fn composed(grounds: &[RefusalGround]) -> Localized {
    compose(&RefusalText {
        procedure: Procedure::ParticipationAgreement,
        grounds,
        findings: &findings(),
        application_number: "A-260320-4F7K2M9",
        provider: &Localized::of(
            "Үлгі қаласының әкімдігі",
            "Акимат города Үлгі",
            "Akimat of Ulgi",
        ),
        reviewing_body: &Localized::of("Облыс әкімдігі", "Акимат области", "Akimat of the region"),
        on: today(),
    })
}

#[test]
fn the_text_is_as_it_was_last_read_by_a_person() {
    let court = read(&[pb_court_ground()]).0.unwrap().remove(0);
    let grounds = [
        RefusalGround {
            subject: Some(Text::parse("техпаспорт").unwrap()),
            reasoning: Some(Personal::new(Localized::of(
                "Себебі осы",
                "Потому",
                "Because",
            ))),
            ..on(Ground::UnreliableData, &[CheckCode::C04])
        },
        RefusalGround {
            article: Some(Text::parse("57(4)").unwrap()),
            ..on(Ground::NonComplianceWithHousingLaw, &[CheckCode::C14])
        },
        court,
        on(Ground::NoConsent, &[CheckCode::C19]),
    ];
    let text = composed(&grounds);
    let all = [text.kk, text.ru, text.en].join("\n\n———\n\n") + "\n";
    assert_eq!(all, include_str!("refusal.txt"));
}

#[test]
fn each_language_names_the_ground_the_reasons_and_the_whole_way_to_complain() {
    let text = composed(&[on(Ground::NoConsent, &[CheckCode::C19])]);
    for (text, parts) in [
        (
            &text.kk,
            [
                "8-бабына сәйкес көрсетілетін қызметті алушының келісімінің болмауы",
                "C19: Қазақша себеп.",
                "Шағымды қарайтын орган: Облыс әкімдігі",
                "үш айдан кешіктірілмей",
                "10-тармағы",
                "16-тармағы",
            ],
        ),
        (
            &text.ru,
            [
                "Отсутствие согласия услугополучателя",
                "C19: Русская причина.",
                "Орган, рассматривающий жалобу: Акимат области",
                "не позднее трёх месяцев",
                "пункт 10 Правил",
                "пункт 16 Правил",
            ],
        ),
        (
            &text.en,
            [
                "The consent under article 8",
                "C19: English reason.",
                "Reviewing body: Akimat of the region",
                "within three months",
                "clause 10 of the Rules",
                "clause 16 of the Rules",
            ],
        ),
    ] {
        for part in parts {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn a_proposed_ground_says_what_its_checks_found_and_cites_their_articles() {
    let text = composed(&[on(Ground::NonComplianceWithHousingLaw, &[CheckCode::C14])]);
    assert!(
        text.kk
            .contains("– C14: Қазақша себеп. («Тұрғын үй қатынастары туралы» Заңның 53(2)-бабы)")
    );
    assert!(
        text.en
            .contains("– C14: English reason. (article 53(2) of the Law “On Housing Relations”)")
    );
}
