//! Changes of the Rules and their notices (cl. 4): told by mail and here, late, reminded of, acknowledged.

use mail_parser::{MessageParser, MimeHeaders as _};
use sha2::{Digest as _, Sha256};
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{
        self as pb, NoticeAddresseeKind as Kind, NoticeLetterState as Letter,
        NoticeTelling as Telling,
    },
};

use crate::harness::{Account, Town, instant, moment, until};

/// The Friday after the Tuesday of publication, at closing time.
const DUE: &str = "2026-11-27T13:30:00Z";

/// A caught letter: to whom, its subject, its text, the SHA-256 of each file, its id, and its date.
#[derive(Debug)]
pub(super) struct Caught {
    pub(super) to: String,
    pub(super) subject: String,
    text: String,
    files: Vec<String>,
    id: String,
    written_at: i64,
}

pub(super) fn caught(town: &Town) -> Vec<Caught> {
    let letters = town.catcher.letters().unwrap();
    let read = letters.iter().map(|path| {
        let bytes = std::fs::read(path).unwrap();
        let letter = MessageParser::default().parse(&bytes).unwrap();
        let files = letter.attachments();
        Caught {
            to: letter
                .to()
                .unwrap()
                .first()
                .unwrap()
                .address()
                .unwrap()
                .to_owned(),
            subject: letter.subject().unwrap().to_owned(),
            text: letter.body_text(0).unwrap().into_owned(),
            files: files
                .map(|file| {
                    assert_eq!(file.attachment_name(), Some("бұйрық.pdf"));
                    hex::encode(Sha256::digest(file.contents()))
                })
                .collect(),
            id: letter.message_id().unwrap().to_owned(),
            written_at: letter.date().unwrap().to_timestamp(),
        }
    });
    read.collect()
}

pub(super) fn of(
    report: &pb::GetRulesChangeReportResponse,
    kind: Kind,
    provider_id: &str,
) -> pb::Notice {
    let mut notices = report.notices.iter();
    let found = notices.find(|notice| {
        let addressee = notice.addressee.as_ref().unwrap();
        addressee.kind() == kind && addressee.provider_id == provider_id
    });
    found.unwrap().clone()
}

#[tokio::test]
async fn a_change_reaches_each_addressee_in_two_languages_with_its_files_and_that_is_kept() {
    let town = Town::open().await;
    let change = town.told_of(17).await;
    assert_eq!(instant(change.due_at), moment(DUE));
    assert_eq!(change.addressee_count, 5, "two providers, three bodies");
    let ministry = town.ministry();
    let id = change.rules_change_id.as_str();
    let report = ministry.letters_settled(id).await.unwrap();
    let mut letters = caught(&town);
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
    let expected =
        ["centre", "corporation", "egov", "koktobe"].map(|who| format!("{who}@example.org"));
    assert_eq!(to, expected);
    for letter in &letters {
        assert!(letter.subject.contains("17-НҚ"), "{}", letter.subject);
        for part in ["5-тармақ жаңа", "Пункт 5 изложить", "2026-11-26"] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        assert_eq!(letter.files, [change.files[0].sha256.clone()]);
    }
    assert_eq!(
        (report.told_in_time_count, report.untold_count),
        (4, 1),
        "one provider has no address"
    );
    assert_eq!(report.unreachable_count, 1);
    assert_eq!(report.announced_by, "ministry");

    // The evidence of sending, and who was told by it.
    let corporation = town.addressee(Account::Corporation);
    let own = corporation.notices(true).await.unwrap();
    let [notice] = own.as_slice() else {
        panic!("{own:?}")
    };
    assert_eq!(notice.told_by(), Telling::Mail);
    let seen = ministry.notice(&notice.notice_id).await.unwrap();
    let [attempt] = seen.attempts.as_slice() else {
        panic!("{seen:?}")
    };
    assert!(
        attempt.taken && attempt.answer.starts_with("250"),
        "{attempt:?}"
    );
    assert_eq!(attempt.attempted_at, notice.told_at);
    let text = seen.change.unwrap().text.unwrap();
    assert!(text.ru.ends_with("Срок меняется.") && text.en.is_empty());
}

