//! What each reason is called in the three languages, for people.
//! It never names what changes from case to case: that is in the metadata.

use crate::{kernel::Localized, pb::registry::v1::ErrorReason};

/// Tells people why a call failed, and what to do.
#[expect(
    clippy::too_many_lines,
    reason = "a table: a reason that has no text does not compile"
)]
pub fn reason(reason: ErrorReason) -> Localized {
    let (kk, ru, en) = match reason {
        ErrorReason::InvalidFields => (
            "Өрістер қате толтырылған. Әрқайсысы себебімен көрсетілген: барлығын түзетіңіз.",
            "Поля заполнены неверно. Каждое указано вместе с причиной: исправьте все.",
            "Fields are filled in wrongly. Each is named with what is wrong: correct them all.",
        ),
        ErrorReason::IncompleteApplication => (
            "Құжаттар топтамасы толық емес, сондықтан өтінім қабылданбады. Жетіспейтін және қате \
             мәліметтердің бәрі көрсетілген: оларды толықтырып, өтінімді қайта жіберіңіз.",
            "Пакет документов неполный, поэтому заявка не принята. Перечислено всё, чего не хватает \
             и что заполнено неверно: дополните и отправьте заявку снова.",
            "The package is incomplete, so the application was not accepted. All that is missing or \
             wrong is named: complete it and send the application again.",
        ),
        ErrorReason::RequestIdReused => (
            "Бұл сұрау нөмірі басқа мазмұнмен бұрын қолданылған. Жаңа нөмір жасаңыз.",
            "Этот номер запроса уже использован с другим содержанием. Создайте новый номер.",
            "This number of a request was used before for other content. Make a new number.",
        ),
        ErrorReason::PageTokenInvalid => (
            "Бет белгісі осы тізім мен сүзгіге жатпайды. Тізімді басынан бастаңыз.",
            "Метка страницы не относится к этому списку и фильтру. Начните список сначала.",
            "The mark of the page is not of this list and filter. Begin the list again.",
        ),
        ErrorReason::SinkWithoutDigests => (
            "Бұл қабылдаушы өзінде не бар екенін айтпайды, сондықтан оны тізіліммен салыстыру мүмкін емес.",
            "Этот получатель не сообщает, что у него есть, поэтому его нельзя сверить с реестром.",
            "This receiver does not tell what it has, so it cannot be compared with the register.",
        ),
        ErrorReason::FeedTokenAhead => (
            "Белгі журналдан озып тұр: тізілім бұрынғы көшірмеден қалпына келтірілген. Сол сәттен бұрынғы \
             уақыттан қайта бастаңыз.",
            "Метка опережает журнал: реестр восстановлен из более ранней копии. Начните с момента до \
             этого.",
            "The token is ahead of the journal: the register was restored from an older copy. Begin at a \
             moment before that.",
        ),
        ErrorReason::MalformedMessage => (
            "Хабарлама осы әдістің пішіміне сәйкес келмейді. Оны жіберген бағдарламаны түзету қажет.",
            "Сообщение не соответствует формату этого метода. Нужно исправить программу, которая его \
             отправила.",
            "The message does not have the format of this method. The program that sent it must be \
             mended.",
        ),
        ErrorReason::Unauthenticated => (
            "Жүйеге кім кіргені расталмады. Жарамды кіру белгісін көрсетіңіз.",
            "Не подтверждено, кто обращается к системе. Укажите действующий токен доступа.",
            "It is not proven who calls. Give a valid access token.",
        ),
        ErrorReason::PermissionDenied => (
            "Бұл әрекетке құқығыңыз жоқ немесе сұралған жазба жоқ не сізге тиесілі емес.",
            "У вас нет права на это действие, либо запрошенной записи нет или она не ваша.",
            "You may not do this, or what you asked for does not exist or is not your own.",
        ),
        ErrorReason::WrongStage => (
            "Өтінімнің қазіргі сатысында бұл әрекетке жол берілмейді. Өтінімді қайта ашып, сатысын \
             қараңыз.",
            "На нынешней стадии заявки это действие не допускается. Откройте заявку заново и \
             посмотрите её стадию.",
            "The present stage of the application does not allow this. Open the application again and \
             look at its stage.",
        ),
        ErrorReason::StaleEtag => (
            "Сіз оқығаннан кейін деректер өзгерді. Оларды қайта оқып, қайта шешіңіз.",
            "После того как вы прочитали данные, они изменились. Прочитайте их снова и решите заново.",
            "The data changed since you read them. Read them again, and decide again.",
        ),
        ErrorReason::ProviderUnknown => (
            "Мұндай көрсетілетін қызметті беруші жоқ. Оны тізімнен таңдаңыз.",
            "Такого услугодателя нет. Выберите его из списка.",
            "There is no such service provider. Choose one from the list.",
        ),
        ErrorReason::RuleSetUnknown => (
            "Мұндай нұсқадағы тексеру ережелері жоқ. Нұсқалар тізімін қараңыз.",
            "Правил проверки такой версии нет. Посмотрите список версий.",
            "There are no rules of checking of this version. Look at the list of versions.",
        ),
        ErrorReason::RuleSetInForce => (
            "Бұл тексеру ережелерінің алғашқы күні басталды, сондықтан оларды қайтарып алуға болмайды. \
             Басқа ережелерді қолданысқа енгізіңіз.",
            "Первый день этих правил проверки уже наступил, поэтому отозвать их нельзя. Введите в \
             действие другие правила.",
            "The first day of these rules of checking has come, so they cannot be withdrawn. Activate \
             other rules.",
        ),
        ErrorReason::NotChecked => (
            "Бұл өтінім әлі тексерілген жоқ немесе тексерілгенге дейін қайтарып алынған.",
            "Эта заявка ещё не проверена либо отозвана до проверки.",
            "This application has not been checked yet, or was withdrawn before it was.",
        ),
        ErrorReason::ProviderExists => (
            "Мұндай идентификаторы бар көрсетілетін қызметті беруші бар. Басқасын таңдаңыз немесе сол \
             жазбаны өзгертіңіз.",
            "Услугодатель с таким идентификатором уже есть. Выберите другой или измените эту запись.",
            "There is a service provider of this id. Choose another id, or change that one.",
        ),
        ErrorReason::OutsideTerritory => (
            "Құрылыс объектісі осы көрсетілетін қызметті берушінің аумағынан тыс жерде орналасқан. \
             Басқа көрсетілетін қызметті берушіні таңдаңыз.",
            "Объект строительства находится вне территории этого услугодателя. Выберите другого \
             услугодателя.",
            "The construction object lies outside the territory of this service provider. Choose \
             another one.",
        ),
        ErrorReason::DocumentUnknown => (
            "Мұндай құжат жүктелмеген. Алдымен оны жүктеңіз.",
            "Такой документ не загружен. Сначала загрузите его.",
            "There is no such document. Upload it first.",
        ),
        ErrorReason::DocumentTooLarge => (
            "Құжаттың көлемі рұқсат етілген 50 МиБ шегінен асады.",
            "Размер документа превышает допустимые 50 МиБ.",
            "The document is larger than the 50 MiB that are allowed.",
        ),
        ErrorReason::DocumentTypeNotAccepted => (
            "Құжат бүтін PDF файлы емес.",
            "Документ не является целым файлом PDF.",
            "The document is not a whole PDF file.",
        ),
        ErrorReason::NotARefusedApplication => (
            "Көрсетілген өтінім бойынша бас тарту болмаған. Бас тартылған өтінімді көрсетіңіз немесе \
             өрісті бос қалдырыңыз.",
            "По указанной заявке не было отказа. Укажите заявку, по которой отказано, или оставьте \
             поле пустым.",
            "The application that you name was not refused. Name a refused one, or leave the field \
             empty.",
        ),
        ErrorReason::OutsideCalendar => (
            "Қажетті күн жұмыс күндерінің күнтізбесіне енгізілмеген. Күнтізбені оператор толықтыруы \
             керек.",
            "Нужный день не внесён в календарь рабочих дней. Календарь должен дополнить оператор.",
            "A day that is needed is not in the calendar of working days. An operator must extend it.",
        ),
        ErrorReason::TakenByAnother => (
            "Өтінімді басқа қызметкер қарауға алған.",
            "Заявку взял на рассмотрение другой сотрудник.",
            "Another officer took the application.",
        ),
        ErrorReason::OfficerUnknown => (
            "Көрсетілетін қызметті берушіде өтінімдерді тексеретін мұндай есептік жазба жоқ. Басқасын \
             атаңыз.",
            "У услугодателя нет такой учётной записи, которая проверяет заявки. Назовите другую.",
            "The service provider has no such account that reviews applications. Name another.",
        ),
        ErrorReason::OfficerHasIt => (
            "Бұл өтінім онсыз да осы есептік жазбада. Басқасын атаңыз.",
            "Эта заявка и так у этой учётной записи. Назовите другую.",
            "This account has the application already. Name another.",
        ),
        ErrorReason::ChecksNotPassed => (
            "Тексерістердің бәрі әлі өткен жоқ. Нәтижелерін енгізіңіз немесе өтінімнен бас тартыңыз.",
            "Ещё не все проверки пройдены. Внесите их результаты или откажите по заявке.",
            "Not all checks have passed yet. Record them, or refuse the application.",
        ),
        ErrorReason::NotTaken => (
            "Алдымен өтінімді қарауға алыңыз.",
            "Сначала возьмите заявку на рассмотрение.",
            "Take the application first.",
        ),
        ErrorReason::CheckNotOfficers => (
            "Бұл тексерудің мұндай нәтижесін қызметкер жаза алмайды.",
            "Такой результат этой проверки не вносится сотрудником.",
            "An officer may not record this result of this check.",
        ),
        ErrorReason::GroundNotSupported => (
            "Бас тарту негізі көрсетілген мәліметтермен расталмайды. Нақты не жетіспейтіні аталған.",
            "Основание для отказа не подтверждено тем, что указано. Названо, чего не хватает.",
            "The ground for the refusal does not rest on what was given. What is missing is named.",
        ),
        ErrorReason::ShareTaken => (
            "Осы пай бойынша тізілімде қолданыстағы жазба бар. Бұл туралы өтінімге ескертпе жазылды.",
            "На этот пай в реестре есть действующая запись. Замечание об этом внесено в заявку.",
            "The register has a live entry for this share. The application carries a finding of it.",
        ),
        ErrorReason::AgreementRegistered => (
            "Осы шарт тізілімге бұрын енгізілген. Бұл туралы өтінімге ескертпе жазылды.",
            "Этот договор уже внесён в реестр. Замечание об этом внесено в заявку.",
            "This agreement is in the register already. The application carries a finding of it.",
        ),
        ErrorReason::SignatureInvalid => (
            "Электрондық қолтаңба басшының осы деректерге қойған қолтаңбасы ретінде қабылданбады.",
            "Электронная подпись не принята как подпись руководителя под этими данными.",
            "The electronic signature does not count as the head's signature over these data.",
        ),
        ErrorReason::SignatureUnverifiable => (
            "Электрондық қолтаңбаны қазір тексеру мүмкін болмады. Кейінірек қайталап көріңіз.",
            "Сейчас не удалось проверить электронную подпись. Повторите попытку позже.",
            "The electronic signature could not be verified now. Try again later.",
        ),
        ErrorReason::ExtractNotReady => (
            "Үзінді көшірме жасалып жатыр. Сәл кейінірек қайталап көріңіз.",
            "Выписка ещё формируется. Повторите попытку чуть позже.",
            "The extract is being formed. Try again in a moment.",
        ),
        ErrorReason::ExtractElsewhere => (
            "Жазбаның бұл нұсқасы бұрынғы тізілімнен көшірілген, оның үзінді көшірмесіне басқа жерде \
             қол қойылған. Жаңа үзінді көшірме жазбаның келесі өзгерісімен жасалады.",
            "Эта версия записи перенесена из прежнего реестра, её выписка подписана не здесь. Новая \
             выписка появится со следующим изменением записи.",
            "This version of the entry was brought over from a former register, and its extract was \
             signed there. The next change of the entry makes a new extract.",
        ),
        ErrorReason::NotRegisteredThen => (
            "Көрсетілген сәтте тізілімде әлі ештеңе тіркелмеген. Кейінгі сәтті көрсетіңіз.",
            "На указанный момент в реестре ещё ничего не было зарегистрировано. Укажите более поздний.",
            "At the moment that you name nothing was registered yet. Name a later one.",
        ),
        ErrorReason::NoTestClock => (
            "Қызмет сынақ сағатымен жұмыс істеп тұрған жоқ.",
            "Служба работает не на испытательных часах.",
            "The service does not run on an acceptance clock.",
        ),
        ErrorReason::LeaseElsewhere => (
            "Қызметтің фондық жұмысын басқа процесс атқарып тұр. Сынақ сағатымен бір ғана процесс \
             іске қосыңыз.",
            "Фоновую работу службы выполняет другой процесс. На испытательных часах запускайте только \
             один процесс.",
            "Another process does the work in the background. Run one process only on an acceptance \
             clock.",
        ),
        ErrorReason::EntryUnknown => (
            "Көрсетілетін қызметті беруші кооперативтің мұндай есептік жазбасын жүргізбейді. Оның \
             нөмірі мен көрсетілетін қызметті берушіні тексеріңіз.",
            "Услугодатель не ведёт такой учётной записи кооператива. Проверьте её номер и \
             услугодателя.",
            "The provider keeps no such entry of the cooperative. Check its number and the provider.",
        ),
        ErrorReason::EntryChanged => (
            "Есептік жазба жабылған немесе өтінімге енді сәйкес келмейді. Өтінімді қайта ашып, \
             тексерулердің нәтижесін қараңыз.",
            "Учётная запись закрыта или больше не соответствует заявке. Откройте заявку заново и \
             посмотрите результаты проверок.",
            "The entry is closed, or does not fit the application any more. Open the application again \
             and look at what the checks found.",
        ),
        ErrorReason::EntrySuspended => (
            "Сот есептік жазбаны тоқтата тұрды немесе оның күшін жоюды шешті: ол алынғанға дейін жазбаға \
             өзге өзгеріс енгізілмейді және пай ешкімге берілмейді.",
            "Суд приостановил учётную запись или решил её отменить: до снятия этого иные изменения в неё \
             не вносятся, и пай никому не передаётся.",
            "A court suspended the entry, or ordered its annulment: until that is lifted nothing else is \
             changed in it, and its share is given to nobody.",
        ),
        ErrorReason::SignedAsItStands => (
            "Түзетілетін мәліметтерге тараптар осы күйінде қол қойған. Олардың өз қатесі үшін қосымша \
             келісім жасап, оны тіркеуге жіберіңіз.",
            "То, что нужно исправить, стороны подписали именно так. Для исправления их собственной \
             ошибки заключите дополнительное соглашение и направьте его на регистрацию.",
            "The parties signed what is to be corrected as it stands. For a mistake of their own let them \
             conclude an additional agreement, and file that.",
        ),
        ErrorReason::AddresseesNotConfigured => (
            "Қағидаларға өзгерістер туралы көрсетілетін қызметті берушілерден басқа кімге хабарланатыны \
             орнатылмаған. Жүйе операторына хабарласыңыз.",
            "Не настроено, кому, кроме услугодателей, сообщается об изменениях в Правилах. Обратитесь к \
             оператору системы.",
            "It is not configured whom changes of the Rules are told beside the providers. Turn to the \
             operator of the system.",
        ),
        ErrorReason::CorrectionOutdated => (
            "Түзетілетін мәлімет қазір басқаша жазылған. Түзетуді қабылдамаңыз; қате қалған болса, \
             түзетуді қайта сұраңыз.",
            "То, что нужно было исправить, теперь записано иначе. Отклоните это исправление; если ошибка \
             осталась, запросите новое.",
            "What was to be corrected reads otherwise by now. Reject the correction, and ask for another \
             one if a slip is left.",
        ),
        ErrorReason::NothingComplainedOf => (
            "Шағым жасалған жағдай болмаған: өтінімнен бас тартылмаған, мерзімі өтпеген немесе үзінді көшірме \
             берілмеген. Болған жағдайды көрсетіңіз.",
            "Того, на что жалуются, не было: в заявке не отказано, её срок не истёк или выписки нет. Укажите \
             то, что произошло.",
            "What is complained of has not happened: the application is not refused, not overdue, or has no \
             extract. Name what happened.",
        ),
        ErrorReason::DecidedByCaller => (
            "Бұл есептік жазба шағым жасалған өтінімді қараған, тексерген немесе шешім қабылдаған, сондықтан \
             шағымды қарай алмайды. Оны басқа қызметші қарауы керек.",
            "Эта учётная запись рассматривала, проверяла заявку или приняла по ней решение и потому не может \
             рассматривать жалобу. Это должен сделать другой служащий.",
            "This account decided on the application, checked it or has it, and may not decide a complaint \
             about that. Another officer must.",
        ),
        ErrorReason::AddressedOtherwise => (
            "Шағым басқа органның атына жазылған. Өз атыңызға келгенін қараңыз, басқасын жолдаңыз.",
            "Жалоба адресована другому органу. Рассматривайте то, что адресовано вам, остальное направляйте.",
            "The complaint is addressed to another body. Decide what is addressed to you, forward what is not.",
        ),
        ErrorReason::ReviewingBodyUnknown => (
            "Шағымды қарайтын органның БСН-і енгізілмеген, сондықтан шағымды жіберу мүмкін емес. Оны жүйе \
             операторы енгізуі керек.",
            "БИН органа, рассматривающего жалобу, не указан, поэтому направить её нельзя. Его должен указать \
             оператор системы.",
            "The reviewing body has no BIN here, so nothing can go on to it. An operator must name it.",
        ),
        ErrorReason::NotSatisfiedYet => (
            "Шағымды қанағаттандыратын әрекет әлі жасалмаған: өтінім бойынша шешім жоқ немесе есептік жазба \
             шағымнан кейін түзетілмеген. Алдымен соны орындаңыз.",
            "То, что удовлетворило бы жалобу, ещё не сделано: по заявке нет решения или учётная запись не \
             исправлена после жалобы. Сначала сделайте это.",
            "What would satisfy the complaint was not done yet: the application is undecided, or its entry was \
             not corrected since the complaint. Do it first.",
        ),
        ErrorReason::ExtendedAlready => (
            "Мерзім бір рет ұзартылған. Оны екінші рет ұзартуға болмайды.",
            "Срок уже был продлён. Второй раз его продлить нельзя.",
            "The term was extended once already. It cannot be extended again.",
        ),
        ErrorReason::TermPassed => (
            "Мерзім өтіп кетті. Енді оны ұзартуға болмайды, ал шағымды қарайтын органға жазылған шағымды тек \
             жолдауға болады.",
            "Срок истёк. Продлить его уже нельзя, а жалобу в орган, рассматривающий жалобы, можно только \
             направить.",
            "The term passed. It can be extended no more, and a complaint to a reviewing body can only be \
             forwarded.",
        ),
        ErrorReason::WrongState => (
            "Қазіргі күйінде бұл әрекетке жол берілмейді. Түзетуді, шағымды немесе сот ісін қайта ашып, күйін \
             қараңыз.",
            "В нынешнем состоянии это действие не допускается. Откройте исправление, жалобу или судебное дело \
             заново и посмотрите состояние.",
            "The present state does not allow this. Open the correction, the complaint or the court case again \
             and look at its state.",
        ),
        ErrorReason::TryAgain => (
            "Қызмет қазір сұрауды орындай алмайды. Сәл кейінірек қайталап көріңіз.",
            "Сейчас служба не может выполнить запрос. Повторите попытку чуть позже.",
            "The service cannot do this now. Try again in a moment.",
        ),
        ErrorReason::DeadlineExceeded => (
            "Жауап уақытында дайын болмады, сұраудың нәтижесі белгісіз. Сол сұрауды сол нөмірмен қайта \
             жіберіңіз.",
            "Ответ не был готов вовремя, исход запроса неизвестен. Отправьте тот же запрос с тем же \
             номером ещё раз.",
            "The answer was not ready in time, and its outcome is unknown. Send the same request with \
             the same number again.",
        ),
        ErrorReason::NoSuchMethod => (
            "Сұралған әдіс жоқ.",
            "Запрошенного метода нет.",
            "There is no such method.",
        ),
        ErrorReason::CompressionNotAccepted => (
            "Хабарлама осы әдіс қабылдамайтын тәсілмен сығылған. Оны сықпай жіберіңіз.",
            "Сообщение сжато способом, который этот метод не принимает. Отправьте его без сжатия.",
            "The message is compressed in a way that this method does not accept. Send it as it is.",
        ),
        ErrorReason::MessageTooLarge => (
            "Хабарламаның көлемі осы әдіс үшін рұқсат етілген шектен асады.",
            "Размер сообщения превышает предел, допустимый для этого метода.",
            "The message exceeds the limit of this method.",
        ),
        ErrorReason::Unspecified | ErrorReason::Internal => (
            "Қызметте ақау болды. Жауапта көрсетілген шақыру нөмірін операторға хабарлаңыз.",
            "В службе произошёл сбой. Сообщите оператору номер вызова, указанный в ответе.",
            "The service has failed. Tell the operator the number of the call that the answer names.",
        ),
    };
    Localized::of(kk, ru, en)
}
