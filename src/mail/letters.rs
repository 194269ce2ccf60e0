//! The texts of letters, each in the language of its reader. They never name a person.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Attachment, Letter};
use crate::kernel::{Email, Language, Localized, Personal};

/// What happened that a shareholder is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The agreement was registered.
    Registered,
    /// An additional agreement to it was.
    Amended,
    /// The right of claim became the reader's.
    Acquired,
    /// The reader's right of claim became another's.
    Assigned,
    /// The agreement was removed from record.
    Removed,
    /// Slips in the entry were corrected.
    Corrected,
    /// A court annulled the entry.
    Annulled,
}

/// What a letter says of the extract that it carries (cl. 11).
#[derive(Clone, Copy, Debug)]
pub struct ExtractNotice<'a> {
    /// What happened.
    pub occasion: Occasion,
    /// Number of the register entry.
    pub entry_number: &'a str,
    /// Name of the service provider.
    pub provider: &'a Localized,
    /// By it anyone can check the extract.
    pub verification_code: &'a str,
}

/// The letter that brings a shareholder the extract. `id` is of the letter: a repeat has the same.
pub fn extract_letter(
    id: Uuid,
    to: Personal<Email>,
    language: Language,
    written_at: DateTime<Utc>,
    notice: ExtractNotice<'_>,
    pdf: Vec<u8>,
) -> Letter {
    Letter {
        id,
        to,
        languages: vec![language],
        written_at,
        subject: subject(language, notice),
        body: body(language, notice),
        attachments: vec![Attachment {
            file_name: format!("extract-{}.pdf", plain(notice.entry_number)),
            bytes: pdf,
        }],
    }
}

fn subject(language: Language, notice: ExtractNotice<'_>) -> String {
    let number = notice.entry_number;
    match language {
        Language::Kazakh => format!(
            "Тұрғын үй-құрылыс кооперативіне қатысу шартын тіркеу туралы үзінді көшірме, № {number}"
        ),
        Language::Russian => format!(
            "Выписка о регистрации договора участия в жилищно-строительном кооперативе, № {number}"
        ),
        Language::English => format!(
            "Extract on the registration of a housing cooperative participation agreement, No. {number}"
        ),
    }
}

fn body(language: Language, notice: ExtractNotice<'_>) -> String {
    let number = notice.entry_number;
    let code = notice.verification_code;
    let provider = language.of(notice.provider);
    let news = language.of(&news(notice.occasion)).to_owned();
    match language {
        Language::Kazakh => format!(
            "Құрметті пайшы!\n\n\
             {news} Есептік жазбаның нөмірі: {number}. \
             Көрсетілетін қызметті беруші: {provider}.\n\
             Тіркеу туралы үзінді көшірме осы хатқа PDF форматында қоса берілген.\n\n\
             Тексеру коды: {code}\n\
             Үзінді көшірменің түпнұсқалығын осы код арқылы кез келген адам тексере алады.\n\n\
             Хат автоматты түрде жіберілді, оған жауап берудің қажеті жоқ.\n"
        ),
        Language::Russian => format!(
            "Уважаемый пайщик!\n\n\
             {news} \
             Номер учётной записи: {number}. Услугодатель: {provider}.\n\
             Выписка о регистрации приложена к этому письму в формате PDF.\n\n\
             Код проверки: {code}\n\
             По этому коду любой может проверить подлинность выписки.\n\n\
             Письмо отправлено автоматически, отвечать на него не нужно.\n"
        ),
        Language::English => format!(
            "Dear shareholder,\n\n\
             {news} \
             Number of the register entry: {number}. Service provider: {provider}.\n\
             The extract on the registration is attached to this letter as a PDF file.\n\n\
             Verification code: {code}\n\
             By this code anyone can check that the extract is genuine.\n\n\
             This letter was sent automatically; there is no need to answer it.\n"
        ),
    }
}