#[tokio::test]
async fn whoever_does_not_acknowledge_is_reminded_once_and_is_late_from_the_microsecond_after() {
    let town = Town::open().await;
    let change = town.told_of(16).await;
    let ministry = town.ministry();
    let id = change.rules_change_id.as_str();
    ministry.letters_settled(id).await.unwrap();
    let letters = caught(&town);
    // The corporation acknowledges at once, the provider without an address on the last moment.
    let corporation = town.addressee(Account::Corporation);
    let own = corporation.notices(true).await.unwrap();
    let acknowledged = corporation.acknowledge(&own[0].notice_id).await.unwrap();
    assert_eq!(acknowledged.acknowledged_by, "corporation");
    assert_eq!(acknowledged.told_at, own[0].told_at, "it was told before");
    assert!(corporation.notices(true).await.unwrap().is_empty());
    assert_eq!(corporation.notices(false).await.unwrap().len(), 1);
    town.advance(DUE).await;
    let stranger = town.provider(Account::Stranger);
    let own = stranger.notices(true).await.unwrap();
    let silent = stranger.acknowledge(&own[0].notice_id).await.unwrap();
    assert_eq!(silent.told_by(), Telling::Acknowledgement);
    assert!(!silent.overdue && !silent.acknowledgement_late);

    // At the due moment three were reminded, once each; whoever acknowledged was not.
    let report = ministry.letters_settled(id).await.unwrap();
    let reminders: Vec<_> = caught(&town).split_off(4);
    assert_eq!(reminders.len(), 3, "{reminders:?}");
    for reminder in &reminders {
        assert!(
            reminder.subject.contains("Напоминание"),
            "{}",
            reminder.subject
        );
        assert_eq!(reminder.written_at, moment(DUE).timestamp());
        let first = letters.iter().find(|letter| letter.to == reminder.to);
        assert_ne!(first.unwrap().id, reminder.id, "another letter");
    }
    assert_eq!(of(&report, Kind::ContactCentre, "").letter_count, 2);
    assert_eq!(report.acknowledgement_late_count, 0);

    // A microsecond later whoever is silent is late, and says so in the end.
    town.advance("2026-11-27T13:30:00.000001Z").await;
    town.advance("2026-11-30T05:00:00Z").await;
    let egov = town.addressee(Account::EgovOperator);
    let both = egov.notices(true).await.unwrap();
    assert_eq!(both.len(), 2, "one organisation is two of the bodies");
    for notice in &both {
        assert!(notice.acknowledgement_late && !notice.overdue, "{notice:?}");
        egov.acknowledge(&notice.notice_id).await.unwrap();
    }
    let report = ministry.report(id).await.unwrap();
    let told = (report.told_in_time_count, report.told_late_count);
    assert_eq!((told, report.untold_count), ((5, 0), 0));
    assert_eq!(report.acknowledged_count, 4);
    assert_eq!(
        report.acknowledgement_late_count, 3,
        "two late, one still silent"
    );
    let late = of(&report, Kind::EgovOperator, "");
    assert_eq!(
        instant(late.acknowledged_at),
        moment("2026-11-30T05:00:00Z")
    );
    let kinds = report.notices.iter();
    let kinds = kinds.map(|notice| notice.addressee.as_ref().unwrap().kind());
    let kinds: Vec<_> = kinds.collect();
    let bodies = [
        Kind::StateCorporation,
        Kind::EgovOperator,
        Kind::ContactCentre,
    ];
    assert_eq!(kinds, [[Kind::Provider; 2].as_slice(), &bodies].concat());
}

