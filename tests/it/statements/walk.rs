//! One walk through every method of the register, as many parties make it in a day.
//! It never looks at what was answered: other tests do.

mod case_files;
mod notices;
mod reconciliation;
mod rules;
mod sinks;
mod statistics;

use tizilim::{
    demo::{Change, client::new_request_id},
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, get_register_entry_request::Key,
        get_share_rights_request::Key as RightsKey, list_share_history_request::Key as HistoryKey,
        verify_extract_request::Mark,
    },
};

use super::{complaints, courts, office, slips};
use crate::{
    harness::{Account, TUESDAY_MORNING, Town},
    journeys::{holiday, imports::former_row},
    sinks::receiver::Receiver,
};

/// Opens a town whose callers' names begin with a word, so that their calls are known in the log.
/// A receiver of stages refuses whatever is granted: more applications than one, and never all that comes.
pub(super) async fn town(word: &str) -> (Town, Receiver) {
    let receiver = Receiver::start().await;
    receiver.records().refused.insert("GRANTED");
    let town = Town::with(TUESDAY_MORNING, |installation| {
        receiver.configure(installation, sinks::SINK);
        installation.simplify_extract();
        let path = installation.path().join("callers.toml");
        let callers = std::fs::read_to_string(&path).unwrap();
        let renamed = callers.replace("name = \"", &format!("name = \"{word}-"));
        assert_ne!(renamed, callers);
        std::fs::write(path, renamed).unwrap();
    });
    (town.await, receiver)
}

/// Goes through all methods, with `count` applications in the lists.
pub(super) async fn walk(town: &Town, count: u32) {
    let mut waiting = Vec::new();
    for share_no in 101..=100 + count {
        let request = town.agreement(share_no).electronic_contract().unwrap();
        waiting.push(town.portal().submit(request).await.unwrap());
    }
    for application in &mut waiting {
        *application = town.reached(application, Stage::AwaitingSignature).await;
    }
    lists(town, &waiting[0]).await;
    reviewed(town).await;
    office::walk(town).await;
    registered(town, &waiting[0]).await;
    handed_over(town).await;
    changed(town).await;
    slips::corrected(town).await;
    complaints::complained(town, count).await;
    refused_and_withdrawn(town).await;
    lists(town, &waiting[0]).await;
    beside(town, count).await;
}

/// Every list, of each kind of caller, with each kind of filter, and its next page.
async fn lists(town: &Town, application: &pb::Application) {
    let stages = [
        vec![],
        vec![Stage::Refused],
        vec![Stage::InReview, Stage::AwaitingSignature],
    ];
    let moment = application.received_at;
    for account in [Account::Portal, Account::Officer] {
        let mut raw = town.raw(account).applications();
        for stages in &stages {
            for (received_from_at, received_to_at) in [(None, None), (moment, None), (None, moment)]
            {
                let mut request = pb::ListApplicationsRequest {
                    page_size: 50,
                    stages: stages.iter().copied().map(Into::into).collect(),
                    received_from_at,
                    received_to_at,
                    ..Default::default()
                };
                raw.list_applications(request.clone()).await.unwrap();
                request.page_size = 1;
                let page = raw.list_applications(request.clone()).await.unwrap();
                request.page_token = page.into_inner().next_page_token;
                raw.list_applications(request).await.unwrap();
            }
        }
    }
    let mut queue = town.raw(Account::Officer).review();
    let mut request = pb::ListReviewQueueRequest {
        page_size: 50,
        ..Default::default()
    };
    queue.list_review_queue(request.clone()).await.unwrap();
    request.page_size = 1;
    let page = queue.list_review_queue(request.clone()).await.unwrap();
    request.page_token = page.into_inner().next_page_token;
    queue.list_review_queue(request).await.unwrap();
    let request = pb::ListReviewQueueRequest {
        holder: pb::ReviewHolder::Caller.into(),
        due_marks: vec![pb::DueMark::OnTime.into()],
        ..Default::default()
    };
    queue.list_review_queue(request).await.unwrap();
    let portal = town.portal();
    portal.stages(&application.application_id).await.unwrap();
}

/// A copy that an officer takes and compares.
async fn reviewed(town: &Town) {
    let officer = town.officer();
    let copy = town.filed_copy(&town.agreement(301)).await;
    let mut copy = officer.take(&copy).await.unwrap();
    for finding in copy.findings.clone() {
        if finding.outcome() == CheckOutcome::NeedsOfficer {
            let passed = officer.record(&copy, &finding.check, CheckOutcome::Passed, None);
            copy = passed.await.unwrap();
        }
    }
}

