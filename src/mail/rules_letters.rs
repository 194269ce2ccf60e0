//! The letter that tells a change of the Rules (cl. 4): in Kazakh and in Russian, for an organisation.
//! It never says more than the authorized body published.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Attachment, Letter};
use crate::kernel::{Email, Language, Localized, Personal};

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct RulesNotice<'a> {
    /// Title of the act that changes the Rules.
    pub title: &'a Localized,
    /// Its number.
    pub number: &'a str,
    /// The day of its adoption.
    pub dated_on: NaiveDate,
    /// The day of its publication.
    pub published_on: NaiveDate,
    /// The first day on which the change is in force.
    pub in_force_on: NaiveDate,
    /// What changes.
    pub text: &'a Localized,
    /// Id of the notice, for the acknowledgement.
    pub notice: Uuid,
    /// This letter reminds of one that was sent before.
    pub is_reminder: bool,
}

/// The letter to an addressee. `id` is of the letter: a repeat has the same.
pub fn rules_letter(
    id: Uuid,
    to: Personal<Email>,
    written_at: DateTime<Utc>,
    notice: RulesNotice<'_>,
    attachments: Vec<Attachment>,
) -> Letter {
    Letter {
        id,
        to,
        languages: vec![Language::Kazakh, Language::Russian],
        written_at,
        subject: subject(notice),
        body: format!("{}\n\n* * *\n\n{}", kazakh(notice), russian(notice)),
        attachments,
    }
}

fn subject(notice: RulesNotice<'_>) -> String {
    let number = notice.number;
    if notice.is_reminder {
        format!("Еске салу: Қағидаларға өзгерістер / Напоминание: изменения в Правилах, № {number}")
    } else {
        format!("Қағидаларға өзгерістер туралы / Об изменениях в Правилах, № {number}")
    }
}

fn kazakh(notice: RulesNotice<'_>) -> String {
    let RulesNotice {
        title,
        number,
        dated_on,
        published_on,
        in_force_on,
        text,
        notice: id,
        is_reminder,
    } = notice;
    let (title, text) = (&title.kk, &text.kk);
    let opening = if is_reminder {
        "Бұл өзгерістер туралы хабарламаны алғаныңызды әлі растаған жоқсыз.\n\n"
    } else {
        ""
    };
    format!(
        "{opening}\
         Жергілікті атқарушы органдардың тұрғын үй-құрылыс кооперативіне қатысу шарттарын тіркеу \
         қағидаларының 4-тармағына сәйкес Қағидаларға өзгерістер және (немесе) толықтырулар \
         енгізілгенін хабарлаймыз.\n\n\
         Акт: {title}, № {number}, {dated_on}\n\
         Жарияланған күні: {published_on}\n\
         Қолданысқа енгізілетін күні: {in_force_on}\n\n\
         {text}\n\n\
         Актінің мәтіні осы хатқа PDF форматында қоса берілген. Хабарламаны алғаныңызды жүйеде \
         растаңыз, хабарлама нөмірі: {id}\n\
         Хат автоматты түрде жіберілді, оған жауап берудің қажеті жоқ."
    )
}

fn russian(notice: RulesNotice<'_>) -> String {
    let RulesNotice {
        title,
        number,
        dated_on,
        published_on,
        in_force_on,
        text,
        notice: id,
        is_reminder,
    } = notice;
    let (title, text) = (&title.ru, &text.ru);
    let opening = if is_reminder {
        "Вы ещё не подтвердили получение уведомления об этих изменениях.\n\n"
    } else {
        ""
    };
    format!(
        "{opening}\
         В соответствии с пунктом 4 Правил регистрации местными исполнительными органами договоров \
         участия в жилищно-строительном кооперативе сообщаем о внесении в Правила изменений и (или) \
         дополнений.\n\n\
         Акт: {title}, № {number}, {dated_on}\n\
         Дата опубликования: {published_on}\n\
         Дата введения в действие: {in_force_on}\n\n\
         {text}\n\n\
         Текст акта приложен к этому письму в формате PDF. Подтвердите получение уведомления в \
         системе, номер уведомления: {id}\n\
         Письмо отправлено автоматически, отвечать на него не нужно.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(is_reminder: bool) -> Letter {
        let day = |text: &str| text.parse().unwrap();
        rules_letter(
            Uuid::nil(),
            Personal::new(Email::parse("office@state.example").unwrap()),
            DateTime::UNIX_EPOCH,
            RulesNotice {
                title: &Localized::of("бұйрық", "приказ", "order"),
                number: "17-Т",
                dated_on: day("2026-11-20"),
                published_on: day("2026-11-24"),
                in_force_on: day("2027-01-01"),
                text: &Localized::of("қазақша мәтін", "русский текст", ""),
                notice: Uuid::from_u128(7),
                is_reminder,
            },
            Vec::new(),
        )
    }

    #[test]
    fn the_letter_says_all_of_the_change_in_both_languages() {
        let letter = letter(false);
        assert_eq!(letter.languages, [Language::Kazakh, Language::Russian]);
        assert!(letter.subject.contains("17-Т"), "{}", letter.subject);
        let halves: Vec<_> = letter.body.split("* * *").collect();
        let [kazakh, russian] = halves.as_slice() else {
            panic!("{}", letter.body)
        };
        for (half, words) in [
            (kazakh, ["бұйрық", "қазақша мәтін"]),
            (russian, ["приказ", "русский текст"]),
        ] {
            let id = Uuid::from_u128(7).to_string();
            let days = ["17-Т", "2026-11-20", "2026-11-24", "2027-01-01", &id];
            for part in days.into_iter().chain(words) {
                assert!(half.contains(part), "{part}: {half}");
            }
        }
    }

    #[test]
    fn a_reminder_says_so_in_both_languages() {
        let (first, again) = (letter(false), letter(true));
        assert!(again.subject.contains("Еске салу") && again.subject.contains("Напоминание"));
        assert!(again.body.contains("растаған жоқсыз") && again.body.contains("не подтвердили"));
        assert_ne!(first.subject, again.subject);
        assert!(!first.body.contains("не подтвердили"));
    }
}