/// What happened, in a sentence.
fn news(occasion: Occasion) -> Localized {
    match occasion {
        Occasion::Registered => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шартыңыз тіркелді.",
            "Ваш договор участия в жилищно-строительном кооперативе зарегистрирован.",
            "Your agreement of participation in a housing construction cooperative is registered.",
        ),
        Occasion::Amended => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шартыңызға қосымша келісім тіркелді.",
            "Дополнительное соглашение к вашему договору участия в жилищно-строительном кооперативе \
             зарегистрировано.",
            "An additional agreement to your agreement of participation in a housing construction \
             cooperative is registered.",
        ),
        Occasion::Acquired => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шарты бойынша талап ету құқығының сізге берілуі \
             тіркелді.",
            "Уступка вам права требования по договору участия в жилищно-строительном кооперативе \
             зарегистрирована.",
            "The assignment to you of the right of claim by an agreement of participation in a \
             housing construction cooperative is registered.",
        ),
        Occasion::Assigned => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шарты бойынша талап ету құқығыңыздың басқа тұлғаға \
             берілуі тіркелді.",
            "Уступка вашего права требования по договору участия в жилищно-строительном кооперативе \
             другому лицу зарегистрирована.",
            "The assignment of your right of claim by an agreement of participation in a housing \
             construction cooperative to another person is registered.",
        ),
        Occasion::Removed => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шартыңыз есептен шығарылды.",
            "Ваш договор участия в жилищно-строительном кооперативе снят с учёта.",
            "Your agreement of participation in a housing construction cooperative is removed from \
             record.",
        ),
        Occasion::Corrected => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шартыңыз туралы есептік жазбадағы қате түзетілді. \
             Бұрын жіберілген үзінді көшірменің орнына осы хаттағысы қолданылады.",
            "В учётной записи о вашем договоре участия в жилищно-строительном кооперативе исправлена \
             ошибка. Выписка в этом письме заменяет отправленную ранее.",
            "A slip in the register entry on your agreement of participation in a housing construction \
             cooperative is corrected. The extract in this letter takes the place of the one sent before.",
        ),
        Occasion::Annulled => Localized::of(
            "Тұрғын үй-құрылыс кооперативіне қатысу шартыңыз туралы есептік жазбаның күші сот актісімен \
             жойылды. Бұрын жіберілген үзінді көшірменің орнына осы хаттағысы қолданылады.",
            "Учётная запись о вашем договоре участия в жилищно-строительном кооперативе отменена судебным \
             актом. Выписка в этом письме заменяет отправленную ранее.",
            "The register entry on your agreement of participation in a housing construction cooperative \
             is annulled by an act of a court. The extract in this letter takes the place of the one sent \
             before.",
        ),
    }
}

/// A number as part of a file's name.
fn plain(number: &str) -> String {
    let shown = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    number.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(language: Language) -> Letter {
        extract_letter(
            Uuid::nil(),
            Personal::new(Email::parse("shareholder@example.kz").unwrap()),
            language,
            DateTime::UNIX_EPOCH,
            ExtractNotice {
                occasion: Occasion::Registered,
                entry_number: "75/2026-000007",
                provider: &Localized::of(
                    "Ойдан шығарылған орган",
                    "Вымышленный орган",
                    "Invented body",
                ),
                verification_code: "AAAAA-BBBBB-CCCCC-DDDDD",
            },
            b"%PDF".to_vec(),
        )
    }

    #[test]
    fn each_language_has_the_number_the_provider_and_the_code() {
        for (language, provider, word) in [
            (Language::Kazakh, "Ойдан шығарылған орган", "үзінді көшірме"),
            (Language::Russian, "Вымышленный орган", "Выписка"),
            (Language::English, "Invented body", "extract"),
        ] {
            let letter = letter(language);
            assert_eq!(letter.languages, [language]);
            assert!(
                letter.subject.contains("75/2026-000007"),
                "{}",
                letter.subject
            );
            for part in ["75/2026-000007", "AAAAA-BBBBB-CCCCC-DDDDD", provider, word] {
                assert!(letter.body.contains(part), "{part}: {}", letter.body);
            }
        }
    }

    #[test]
    fn each_occasion_has_words_of_its_own_in_each_language() {
        let occasions = [
            Occasion::Registered,
            Occasion::Amended,
            Occasion::Acquired,
            Occasion::Assigned,
            Occasion::Removed,
            Occasion::Corrected,
            Occasion::Annulled,
        ];
        for (number, occasion) in (1_usize..).zip(occasions) {
            let words = news(occasion);
            assert!(words.is_complete());
            assert!(!words.en.contains("  "), "{}", words.en);
            let later = occasions.into_iter().skip(number).map(news);
            for other in later {
                assert!(words.kk != other.kk && words.ru != other.ru && words.en != other.en);
            }
        }
    }

    #[test]
    fn the_file_is_named_by_the_entry_in_letters_that_any_system_takes() {
        let letter = letter(Language::Kazakh);
        let [pdf] = letter.attachments.as_slice() else {
            panic!("one file")
        };
        assert_eq!(pdf.file_name, "extract-75-2026-000007.pdf");
        assert_eq!(pdf.bytes, b"%PDF");
    }
}
