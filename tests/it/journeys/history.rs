//! An entry and the rights to a share as of any moment, and all that became of the share.

use tizilim::{
    demo::Change,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, Procedure, RegisterEntryState as State,
        ShareRightState as Right, get_register_entry_request::Key as EntryKey,
        get_share_rights_request::Key, list_share_history_request::Key as HistoryKey,
    },
    rpc::timestamp,
};
use tonic::{Code, Status};

use crate::harness::{Account, Town, moment, told_raw};

async fn rights(town: &Town, key: Key, at: Option<&str>) -> Result<pb::ShareRights, Status> {
    let request = pb::GetShareRightsRequest {
        key: Some(key),
        as_of_at: at.map(moment).map(timestamp),
    };
    let mut register = town.raw(Account::Officer).register();
    let rights = register.get_share_rights(request).await?.into_inner();
    Ok(rights.rights.unwrap())
}

async fn entry_at(town: &Town, id: &str, at: &str) -> Result<pb::RegisterEntry, Status> {
    let request = pb::GetRegisterEntryRequest {
        key: Some(EntryKey::EntryId(id.to_owned())),
        as_of_at: Some(timestamp(moment(at))),
    };
    let mut register = town.raw(Account::Portal).register();
    let read = register.get_register_entry(request).await?.into_inner();
    Ok(read.entry.unwrap())
}

async fn history(
    town: &Town,
    account: Account,
    key: HistoryKey,
) -> Result<Vec<pb::ShareHistoryRecord>, Status> {
    let request = pb::ListShareHistoryRequest {
        key: Some(key),
        ..Default::default()
    };
    let mut register = town.raw(account).register();
    Ok(register
        .list_share_history(request)
        .await?
        .into_inner()
        .records)
}

/// What tells a share.
fn identified(entry: &pb::RegisterEntry) -> pb::ShareIdentification {
    let share = entry.share.clone().unwrap();
    pb::ShareIdentification {
        cadastral_number: entry.construction_object.clone().unwrap().cadastral_number,
        block: share.block,
        kind: share.kind,
        number: share.number,
    }
}

fn iin(holder: Option<&pb::RightHolder>) -> Option<&str> {
    holder.map(|holder| holder.iin.as_str())
}

/// A share that is agreed on, changed, assigned and free again, and then another's, every 10 minutes
/// from 05:00 on.
async fn whole_life(town: &Town) -> [pb::RegisterEntry; 2] {
    let (ours, rival) = (&town.world.shareholder, &town.world.rival);
    let entry = town.entry(521).await;
    let number = &entry.entry_number;
    town.advance("2026-11-24T05:10:00Z").await;
    town.change(&town.amendment(&entry)).await;
    town.advance("2026-11-24T05:20:00Z").await;
    town.change(&town.assignment(&entry, rival)).await;
    town.advance("2026-11-24T05:30:00Z").await;
    town.change(&Change::termination(&town.world, number, rival))
        .await;
    town.advance("2026-11-24T05:40:00Z").await;
    let next = town
        .agreement(521)
        .concluded_with(ours)
        .with(|agreement| agreement.agreement_number.push_str("/2"));
    let next = town.filed(&next, Stage::AwaitingSignature).await;
    let next = town.changed(&next).await;
    town.advance("2026-11-24T05:50:00Z").await;
    [entry, next]
}

#[tokio::test]
async fn the_register_tells_who_had_which_right_at_any_moment() {
    let town = Town::open_plainly().await;
    let [entry, next] = whole_life(&town).await;
    let ours = Some(town.world.shareholder.iin.as_str());
    let theirs = Some(town.world.rival.iin.as_str());
    let share = Key::Share(identified(&entry));
    let by_number = |entry: &pb::RegisterEntry| Key::EntryNumber(entry.entry_number.clone());
    for key in [share.clone(), by_number(&entry), by_number(&next)] {
        for (at, right, holder, shown, version) in [
            (
                Some("2026-11-24T05:09:59Z"),
                Right::Claimed,
                ours,
                &entry,
                1,
            ),
            (
                Some("2026-11-24T05:15:00Z"),
                Right::Claimed,
                ours,
                &entry,
                2,
            ),
            (
                Some("2026-11-24T05:25:00Z"),
                Right::Claimed,
                theirs,
                &entry,
                3,
            ),
            (Some("2026-11-24T05:35:00Z"), Right::Free, None, &entry, 4),
            (Some("2026-11-24T05:45:00Z"), Right::Claimed, ours, &next, 1),
            (None, Right::Claimed, ours, &next, 1),
        ] {
            let told = rights(&town, key.clone(), at).await.unwrap();
            assert_eq!(told.state(), right, "{at:?}");
            assert_eq!(iin(told.holder.as_ref()), holder, "{at:?}");
            let stood = told.entry.unwrap();
            let (id, shown) = (&stood.entry_id, &shown.entry_id);
            assert_eq!((id, stood.version), (shown, version), "{at:?}");
            let asked = moment(at.unwrap_or("2026-11-24T05:50:00Z"));
            assert_eq!(told.as_of_at, Some(timestamp(asked)));
            if let Some(at) = at {
                assert_eq!(entry_at(&town, id, at).await.unwrap(), stood);
            }
        }
        let early = rights(&town, key, Some("2026-11-24T04:59:59Z")).await;
        told_raw(early).is(Code::NotFound, "NOT_REGISTERED_THEN");
    }
    let early = entry_at(&town, &next.entry_id, "2026-11-24T05:35:00Z").await;
    told_raw(early).is(Code::NotFound, "NOT_REGISTERED_THEN");
    let later = rights(&town, share, Some("2026-11-24T05:50:01Z")).await;
    let later = told_raw(later);
    later.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(later.paths(), ["as_of_at"]);
}

