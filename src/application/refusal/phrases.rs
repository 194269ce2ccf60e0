//! The fixed words of a refusal in the three languages: the law's, not the officer's.
//! They never name a provider, a person or a case: those are filled in.

use crate::{application::Procedure, kernel::Localized};

/// What a refusal says in one language, whatever the case.
pub(super) struct Phrases {
    /// Chooses this language of a text.
    pub(super) of: fn(&Localized) -> &str,
    pub(super) title: &'static str,
    pub(super) provider: &'static str,
    pub(super) application: &'static str,
    pub(super) date: &'static str,
    /// By which law.
    pub(super) basis: &'static str,
    /// What is not done, at the end of the sentence that begins with the law.
    pub(super) denied: fn(Procedure) -> &'static str,
    pub(super) refused: &'static str,
    pub(super) grounds: &'static str,
    pub(super) reasons: &'static str,
    /// Before and after the number of an article.
    pub(super) article: (&'static str, &'static str),
    pub(super) subject: &'static str,
    pub(super) court: &'static str,
    pub(super) case_number: &'static str,
    pub(super) decided_on: &'static str,
    pub(super) in_force_on: &'static str,
    pub(super) again: &'static str,
    pub(super) complaint: &'static str,
    pub(super) filed_with: &'static str,
    pub(super) reviewing_body: &'static str,
    pub(super) term: &'static str,
    pub(super) procedure: &'static [&'static str],
    pub(super) to_court: &'static str,
}

pub(super) const KAZAKH: Phrases = Phrases {
    of: |text| &text.kk,
    title: "ДӘЛЕЛДІ БАС ТАРТУ",
    provider: "Көрсетілетін қызметті беруші",
    application: "Өтінімнің нөмірі",
    date: "Күні",
    basis: "«Тұрғын үй қатынастары туралы» Қазақстан Республикасы Заңының 10-2-бабының 10-18) \
            тармақшасы, «Мемлекеттік көрсетілетін қызметтер туралы» Қазақстан Республикасы \
            Заңының 10-бабының 1) тармақшасы және Жергілікті атқарушы органдардың тұрғын \
            үй-құрылыс кооперативіне қатысу шарттарын тіркеу қағидаларының (бұдан әрі – Қағидалар) \
            9-тармағы негізінде",
    denied: |procedure| match procedure {
        Procedure::ParticipationAgreement => {
            "тұрғын үй-құрылыс кооперативіне қатысу шартын тіркеуден бас тартылды."
        }
        Procedure::Amendment => {
            "тұрғын үй-құрылыс кооперативіне қатысу шартына қосымша келісімді есепке қоюдан бас \
             тартылды."
        }
        Procedure::Assignment => {
            "тұрғын үй-құрылыс кооперативіне қатысу шарты бойынша талап ету құқығын беруді есепке \
             қоюдан бас тартылды."
        }
        Procedure::Deregistration => {
            "тұрғын үй-құрылыс кооперативіне қатысу шартын есептен шығарудан бас тартылды."
        }
    },
    refused: "«Жергілікті атқарушы органдардың тұрғын үй-құрылыс кооперативіне қатысу шарттарын \
              тіркеу» мемлекеттік қызметін көрсетуден бас тарту",
    grounds: "Бас тарту негіздері",
    reasons: "Себептері",
    article: ("«Тұрғын үй қатынастары туралы» Заңның ", "-бабы"),
    subject: "Анық емес құжат немесе мәлімет",
    court: "Сот",
    case_number: "Істің нөмірі",
    decided_on: "Шешім шығарылған күн",
    in_force_on: "Заңды күшіне енген күн",
    again: "Осы бас тартуда көрсетілген ескертулер жойылғаннан кейін көрсетілетін қызметті алушы \
            өтінімді Жүйеде қайта жібереді (Қағидалардың 10-тармағы); қайта жіберу саны шектелмеген, \
            мерзім жаңадан есептеледі.",
    complaint: "Шағымдану тәртібі",
    filed_with: "Шағым берілетін орган",
    reviewing_body: "Шағымды қарайтын орган",
    term: "Шағым осы шешім туралы белгілі болған күннен бастап үш айдан кешіктірілмей беріледі \
           (Қазақстан Республикасы Әкімшілік рәсімдік-процестік кодексінің 92-бабы).",
    to_court: "Шағым бойынша қабылданған шешіммен келіспеген жағдайда Қазақстан Республикасының заңнамасында \
               белгіленген тәртіппен сотқа жүгінуге болады (Қағидалардың 16-тармағы; Қазақстан Республикасы \
               Әкімшілік рәсімдік-процестік кодексінің 91-бабы).",
    procedure: &[
        "Шағым көрсетілетін қызметті берушіге беріледі. Ол шағым түскен күннен бастап 3 (үш) жұмыс \
         күнінен кешіктірмей шағымды және әкімшілік істі шағымды қарайтын органға жібереді; осы \
         мерзімде шағымда көрсетілген талаптарды толық қанағаттандыратын шешім қабылданса, шағым \
         жіберілмейді (Қағидалардың 14-тармағы).",
        "Көрсетілетін қызметті берушінің атына келіп түскен шағым тіркелген күнінен бастап 5 (бес) \
         жұмыс күні ішінде, мемлекеттік қызметтер көрсету сапасын бағалау және бақылау жөніндегі \
         уәкілетті органның атына келіп түскен шағым 15 (он бес) жұмыс күні ішінде қаралады \
         (Қағидалардың 15-тармағы).",
        "Заңда өзгеше көзделмесе, сотқа жүгінуге шағым сотқа дейінгі тәртіппен берілгеннен кейін \
         жол беріледі (Қағидалардың 16-тармағы).",
    ],
};

