//! A slip in an entry is corrected on the cooperative's request (APPK 82), and the share is told as of
//! three dates. A correction never writes over what stood before.

use chrono::NaiveTime;

use super::{Play, changed::FLOOR, expect, instant_of_answer};
use crate::{
    demo::{
        DemoFault,
        client::ClientFault,
        report::{moment, short},
    },
    kernel::{instant_of, local},
    pb::registry::v1::{
        self as pb, CorrectionState, correction_content::Corrected, get_share_rights_request::Key,
    },
    rpc::timestamp,
};

/// When a day of the demonstration goes on.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).expect("a time of day");

impl Play<'_> {
    /// The clock moves to the morning of the next working day.
    pub(super) async fn next_day(&mut self) -> Result<(), DemoFault> {
        let now = timestamp(self.now().await?);
        let due = self.on.clients.cooperative.due(now, 1).await?;
        let day = local(instant_of_answer(Some(&due))?).date();
        self.advance(instant_of(day.and_time(MORNING))).await
    }

    /// The cooperative shows where the copy says otherwise; the head signs the corrected entry.
    pub(super) async fn slip_is_corrected(
        &mut self,
        application: &pb::Application,
        entry: &pb::RegisterEntry,
    ) -> Result<(), DemoFault> {
        let clients = &self.on.clients;
        let mut share = entry.share.clone().ok_or(ClientFault::Missing("share"))?;
        share.floor = Some(FLOOR);
        let content = pb::CorrectionContent {
            entry_number: entry.entry_number.clone(),
            application_id: application.application_id.clone(),
            corrected: Some(Corrected::Agreement(pb::ParticipationAgreement {
                share: Some(share),
                ..Default::default()
            })),
            slips: vec![pb::Slip {
                path: "share.floor".to_owned(),
                why: "Деректерді енгізу кезіндегі қате".to_owned(),
                place: "1-бет, 2.1-тармақ".to_owned(),
            }],
        };
        let asked = clients.cooperative.request_correction(content).await?;
        let number = &asked.correction_number;
        let due = moment(asked.due_at.as_ref());
        self.report.line(
            "slip",
            &format!("{number}: the copy says otherwise than the entry; due {due}"),
        )?;
        let id = &asked.correction_id;
        for field in clients.officer.correction(id).await?.fields {
            let text = format!(
                "{}: stands {}, shall read {}; see {}",
                field.path, field.stands, field.shall_read, field.place
            );
            self.report.line("", &text)?;
        }
        let (head, signed_at) = (&self.on.world.provider.head.identity, self.now().await?);
        let made = clients.head.correct(id, head, signed_at).await?;
        let sent = clients
            .cooperative
            .correction_reached(id, CorrectionState::Sent)
            .await?;
        let corrected = made.entry.ok_or(ClientFault::Missing("entry"))?;
        let floor = corrected.share.as_ref().and_then(|share| share.floor);
        expect(corrected.version == 3 && floor == Some(FLOOR), || {
            format!("the entry is corrected to {corrected:?}")
        })?;
        let text = format!(
            "version {}, floor {FLOOR}; the corrected extract was sent {}, due {}",
            corrected.version,
            moment(sent.sent_at.as_ref()),
            moment(sent.sending_due_at.as_ref()),
        );
        self.report.line("corrected", &text)?;
        self.fetch_extract(&entry.entry_id).await?;
        Ok(())
    }

    /// What the register tells of the share as of three dates.
    pub(super) async fn share_is_told_as_of_three_dates(
        &mut self,
        entry: &pb::RegisterEntry,
    ) -> Result<(), DemoFault> {
        self.report.heading("The same share as of three dates")?;
        let begun = instant_of_answer(entry.entered_at.as_ref())?;
        let officer = &self.on.clients.officer;
        let key = Key::EntryNumber(entry.entry_number.clone());
        let records = officer.share_history(&entry.entry_number).await?;
        let corrected = records
            .iter()
            .find(|record| !record.correction_number.is_empty());
        let corrected = corrected.and_then(|record| record.entered_at);
        let corrected = instant_of_answer(corrected.as_ref())?;
        let moments = [begun, corrected, self.now().await?];
        let mut told = Vec::new();
        for at in moments {
            let rights = officer.share_rights(key.clone(), timestamp(at)).await?;
            self.tell_rights(&rights)?;
            told.push(rights.state());
        }
        expect(told == [pb::ShareRightState::Claimed; 3], || {
            format!("the share is told as {told:?}")
        })?;
        self.report.line("history", "what made each version")?;
        for record in &records {
            let what = match record.correction_number.as_str() {
                "" => short(record.procedure().as_str_name(), "PROCEDURE_").to_owned(),
                number => format!(
                    "CORRECTION {number} of {}",
                    record.corrected_fields.join(" ")
                ),
            };
            let text = format!(
                "{}  {} version {}: {what}",
                moment(record.entered_at.as_ref()),
                record.entry_number,
                record.entry_version,
            );
            self.report.line("", &text)?;
        }
        Ok(())
    }

    fn tell_rights(&mut self, rights: &pb::ShareRights) -> Result<(), DemoFault> {
        let entry = rights.entry.as_ref().ok_or(ClientFault::Missing("entry"))?;
        let share = entry.share.as_ref().ok_or(ClientFault::Missing("share"))?;
        let state = short(rights.state().as_str_name(), "SHARE_RIGHT_STATE_");
        let holder = rights.holder.as_ref().map_or_else(String::new, |holder| {
            format!(" by {} {}", holder.surname, holder.given_name)
        });
        let text = format!(
            "{state}{holder}; {} version {}, apartment {}, floor {}, lines in column 7: {}",
            entry.entry_number,
            entry.version,
            share.number,
            share.floor.unwrap_or_default(),
            entry.amendments.len(),
        );
        let at = moment(rights.as_of_at.as_ref());
        Ok(self.report.line(at.get(4..14).unwrap_or("as of"), &text)?)
    }
}