#[tokio::test]
async fn the_history_of_a_share_says_what_changed_by_what_and_when() {
    let town = Town::open_plainly().await;
    let [entry, next] = whole_life(&town).await;
    let share = HistoryKey::Share(identified(&entry));
    let records = history(&town, Account::Portal, share.clone())
        .await
        .unwrap();
    let ours = Some(town.world.shareholder.iin.as_str());
    let theirs = Some(town.world.rival.iin.as_str());
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            let of = (record.entry_id.as_str(), record.entry_version);
            (
                of,
                record.procedure(),
                record.state(),
                iin(record.holder.as_ref()),
            )
        })
        .collect();
    let (old, new) = (entry.entry_id.as_str(), next.entry_id.as_str());
    assert_eq!(
        told,
        [
            (
                (old, 1),
                Procedure::ParticipationAgreement,
                State::Live,
                ours
            ),
            ((old, 2), Procedure::Amendment, State::Live, ours),
            ((old, 3), Procedure::Assignment, State::Live, theirs),
            (
                (old, 4),
                Procedure::Deregistration,
                State::Terminated,
                theirs
            ),
            (
                (new, 1),
                Procedure::ParticipationAgreement,
                State::Live,
                ours
            ),
        ]
    );
    let changed: Vec<_> = records.iter().map(|record| &record.changed_parts).collect();
    assert!(changed[0].is_empty() && changed[3].is_empty() && changed[4].is_empty());
    assert_eq!(*changed[1], ["contribution", "transfer_on"]);
    assert_eq!(changed[2][0], "shareholder");
    let documents: Vec<_> = records
        .iter()
        .map(|record| &record.document_number)
        .collect();
    assert_eq!(documents, ["ҚШ-521", "1", "ТҚ-1", "Т-1", "ҚШ-521/2"]);
    for (record, minute) in records.iter().zip(["00", "10", "20", "30", "40"]) {
        let at = moment(&format!("2026-11-24T05:{minute}:00Z"));
        assert_eq!(record.entered_at, Some(timestamp(at)));
        let portal = town.portal();
        let application = portal.application(&record.application_id).await.unwrap();
        assert_eq!(application.application_number, record.application_number);
        assert_eq!(application.procedure(), record.procedure());
    }
    let by_number = HistoryKey::EntryNumber(next.entry_number);
    let again = history(&town, Account::Officer, by_number).await.unwrap();
    assert_eq!(again, records);
    pages_join_on(&town, &share, &records).await;
    is_nobody_elses(&town, &share).await;
}

async fn is_nobody_elses(town: &Town, share: &HistoryKey) {
    for account in [Account::Neighbour, Account::Stranger] {
        let foreign = told_raw(history(town, account, share.clone()).await);
        foreign.is(Code::PermissionDenied, "PERMISSION_DENIED");
    }
}

/// Pages of each size are, one after another, the whole; a token is of one share only.
async fn pages_join_on(town: &Town, share: &HistoryKey, whole: &[pb::ShareHistoryRecord]) {
    let mut register = town.raw(Account::Portal).register();
    for size in 1..=6 {
        let mut request = pb::ListShareHistoryRequest {
            key: Some(share.clone()),
            page_size: size,
            page_token: String::new(),
        };
        let mut told = Vec::new();
        loop {
            let page = register.list_share_history(request.clone()).await.unwrap();
            let page = page.into_inner();
            assert!(page.records.len() <= usize::try_from(size).unwrap());
            told.extend(page.records);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(told, whole, "{size}");
        if size < 5 {
            request.key = Some(HistoryKey::EntryNumber(whole[0].entry_number.clone()));
            let other = told_raw(register.list_share_history(request).await);
            other.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
        }
    }
}

#[tokio::test]
async fn a_share_that_is_owned_stays_taken_and_tells_whose_it_is() {
    let town = Town::open_plainly().await;
    let entry = town.entry(522).await;
    let removal = town
        .filed_change(&town.ownership(&entry), Stage::InReview)
        .await;
    let removal = town.looked_at(&removal).await;
    town.changed(&removal).await;
    let told = rights(&town, Key::EntryNumber(entry.entry_number), None)
        .await
        .unwrap();
    assert_eq!(told.state(), Right::Owned);
    let holder = told.holder.unwrap();
    assert_eq!(holder.iin, town.world.shareholder.iin.as_str());
    assert_ne!(holder.surname, "");
    assert_eq!(told.entry.unwrap().state(), State::OwnershipRegistered);
}

/// On an acceptance clock a share may end and begin anew at one moment; ids of one moment have no order.
#[tokio::test]
async fn a_share_that_is_taken_again_at_the_same_moment_is_told_as_taken() {
    let town = Town::open_plainly().await;
    for share in [523, 524, 525] {
        let ended = town.entry(share).await;
        town.change(&town.termination(&ended)).await;
        let next = town
            .agreement(share)
            .concluded_with(&town.world.rival)
            .with(|agreement| agreement.agreement_number.push_str("/2"));
        let next = town.filed(&next, Stage::AwaitingSignature).await;
        let next = town.changed(&next).await;

        let key = Key::EntryNumber(ended.entry_number.clone());
        let told = rights(&town, key, None).await.unwrap();
        assert_eq!(told.state(), Right::Claimed);
        assert_eq!(
            iin(told.holder.as_ref()),
            Some(town.world.rival.iin.as_str())
        );
        let key = HistoryKey::EntryNumber(ended.entry_number.clone());
        let records = history(&town, Account::Officer, key).await.unwrap();
        let numbers: Vec<_> = records.iter().map(|record| &record.entry_number).collect();
        let (ended, next) = (&ended.entry_number, &next.entry_number);
        assert_eq!(numbers, [ended, ended, next]);
    }
}