pub(super) const RUSSIAN: Phrases = Phrases {
    of: |text| &text.ru,
    title: "МОТИВИРОВАННЫЙ ОТКАЗ",
    provider: "Услугодатель",
    application: "Номер заявки",
    date: "Дата",
    basis: "На основании подпункта 10-18) статьи 10-2 Закона Республики Казахстан «О жилищных \
            отношениях», подпункта 1) статьи 10 Закона Республики Казахстан «О государственных \
            услугах» и пункта 9 Правил регистрации договоров участия в жилищно-строительном \
            кооперативе местными исполнительными органами (далее – Правила)",
    denied: |procedure| match procedure {
        Procedure::ParticipationAgreement => {
            "в регистрации договора участия в жилищно-строительном кооперативе отказано."
        }
        Procedure::Amendment => {
            "в постановке на учёт дополнительного соглашения к договору участия в \
             жилищно-строительном кооперативе отказано."
        }
        Procedure::Assignment => {
            "в постановке на учёт уступки права требования по договору участия в \
             жилищно-строительном кооперативе отказано."
        }
        Procedure::Deregistration => {
            "в снятии с учёта договора участия в жилищно-строительном кооперативе отказано."
        }
    },
    refused: "Отказ в оказании государственной услуги «Регистрация договоров участия в \
              жилищно-строительном кооперативе местными исполнительными органами»",
    grounds: "Основания для отказа",
    reasons: "Мотивы",
    article: ("статья ", " Закона «О жилищных отношениях»"),
    subject: "Недостоверный документ или сведение",
    court: "Суд",
    case_number: "Номер дела",
    decided_on: "Дата решения",
    in_force_on: "Дата вступления в законную силу",
    again: "После устранения замечаний, указанных в этом отказе, услугополучатель направляет заявку \
            в Системе повторно (пункт 10 Правил); число повторных заявок не ограничено, срок \
            исчисляется заново.",
    complaint: "Порядок обжалования",
    filed_with: "Куда подаётся жалоба",
    reviewing_body: "Орган, рассматривающий жалобу",
    term: "Жалоба подаётся не позднее трёх месяцев со дня, когда стало известно об этом решении \
           (статья 92 Административного процедурно-процессуального кодекса Республики Казахстан).",
    to_court: "При несогласии с решением по жалобе можно обратиться в суд в порядке, установленном \
               законодательством Республики Казахстан (пункт 16 Правил; статья 91 Административного \
               процедурно-процессуального кодекса Республики Казахстан).",
    procedure: &[
        "Жалоба подаётся услугодателю. Не позднее 3 (трёх) рабочих дней со дня её поступления он \
         направляет жалобу и административное дело в орган, рассматривающий жалобу; если в этот срок \
         принято решение, полностью удовлетворяющее требования жалобы, она не направляется (пункт 14 \
         Правил).",
        "Жалоба, поступившая в адрес услугодателя, рассматривается в течение 5 (пяти) рабочих дней \
         со дня регистрации, в адрес уполномоченного органа по оценке и контролю за качеством \
         оказания государственных услуг – в течение 15 (пятнадцати) рабочих дней (пункт 15 Правил).",
        "Если иное не предусмотрено законом, обращение в суд допускается после обжалования в \
         досудебном порядке (пункт 16 Правил).",
    ],
};

