//! The words of Annex 2 that no other part of the service has as data.
//! They never hold a term, a provider or a ground: those are asked where they are decided.

use crate::kernel::Localized;

/// The name of the service.
pub(super) fn service_name() -> Localized {
    Localized::of(
        "Жергілікті атқарушы органдардың тұрғын үй-құрылыс кооперативіне қатысу шарттарын тіркеуі",
        "Регистрация местными исполнительными органами договоров участия в жилищно-строительном \
         кооперативе",
        "Registration by local executive bodies of agreements of participation in a housing \
         construction cooperative",
    )
}

/// The titles of the ten items, in their order.
pub(super) fn titles() -> [Localized; 10] {
    [
        Localized::of(
            "Көрсетілетін қызметті берушінің атауы",
            "Наименование услугодателя",
            "Name of the service provider",
        ),
        Localized::of(
            "Мемлекеттік қызметті көрсету тәсілдері",
            "Способы предоставления государственной услуги",
            "Ways in which the state service is rendered",
        ),
        Localized::of(
            "Мемлекеттік қызметті көрсету мерзімі",
            "Срок оказания государственной услуги",
            "Term of the state service",
        ),
        Localized::of(
            "Мемлекеттік қызмет көрсету нысаны",
            "Форма оказания государственной услуги",
            "Form of the state service",
        ),
        Localized::of(
            "Мемлекеттік қызмет көрсету нәтижесі",
            "Результат оказания государственной услуги",
            "Result of the state service",
        ),
        Localized::of(
            "Көрсетілетін қызметті алушыдан өндіріп алынатын төлемақының мөлшері",
            "Размер оплаты, взимаемой с услугополучателя",
            "Fee that the service recipient pays",
        ),
        Localized::of(
            "Көрсетілетін қызметті берушінің және ақпарат объектілерінің жұмыс графигі",
            "График работы услугодателя и объектов информации",
            "Working hours of the service provider and of the information system",
        ),
        Localized::of(
            "Көрсетілетін қызметті алушыдан талап етілетін құжаттар мен мәліметтердің тізбесі",
            "Перечень документов и сведений, истребуемых у услугополучателя",
            "Documents and information that the service recipient must submit",
        ),
        Localized::of(
            "Мемлекеттік қызметті көрсетуден бас тарту үшін негіздер",
            "Основания для отказа в оказании государственной услуги",
            "Grounds for refusing the state service",
        ),
        Localized::of(
            "Мемлекеттік қызмет көрсетуге қойылатын өзге талаптар",
            "Иные требования к оказанию государственной услуги",
            "Other requirements for the state service",
        ),
    ]
}

pub(super) fn channel() -> Localized {
    Localized::of(
        "ақпараттандыру объектісі – www.qazreestr.kz тұрғын үй құрылысына үлестік қатысудың \
         бірыңғай ақпараттық жүйесі (бұдан әрі – Жүйе)",
        "объект информатизации – единая информационная система долевого участия в жилищном \
         строительстве www.qazreestr.kz (далее – Система)",
        "an object of informatization: the Unified information system of equity participation in \
         housing construction, www.qazreestr.kz (the System)",
    )
}

/// A form with its term (D-2).
pub(super) fn term(form: &Localized, working_days: u32) -> Localized {
    Localized {
        kk: format!(
            "{}: өтінім Жүйеде тіркелгеннен бастап {working_days} жұмыс күні ішінде",
            form.kk
        ),
        ru: format!(
            "{}: рабочих дней с регистрации заявки в Системе – {working_days}",
            form.ru
        ),
        en: format!(
            "{}: working days from the registration of the application in the System: {working_days}",
            form.en
        ),
    }
}

pub(super) fn same_terms() -> Localized {
    Localized::of(
        "шартқа қосымша келісімдерді және талап ету құқықтарын беру туралы шарттарды қою және \
         есептен шығару шартты есепке алу рәсіміне ұқсас жүзеге асырылады",
        "постановка дополнительных соглашений к договору и договоров уступки права требования и \
         снятие с учёта осуществляются аналогично процедуре постановки договора на учёт",
        "additional agreements and assignments of the right of claim are entered, and agreements \
         removed from record, by the same procedure as an agreement is entered",
    )
}