#[tokio::test]
async fn whom_nobody_told_is_overdue_to_the_microsecond_and_operators_see_it() {
    let town = Town::open().await;
    let change = town.told_of(18).await;
    let ministry = town.ministry();
    ministry
        .letters_settled(&change.rules_change_id)
        .await
        .unwrap();
    town.advance(DUE).await;
    let stranger = async || {
        let report = ministry.report(&change.rules_change_id).await.unwrap();
        of(&report, Kind::Provider, "elsewhere")
    };
    assert!(!stranger().await.overdue);
    assert_eq!(town.operator().status().await.unwrap().notices_overdue, 0);
    town.advance("2026-11-27T13:30:00.000001Z").await;
    assert!(stranger().await.overdue);
    town.advance("2026-11-27T13:31:00Z").await;
    let status = town.operator().status().await.unwrap();
    assert_eq!((status.notices_overdue, status.notices_pending), (1, 0));

    // It gets an address, and the authorized body reminds: told, late.
    let mut raw = town.raw(Account::Operator).providers();
    let read = raw.get_provider(pb::GetProviderRequest {
        provider_id: "elsewhere".to_owned(),
    });
    let provider = read.await.unwrap().into_inner().provider.unwrap();
    let provider = pb::Provider {
        notice_email: "elsewhere@example.org".to_owned(),
        ..provider
    };
    let update = pb::UpdateProviderRequest {
        request_id: new_request_id(),
        etag: provider.etag.clone(),
        provider: Some(provider),
    };
    raw.update_provider(update).await.unwrap();
    town.officer()
        .acknowledge(&town.officer().notices(true).await.unwrap()[0].notice_id)
        .await
        .unwrap();
    let reminded = ministry.remind(&change.rules_change_id).await.unwrap();
    let kinds: Vec<_> = reminded
        .reminded
        .iter()
        .map(pb::NoticeAddressee::kind)
        .collect();
    let mut kinds = kinds;
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            Kind::Provider,
            Kind::StateCorporation,
            Kind::EgovOperator,
            Kind::ContactCentre
        ],
        "all but who acknowledged"
    );
    assert!(reminded.without_address.is_empty());
    let report = ministry
        .letters_settled(&change.rules_change_id)
        .await
        .unwrap();
    let told_late = of(&report, Kind::Provider, "elsewhere");
    assert_eq!(told_late.told_by(), Telling::Mail);
    assert_eq!(told_late.letter_count, 1);
    assert_eq!(report.told_late_count, 1);
    assert_eq!(town.operator().status().await.unwrap().notices_overdue, 0);
}

#[tokio::test]
async fn a_letter_that_is_not_taken_is_tried_again_and_one_that_cannot_be_is_given_up() {
    let town = Town::open().await;
    town.catcher
        .refuse("corporation@example.org", "452 4.2.2 mailbox full");
    town.catcher
        .refuse("centre@example.org", "550 5.1.1 no such mailbox");
    let change = town.told_of(19).await;
    let ministry = town.ministry();
    let report = async || ministry.report(&change.rules_change_id).await.unwrap();
    let given_up = until("the letter that is given up", async || {
        let report = report().await;
        let tried = of(&report, Kind::StateCorporation, "").notice_id;
        let tried = ministry.notice(&tried).await.unwrap();
        let centre = of(&report, Kind::ContactCentre, "");
        (centre.letter() == Letter::Failed && !tried.attempts.is_empty()).then_some(centre)
    })
    .await;
    assert_eq!(given_up.told_at, None);
    town.catcher.welcome("corporation@example.org");
    town.advance("2026-11-24T05:02:00Z").await;
    let settled = ministry
        .letters_settled(&change.rules_change_id)
        .await
        .unwrap();
    let late = of(&settled, Kind::StateCorporation, "");
    assert_eq!(late.letter(), Letter::Taken);
    let seen = ministry.notice(&late.notice_id).await.unwrap();
    let answers: Vec<_> = seen
        .attempts
        .iter()
        .map(|attempt| (attempt.letter, attempt.taken, attempt.answer.as_str()))
        .collect();
    assert_eq!(
        answers,
        [
            (1, false, "not taken for now: recipient: 452 4.2.2"),
            (1, true, "250 2.0.0")
        ]
    );
    assert_eq!((settled.untold_count, settled.unreachable_count), (2, 2));
    let without = ministry.remind(&change.rules_change_id).await.unwrap();
    let named: Vec<_> = without
        .without_address
        .iter()
        .map(|one| one.provider_id.as_str())
        .collect();
    assert_eq!(named, ["elsewhere"]);
}