/// A grant, and all that is read of it afterwards.
async fn registered(town: &Town, application: &pb::Application) {
    let entry = town.granted(application).await.entry.unwrap();
    town.reached(application, Stage::ExtractSent).await;
    let mut register = town.raw(Account::Portal).register();
    for key in [
        Key::EntryId(entry.entry_id.clone()),
        Key::EntryNumber(entry.entry_number.clone()),
    ] {
        let mut request = pb::GetRegisterEntryRequest {
            key: Some(key),
            as_of_at: None,
        };
        register.get_register_entry(request.clone()).await.unwrap();
        request.as_of_at = entry.entered_at;
        register.get_register_entry(request).await.unwrap();
    }
    searched(town, &entry).await;
    let portal = town.portal();
    let extract = portal.formed_extract(&entry.entry_id).await.unwrap();
    portal.download_extract(&entry.entry_id).await.unwrap();
    for mark in [
        Mark::VerificationCode(extract.verification_code),
        Mark::Sha256(extract.sha256),
    ] {
        let request = pb::VerifyExtractRequest { mark: Some(mark) };
        register.verify_extract(request).await.unwrap();
    }
    courts::recorded(town, &entry).await;
}

type Filter = pb::ListRegisterEntriesRequest;

/// Entries by each kind of filter, and the share of one: its rights and its history.
async fn searched(town: &Town, entry: &pb::RegisterEntry) {
    let object = entry.construction_object.clone().unwrap();
    let share = entry.share.clone().unwrap();
    let share = pb::ShareIdentification {
        cadastral_number: object.cadastral_number.clone(),
        block: share.block,
        kind: share.kind,
        number: share.number,
    };
    let filters = [
        Filter::default(),
        Filter {
            cooperative_bin: town.world.cooperative.bin.to_string(),
            kato: object.kato,
            ..Filter::default()
        },
        Filter {
            cadastral_number: object.cadastral_number,
            states: vec![pb::RegisterEntryState::Live.into()],
            registered_from_at: entry.entered_at,
            ..Filter::default()
        },
        Filter {
            share: Some(share.clone()),
            ..Filter::default()
        },
        Filter {
            shareholder_iin: town.world.shareholder.iin.as_str().to_owned(),
            ..Filter::default()
        },
        Filter {
            agreement_number: "1".to_owned(),
            agreement_concluded_on: "2026-11-24".to_owned(),
            ..Filter::default()
        },
    ];
    for account in [Account::Portal, Account::Officer] {
        let mut register = town.raw(account).register();
        for filter in &filters {
            register
                .list_register_entries(filter.clone())
                .await
                .unwrap();
        }
        let rights = pb::GetShareRightsRequest {
            key: Some(RightsKey::Share(share.clone())),
            as_of_at: entry.entered_at,
        };
        register.get_share_rights(rights).await.unwrap();
        let history = pb::ListShareHistoryRequest {
            key: Some(HistoryKey::Share(share.clone())),
            ..Default::default()
        };
        register.list_share_history(history).await.unwrap();
    }
}

/// An extract for a shareholder without a mailbox.
async fn handed_over(town: &Town) {
    let agreement = town.agreement(302).concluded_with(&town.world.offline);
    let application = town.filed(&agreement, Stage::AwaitingSignature).await;
    town.granted(&application).await;
    let owed = town.reached(&application, Stage::HandoverPending).await;
    let portal = town.portal();
    portal.confirm_handover(&owed, "2026-11-24").await.unwrap();
}

/// What changes an entry, of each kind, from the filing to the end of its agreement.
async fn changed(town: &Town) {
    let entry = town.entry(309).await;
    let rival = &town.world.rival;
    let assigned = [town.amendment(&entry), town.assignment(&entry, rival)];
    for change in assigned {
        town.change(&change).await;
    }
    let end = Change::termination(&town.world, &entry.entry_number, rival);
    let end = town.filed_change(&end, Stage::AwaitingSignature).await;
    town.changed(&end).await;
    let portal = town.portal();
    portal.application(&end.application_id).await.unwrap();
    case_files::case_files(town, &end.application_id).await;
}

/// A refusal, the agreement filed again, and a change of mind.
async fn refused_and_withdrawn(town: &Town) {
    let wrong = town
        .agreement(303)
        .with(|agreement| agreement.consent = None);
    let wrong = town.filed(&wrong, Stage::InReview).await;
    let grounds = wrong.proposed_grounds.clone();
    town.officer().refuse(&wrong, grounds).await.unwrap();
    let mut again = town.agreement(303).electronic_contract().unwrap();
    again.refused_application_id = wrong.application_id;
    let again = town.portal().submit(again).await.unwrap();
    let again = town.reached(&again, Stage::AwaitingSignature).await;
    town.portal().withdraw(&again).await.unwrap();
}

