//! Entries are found by what is asked for, all of it together, and by nobody whose they are not.

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, RegisterEntryState as State,
};
use tonic::Code;

use crate::harness::{Account, Town, told_raw};

type Filter = pb::ListRegisterEntriesRequest;

async fn list(
    town: &Town,
    account: Account,
    filter: Filter,
) -> Result<pb::ListRegisterEntriesResponse, tonic::Status> {
    let mut register = town.raw(account).register();
    Ok(register.list_register_entries(filter).await?.into_inner())
}

async fn numbers(town: &Town, account: Account, filter: &Filter) -> Vec<String> {
    let listed = list(town, account, filter.clone()).await.unwrap();
    assert_eq!(listed.next_page_token, "");
    let entries = listed.entries.into_iter();
    entries.map(|entry| entry.entry_number).collect()
}

/// Three entries, a minute after each other: the shareholder's, the rival's, and one that is closed.
async fn three(town: &Town) -> [pb::RegisterEntry; 3] {
    let first = town.entry(501).await;
    town.advance("2026-11-24T05:01:00Z").await;
    let second = town.agreement(502).concluded_with(&town.world.rival);
    let second = town.filed(&second, Stage::AwaitingSignature).await;
    let second = town.changed(&second).await;
    town.advance("2026-11-24T05:02:00Z").await;
    let third = town.entry(503).await;
    let third = town.change(&town.termination(&third)).await;
    [first, second, third]
}

/// A filter, and the entries that it finds, the latest first.
type Case<'a> = (Filter, Vec<&'a pb::RegisterEntry>);

fn by_share(share: pb::ShareIdentification) -> Filter {
    Filter {
        share: Some(share),
        ..Filter::default()
    }
}

fn by_iin(iin: &str) -> Filter {
    Filter {
        shareholder_iin: iin.to_owned(),
        ..Filter::default()
    }
}

fn by_agreement(number: &str, on: &str) -> Filter {
    Filter {
        agreement_number: number.to_owned(),
        agreement_concluded_on: on.to_owned(),
        ..Filter::default()
    }
}

fn by_object(cadastral_number: &str, kato: &str, bin: &str) -> Filter {
    Filter {
        cadastral_number: cadastral_number.to_owned(),
        kato: kato.to_owned(),
        cooperative_bin: bin.to_owned(),
        ..Filter::default()
    }
}

fn by_state(states: &[State]) -> Filter {
    Filter {
        states: states.iter().map(|state| i32::from(*state)).collect(),
        ..Filter::default()
    }
}

fn since(entry: &pb::RegisterEntry, filter: Filter) -> Filter {
    Filter {
        registered_from_at: entry.entered_at,
        ..filter
    }
}

/// The share of an entry, under a number as somebody spells it.
fn spelt(entry: &pb::RegisterEntry, number: &str) -> pb::ShareIdentification {
    let share = entry.share.clone().unwrap();
    pb::ShareIdentification {
        cadastral_number: "20-315-032-150".to_owned(),
        block: share.block,
        kind: share.kind,
        number: number.to_owned(),
    }
}

fn narrow<'a>(town: &Town, [a, b, c]: [&'a pb::RegisterEntry; 3]) -> Vec<Case<'a>> {
    let ours = by_iin(town.world.shareholder.iin.as_str());
    let theirs = by_iin(town.world.rival.iin.as_str());
    let concluded_on = b.agreement.as_ref().unwrap().concluded_on.as_str();
    let live = Filter {
        states: vec![State::Live.into()],
        ..ours.clone()
    };
    let elsewhere = Filter {
        share: Some(spelt(a, "501")),
        ..theirs.clone()
    };
    let at_place = Filter {
        agreement_number: "ҚШ-502".to_owned(),
        kato: "751110000".to_owned(),
        ..theirs.clone()
    };
    vec![
        (by_share(spelt(a, "501")), vec![a]),
        (by_share(spelt(a, "кв. № 0501")), vec![a]),
        (by_share(spelt(a, "504")), vec![]),
        (since(b, ours.clone()), vec![c]),
        (ours, vec![c, a]),
        (live, vec![a]),
        (theirs, vec![b]),
        (elsewhere, vec![]),
        (at_place, vec![b]),
        (by_agreement("ҚШ-502", ""), vec![b]),
        (by_agreement(" қш - 502 ", concluded_on), vec![b]),
        (by_agreement("ҚШ-502", "2026-01-01"), vec![]),
    ]
}

