//! Why a day is what it is and what it does to a term, in the three languages.
//! It never decides either, and has no dates of its own.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::{
    Act,
    cause::{Cause, Holiday, RestDay},
};
use crate::kernel::Localized;

/// What a day does to a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Something arrived after working hours.
    ArrivedLate,
    /// It is not worked, and registration has to wait.
    WaitsForOpening,
    /// Registration, from which the term runs.
    Registration,
    /// The n-th of so many days.
    Counted(u32, u32),
    /// Not worked, within the term.
    NotCounted,
}

/// Why a day is what it is that neither the table nor an act names.
pub(super) fn of_the_week(weekday: Weekday) -> Localized {
    match weekday {
        Weekday::Sat => Localized::of("сенбі", "суббота", "Saturday"),
        Weekday::Sun => Localized::of("жексенбі", "воскресенье", "Sunday"),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => Localized::of(
            "әдеттегі жұмыс күні",
            "обычный рабочий день",
            "ordinary working day",
        ),
    }
}

/// Why a day of the table is what it is, with the law or the order.
pub(super) fn because(cause: Cause, on: NaiveDate) -> Localized {
    let (what, law) = match cause {
        Cause::Holiday(which) => (holiday(which), law_on_holidays()),
        Cause::RestDay(which) => (rest_day(which), labour_code_on_rest_days()),
        Cause::MovedFrom(which, from) => (moved(from, &holiday(which)), article_on_moving()),
        Cause::TransferredFrom(from) => (transferred_from(from), order(on.year())),
        Cause::TransferredTo(to) => (transferred_to(to), order(on.year())),
    };
    what.joined("; ", &law)
}

/// Why a day is what it is that an act set, with the act.
pub(super) fn by(act: &Act, reason: &Localized) -> Localized {
    let Act {
        title,
        number,
        dated_on,
    } = act;
    let cited = Localized {
        kk: format!("{} ({dated_on}, № {number})", title.kk),
        ru: format!("{} от {dated_on} № {number}", title.ru),
        en: format!("{} No. {number} of {dated_on}", title.en),
    };
    reason.joined("; ", &cited)
}

/// What a day does to a term.
pub(super) fn role(role: Role) -> Localized {
    match role {
        Role::ArrivedLate => Localized::of(
            "өтінім жұмыс уақыты аяқталғаннан кейін келіп түсті, келесі жұмыс күнінің басында тіркеледі",
            "заявка поступила после окончания рабочего времени, регистрируется в начале следующего \
             рабочего дня",
            "arrived after working hours, registered at the next opening",
        ),
        Role::WaitsForOpening => Localized::of(
            "жұмыс күні емес, өтінім келесі жұмыс күнінің басында тіркеледі",
            "нерабочий день, заявка регистрируется в начале следующего рабочего дня",
            "not worked, registered at the next opening",
        ),
        Role::Registration => Localized::of(
            "тіркелген күн, есептелмейді",
            "день регистрации, не считается",
            "day of registration, not counted",
        ),
        Role::Counted(day, days) => Localized {
            kk: format!("мерзімнің {day}-күні, барлығы {days}"),
            ru: format!("день {day} из {days}"),
            en: format!("day {day} of {days}"),
        },
        Role::NotCounted => Localized::of("есептелмейді", "не считается", "not counted"),
    }
}

fn holiday(which: Holiday) -> Localized {
    match which {
        Holiday::NewYear => Localized::of("Жаңа жыл", "Новый год", "New Year"),
        Holiday::WomensDay => Localized::of(
            "Халықаралық әйелдер күні",
            "Международный женский день",
            "International Women's Day",
        ),
        Holiday::Nauryz => Localized::of("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
        Holiday::UnityDay => Localized::of(
            "Қазақстан халқының бірлігі мерекесі",
            "Праздник единства народа Казахстана",
            "Unity Day",
        ),
        Holiday::DefenderDay => Localized::of(
            "Отан қорғаушы күні",
            "День защитника Отечества",
            "Defender of the Fatherland Day",
        ),
        Holiday::VictoryDay => Localized::of("Жеңіс күні", "День Победы", "Victory Day"),
        Holiday::CapitalDay => Localized::of("Астана күні", "День Столицы", "Capital Day"),
        Holiday::ConstitutionDay => Localized::of(
            "Қазақстан Республикасының Конституциясы күні",
            "День Конституции Республики Казахстан",
            "Constitution Day",
        ),
        Holiday::RepublicDay => Localized::of("Республика күні", "День Республики", "Republic Day"),
        Holiday::IndependenceDay => {
            Localized::of("Тәуелсіздік күні", "День Независимости", "Independence Day")
        }
    }
}

fn rest_day(which: RestDay) -> Localized {
    match which {
        RestDay::OrthodoxChristmas => Localized::of(
            "православиелік Рождество",
            "православное Рождество",
            "Orthodox Christmas",
        ),
        RestDay::QurbanAit => Localized::of(
            "Құрбан айттың бірінші күні",
            "первый день Курбан-айта",
            "first day of Qurban Ait",
        ),
        RestDay::ExpectedQurbanAit => Localized::of(
            "Құрбан айттың бірінші күні (күтіліп отыр)",
            "первый день Курбан-айта (ожидается)",
            "first day of Qurban Ait (expected)",
        ),
    }
}

fn moved(from: NaiveDate, holiday: &Localized) -> Localized {
    Localized {
        kk: format!("демалыс {from} күнінен ауыстырылды ({})", holiday.kk),
        ru: format!("выходной перенесён с {from} ({})", holiday.ru),
        en: format!("moved from {from} ({})", holiday.en),
    }
}

fn transferred_from(from: NaiveDate) -> Localized {
    Localized {
        kk: format!("демалыс күні {from} күнінен ауыстырылды"),
        ru: format!("выходной день перенесён с {from}"),
        en: format!("day off transferred from {from}"),
    }
}

fn transferred_to(to: NaiveDate) -> Localized {
    Localized {
        kk: format!("демалыс күні {to} күніне ауыстырылды"),
        ru: format!("выходной день перенесён на {to}"),
        en: format!("day off transferred to {to}"),
    }
}

fn law_on_holidays() -> Localized {
    Localized::of(
        "«Қазақстан Республикасындағы мерекелер туралы» № 267-II Заң",
        "Закон «О праздниках в Республике Казахстан» № 267-II",
        "Law on Holidays No. 267-II",
    )
}

fn article_on_moving() -> Localized {
    Localized::of(
        "«Қазақстан Республикасындағы мерекелер туралы» № 267-II Заңның 5-бабы",
        "статья 5 Закона «О праздниках в Республике Казахстан» № 267-II",
        "Law on Holidays No. 267-II art. 5",
    )
}

fn labour_code_on_rest_days() -> Localized {
    Localized::of(
        "Еңбек кодексінің 84-бабының 5-тармағы",
        "пункт 5 статьи 84 Трудового кодекса",
        "Labour Code art. 84(5)",
    )
}

fn order(year: i32) -> Localized {
    Localized {
        kk: format!(
            "Еңбек және халықты әлеуметтік қорғау министрінің {year} жылы демалыс күнін ауыстыру туралы \
             бұйрығы; Еңбек кодексінің 85-бабының 3-тармағы"
        ),
        ru: format!(
            "приказ Министра труда и социальной защиты населения о переносе выходного дня в {year} году; \
             пункт 3 статьи 85 Трудового кодекса"
        ),
        en: format!(
            "Minister of Labour's order on the transfer of a day off in {year}; Labour Code art. 85(3)"
        ),
    }
}
