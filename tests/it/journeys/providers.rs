//! Providers: entered and changed without a restart, found by a place, and told of in Annex 2.

use tizilim::{
    demo::client::new_request_id,
    kernel::Kato,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Code;

use crate::harness::{Account, OTHER_PROVIDER, Town, instant, moment, told, told_raw};

fn text(word: &str) -> pb::LocalizedText {
    pb::LocalizedText {
        kk: format!("{word} (kk)"),
        ru: format!("{word} (ru)"),
        en: word.to_owned(),
    }
}

fn official(name: &str, from_on: &str, to_on: &str) -> pb::Official {
    pb::Official {
        name: name.to_owned(),
        post: Some(text("Head")),
        from_on: from_on.to_owned(),
        to_on: to_on.to_owned(),
    }
}

/// A district of the invented world's region.
pub(super) fn district() -> pb::Provider {
    pb::Provider {
        provider_id: "district".to_owned(),
        bin: OTHER_PROVIDER.to_owned(),
        kato: "354800000".to_owned(),
        name: Some(text("District")),
        opens: "10:00".to_owned(),
        closes: "12:00".to_owned(),
        kind: pb::ProviderKind::District.into(),
        territory: vec!["354800000".to_owned()],
        higher_body: Some(text("Akimat")),
        heads: vec![official("Үлгіұлы Бірінші", "", "")],
        ..Default::default()
    }
}

pub(super) async fn created(town: &Town, provider: pb::Provider) -> pb::Provider {
    let mut raw = town.raw(Account::Operator).providers();
    let request = pb::CreateProviderRequest {
        request_id: new_request_id(),
        provider: Some(provider),
    };
    let answer = raw.create_provider(request).await.unwrap().into_inner();
    answer.provider.unwrap()
}

fn update(provider: &pb::Provider) -> pb::UpdateProviderRequest {
    pb::UpdateProviderRequest {
        request_id: new_request_id(),
        provider: Some(provider.clone()),
        etag: provider.etag.clone(),
    }
}

async fn read(town: &Town, id: &str) -> pb::GetProviderResponse {
    let mut raw = town.raw(Account::Operator).providers();
    let provider_id = id.to_owned();
    let read = raw
        .get_provider(pb::GetProviderRequest { provider_id })
        .await;
    read.unwrap().into_inner()
}

async fn competent(town: &Town, kato: &str) -> Vec<String> {
    let mut info = town.raw_anonymous().info();
    let kato = kato.to_owned();
    let found = info.find_provider(pb::FindProviderRequest { kato }).await;
    let found = found.unwrap().into_inner().providers.into_iter();
    found.map(|provider| provider.provider_id).collect()
}

#[tokio::test]
async fn a_provider_that_is_entered_decides_at_once_and_after_a_restart() {
    let town = Town::open().await;
    let place = "354830100";
    let here = town.agreement(91).with(|agreement| {
        let object = agreement.construction_object.as_mut().unwrap();
        object.kato = place.to_owned();
    });
    assert!(Kato::parse(place).is_ok());
    assert!(competent(&town, place).await.is_empty());
    let elsewhere = here.electronic_contract().unwrap();
    let nobody = told(town.portal().submit(elsewhere.clone()).await);
    nobody.is(Code::FailedPrecondition, "OUTSIDE_TERRITORY");

    let provider = created(&town, district()).await;
    assert_eq!((&*provider.etag, &*provider.set_by), ("\"1\"", "operator"));
    assert_eq!(competent(&town, place).await, ["district"]);
    let mut calls = town.raw(Account::Portal).applications();
    let status = calls
        .submit_application(elsewhere.clone())
        .await
        .unwrap_err();
    let details = tonic_types::StatusExt::get_error_details(&status);
    let told = &details.error_info().unwrap().metadata["competent_provider_ids"];
    assert_eq!(told, "district", "D-12");

    let town = town.restarted().await;
    let mut request = elsewhere;
    request.provider_id = "district".to_owned();
    let filed = town.portal().submit(request).await.unwrap();
    // 10:00 in Almaty: the hours of the district count, 10:00 to 12:00.
    assert_eq!(instant(filed.due_at), moment("2026-11-25T07:00:00Z"));
    let officer = town.provider(Account::Stranger);
    let waiting = officer
        .reached(&filed.application_id, Stage::AwaitingSignature)
        .await;
    assert_eq!(waiting.unwrap().provider_id, "district");
}

#[tokio::test]
async fn a_new_head_signs_from_the_first_day_in_office_and_the_versions_stay() {
    let town = Town::open().await;
    let id = town.world.provider.id;
    let first = read(&town, id).await.provider.unwrap();
    assert_eq!(first.set_by, "configuration");
    let application = town
        .filed(&town.agreement(92), Stage::AwaitingSignature)
        .await;
    let mut changed = first.clone();
    changed.heads[0].to_on = "2026-11-23".to_owned();
    changed
        .heads
        .push(official("Үлгіұлы Жаңа", "2026-11-24", ""));
    let mut raw = town.raw(Account::Operator).providers();
    let answer = raw.update_provider(update(&changed)).await.unwrap();
    let second = answer.into_inner().provider.unwrap();
    assert_eq!(second.etag, "\"2\"");
    let head = town.provider(Account::Head);
    let prepared = head.prepare_grant(&application.application_id).await;
    let signed = String::from_utf8(prepared.unwrap().content).unwrap();
    assert!(signed.contains("Үлгіұлы Жаңа"), "{signed}");
    assert!(town.granted(&application).await.entry.is_some());

    let stale = told_raw(raw.update_provider(update(&first)).await);
    stale.is(Code::Aborted, "STALE_ETAG");
    let now = read(&town, id).await;
    assert_eq!(now.provider.as_ref(), Some(&second));
    assert_eq!(now.versions, [first, second]);
}

#[tokio::test]
async fn a_repeat_enters_nothing_twice_and_all_that_is_wrong_is_told() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Operator).providers();
    let request = pb::CreateProviderRequest {
        request_id: new_request_id(),
        provider: Some(district()),
    };
    let mut first = raw
        .create_provider(request.clone())
        .await
        .unwrap()
        .into_inner();
    let head = town.journal_head().await;
    first.replayed = true;
    let again = raw
        .create_provider(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, first);
    let mut other = request.clone();
    other.provider.as_mut().unwrap().closes = "13:00".to_owned();
    let reused = told_raw(raw.create_provider(other).await);
    reused.is(Code::InvalidArgument, "REQUEST_ID_REUSED");
    let mut twice = request;
    twice.request_id = new_request_id();
    let exists = told_raw(raw.create_provider(twice.clone()).await);
    exists.is(Code::AlreadyExists, "PROVIDER_EXISTS");
    assert_eq!(town.journal_head().await, head);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_provider_is_told_at_once() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Operator).providers();
    let mut sent = pb::CreateProviderRequest {
        request_id: new_request_id(),
        provider: None,
    };
    let empty = told_raw(
        raw.create_provider(pb::CreateProviderRequest::default())
            .await,
    );
    assert_eq!(empty.paths(), ["request_id", "provider"]);
    sent.provider = Some(pb::Provider::default());
    let bare = told_raw(raw.create_provider(sent.clone()).await);
    let required = [
        "provider_id",
        "bin",
        "kato",
        "name",
        "kind",
        "territory",
        "higher_body",
        "heads",
    ];
    assert_eq!(
        bare.paths(),
        required.map(|field| format!("provider.{field}"))
    );
    sent.provider = Some(pb::Provider {
        provider_id: "Район".to_owned(),
        kato: "750000000".to_owned(),
        opens: "9:00".to_owned(),
        kind: 99,
        territory: vec!["1".to_owned()],
        deputies: vec![official("", "2026-02-30", "")],
        ..district()
    });
    let wrong = told_raw(raw.create_provider(sent.clone()).await);
    let paths = [
        "provider_id",
        "opens",
        "kind",
        "territory[0]",
        "deputies[0].name",
        "deputies[0].from_on",
    ];
    assert_eq!(
        wrong.paths(),
        paths.map(|field| format!("provider.{field}"))
    );
    sent.provider = Some(pb::Provider {
        provider_id: "another".to_owned(),
        kato: "750000000".to_owned(),
        closes: "09:59".to_owned(),
        heads: vec![official("Үлгіұлы Бірінші", "", "2026-11-24")],
        ..district()
    });
    let hours = told_raw(raw.create_provider(sent.clone()).await);
    assert_eq!(hours.paths(), ["provider.closes"]);
    sent.provider.as_mut().unwrap().closes.clear();
    let contradictory = told_raw(raw.create_provider(sent).await);
    assert_eq!(contradictory.paths(), ["provider.kato", "provider.heads"]);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_neither_read_nor_changed() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Operator).providers();
    let unknown = pb::Provider {
        provider_id: "unheard-of".to_owned(),
        etag: "\"1\"".to_owned(),
        ..district()
    };
    let unknown = told_raw(raw.update_provider(update(&unknown)).await);
    unknown.is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
    let provider_id = "unheard-of".to_owned();
    let unread = told_raw(
        raw.get_provider(pb::GetProviderRequest { provider_id })
            .await,
    );
    unread.is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
    let mut info = town.raw_anonymous().info();
    let kato = "1".to_owned();
    let place = told_raw(info.find_provider(pb::FindProviderRequest { kato }).await);
    assert_eq!(place.paths(), ["kato"]);
}

#[tokio::test]
async fn annex_two_is_told_of_what_the_service_obeys() {
    let town = Town::open().await;
    created(&town, district()).await;
    let mut info = town.raw_anonymous().info();
    let mut told = async |provider_id: &str| {
        let provider_id = provider_id.to_owned();
        info.get_service_requirements(pb::GetServiceRequirementsRequest { provider_id })
            .await
    };
    let of_one = told("district").await.unwrap().into_inner();
    let numbers: Vec<_> = of_one.requirements.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let codes = |item: usize| -> Vec<&str> {
        let entries = of_one.requirements[item - 1].entries.iter();
        entries.map(|entry| entry.code.as_str()).collect()
    };
    assert_eq!(codes(1), ["district"]);
    assert_eq!(codes(7), ["", "district"]);
    assert_eq!(codes(9), ["G1", "G2", "G3", "G4", "G5"]);
    let hours = of_one.requirements[6].entries[1].text.as_ref().unwrap();
    assert_eq!(hours.en, "District: on working days 10:00–12:00 (UTC+5)");
    let of_all = told("").await.unwrap().into_inner();
    assert_eq!(of_all.requirements[0].entries.len(), 3);
    let unknown = told_raw(told("unheard-of").await);
    unknown.is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
}
