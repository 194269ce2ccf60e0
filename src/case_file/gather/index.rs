//! The page that a reader of a case file opens first: what the case is, and what each file holds, in the
//! three languages. It never says what the files do not.

use super::scene::Scene;
use crate::{
    case_file::{case::Files, json::instant},
    kernel::Localized,
    provider::Provider,
    store::StoreFault,
};

const PATH: &str = "index.html";

/// Adds the page as the first file; it names all others.
pub(super) async fn index(
    scene: &Scene,
    provider: &Provider,
    files: &mut Files,
) -> Result<(), StoreFault> {
    files.top_first();
    let mut page = String::from(HEAD);
    for (language, say) in LANGUAGES {
        section(&mut page, language, say, scene, provider, files);
    }
    page.push_str("</body>\n</html>\n");
    files.text(PATH, page).await?;
    files.last_first();
    Ok(())
}

/// One language's part of a text.
type Say = fn(&Localized) -> &str;

const LANGUAGES: [(&str, Say); 3] = [
    ("kk", |text| &text.kk),
    ("ru", |text| &text.ru),
    ("en", |text| &text.en),
];

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"kk\">\n<head>\n<meta charset=\"utf-8\">\n\
    <title>Tizilim</title>\n<style>body{font-family:sans-serif;max-width:60em;margin:2em auto}\
    td{padding:.2em 1em .2em 0;vertical-align:top}</style>\n</head>\n<body>\n";

fn section(
    page: &mut String,
    language: &str,
    say: Say,
    scene: &Scene,
    provider: &Provider,
    files: &Files,
) {
    let application = &scene.application;
    let (number, at) = scene.as_of;
    let words = Words::new();
    let mut line = |text: &str| {
        page.push_str(text);
        page.push('\n');
    };
    line(&format!("<section lang=\"{language}\">"));
    let title = escaped(say(&words.title));
    line(&format!(
        "<h1>{title} {}</h1>",
        escaped(&application.number)
    ));
    line("<table>");
    let (facts, received, as_of) = (
        number.to_string(),
        instant(application.received_at),
        instant(at),
    );
    for (name, value) in [
        (&words.provider, say(&provider.name)),
        (&words.cooperative, application.cooperative.as_str()),
        (&words.received, &received),
        (&words.stage, say(&application.stage.label())),
        (&words.as_of, &as_of),
        (&words.journal, &facts),
    ] {
        let (name, value) = (escaped(say(name)), escaped(value));
        line(&format!("<tr><td>{name}</td><td>{value}</td></tr>"));
    }
    line("</table>");
    line(&format!("<p>{}</p>", escaped(say(&words.verify))));
    line("<table>");
    for file in &files.entries {
        let path = escaped(&file.path);
        let says = escaped(say(&about(&file.path)));
        line(&format!(
            "<tr><td><a href=\"{path}\">{path}</a></td><td>{says}</td></tr>"
        ));
    }
    line("</table>");
    line("</section>");
}

/// The words beside what is filled in.
struct Words {
    title: Localized,
    provider: Localized,
    cooperative: Localized,
    received: Localized,
    stage: Localized,
    as_of: Localized,
    journal: Localized,
    verify: Localized,
}

impl Words {
    fn new() -> Self {
        Self {
            title: Localized::of(
                "Әкімшілік іс: өтінім",
                "Административное дело: заявка",
                "Administrative case: application",
            ),
            provider: Localized::of(
                "Көрсетілетін қызметті беруші",
                "Услугодатель",
                "Service provider",
            ),
            cooperative: Localized::of(
                "Кооперативтің БСН",
                "БИН кооператива",
                "BIN of the cooperative",
            ),
            received: Localized::of("Келіп түсті", "Поступила", "Received"),
            stage: Localized::of("Кезең", "Этап", "Stage"),
            as_of: Localized::of(
                "Іс мына сәттегі жай-күйі бойынша",
                "Дело по состоянию на",
                "The case as of",
            ),
            journal: Localized::of(
                "Журналдың соңғы жазбасы",
                "Последняя запись журнала",
                "Last fact of the journal",
            ),
            verify: Localized::of(
                "manifest.json әр файлдың көлемін және SHA-256 хешін атайды; бүкіл істің хеші — manifest.json хеші. \
                 Тексеру: tizilim verify ФАЙЛ.zip --anchor CERT.pem",
                "manifest.json называет размер и хеш SHA-256 каждого файла; хеш всего дела — хеш manifest.json. \
                 Проверка: tizilim verify ФАЙЛ.zip --anchor CERT.pem",
                "manifest.json names the size and the SHA-256 of each file; the hash of the whole case is that of \
                 manifest.json. To verify: tizilim verify FILE.zip --anchor CERT.pem",
            ),
        }
    }
}

