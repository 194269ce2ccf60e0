//! A change of the Rules that one addressee is late to acknowledge (cl. 4). Nobody reminds it by hand.

use super::{Play, expect};
use crate::{
    demo::{
        DemoFault,
        client::{ClientFault, new_request_id},
        report::{moment, short},
        scan,
    },
    pb::registry::v1 as pb,
};

/// The invented act.
const NUMBER: &str = "17-НҚ";
const SCAN: u32 = 17;

impl Play<'_> {
    /// The authorized body tells a change that was published the day before; all but one acknowledge it.
    pub(super) async fn rules_change_is_told(&mut self) -> Result<pb::RulesChange, DemoFault> {
        self.report
            .heading("A change of the Rules is told to whom clause 4 names")?;
        let clients = &self.on.clients;
        let ministry = &clients.authorized_body;
        let uploaded = ministry.upload("order.pdf", &scan(SCAN)).await?;
        let change = ministry.publish(self.change(uploaded.document_id)).await?;
        let report = ministry.letters_settled(&change.rules_change_id).await?;
        let due = moment(change.due_at.as_ref());
        let published_on = &change.published_on;
        self.report.line(
            "change",
            &format!("{NUMBER}, published {published_on}, to be told by {due}"),
        )?;
        for notice in &report.notices {
            self.tell_notice(notice)?;
        }
        expect(report.told_in_time_count == change.addressee_count, || {
            format!("{} were told in time", report.told_in_time_count)
        })?;
        let own = clients.head.notices(true).await?;
        clients.head.acknowledge(&first(&own)?.notice_id).await?;
        let own = clients.state_corporation.notices(true).await?;
        let own = first(&own)?.notice_id.as_str();
        clients.state_corporation.acknowledge(own).await?;
        // One organisation is two addressees; it reads one of its notices.
        let both = clients.egov_operator.notices(true).await?;
        let centre = both.iter().find(|notice| {
            let kind = notice.addressee.as_ref().map(pb::NoticeAddressee::kind);
            kind == Some(pb::NoticeAddresseeKind::ContactCentre)
        });
        let centre = centre.ok_or(ClientFault::Missing("notice"))?;
        clients.egov_operator.acknowledge(&centre.notice_id).await?;
        self.report.line("", "all but one acknowledge")?;
        Ok(change)
    }

    /// The due moment has passed: who was silent was reminded, and acknowledges now.
    pub(super) async fn acknowledgement_is_late(
        &mut self,
        change: &pb::RulesChange,
    ) -> Result<(), DemoFault> {
        self.report
            .heading("One addressee of the changed Rules is late")?;
        let clients = &self.on.clients;
        let ministry = &clients.authorized_body;
        let id = change.rules_change_id.as_str();
        ministry.letters_settled(id).await?;
        let own = clients.egov_operator.notices(true).await?;
        let silent = first(&own)?;
        let letters = silent.letter_count;
        expect(letters == 2 && silent.acknowledgement_late, || {
            format!("it got {letters} letters")
        })?;
        let (told, reminded) = (moment(silent.told_at.as_ref()), letters.saturating_sub(1));
        let text = format!("told {told}, reminded {reminded} time; acknowledges now");
        self.report.line("silent", &text)?;
        clients.egov_operator.acknowledge(&silent.notice_id).await?;
        let report = ministry.report(id).await?;
        let text = format!(
            "{} addressees told in time, {} late; {} acknowledged, {} of them late",
            report.told_in_time_count,
            report.told_late_count,
            report.acknowledged_count,
            report.acknowledgement_late_count,
        );
        self.report.line("report", &text)?;
        expect(report.acknowledgement_late_count == 1, || text)
    }

    fn tell_notice(&mut self, notice: &pb::Notice) -> Result<(), DemoFault> {
        let addressee = notice.addressee.clone().unwrap_or_default();
        let kind = short(addressee.kind().as_str_name(), "NOTICE_ADDRESSEE_KIND_");
        let by = short(notice.told_by().as_str_name(), "NOTICE_TELLING_");
        let text = format!("{kind} {}, by {by}", addressee.bin);
        Ok(self.report.line("told", &text)?)
    }

    fn change(&self, document_id: String) -> pb::PublishRulesChangeRequest {
        let text = |kk: &str, ru: &str, en: &str| {
            Some(pb::LocalizedText {
                kk: kk.to_owned(),
                ru: ru.to_owned(),
                en: en.to_owned(),
            })
        };
        let today = self.on.world.today();
        let yesterday = today.pred_opt().unwrap_or(today).to_string();
        pb::PublishRulesChangeRequest {
            request_id: new_request_id(),
            validate_only: false,
            act: Some(pb::Act {
                title: text(
                    "Ойдан шығарылған бұйрық",
                    "Вымышленный приказ",
                    "Invented order",
                ),
                number: NUMBER.to_owned(),
                dated_on: yesterday.clone(),
            }),
            published_on: yesterday,
            in_force_on: "2027-01-01".to_owned(),
            text: text(
                "Мысал: 5-тармақ жаңа редакцияда жазылсын.",
                "Пример: пункт 5 изложить в новой редакции.",
                "Example: clause 5 is worded anew.",
            ),
            document_ids: vec![document_id],
            rule_set: None,
        }
    }
}

fn first(notices: &[pb::Notice]) -> Result<&pb::Notice, ClientFault> {
    notices.first().ok_or(ClientFault::Missing("notice"))
}