fn wide<'a>(town: &Town, [a, b, c]: [&'a pb::RegisterEntry; 3]) -> Vec<Case<'a>> {
    let own = town.world.cooperative.bin.as_str();
    let foreign = town.world.neighbour.bin.as_str();
    let before = Filter {
        registered_to_at: b.entered_at,
        ..Filter::default()
    };
    let all = vec![c, b, a];
    vec![
        (Filter::default(), all.clone()),
        (by_state(&[State::Live]), vec![b, a]),
        (by_state(&[State::Terminated]), vec![c]),
        (by_state(&[State::OwnershipRegistered]), vec![]),
        (by_state(&[State::Terminated, State::Live]), all.clone()),
        (by_object("20:315:032:150:1", "", ""), all.clone()),
        (by_object("20:315:032:151", "", ""), vec![]),
        (by_object("", "751110000", ""), all.clone()),
        (by_object("", "751210000", ""), vec![]),
        (by_object("", "", own), all.clone()),
        (by_object("", "", foreign), vec![]),
        (by_object("20:315:032:150", "751110000", foreign), vec![]),
        (by_object("20:315:032:150", "751110000", own), all),
        (since(b, Filter::default()), vec![c, b]),
        (before, vec![a]),
    ]
}

#[tokio::test]
async fn each_filter_and_any_of_them_together_find_what_they_name() {
    let town = Town::open_plainly().await;
    let [a, b, c] = three(&town).await;
    let entries = [&a, &b, &c];
    for (filter, found) in [narrow(&town, entries), wide(&town, entries)].concat() {
        let found = found.iter().map(|entry| entry.entry_number.clone());
        let found: Vec<_> = found.collect();
        for account in [Account::Portal, Account::Reader, Account::Officer] {
            let listed = numbers(&town, account, &filter).await;
            assert_eq!(listed, found, "{account:?} {filter:?}");
        }
        for account in [Account::Neighbour, Account::Stranger] {
            let listed = numbers(&town, account, &filter).await;
            assert!(listed.is_empty(), "{account:?} {filter:?}");
        }
    }
    let listed = list(&town, Account::Portal, Filter::default())
        .await
        .unwrap();
    assert_eq!(listed.entries, [c, b, a], "each in its newest version");
}

#[tokio::test]
async fn an_entry_is_found_by_the_shareholder_whose_right_stands() {
    let town = Town::open_plainly().await;
    let entry = town.entry(511).await;
    let (former, rival) = (&town.world.shareholder, &town.world.rival);
    town.change(&town.assignment(&entry, rival)).await;
    for (person, count) in [(former, 0), (rival, 1)] {
        let filter = Filter {
            shareholder_iin: person.iin.as_str().to_owned(),
            ..Filter::default()
        };
        assert_eq!(numbers(&town, Account::Officer, &filter).await.len(), count);
    }
}

#[tokio::test]
async fn pages_of_entries_join_on_and_their_tokens_fit_one_filter() {
    let town = Town::open_plainly().await;
    three(&town).await;
    let whole = numbers(&town, Account::Officer, &Filter::default()).await;
    for page_size in [1, 2, 3] {
        let mut found = Vec::new();
        let mut page_token = String::new();
        while found.len() < whole.len() {
            let filter = Filter {
                page_size,
                page_token,
                ..Filter::default()
            };
            let page = list(&town, Account::Officer, filter).await.unwrap();
            assert!(!page.entries.is_empty(), "no empty page");
            found.extend(page.entries.into_iter().map(|entry| entry.entry_number));
            page_token = page.next_page_token;
            assert_eq!(page_token.is_empty(), found.len() == whole.len());
        }
        assert_eq!(found, whole);
    }
    let first = Filter {
        page_size: 1,
        ..Filter::default()
    };
    let page_token = list(&town, Account::Officer, first)
        .await
        .unwrap()
        .next_page_token;
    let other = Filter {
        states: vec![State::Live.into()],
        page_token,
        ..Filter::default()
    };
    let told = told_raw(list(&town, Account::Officer, other).await);
    told.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
}