/// What a file holds.
fn about(path: &str) -> Localized {
    let (kk, ru, en) = match path {
        "application.json" => (
            "өтінім және оның тараптары, қазіргі жай-күйі",
            "заявка и её стороны, как она есть",
            "the application with its parties, as it stands",
        ),
        "checks.json" => (
            "тексерулер: қағидалар жинағының нұсқасы, нәтижелер, дәлелдер; қызметшілердің әрекеттері",
            "проверки: версия набора правил, результаты, доказательства; действия служащих",
            "checks: version of the rule set, findings, evidence; what officers did",
        ),
        "due-moments.json" => (
            "мерзімдер: күн сайынғы есептеу және күнтізбенің нұсқасы",
            "сроки: расчёт по дням и версия календаря",
            "terms: reckoned day by day, with the version of the calendar",
        ),
        "decision.json" => ("шешім", "решение", "the decision"),
        "entry-versions.json" => (
            "есептік жазбаның барлық нұсқалары",
            "все версии учётной записи",
            "every version of the register entry",
        ),
        "delivery.json" => (
            "үзінді көшірмесі бар хаттар, жіберу әрекеттері",
            "письма с выпиской и попытки отправки",
            "letters with the extract, and the attempts to send them",
        ),
        "monitoring.json" => (
            "кезеңдер және мониторинг жүйесінің растаулары",
            "этапы и подтверждения системы мониторинга",
            "stages, and what the monitoring system acknowledged",
        ),
        "audit.json" => (
            "журнал: кім, қашан, не істеді",
            "журнал: кто, когда и что сделал",
            "the journal: who did what, and when",
        ),
        other => return about_folder(other),
    };
    Localized::of(kk, ru, en)
}

/// What the files of a folder hold.
fn about_folder(path: &str) -> Localized {
    let folder = path.split('/').next().unwrap_or_default();
    let (kk, ru, en) = match (folder, path.rsplit('.').next().unwrap_or_default()) {
        ("decision", _) => (
            "бас тарту мәтіні",
            "текст отказа",
            "the text of the refusal",
        ),
        ("filed", _) => ("не тапсырылғаны", "что было подано", "what was filed"),
        ("documents", _) => (
            "сканерленген құжат, қол қойылған күйінде",
            "отсканированный документ, как он подписан",
            "the scanned document, as it was signed",
        ),
        ("signatures", "bin") => (
            "электрондық шарт, қол қойылған байттар",
            "электронный договор, подписанные байты",
            "the electronic contract, the bytes that were signed",
        ),
        ("signatures", _) => (
            "электрондық қолтаңба (CMS)",
            "электронная подпись (CMS)",
            "an electronic signature (CMS)",
        ),
        ("entry", _) => (
            "есептік жазбаның нұсқасы, басшы қол қойған мәтін",
            "версия учётной записи, текст, подписанный руководителем",
            "a version of the register entry, the text that the head signed",
        ),
        ("versions", _) => (
            "есептік жазбаның нұсқасы, толық мазмұны",
            "версия учётной записи, полное содержание",
            "a version of the register entry, all that it says",
        ),
        ("extracts", _) => ("үзінді көшірме", "выписка", "the extract"),
        ("corrections", _) => (
            "есептік жазбадағы қатені түзету",
            "исправление ошибки в учётной записи",
            "the correction of a slip in the entry",
        ),
        ("complaints", "bin") => (
            "шағым, қол қойылған байттар",
            "жалоба, подписанные байты",
            "a complaint, the bytes that were signed",
        ),
        ("complaints", "pdf") => (
            "шағымға қоса берілген құжат",
            "документ, приложенный к жалобе",
            "a document that was attached to a complaint",
        ),
        ("complaints", _) => (
            "шағым, ол бойынша әрекеттер мен шешім",
            "жалоба, действия и решение по ней",
            "a complaint, what was done and decided upon it",
        ),
        ("court", "pdf") => (
            "сотқа берілген қағаз немесе сот актісі",
            "бумага, поданная в суд, или акт суда",
            "a paper that was filed with a court, or an act of a court",
        ),
        ("court", _) => (
            "соттағы іс, онда не берілгені және шешілгені",
            "дело в суде, что подано и решено в нём",
            "a case in court, what was filed and decided in it",
        ),
        (_, _) => ("", "", ""),
    };
    Localized::of(kk, ru, en)
}

/// A text that is no markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_holds_is_said_in_each_language() {
        for path in [
            "application.json",
            "checks.json",
            "due-moments.json",
            "decision.json",
            "decision/refusal-kk.txt",
            "entry-versions.json",
            "delivery.json",
            "monitoring.json",
            "audit.json",
            "filed/01-A-1.json",
            "documents/01-A-1.pdf",
            "signatures/01-A-1-contract.bin",
            "signatures/01-A-1-cooperative.cms",
            "versions/v01.json",
            "entry/v01.json",
            "extracts/v01.pdf",
            "corrections/v02-K-1.json",
            "court/01-L-1.json",
            "court/01-L-1-01.pdf",
            "complaints/01-C-1.json",
            "complaints/01-C-1.bin",
            "complaints/01-C-1-01.pdf",
        ] {
            assert!(about(path).is_complete(), "{path}");
        }
    }

    #[test]
    fn what_is_no_markup_stays_none() {
        assert_eq!(
            escaped("<a href=\"x\">&"),
            "&lt;a href=&quot;x&quot;&gt;&amp;"
        );
    }
}