pub(super) const ENGLISH: Phrases = Phrases {
    of: |text| &text.en,
    title: "REASONED REFUSAL",
    provider: "Service provider",
    application: "Number of the application",
    date: "Date",
    basis: "On the basis of article 10-2, subparagraph 10-18), of the Law of the Republic of \
            Kazakhstan “On Housing Relations”, article 10, subparagraph 1), of the Law of the \
            Republic of Kazakhstan “On State Services” and clause 9 of the Rules for the \
            registration of agreements of participation in a housing construction cooperative by \
            local executive bodies (the Rules),",
    denied: |procedure| match procedure {
        Procedure::ParticipationAgreement => {
            "the registration of the agreement of participation is refused."
        }
        Procedure::Amendment => {
            "the registration of the additional agreement to the agreement of participation is refused."
        }
        Procedure::Assignment => {
            "the registration of the assignment of the right of claim by the agreement of \
             participation is refused."
        }
        Procedure::Deregistration => {
            "the removal of the agreement of participation from record is refused."
        }
    },
    refused: "Refusal of the state service “Registration of agreements of participation in a housing \
              construction cooperative by local executive bodies”",
    grounds: "Grounds for the refusal",
    reasons: "Reasons",
    article: ("article ", " of the Law “On Housing Relations”"),
    subject: "Document or item that is not reliable",
    court: "Court",
    case_number: "Number of the case",
    decided_on: "Date of the decision",
    in_force_on: "Date of its coming into force",
    again: "Once the remarks in this refusal have been remedied, the service recipient files the \
            application in the System again (clause 10 of the Rules), as often as needed; the term \
            starts anew.",
    complaint: "How to complain",
    filed_with: "Where to complain",
    reviewing_body: "Reviewing body",
    term: "A complaint is filed within three months of the day on which this decision became known \
           (article 92 of the Administrative Procedural Code of the Republic of Kazakhstan).",
    to_court: "Whoever does not agree with the decision on the complaint may go to court as the legislation of \
               the Republic of Kazakhstan provides (clause 16 of the Rules; article 91 of the \
               Administrative Procedural Code).",
    procedure: &[
        "A complaint is filed with the service provider. Within 3 (three) working days of its \
         receipt the provider forwards it with the administrative case to the reviewing body; it is \
         not forwarded if within that term a decision is taken that satisfies its demands in full \
         (clause 14 of the Rules).",
        "A complaint addressed to the service provider is considered within 5 (five) working days of \
         its registration, one addressed to the authorized body for the assessment and control of \
         the quality of state services within 15 (fifteen) working days (clause 15 of the Rules).",
        "Unless the law provides otherwise, recourse to the court is open after the complaint by the \
         pre-trial procedure (clause 16 of the Rules).",
    ],
};