pub(super) fn form() -> Localized {
    Localized::of(
        "электрондық (ішінара автоматтандырылған)",
        "электронная (частично автоматизированная)",
        "electronic (partially automated)",
    )
}

pub(super) fn extract() -> Localized {
    Localized::of(
        "шарттың есептік жазбасы туралы үзінді көшірме беру",
        "выдача выписки об учётной записи договора",
        "an extract on the accounting record of the agreement",
    )
}

pub(super) fn refusal() -> Localized {
    Localized::of(
        "мемлекеттік қызмет көрсетуден бас тарту үшін негіздемені көрсете отырып, шартты есепке \
         қоюдан бас тарту туралы дәлелді жауап жолдау",
        "направление мотивированного ответа об отказе в постановке договора на учёт с указанием \
         оснований для отказа в оказании государственной услуги",
        "a reasoned refusal to enter the agreement, with the grounds for refusing the state service",
    )
}

pub(super) fn free() -> Localized {
    Localized::of("тегін", "бесплатно", "free of charge")
}

pub(super) fn round_the_clock() -> Localized {
    Localized::of(
        "Жүйе – жөндеу жұмыстарын жүргізуге байланысты техникалық үзілістерді қоспағанда, тәулік \
         бойы; жұмыс уақыты аяқталғаннан кейін, демалыс және мереке күндері түскен өтінім келесі \
         жұмыс күні тіркеледі",
        "Система – круглосуточно, за исключением технических перерывов в связи с проведением \
         ремонтных работ; заявка, поступившая после окончания рабочего времени, в выходные и \
         праздничные дни, регистрируется в следующий рабочий день",
        "the System: round the clock, but for technical breaks for repairs; an application that \
         arrives after working hours, on a day off or a holiday is registered on the next working day",
    )
}

/// A provider with its hours (D-4).
pub(super) fn hours(provider: &Localized, opens: &str, closes: &str) -> Localized {
    Localized {
        kk: format!("{}: жұмыс күндері {opens}–{closes} (UTC+5)", provider.kk),
        ru: format!("{}: в рабочие дни {opens}–{closes} (UTC+5)", provider.ru),
        en: format!("{}: on working days {opens}–{closes} (UTC+5)", provider.en),
    }
}

pub(super) fn additional_agreement() -> Localized {
    Localized::of(
        "шартқа қосымша келісім",
        "дополнительное соглашение к договору",
        "the additional agreement",
    )
}

pub(super) fn assignment() -> Localized {
    Localized::of(
        "талап ету құқығын беру туралы шарт",
        "договор уступки права требования",
        "the contract of assignment of the right of claim",
    )
}

pub(super) fn end_of_agreement() -> Localized {
    Localized::of(
        "пайшының жылжымайтын мүлікке құқықтарының мемлекеттік тіркелгенін растайтын құжат немесе \
         шарттың бұзылғанын растайтын құжат",
        "документ, подтверждающий государственную регистрацию прав пайщика на недвижимое \
         имущество, или документ, подтверждающий расторжение договора",
        "a document on the state registration of the shareholder's rights to the real estate, or \
         a document on the termination of the agreement",
    )
}

pub(super) fn result_through_the_system() -> Localized {
    Localized::of(
        "көрсетілетін қызметті алушының мемлекеттік көрсетілетін қызметтің нәтижесін – шарттың \
         есептік жазбасы туралы үзінді көшірмені Жүйе арқылы электрондық нысанда алу мүмкіндігі бар",
        "услугополучатель имеет возможность получить результат государственной услуги – выписку \
         об учётной записи договора – в электронной форме через Систему",
        "the service recipient can get the result, the extract on the accounting record of the \
         agreement, electronically through the System",
    )
}