/// What is no application's.
async fn beside(town: &Town, count: u32) {
    let mut calendar = town.raw(Account::Portal).calendar();
    let days = pb::GetDaysRequest {
        from_on: "2026-11-01".to_owned(),
        to_on: "2026-11-30".to_owned(),
    };
    calendar.get_days(days).await.unwrap();
    let due = pb::ComputeDueDateRequest {
        arrived_at: Some(tizilim::rpc::timestamp(town.world.begins_at)),
        working_days: 3,
        provider_id: town.world.provider.id.to_owned(),
    };
    calendar.compute_due_date(due).await.unwrap();
    let late = days_set(town).await;
    town.raw(Account::Portal)
        .info()
        .list_providers(pb::ListProvidersRequest {})
        .await
        .unwrap();
    providers(town).await;
    statistics::statistics(town).await;
    sinks::sinks(town).await;
    reconciliation::reconciliation(town).await;
    let everything = pb::ListStagesRequest::default();
    let mut feed = town.raw(Account::Agency).feed();
    feed.list_stages(everything).await.unwrap();
    brought_over_and_given_out(town, count).await;
    rules::rule_sets(town, &late).await;
    notices::notices(town).await;
    town.operator().status().await.unwrap();
    let report = pb::GetLagReportRequest {
        from_on: "2026-11-01".to_owned(),
        to_on: "2026-11-30".to_owned(),
        sink: String::new(),
    };
    let mut operations = town.raw(Account::Operator).operations();
    operations.get_lag_report(report).await.unwrap();
    town.advance("2026-11-25T05:00:00Z").await;
}

/// Rows of a former register, first and again, and the register as a file.
async fn brought_over_and_given_out(town: &Town, count: u32) {
    let mut imports = town.raw(Account::Operator).imports();
    let row = |share_no: u32| pb::ImportRow {
        line: share_no.into(),
        columns: former_row(town, share_no).columns(),
    };
    for validate_only in [true, false] {
        let request = pb::ImportEntriesRequest {
            request_id: new_request_id(),
            validate_only,
            source: Some(pb::ImportSource {
                name: "tables".to_owned(),
                act: "№ 1".to_owned(),
                file_name: "rows.csv".to_owned(),
                file_sha256: "0".repeat(64),
            }),
            rows: (1..=count).map(row).collect(),
        };
        imports.import_entries(request).await.unwrap();
    }
    let mut exports = town.raw(Account::Officer).exports();
    let plain = pb::ExportRegisterRequest::default();
    let mut parts = exports.export_register(plain).await.unwrap().into_inner();
    while parts.message().await.unwrap().is_some() {}
    let whole = pb::ExportWithShareholdersRequest::default();
    let parts = exports.export_with_shareholders(whole);
    let mut parts = parts.await.unwrap().into_inner();
    while parts.message().await.unwrap().is_some() {}
}

/// A day that becomes a holiday, and the due moments that follow it.
async fn days_set(town: &Town) -> String {
    let late = town
        .filed(&town.agreement(304), Stage::AwaitingSignature)
        .await;
    let application_id = late.application_id;
    let mut calendar = town.raw(Account::Operator).calendar();
    let request = pb::SetDayRequest {
        request_id: new_request_id(),
        change: Some(holiday("2026-11-25")),
    };
    calendar.set_day(request).await.unwrap();
    let on = "2026-11-25".to_owned();
    let history = pb::ListDayHistoryRequest { on };
    calendar.list_day_history(history).await.unwrap();
    let preview = pb::PreviewCalendarChangeRequest {
        change: Some(holiday("2026-11-26")),
        // All of them: a page that is full before those of hand-overs does not look for these.
        page_size: 1_000,
        ..Default::default()
    };
    calendar.preview_calendar_change(preview).await.unwrap();
    for application_ids in [vec![application_id.clone()], vec![]] {
        let request = pb::RecalculateDueMomentsRequest {
            request_id: new_request_id(),
            application_ids,
            act: holiday("2026-11-25").act,
            reason: holiday("2026-11-25").reason,
            ..Default::default()
        };
        calendar.recalculate_due_moments(request).await.unwrap();
    }
    let moves = pb::ListDueMomentMovesRequest {
        application_id: application_id.clone(),
        ..Default::default()
    };
    calendar.list_due_moment_moves(moves).await.unwrap();
    application_id
}

/// The register of providers, and what anyone may ask of it.
async fn providers(town: &Town) {
    let id = town.world.provider.id.to_owned();
    let mut raw = town.raw(Account::Operator).providers();
    let request = pb::GetProviderRequest { provider_id: id };
    let read = raw.get_provider(request).await.unwrap().into_inner();
    let mut provider = read.provider.unwrap();
    let request = pb::UpdateProviderRequest {
        request_id: new_request_id(),
        etag: provider.etag.clone(),
        provider: Some(provider.clone()),
    };
    raw.update_provider(request).await.unwrap();
    "another".clone_into(&mut provider.provider_id);
    let request = pb::CreateProviderRequest {
        request_id: new_request_id(),
        provider: Some(provider),
    };
    raw.create_provider(request).await.unwrap();
    let mut info = town.raw(Account::Portal).info();
    let request = pb::FindProviderRequest {
        kato: town.world.provider.kato.as_str().to_owned(),
    };
    info.find_provider(request).await.unwrap();
    let request = pb::GetServiceRequirementsRequest::default();
    info.get_service_requirements(request).await.unwrap();
}
