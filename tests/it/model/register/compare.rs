//! The whole state after a sequence, as the office tells it and as the model has it: applications with
//! their stages, each share's rights at each moment, and its history. It never changes anything.

use chrono::{DateTime, TimeDelta, Utc};
use tizilim::{
    kernel::Clock as _,
    pb::registry::v1::{
        self as pb, application_service_server::ApplicationService as _,
        get_share_rights_request::Key, list_share_history_request::Key as HistoryKey,
        register_service_server::RegisterService as _,
    },
    rpc::timestamp,
};

use super::{
    kept::{State, Version},
    messages::reason,
    office::{call, person, world},
    play::{Difference, Play, SHARES, procedure},
};

fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    told: &T,
    expected: &T,
) -> Result<(), Difference> {
    if told == expected {
        Ok(())
    } else {
        Err(format!("{what}: {told:?}, not {expected:?}"))
    }
}

/// The rights to a share, or why they are not told: state, holder, entry, version, lines of column 7, and
/// whether column 8 is filled.
type Rights = Result<
    (
        pb::ShareRightState,
        Option<String>,
        String,
        usize,
        usize,
        bool,
    ),
    String,
>;

/// A version in a history: entry, version, moment, procedure, state, holder.
type Record = (
    String,
    usize,
    DateTime<Utc>,
    pb::Procedure,
    pb::RegisterEntryState,
    String,
);

fn iin(holder: usize) -> String {
    person(holder).iin.as_str().to_owned()
}

impl Play<'_> {
    /// Compares everything.
    pub(super) async fn compared(&self) -> Result<(), Difference> {
        for (index, id) in self.ids.iter().enumerate() {
            self.compare_application(index, id).await?;
        }
        for share in 0..SHARES {
            let identification = self.share(share);
            for at in self.moments(share) {
                let told = self.rights(&identification, at).await;
                let what = format!("rights to share {share} at {at}");
                same(&what, &told, &self.expected_rights(share, at))?;
            }
            let told = self.history(&identification).await;
            same("history", &told, &self.expected_history(share))?;
        }
        Ok(())
    }

    async fn compare_application(&self, index: usize, id: &str) -> Result<(), Difference> {
        let officer = &self.desk.officers[0];
        let expected = &self.law.applications[index];
        let application_id = id.to_owned();
        let request = call(officer, pb::ListApplicationStagesRequest { application_id });
        let listed = self
            .desk
            .applications
            .list_application_stages(request)
            .await;
        let stages = listed.unwrap().into_inner().stages;
        let names = stages.iter().map(|one| one.stage().as_str_name());
        let told: Vec<_> = names
            .map(|name| name.trim_start_matches("APPLICATION_STAGE_"))
            .collect();
        let what = format!("stages of application {index}");
        same(&what, &told, &expected.told)?;
        let numbers: Vec<i32> = stages.iter().map(|one| one.sequence).collect();
        let gapless: Vec<i32> = (1..).take(numbers.len()).collect();
        same("numbers of stages", &numbers, &gapless)?;
        let read = self.desk.read(id).await;
        let is_overdue = expected.told.contains(&"OVERDUE");
        same("the mark", &read.overdue, &is_overdue)?;
        let stage = read.stage().as_str_name();
        let stage = stage.trim_start_matches("APPLICATION_STAGE_");
        same("stage", &stage, &expected.stage())
    }

    fn share(&self, share: usize) -> pb::ShareIdentification {
        let agreement = tizilim::demo::agreement(world(), self.share_no(share));
        let message = agreement.message();
        let part = message.share.as_ref().unwrap();
        pb::ShareIdentification {
            cadastral_number: message
                .construction_object
                .as_ref()
                .unwrap()
                .cadastral_number
                .clone(),
            block: part.block.clone(),
            kind: part.kind,
            number: part.number.clone(),
        }
    }

    /// Now, whenever something was registered, and right before an entry was begun.
    fn moments(&self, share: usize) -> Vec<DateTime<Utc>> {
        let mut moments = vec![self.desk.clock.now().instant];
        for entry in self.law.entries.iter().filter(|entry| entry.share == share) {
            moments.extend(entry.versions.iter().map(|version| version.at));
            moments.push(entry.versions[0].at - TimeDelta::microseconds(1));
        }
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    async fn rights(&self, share: &pb::ShareIdentification, at: DateTime<Utc>) -> Rights {
        let request = pb::GetShareRightsRequest {
            key: Some(Key::Share(share.clone())),
            as_of_at: Some(timestamp(at)),
        };
        let request = call(&self.desk.officers[0], request);
        let answer = self.desk.register.get_share_rights(request).await;
        let answer = answer.map_err(|status| reason(&status))?;
        let rights = answer.into_inner().rights.unwrap();
        let entry = rights.entry.as_ref().unwrap();
        Ok((
            rights.state(),
            rights.holder.as_ref().map(|holder| holder.iin.clone()),
            entry.entry_number.clone(),
            usize::try_from(entry.version).unwrap(),
            entry.amendments.len(),
            entry.termination.is_some(),
        ))
    }

    fn expected_rights(&self, share: usize, at: DateTime<Utc>) -> Rights {
        let (entry, count) = self.law.stood(share, at)?;
        let version = &self.law.entries[entry].versions[count - 1];
        let (state, is_held) = match version.state {
            State::Live => (pb::ShareRightState::Claimed, true),
            State::Terminated => (pb::ShareRightState::Free, false),
            State::Owned => (pb::ShareRightState::Owned, true),
        };
        Ok((
            state,
            is_held.then(|| iin(version.holder)),
            self.entries[entry].clone(),
            count,
            version.amendments,
            version.state != State::Live,
        ))
    }

    async fn history(&self, share: &pb::ShareIdentification) -> Result<Vec<Record>, String> {
        let request = pb::ListShareHistoryRequest {
            key: Some(HistoryKey::Share(share.clone())),
            page_size: 1_000,
            ..Default::default()
        };
        let request = call(&self.desk.officers[0], request);
        let answer = self.desk.register.list_share_history(request).await;
        let answer = answer.map_err(|status| reason(&status))?;
        let records = answer.into_inner().records.into_iter();
        let record = |record: pb::ShareHistoryRecord| {
            (
                record.entry_number.clone(),
                usize::try_from(record.entry_version).unwrap(),
                crate::harness::instant(record.entered_at),
                record.procedure(),
                record.state(),
                record.holder.unwrap().iin,
            )
        };
        Ok(records.map(record).collect())
    }

    fn expected_history(&self, share: usize) -> Result<Vec<Record>, String> {
        let now = self.desk.clock.now().instant;
        // Not known, if nothing ever was registered.
        self.law.stood(share, now)?;
        let mut records = Vec::new();
        for (entry, number) in self.law.entries.iter().zip(&self.entries) {
            if entry.share == share {
                let versions = (1..).zip(&entry.versions);
                records.extend(versions.map(|(count, version)| record(number, count, version)));
            }
        }
        Ok(records)
    }
}

fn record(entry: &str, count: usize, version: &Version) -> Record {
    let state = match version.state {
        State::Live => pb::RegisterEntryState::Live,
        State::Terminated => pb::RegisterEntryState::Terminated,
        State::Owned => pb::RegisterEntryState::OwnershipRegistered,
    };
    let made_by = procedure(version.kind);
    let holder = iin(version.holder);
    (entry.to_owned(), count, version.at, made_by, state, holder)
}
